"""A table is shown by a notebook as such, and nothing in a cell breaks it."""

from __future__ import annotations

import pytest

from matcher.errors import InvalidValueError
from matcher.evaluation import table


def test_a_table_is_markdown_with_numbers_to_the_right():
    found = table(("systeem", "nDCG@10", "waar"), [("ons", 0.7123, "hier"), ("BM25 | anders\n", 0.3, "daar")])
    assert str(found).splitlines() == [
        "| systeem | nDCG@10 | waar |",
        "| --- | ---: | --- |",
        "| ons | 0.71 | hier |",
        r"| BM25 \| anders | 0.30 | daar |",
    ]
    assert found._repr_markdown_() == str(found)
    with pytest.raises(InvalidValueError, match="2 cellen"):
        table(("a", "b"), [("x",)])

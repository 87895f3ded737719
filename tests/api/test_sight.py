"""What a caller may see, at the first resource: leervragen."""

from __future__ import annotations

import pytest

from tests.api.conftest import told


@pytest.mark.parametrize(("caller", "count"), [
    ("verbinder", 7), ("verbinder-elders", 2), ("regio", 4), ("regio-elders", 2), ("evaluator", 8),
])  # fmt: skip
def test_each_caller_sees_and_counts_their_own_questions(service, caller, count):
    answer = service.get(caller, "/v1/leervragen")
    assert answer.status_code == 200
    assert answer.json["aantal"] == len(answer.json["leervragen"]) == count


def test_nobody_and_who_has_no_business_there_get_nothing(service):
    assert service.get(None, "/v1/leervragen").status_code == 401
    assert service.get("beheerder", "/v1/leervragen").status_code == 403
    assert service.get("regio", "/v1/leervragen/lv-5").status_code == 404


def test_a_region_reads_no_contact_data_among_its_suggestions(service):
    assert "kanarie-a-verzuim" in told(service.get("verbinder", "/v1/leervragen/lv-1/suggesties"))
    assert "kanarie-a-verzuim" not in told(service.get("regio", "/v1/leervragen/lv-1/suggesties"))

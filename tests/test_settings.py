"""Settings come from the environment at the doors, and have sensible places when it says nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from matcher.settings import PREFIX, Settings


def test_every_setting_can_be_given_in_the_environment():
    given = {
        "MATCHER_DATABASE": "/x/bureau.db", "MATCHER_CACHE": "/x/cache", "MATCHER_MODEL": "lsa",
        "MATCHER_WEIGHTS": "/x/w.json", "MATCHER_RERANKER": "/x/cross", "MATCHER_USER": "p-1",
    }  # fmt: skip
    found = Settings.from_environment(given)
    assert found == Settings(Path("/x/bureau.db"), Path("/x/cache"), "lsa", Path("/x/w.json"), "/x/cross", "p-1")
    assert set(given) == {PREFIX + name.upper() for name in Settings.__dataclass_fields__}


def test_nothing_given_gives_the_shipped_model_and_weights():
    found = Settings.from_environment({})
    assert (found.model, found.weights, found.reranker) == ("matcher", None, "")
    assert found.database.name == "matcher.db"
    assert Settings.from_environment({"MATCHER_MODEL": ""}) == found


def test_settings_are_frozen():
    with pytest.raises(AttributeError):
        Settings.from_environment({}).model = "x"

"""Settings come from the environment at the doors, and have sensible places when it says nothing."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from matcher.errors import InvalidValueError
from matcher.settings import PREFIX, Settings
from matcher.store import PERIODS


def test_every_setting_can_be_given_in_the_environment():
    given = {
        "MATCHER_DATABASE": "/x/bureau.db", "MATCHER_CACHE": "/x/cache", "MATCHER_MODEL": "lsa",
        "MATCHER_WEIGHTS": "/x/w.json", "MATCHER_RERANKER": "/x/cross", "MATCHER_USER": "p-1",
    }  # fmt: skip
    kept = ("QUESTIONS", "NOTES", "LOG", "SESSIONS", "ATTEMPTS", "DRAFTS", "NOTICES", "BIN")
    given |= {f"MATCHER_KEEP_{name}": str(days) for days, name in enumerate(kept, 11)}
    mail = {
        "HOST": "post.example.org", "PORT": "25", "TLS": "geen", "FROM": "matcher@example.org", "USER": "m",
        "PASSWORD": "g", "LINK": "https://m.example.org/",
    }  # fmt: skip
    given |= {f"MATCHER_MAIL_{name}": text for name, text in mail.items()}
    found = Settings.from_environment(given)
    places = (Path("/x/bureau.db"), Path("/x/cache"), "lsa", Path("/x/w.json"), "/x/cross", "p-1")
    assert found == Settings(*places, *range(11, 11 + len(kept)), "post.example.org", 25, "geen",
                             "matcher@example.org", "m", "g", "https://m.example.org")  # fmt: skip
    assert "'g'" not in repr(found)
    assert found.periods == {name.lower(): timedelta(days=days) for days, name in enumerate(kept, 11)}
    assert set(given) == {PREFIX + name.upper() for name in Settings.__dataclass_fields__}


def test_nothing_given_gives_the_shipped_model_and_weights():
    found = Settings.from_environment({})
    assert (found.model, found.weights, found.reranker) == ("matcher", None, "")
    assert found.database.name == "matcher.db"
    assert Settings.from_environment({"MATCHER_MODEL": ""}) == found


def test_the_store_and_the_settings_agree_on_how_long_things_are_kept():
    assert Settings.from_environment({}).periods == dict(PERIODS)


@pytest.mark.parametrize("wrong", ["0", "-1", "een jaar", "1.5", "99999", "٣"])
def test_a_period_that_is_no_number_of_days_is_named(wrong):
    with pytest.raises(InvalidValueError, match=f"MATCHER_KEEP_LOG.*{wrong}.*dagen"):
        Settings.from_environment({"MATCHER_KEEP_LOG": wrong})


@pytest.mark.parametrize(
    ("name", "wrong"),
    [("PORT", "0"), ("PORT", "smtp"), ("TLS", "ssl"), ("FROM", "bureau"), ("FROM", "a@b.nl, c@d.nl"), ("LINK", ""),
     ("LINK", "matcher.example.org"), ("LINK", "https://m.example.org/x")],
)  # fmt: skip
def test_mail_that_could_not_go_out_is_refused_at_the_start(name, wrong):
    right = {
        "MATCHER_MAIL_HOST": "p",
        "MATCHER_MAIL_FROM": "m@example.org",
        "MATCHER_MAIL_LINK": "https://m.example.org",
    }
    assert Settings.from_environment(right).mail_host == "p"
    with pytest.raises(InvalidValueError, match=f"MATCHER_MAIL_{name}"):
        Settings.from_environment(right | {f"MATCHER_MAIL_{name}": wrong})


def test_without_a_mail_server_the_rest_of_mail_says_nothing():
    assert Settings.from_environment({"MATCHER_MAIL_TLS": "onzin"}) == Settings.from_environment({})


def test_settings_are_frozen():
    with pytest.raises(AttributeError):
        Settings.from_environment({}).model = "x"

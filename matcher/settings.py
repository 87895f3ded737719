"""What a person can set goes in (environment variables), frozen Settings come out; read only at the doors."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import platformdirs

from matcher.errors import InvalidValueError
from matcher.vectors import SHIPPED

PREFIX = "MATCHER_"
# Who acts when nobody says who: the bureau as such.
BUREAU = "bureau"
_KEEP = "keep_"
# How a mail server is spoken to: encrypted after a plain start, encrypted from the start, or not at all.
MAIL_TLS = ("starttls", "tls", "geen")
# What is mailed to: nothing that could hold a second address or a header.
ADDRESS = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")
# A hundred years: who wants to keep something for ever should have to think of a number.
_LONGEST = 36_525


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things are and which model and weights are used.

    database: the bureau's own file; while it does not exist, the reference corpus answers.
    cache: a folder for what can always be made anew; model: an encoder's name or folder; weights: a file of tuned
    weights, or a folder of which one file is in use, None for those shipped; reranker: a cross-encoder's name or
    folder, "" for none; user: the key under which what is done is dated and logged, never a name. keep_...: how
    many days each thing is kept. mail_...: the mail server by which notices go out, "" for
    none; mail_link: the address of the service in them.
    """

    database: Path
    cache: Path
    model: str = SHIPPED
    weights: Path | None = None
    reranker: str = ""
    user: str = BUREAU
    keep_questions: int = 730
    keep_notes: int = 365
    keep_log: int = 1095
    keep_sessions: int = 30
    keep_attempts: int = 1
    keep_drafts: int = 90
    keep_notices: int = 30
    keep_bin: int = 30
    mail_host: str = ""
    mail_port: int = 587
    mail_tls: str = MAIL_TLS[0]
    mail_from: str = ""
    mail_user: str = ""
    mail_password: str = field(default="", repr=False)
    mail_link: str = ""

    @property
    def periods(self) -> dict[str, timedelta]:
        """How long each thing is kept, by what it is: the argument of `Store.tidy`."""
        return {name[len(_KEEP) :]: timedelta(days=getattr(self, name)) for name in self._kept()}

    @classmethod
    def _kept(cls) -> list[str]:
        return [name for name in cls.__dataclass_fields__ if name.startswith(_KEEP)]

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Return the settings that MATCHER_DATABASE, _CACHE, _MODEL, _WEIGHTS, ... ask for, else the defaults."""
        given = {name: environment.get(PREFIX + name.upper(), "") for name in cls.__dataclass_fields__}
        return cls(
            database=Path(given["database"] or platformdirs.user_data_path("matcher") / "matcher.db"),
            cache=Path(given["cache"] or platformdirs.user_cache_path("matcher")),
            model=given["model"] or SHIPPED,
            weights=Path(given["weights"]) if given["weights"] else None,
            reranker=given["reranker"],
            user=given["user"] or BUREAU,
            **_mail(given) | {name: _days(name, given[name]) for name in cls._kept() if given[name]},
        )


def _days(name: str, text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,5}", text) or not 1 <= int(text) <= _LONGEST:
        raise InvalidValueError(PREFIX + name.upper(), text, f"een aantal dagen, 1 tot en met {_LONGEST}")
    return int(text)


def _mail(given: Mapping[str, str]) -> dict[str, Any]:
    """Return the settings of mail; all that a mail needs has to be there once there is a server."""
    found: dict[str, Any] = {name: text for name, text in given.items() if name.startswith("mail_") and text}
    if not found.get("mail_host"):
        return {}
    if not re.fullmatch(r"https?://[^\s/]+", found.get("mail_link", "").rstrip("/")):
        raise InvalidValueError(PREFIX + "MAIL_LINK", given["mail_link"], "een adres als https://matcher.example.org")
    if not ADDRESS.fullmatch(found.get("mail_from", "")):
        raise InvalidValueError(PREFIX + "MAIL_FROM", given["mail_from"], "een e-mailadres")
    if found.get("mail_tls", MAIL_TLS[0]) not in MAIL_TLS:
        raise InvalidValueError(PREFIX + "MAIL_TLS", found["mail_tls"], ", ".join(MAIL_TLS))
    port = found.get("mail_port", "587")
    if not re.fullmatch(r"[0-9]{1,5}", port) or not 1 <= int(port) <= 65_535:
        raise InvalidValueError(PREFIX + "MAIL_PORT", port, "een poort, 1 tot en met 65535")
    return found | {"mail_port": int(port), "mail_link": found["mail_link"].rstrip("/")}

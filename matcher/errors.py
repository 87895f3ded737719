"""What can go wrong, each error with its fact as attributes, all children of MatcherError."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path


class MatcherError(Exception):
    """Base of every error that Matcher raises on purpose; its text is fit to show to a person."""


class InvalidValueError(MatcherError, ValueError):
    """A value that may not be: names the field, the value and what is allowed."""

    def __init__(self, field: str, value: object, allowed: str) -> None:
        self.field, self.value, self.allowed = field, value, allowed
        super().__init__(f"{field}: {value!r} kan niet; toegestaan: {allowed}")


class UnknownNameError(InvalidValueError):
    """A name that nobody knows; never replaced by a default."""

    def __init__(self, field: str, value: object, known: Iterable[str]) -> None:
        self.known = tuple(known)
        super().__init__(field, value, ", ".join(self.known) or "nog geen")


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in a file: the line (from 1; 0 for the file as a whole), the field and what is wrong."""

    line: int
    field: str
    message: str


class BrokenFileError(MatcherError):
    """A file that cannot be read as it should; carries every problem found, nothing was taken over."""

    SHOWN = 20

    def __init__(self, path: Path | str, problems: Sequence[Problem]) -> None:
        self.path, self.problems = Path(path), tuple(problems)
        shown = [
            f"{self.path}"
            + (f", regel {p.line}" if p.line else "")
            + (f", {p.field}" if p.field else "")
            + f": {p.message}"
            for p in self.problems[: self.SHOWN]
        ]
        rest = len(self.problems) - len(shown)
        if rest:
            shown.append(f"... en nog {rest} fouten; er is niets overgenomen")
        super().__init__("\n".join(shown))


class MissingPartError(MatcherError):
    """Something that must be installed or built first, with the way to get it."""

    def __init__(self, part: str, remedy: str) -> None:
        self.part, self.remedy = part, remedy
        super().__init__(f"{part} ontbreekt: {remedy}")


class ForeignDatabaseError(MatcherError):
    """A file that is not a sound database of Matcher; it was left as it is."""

    def __init__(self, path: Path | str, reason: str) -> None:
        self.path, self.reason = Path(path), reason
        super().__init__(f"{path} is geen bruikbare database van Matcher: {reason}. Er is niets gewijzigd.")


class InfeasibleRoundError(MatcherError):
    """Hard rules of a round that cannot hold together: what kind of rule, on whom, what it needs and what there is.

    kind: forbidden, possible, most, places, hours, load, least. subject: an id, or the ids of a pair.
    """

    def __init__(
        self, kind: str, subject: str | tuple[str, str], reason: str,
        needs: float | None = None, there_is: float | None = None, pairs: Iterable[tuple[str, str]] = (),
    ) -> None:  # fmt: skip
        self.kind, self.subject, self.reason = kind, subject, reason
        self.needs, self.there_is, self.pairs = needs, there_is, tuple(pairs)
        super().__init__(f"Deze ronde kan zo niet: {reason}.")

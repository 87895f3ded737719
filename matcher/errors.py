"""What can go wrong, each error with its fact as attributes, all children of MatcherError."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any


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

    @property
    def place(self) -> str:
        """Where in the file, as `, regel 3, kind`; empty for the file as a whole."""
        return (f", regel {self.line}" if self.line else "") + (f", {self.field}" if self.field else "")


@dataclass(frozen=True, slots=True)
class CellProblem(Problem):
    """One fault in a sheet: `line` is the row as the spreadsheet counts it, `field` the header above the cell."""

    column: str = ""
    value: str = ""

    @property
    def place(self) -> str:
        """Where in the sheet, as `, rij 3, kolom F (Uren per maand)`."""
        header = f" ({self.field})" if self.field else ""
        return (f", rij {self.line}" if self.line else "") + (f", kolom {self.column}{header}" if self.column else "")


class BrokenFileError(MatcherError):
    """A file that cannot be read as it should; carries every problem found, nothing was taken over."""

    SHOWN = 20

    def __init__(self, path: Path | str, problems: Sequence[Problem]) -> None:
        self.path, self.problems = Path(path), tuple(problems)
        shown = [f"{self.path}{p.place}: {p.message}" for p in self.problems[: self.SHOWN]]
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


class StepNotAllowedError(MatcherError):
    """A step that the state of a proposal does not permit; carries the step, the state and what is allowed."""

    def __init__(self, proposal: str, step: str, state: str, allowed: Iterable[str]) -> None:
        self.proposal, self.step, self.state, self.allowed = proposal, step, state, tuple(allowed)
        can = ", ".join(self.allowed) or "niets meer"
        super().__init__(f"{proposal} is {state}; de stap {step!r} kan nu niet. Toegestaan: {can}.")


class NoHoursLeftError(MatcherError):
    """More hours a month asked than an offer has left; names the proposals that hold them, never people."""

    def __init__(self, offer: str, asked: float, left: float, held_by: Iterable[str]) -> None:
        self.offer, self.asked, self.left, self.held_by = offer, asked, left, tuple(held_by)
        holders = f" De andere uren zijn vergeven aan {', '.join(self.held_by)}." if self.held_by else ""
        super().__init__(f"{offer}: {asked:g} uur per maand gevraagd, nog {left:g} over.{holders}")


class NoPlacesLeftError(MatcherError):
    """An offer that has as many introductions at once as it may have; names the proposals that hold them."""

    def __init__(self, offer: str, most: int, held_by: Iterable[str]) -> None:
        self.offer, self.most, self.held_by = offer, most, tuple(held_by)
        super().__init__(f"{offer} doet ten hoogste {most} koppelingen tegelijk: {', '.join(self.held_by)}.")


class DoubleProposalError(MatcherError):
    """A pair that was proposed before, and nobody said "again"; carries the earlier proposal."""

    def __init__(self, earlier: Any, told: str) -> None:
        self.earlier = earlier
        super().__init__(
            f"{earlier.question} en {earlier.offer} zijn al aan elkaar voorgesteld ({told}). "
            "Wilt u dit paar opnieuw voorstellen? Zeg er dan bij dat het opnieuw is."
        )


class ActedOnError(MatcherError):
    """A change that can no longer be undone or a thing that cannot be deleted, because someone went on with it."""

    def __init__(self, what: str, by: Iterable[str]) -> None:
        self.what, self.by = what, tuple(by)
        super().__init__(f"{what} kan niet meer: er is al mee verder gewerkt ({', '.join(self.by)}).")


class DatabaseBusyError(MatcherError):
    """A file that another process kept locked for longer than we wait; nothing was written."""

    def __init__(self, path: Path | str, seconds: float) -> None:
        self.path, self.seconds = Path(path), seconds
        super().__init__(f"{path} is al {seconds:g} seconden bezet door een ander programma. Probeer het zo nog eens.")


class FullDiskError(MatcherError):
    """A file that cannot grow, or cannot be written; nothing of the change was kept, what was there can be read."""

    def __init__(self, path: Path | str, reason: str) -> None:
        self.path, self.reason = Path(path), reason
        super().__init__(
            f"{path} kan niet worden bijgewerkt ({reason}). Er is niets gewijzigd; wat er stond, is te lezen. "
            "Maak ruimte op de schijf en probeer het opnieuw."
        )


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


class SignInRefusedError(MatcherError):
    """Signing in that was refused; does not say which of login, password and code was wrong."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        super().__init__("U bent niet aangemeld: uw inlognaam, uw wachtwoord of uw code klopt niet.")


class TooManyAttemptsError(MatcherError):
    """Too many failed attempts with a login or from an address; carries the moment from which one may try again."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        clock = f"{until.astimezone():%H:%M:%S}"
        super().__init__(f"Er is te vaak geprobeerd om aan te melden. U kunt het weer proberen om {clock}.")


class WeakPasswordError(MatcherError):
    """A password that may not be; carries every rule it breaks as a Dutch sentence, never the password."""

    def __init__(self, broken: Iterable[str]) -> None:
        self.broken = tuple(broken)
        super().__init__(f"Dit wachtwoord kan niet. {' '.join(self.broken)}")


class LinkRefusedError(MatcherError):
    """A link to choose a password that was used, is too old or never was; carries how many hours one holds."""

    def __init__(self, hours: int) -> None:
        self.hours = hours
        super().__init__(
            f"Deze link werkt niet meer: een link werkt één keer, {hours} uur lang. Vraag de beheerder om een nieuwe."
        )


class WrongCodeError(MatcherError):
    """A code of six digits that is wrong, too old or was used already; carries how many seconds one holds."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(f"Deze code klopt niet of is al gebruikt. Elke {seconds} seconden komt er een nieuwe.")


class LastKeeperError(MatcherError):
    """The last beheerder, who cannot be closed, given another role or thrown away; carries their login."""

    def __init__(self, login: str) -> None:
        self.login = login
        super().__init__(
            f"{login} is de laatste beheerder met een open account. Zorg eerst voor een andere: "
            "matcher accounts --add INLOGNAAM --name NAAM --role beheerder"
        )

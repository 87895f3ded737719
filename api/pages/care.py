"""What a beheerder looks after: the size of things, what needs attention, and the state of the file on request."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, render_template

from api.access import BEHEERDER, allowed, bureau
from api.pages.frame import options
from api.pages.people import stand_of
from api.reading import REPORT
from api.sight import Sight
from matcher import KIND_NAMES, Bureau, Line, accounts, doctor

blueprint = Blueprint("care", __name__)
_MOST_LINES = 300
# What was cleared away by a period, in words.
PAST = {
    "questions": "gesloten leervragen", "notes": "toelichtingen bij voorstellen", "log": "regels van het logboek",
    "sessions": "sessies", "drafts": "concepten", "attempts": "pogingen om aan te melden", "notices": "berichten",
    "bin": "dingen in de prullenbak", "answers": "bewaarde antwoorden",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Point:
    """Something that needs attention: what, why, and where it is looked after."""

    title: str
    text: str
    href: str = ""
    action: str = ""
    tone: str = "warning"


@blueprint.get("/onderhoud")
@allowed(BEHEERDER)
def examine() -> str:
    """Examine the file of the bureau, and tell what is past its period."""
    work = bureau()
    found = doctor(work.settings.database, None, work.clock())
    overdue = work.store.overdue(work.settings.periods, work.clock())
    past = [(PAST.get(what, what), n, _days(work, what)) for what, n in overdue.items() if n]
    return render_template("begin/onderhoud.html", found=found, past=past, crumbs=[(None, "Onderhoud")])


def home(sight: Sight) -> str:
    """Return the first page of a beheerder."""
    work = sight.bureau
    offers, known = sight.offers(), sight.all(work.store.accounts())
    stands = [stand_of(a, work.clock()) for a in known]
    kinds = {k: sum(o.kind == k for o in offers) for k in sorted({o.kind for o in offers})}
    return render_template(
        "begin/beheerder.html", kind_names=KIND_NAMES, offers=len(offers), kinds=kinds, accounts=len(known),
        active=stands.count("actief"), waiting=len(known) - stands.count("actief") - stands.count("afgesloten"),
        binned=sum(b.kind == "offer" for b in work.store.bin()), points=list(_points(work)),
        newest=[x for x in sight.all(work.store.log(most=_MOST_LINES, newest=True)) if _is_change(x)][:6],
        names={p.key: p.name for p in work.store.people()},
    )  # fmt: skip


# Lines that tell of what was changed, by the activity of their processing.
_ACTIVITIES = ("catalogus", "beheer", "rechten", "toegang")
_NO_CHANGE = frozenset({"aanmelden", "afmelden"})


def _points(work: Bureau) -> Iterator[Point]:
    """Yield what needs attention, the most pressing first."""
    store, at = work.store, work.clock()
    if ailment := store.ailment():
        yield Point("De database is niet goed te lezen", ailment, "/onderhoud", "Onderzoek de database", "negative")
    if work.notice:
        yield Point("Het taalmodel kan niet worden gebruikt", work.notice, tone="negative")
    if accounts.has_demo_accounts(store):
        text = "Iedereen die de demo-wachtwoorden kent, kan binnen. Sluit ze af voordat u met echte gegevens werkt."
        yield Point("Er staan demo-accounts open", text, "/accounts", "Bekijk de accounts")
    if report := [x for x in store.log(most=_MOST_LINES, newest=True) if x.name == REPORT]:
        text = "Iemand bekeek in korte tijd veel profielen. Hoort dat bij het werk?"
        who = urlencode({"door": report[0].attributes.get("dpl.core.user", "")})
        yield Point("Veel profielen ingezien", text, f"/logboek?{who}", "Bekijk wie")
    if not store.offers():
        yield Point(
            "De catalogus is leeg", "Zonder aanbod kan Matcher niets voorstellen.", "/inlezen", "Lees aanbod in"
        )
    if due := sum(store.overdue(work.settings.periods, at).values()):
        text = f"{due} dingen zijn langer bewaard dan afgesproken. Opruimen gaat met: matcher tidy --do-it"
        yield Point("Er is iets op te ruimen", text, "/onderhoud", "Bekijk wat")
    if not options().contact:
        yield Point(
            "Er is geen contactadres", "Op de privacypagina staat nu niet wie u kunt mailen.", "/privacy", "Bekijk"
        )


def _is_change(line: Line) -> bool:
    activity = line.attributes.get("dpl.core.processing_activity_id", "")
    return activity.endswith(_ACTIVITIES) and line.name not in _NO_CHANGE


def _days(work: Bureau, what: str) -> int:
    period = work.settings.periods.get(what)
    return period.days if period else 1

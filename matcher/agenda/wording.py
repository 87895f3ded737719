"""Groups and balances go in, Dutch comes out: a few short sentences each, and the rows of the table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from matcher.agenda import Group
from matcher.agenda.cases import GOOD
from matcher.agenda.communities import COMMUNITY_FITS, Duo, Fit, NewCommunity
from matcher.agenda.gaps import Balance
from matcher.suggestions import Refused

HEADINGS = (
    "thema", "vragen", "zonder goed en beschikbaar aanbod", "tekort", "goed en beschikbaar aanbod", "regio's",
    "welke vragen zonder aanbod", "beste beschikbare aanbod", "past wel, kan niet",
)  # fmt: skip
_MISSED = 3


def group_sentences(group: Group) -> str:
    """Return what a group asks, from where, and which community of practice fits or could begin."""
    asked = f"{_questions(len(group.questions))} over {group.name}{_from(group)}."
    if len(group.questions) > 1:
        asked += f" Het meest centraal staat “{group.medoid.title or group.medoid.text}” ({group.medoid.id})."
    if group.community:
        return f"{asked} {_community(group.community, len(group.questions))}"
    if group.proposal:
        return f"{asked} {_proposal(group.proposal, len(group.questions))}"
    return f"{asked} {_no_proposal(group)}"


def gap_sentences(balance: Balance) -> str:
    """Return how many questions of a theme find no good offer that can happen, where, and what comes nearest."""
    unmet = balance.unmet
    head = f"Thema “{balance.theme.label}”: {_questions(balance.asked)}"
    if not unmet:
        return f"{head}, alle met goed en beschikbaar aanbod."
    count = "geen enkele" if len(unmet) == balance.asked else f"{balance.asked - len(unmet)}"
    text = f"{head}, {count} met goed en beschikbaar aanbod{_in(balance.regions)}."
    if nearest := _nearest(balance):
        text += f" Het beste dat wel kan, is {nearest}; dat helpt waarschijnlijk niet genoeg."
    if balance.missed:
        text += f" Past wel, maar kan niet: {'; '.join(_missed(r) for r in balance.missed[:_MISSED])}."
    return text


def duo_sentence(duo: Duo) -> str:
    """Return who is known of a region's duo, and who is still to be found."""
    sides = (("gemeente", duo.municipality), ("onderwijs", duo.education))
    return f"{duo.region}: " + ", ".join(_side(side, name or "nog te zoeken") for side, name in sides)


def _side(side: str, name: str) -> str:
    return name if name.casefold().startswith(side) else f"{side} {name}"


def rows(balances: Iterable[Balance]) -> list[tuple[str | int | float, ...]]:
    """Return one row a theme, in the order given, under HEADINGS."""
    return [
        (
            b.theme.label, b.asked, len(b.unmet), round(b.shortage, 2), len(b.offers), ", ".join(b.regions),
            ", ".join(c.question.id for c in b.unmet), _nearest(b), "; ".join(_missed(r) for r in b.missed),
        )
        for b in balances
    ]  # fmt: skip


def _community(fit: Fit, questions: int) -> str:
    return f"{fit.offer.name} past hierbij (score {points(fit.score)}){_whom(fit, questions)}."


def _whom(fit: Fit, questions: int) -> str:
    able = len(fit.possible_for)
    return "" if able == questions else f", voor {able} van de {questions} vragen"


def _proposal(proposal: NewCommunity, questions: int) -> str:
    found = [f"Voorstel: een nieuwe community of practice met {_listed(proposal.regions)}."]
    if any(d.municipality or d.education for d in proposal.duos):
        found.append(f"Duo's van gemeente en onderwijs: {'; '.join(duo_sentence(d) for d in proposal.duos)}.")
    else:
        found.append("Per regio moet nog een duo van gemeente en onderwijs worden gezocht.")
    if (lead := proposal.facilitator) is None:
        found.append("Facilitator: nog te zoeken.")
    else:
        weak = "" if lead.score >= GOOD else " Het onderwerp past daar nog weinig bij."
        found.append(
            f"Facilitator die kan: {lead.offer.name} (score {points(lead.score)}){_whom(lead, questions)}.{weak}"
        )
    if proposal.nearest and proposal.nearest.score >= COMMUNITY_FITS / 2:
        found.append(f"Het dichtst bij komt nu {proposal.nearest.offer.name} (score {points(proposal.nearest.score)}).")
    return " ".join(found)


def _no_proposal(group: Group) -> str:
    if len(group.questions) == 1:
        return "De vraag lijkt op geen andere open vraag."
    there_are = "van geen vraag is de regio bekend" if not group.regions else "nu is het er 1"
    return f"Voor een community of practice zijn vragen uit 2 regio's nodig; {there_are}."


def _nearest(balance: Balance) -> str:
    best = max((c.best for c in balance.unmet if c.best), key=lambda b: (b[1], b[0].id), default=None)
    return f"{best[0].name} (score {points(best[1])})" if best else ""


def _missed(refused: Refused) -> str:
    return f"{refused.offer.name} ({' en '.join(refused.reasons)})"


def points(score: float) -> str:
    """Return a score as people see it: in hundredths, with a comma."""
    return f"{100 * score:.2f}".replace(".", ",")


def _questions(count: int) -> str:
    return f"{count} {'vraag' if count == 1 else 'vragen'}"


def _from(group: Group) -> str:
    if not group.regions:
        return ""
    unknown = sum(not q.region for q in group.questions)
    return f", uit {_listed(group.regions)}" + (f" (bij {_questions(unknown)} staat geen regio)" if unknown else "")


def _in(regions: Sequence[str]) -> str:
    return f" (in {_listed(regions)})" if regions else ""


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} en {names[-1]}"

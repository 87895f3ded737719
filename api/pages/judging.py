"""Judging pairs, one after another, by click or key; how far evaluators agree, and how much is judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, make_response, redirect, render_template, request

from api.access import EVALUATOR, allowed, bureau, caller
from api.pages import drafts
from api.pages.shown import headline, listed
from api.problems import ProblemError, sought
from api.sight import Sight
from matcher import KIND_NAMES, Agreement, InvalidValueError, Judgement, Offer, Question

blueprint = Blueprint("judging", __name__)
# What each grade means: as in the sheet of judgements.
GRADES = (
    (0, "helpt niet", "Gaat over iets anders."),
    (1, "raakt eraan", "Zelfde onderwerp, maar geen antwoord."),
    (2, "helpt", "Hier komt de vrager verder mee."),
    (3, "helpt precies", "Dit is wat de vraag zoekt."),
)
KEYS = "__Host-toetsen"
_A_YEAR = 365 * 24 * 3600
_HERE = "/beoordelen"
_MOST_SKIPPED = 1000
# From which kappa on agreement is called so (Landis and Koch 1977, in words of our own).
_WORDS = ((0.8, "zeer groot"), (0.6, "groot"), (0.4, "redelijk"), (0.2, "matig"), (0.0, "klein"))


@dataclass(frozen=True, slots=True)
class At:
    """The pair that an evaluator is at, as they may see it."""

    question: Question
    offer: Offer

    @property
    def names(self) -> dict[str, str]:
        """The ids by which evaluators know the two."""
        return {"leervraag": self.question.id, "aanbod": self.offer.id}


@blueprint.get("/beoordelen")
@allowed(EVALUATOR)
def judge_form() -> str:
    """Show the next pair, or the one that the address names, to be judged (again)."""
    return _page({})


@blueprint.post("/beoordelen")
@allowed(EVALUATOR)
def judge() -> Response:
    """Keep a grade, and go on to the next pair."""
    work, pair = bureau(), _pair(request.form)
    grade = request.form.get("graad", "")
    if grade not in {str(g) for g, _, _ in GRADES}:
        return make_response(_page({"": "Kies 0, 1, 2 of 3."}), 400)
    try:
        work.judge(*pair, int(grade), request.form.get("notitie", "")[:2000].strip())
    except InvalidValueError:
        text = "Hier staat een burgerservicenummer (BSN). Haal het weg: over kinderen worden geen gegevens bewaard."
        return make_response(_page({"notitie": text}), 400)
    return redirect(_HERE, 303)  # type: ignore[return-value]


@blueprint.post("/beoordelen/overslaan")
@allowed(EVALUATOR)
def skip() -> Response:
    """Leave a pair for later: it comes back when the others are judged."""
    _pair(request.form)
    name = f"{request.form['leervraag']} {request.form['aanbod']}"
    skipped = [n for n in drafts.kept(_HERE).get("over", []) if n != name]
    drafts.keep(_HERE, {"over": [*skipped, name][-_MOST_SKIPPED:]})
    return redirect(_HERE, 303)  # type: ignore[return-value]


@blueprint.post("/beoordelen/toetsen")
@allowed(EVALUATOR)
def keys() -> Response:
    """Switch the keys on or off; the browser remembers it."""
    response = redirect(_HERE, 303)
    off = "uit" if request.form.get("toetsen") == "uit" else "aan"
    response.set_cookie(KEYS, off, secure=True, httponly=True, samesite="Lax", path="/", max_age=_A_YEAR)
    return response  # type: ignore[return-value]


@blueprint.get("/overeenstemming")
@allowed(EVALUATOR)
def agreement() -> str:
    """Show how far every two evaluators agree, in words and numbers."""
    every_two, mean = bureau().agreement()
    names = _names(mean.between)
    rows = [(" en ".join(sorted((names[p] for p in a.between), key="u".__ne__)), a, word(a)) for a in every_two]
    return render_template(
        "beoordelen/overeenstemming.html", rows=rows, mean=mean, word=word(mean), sentence=_sentence(mean),
        people=len(mean.between), crumbs=[(None, "Overeenstemming")],
    )  # fmt: skip


@blueprint.get("/dekking")
@allowed(EVALUATOR)
def coverage() -> str:
    """Show how much is judged: in all, by question and by kind of offer."""
    work = bureau()
    sight = Sight(caller(), work)
    found = [(c, _shown_question(sight, c.question)) for c in work.coverage()]
    rows = listed([r for r in found if r[1]], len(found), _SORTS, "alle")
    everyone, mine = work.store.judgements(), sight.all(work.store.judgements())
    kinds = _by_kind(sight, everyone)
    return render_template(
        "beoordelen/dekking.html", list=rows, headline=headline, kinds=kinds, everyone=len({_ids(j) for j in everyone}),
        mine=len(mine), total=sum(c.pairs for c, _ in found), judged=sum(c.judged for c, _ in found),
        at_ten=_mean([c.of_first / c.first for c, _ in found if c.first]), crumbs=[(None, "Dekking")],
    )  # fmt: skip


def home(sight: Sight) -> str:
    """Return the first page of an evaluator."""
    work = sight.bureau
    now, mine = work.turn(), sight.all(work.store.judgements())
    counts = Counter(j.grade for j in mine)
    today = work.clock().astimezone().date()
    return render_template(
        "begin/evaluator.html", turn=now, mine=len(mine), today=sum(j.at.astimezone().date() == today for j in mine),
        grades=[(g, name, counts[g]) for g, name, _ in GRADES], most=max(counts.values(), default=1),
        mean=work.agreement()[1], word=word, sentence=_sentence,
    )  # fmt: skip


def word(found: Agreement) -> str:
    """Return what a kappa is called, "" where there is none."""
    if found.kappa is None:
        return ""
    return next((name for least, name in _WORDS if found.kappa >= least), "geen")


def _page(errors: Mapping[str, str]) -> str:
    work = bureau()
    sight, form = Sight(caller(), work), request.form
    mine = sorted(sight.all(work.store.judgements()), key=lambda j: (j.at, j.question, j.offer))
    now = work.turn(_skipped(sight))
    at = _asked_for(sight) if (form or request.args).get("leervraag") else _at(sight, now.pair)
    before = next((j for j in mine if at and (j.question, j.offer) == (at.question.id, at.offer.id)), None)
    earlier = mine[: mine.index(before)] if before else mine
    return render_template(
        "beoordelen/beoordelen.html", at=at, turn=now, grades=GRADES, chosen=before.grade if before else None,
        note=form.get("notitie", before.note if before else ""), last=None if before or not mine else mine[-1],
        back=_address(earlier[-1]) if earlier else "", keys=request.cookies.get(KEYS) != "uit", errors=errors,
        grade_names={g: name for g, name, _ in GRADES}, kinds=KIND_NAMES, crumbs=[],
    )  # fmt: skip


def _asked_for(sight: Sight) -> At:
    given = request.form if request.form else request.args
    with sought("Dit paar bestaat niet, of niet meer."):
        return At(sight.question(given.get("leervraag", "")), sight.offer(given.get("aanbod", "")))


def _at(sight: Sight, pair: tuple[str, str] | None) -> At | None:
    if pair is None:
        return None
    question, offer = sight.see(sight.bureau.store.question(pair[0])), sight.see(sight.bureau.store.offer(pair[1]))
    return At(question, offer) if question and offer else None


def _pair(given: Mapping[str, str]) -> tuple[str, str]:
    """Return the real ids of the pair that was sent; raises ProblemError (404)."""
    sight = Sight(caller(), bureau())
    with sought("Dit paar bestaat niet, of niet meer."):
        sight.question(given.get("leervraag", "")), sight.offer(given.get("aanbod", ""))
        return sight.real("question", given["leervraag"]), sight.real("offer", given["aanbod"])


def _skipped(sight: Sight) -> set[tuple[str, str]]:
    """Return the pairs, by real ids, that were left for later; what is gone meanwhile is left out."""
    found = set()
    for name in drafts.kept(_HERE).get("over", []):
        question, _, offer = name.partition(" ")
        try:
            with sought():
                found.add((sight.real("question", question), sight.real("offer", offer)))
        except ProblemError:
            continue
    return found


def _address(judgement: Judgement) -> str:
    return f"{_HERE}?{urlencode({'leervraag': judgement.question, 'aanbod': judgement.offer})}"


def _names(people: Sequence[str]) -> dict[str, str]:
    """Return what evaluators are called towards each other: not by name, nor by what leads to one."""
    mine = caller().key
    return {person: "u" if person == mine else f"beoordelaar {n}" for n, person in enumerate(people, 1)}


def _sentence(found: Agreement) -> str:
    """Return in plain words what an agreement means."""
    if found.kappa is None:
        return "Er is nog niets te zeggen. Daarvoor moeten twee mensen dezelfde paren beoordelen."
    told = {
        "zeer groot": "Beoordelaars zijn het bijna altijd eens.", "groot": "Beoordelaars zijn het meestal eens.",
        "redelijk": "Beoordelaars zijn het vaker eens dan toeval, maar niet altijd.",
        "matig": "Beoordelaars zijn het weinig eens. Bespreek samen een paar paren.",
        "klein": "Beoordelaars zijn het nauwelijks vaker eens dan toeval. Bespreek samen wat de graden betekenen.",
        "geen": "Beoordelaars zijn het niet vaker eens dan toeval. Bespreek samen wat de graden betekenen.",
    }  # fmt: skip
    return told[word(found)]


_SORTS: Mapping[str, Any] = {
    "leervraag": lambda r: headline(r[1]), "alle": lambda r: r[0].judged / r[0].pairs if r[0].pairs else 0.0,
    "mijn": lambda r: r[0].mine, "tien": lambda r: r[0].of_first / r[0].first if r[0].first else 0.0,
}  # fmt: skip


def _shown_question(sight: Sight, identifier: str) -> Question | None:
    return sight.see(sight.bureau.store.question(identifier))


def _by_kind(sight: Sight, everyone: Sequence[Judgement]) -> list[tuple[str, int, dict[int, int]]]:
    """Return (kind, pairs judged, {grade: how often}) of the offers that were judged, the most judged first."""
    kinds = {o.id: o.kind for o in sight.bureau.store.offers()}
    counts: dict[str, Counter[int]] = {}
    for judgement in everyone:
        if kind := kinds.get(judgement.offer):
            counts.setdefault(KIND_NAMES[kind], Counter())[judgement.grade] += 1
    return sorted(((k, c.total(), dict(c)) for k, c in counts.items()), key=lambda r: (-r[1], r[0]))


def _ids(judgement: Judgement) -> tuple[str, str]:
    return judgement.question, judgement.offer


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None

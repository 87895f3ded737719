"""The bureau at work over the village: hours that are promised are gone, a declined pair is not suggested again."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from matcher.agenda.communities import Duo
from matcher.agenda.wording import group_sentences
from matcher.bureau import UNSTATED_HOURS, Bureau, open_bureau
from matcher.engines import Engines
from matcher.errors import (
    ActedOnError,
    DoubleProposalError,
    InfeasibleRoundError,
    InvalidValueError,
    MissingPartError,
    NoHoursLeftError,
    UnknownNameError,
)
from matcher.exchange.plans import plan
from matcher.exchange.recurrence import HERE
from matcher.exchange.sheets import read_sheet, write_sheet
from matcher.intake import read_intake
from matcher.matchmaker import Matchmaker, kept_pool
from matcher.proposals import Capacity, Outcome
from matcher.rounds import Wanted, wanted
from matcher.scores import Weights
from matcher.settings import Settings
from matcher.store import FIXED, FORBIDDEN, Pair, Store, open_store
from tests.conftest import OFFERS, question

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
ASKED = (
    question("mijn zoon zit al weken thuis op zijn kamer", id="v-zuim", region="Almere"),
    question("verzuim en leerplicht", id="v-twee", hours_per_month=3),
)


@pytest.fixture
def bureau(village_reader, tmp_path):
    store = Store.in_memory()
    store.put([*OFFERS, *ASKED], "p-1", NOON)
    settings = Settings(tmp_path / "x.db", tmp_path, user="p-1")
    engine = Matchmaker(village_reader, Weights(), kept_pool(store, village_reader), (), ())
    yield Bureau(store, settings, lambda: NOON, Engines(settings, engine))
    store.close()


def kept(bureau, asked, k=3):
    return [s.offer.id for s in bureau.suggest(asked, k).kept]


def test_what_was_suggested_is_remembered(bureau):
    assert kept(bureau, "v-zuim")[0] in {"a-verzuim", "b-verzuim"}
    shown = bureau.store.shown("v-zuim")
    assert [(s.rank, s.by, s.at) for s in shown] == [(1, "p-1", NOON), (2, "p-1", NOON), (3, "p-1", NOON)]


def test_hours_that_are_promised_are_gone_until_it_is_declined(bureau):
    assert "a-verzuim" in kept(bureau, "v-twee")
    made = bureau.propose("v-zuim", "a-verzuim", hours=2)
    assert "a-verzuim" not in kept(bureau, "v-twee")
    assert bureau.objections("v-twee", "a-verzuim") == ("heeft 2 uur per maand, gevraagd is 3 uur",)
    with pytest.raises(NoHoursLeftError):
        bureau.propose("v-twee", "a-verzuim")
    bureau.take(made.id, "afgewezen", "te ver weg")
    assert "a-verzuim" in kept(bureau, "v-twee")


def test_a_decline_teaches_only_that_pair(bureau):
    made = bureau.propose("v-zuim", "a-verzuim")
    assert made.hours == UNSTATED_HOURS
    bureau.take(made.id, "afgewezen", "te ver weg")
    assert bureau.objections("v-zuim", "a-verzuim") == ("niet deze combinatie, want te ver weg",)
    assert bureau.objections("v-twee", "a-verzuim") == ()
    with pytest.raises(DoubleProposalError, match="te ver weg"):
        bureau.propose("v-zuim", "a-verzuim")
    assert bureau.propose("v-zuim", "a-verzuim", again=True).state == "voorgesteld"


def test_a_question_without_a_date_is_asked_for_today(bureau):
    late = replace(bureau, clock=lambda: NOON.replace(month=9))
    assert bureau.objections("v-zuim", "c-geld") == ()
    assert late.objections("v-zuim", "c-geld") == ("was beschikbaar tot en met 30 juni 2027",)


def test_an_offer_without_a_place_is_refused(bureau):
    bureau.store.set_capacity("b-verzuim", Capacity(None, 1), "p-1", NOON)
    bureau.propose("v-twee", "b-verzuim")
    assert bureau.objections("v-zuim", "b-verzuim") == ("heeft geen plaats meer voor een koppeling",)


def test_from_proposal_to_outcome(bureau):
    made = bureau.propose("v-twee", "a-verzuim", "graag")
    for kind in ("aanvaard", "loopt"):
        made = bureau.take(made.id, kind)
    made = bureau.take(made.id, "afgerond", outcome=Outcome(4, "Het hielp.", "Fijn gewerkt."))
    assert (made.state, made.outcome.helped, made.hours) == ("afgerond", 4, 3)
    assert bureau.store.room("a-verzuim")[0].left == 4


def test_names_nobody_knows_are_named(bureau):
    with pytest.raises(UnknownNameError, match="v-twee"):
        bureau.suggest("v-bestaat-niet")
    with pytest.raises(UnknownNameError, match="a-verzuim"):
        bureau.objections("v-twee", "bestaat-niet")


def test_a_bureau_without_a_database_is_told_so(tmp_path):
    settings = Settings(tmp_path / "geen.db", tmp_path)
    with pytest.raises(MissingPartError, match="matcher start"), open_bureau(settings):
        pass
    assert not settings.database.exists()


def test_a_week_away_refuses_its_days(bureau):
    week = [(NOON.replace(day=d, hour=7), NOON.replace(day=d, hour=17)) for d in range(1, 6)]
    bureau.store.set_busy("b-verzuim", week, "p-1", NOON)
    assert bureau.objections("v-zuim", "b-verzuim") == ("is afwezig tot 6 maart 2027",)
    bureau.store.set_busy("b-verzuim", week[:2], "p-1", NOON)
    assert bureau.objections("v-zuim", "b-verzuim") == ()


@pytest.mark.parametrize("kind", ["offers", "questions", "proposals", "judgements"])
@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_what_goes_out_comes_in_without_a_change(bureau, tmp_path, kind, suffix):
    bureau.propose("v-zuim", "a-verzuim", "graag")
    bureau.store.judge("v-zuim", "a-verzuim", 3, "p-1", NOON, "past")
    write_sheet(tmp_path / f"x.{suffix}", kind, bureau.rows(kind))
    read = bureau.planned(read_sheet(tmp_path / f"x.{suffix}"))
    assert (read.new, read.changed, read.wrong) == ((), (), ())
    assert len(read.same) == len(bureau.rows(kind)) > 0


def sheet_of(tmp_path, kind, rows):
    write_sheet(tmp_path / "in.csv", kind, rows)
    return read_sheet(tmp_path / "in.csv", kind)


def test_a_sheet_is_taken_over_whole_or_not_at_all(bureau, tmp_path):
    good = {"id": "nieuw", "region": "Almere", "title": "Hoe nu verder?"}
    mixed = sheet_of(tmp_path, "questions", [good, {"id": "ander", "region": "Atlantis", "title": "Ook"}])
    assert [p.line for p in bureau.planned(mixed).wrong] == [3]
    with pytest.raises(InvalidValueError, match="1 fout"):
        bureau.take_over("questions", bureau.planned(mixed))
    assert {q.id for q in bureau.store.questions()} == {"v-zuim", "v-twee"}
    whole = sheet_of(tmp_path, "questions", [good])
    bureau.take_over("questions", bureau.planned(whole))
    assert bureau.question("nieuw").region == "Almere"
    assert len(bureau.planned(whole).same) == 1


@pytest.mark.parametrize(("kind", "row"), [
    ("questions", {"id": "n", "title": "Hulp", "text": "Mijn zoon heeft bsn 123456782."}),
    ("offers", {"id": "n", "kind": "dossier", "name": "Hulp", "summary": "Bij bsn 123456782."}),
    ("judgements", {"question": "v-zuim", "offer": "a-verzuim", "grade": 2, "reason": "bsn 123456782"}),
    ("proposals", {"id": "x", "question": "v-zuim", "offer": "a-verzuim", "note": "bsn 123456782"}),
])  # fmt: skip
def test_a_sheet_with_a_bsn_is_wrong_and_the_number_is_not_told(bureau, tmp_path, kind, row):
    (problem,) = bureau.planned(sheet_of(tmp_path, kind, [row])).wrong
    assert "BSN" in problem.message
    assert "123456782" not in str(problem)


def test_proposals_and_judgements_come_in_from_a_sheet_once(bureau, tmp_path):
    proposed = sheet_of(tmp_path, "proposals", [{"id": "x", "question": "v-zuim", "offer": "a-verzuim", "hours": 2}])
    graded = sheet_of(tmp_path, "judgements", [{"question": "v-zuim", "offer": "a-verzuim", "grade": 2}])
    for _ in range(2):
        bureau.take_over("proposals", bureau.planned(proposed))
        bureau.take_over("judgements", bureau.planned(graded))
    assert [(p.question, p.offer, p.hours, p.state) for p in bureau.store.proposals()] == [
        ("v-zuim", "a-verzuim", 2, "voorgesteld")
    ]
    assert [j.grade for j in bureau.store.judgements()] == [2]
    done = [{"id": "v-1", "question": "v-zuim", "offer": "a-verzuim", "hours": 2, "state": "afgerond"}]
    todo = bureau.planned(sheet_of(tmp_path, "proposals", done))
    assert [(p.place, "matcher step" in p.message) for p in todo.wrong] == [(", rij 2, kolom D (Stand)", True)]
    with pytest.raises(InvalidValueError, match="1 fout"):
        bureau.take_over("proposals", todo)
    plain = plan(sheet_of(tmp_path, "proposals", done), bureau.rows("proposals"), bureau.known)
    with pytest.raises(InvalidValueError, match="matcher step"):
        bureau.take_over("proposals", plain)


@pytest.mark.parametrize(("state", "told"), [
    ("klaar", "toegestaan: aanvaard, afgerond, "), ("afgerond", "nieuw voorstel; toegestaan: voorgesteld"),
    ("Voorgesteld", ""), (None, ""),
])  # fmt: skip
def test_a_new_proposal_in_a_sheet_begins_as_proposed(bureau, tmp_path, state, told):
    path = tmp_path / "voorstellen.csv"
    path.write_text(f"Voorstel-id;Leervraag-id;Aanbod-id;Stand\nx;v-zuim;a-verzuim;{state or ''}\n", encoding="utf-8")
    wrong = bureau.planned(read_sheet(path)).wrong
    assert [(p.place, told in p.message) for p in wrong] == ([(", rij 2, kolom D (Stand)", True)] if told else [])


def test_a_round_is_drafted_approved_and_undone(bureau):
    found = bureau.round(helpers=2)
    placed = {(p.question, p.offer) for p in found.placed}
    assert {q for q, _ in placed} == {"v-zuim", "v-twee"}
    draft = bureau.keep_round(found)
    assert (draft.id, draft.state) == ("r-1", "concept")
    assert bureau.store.proposals() == []
    left_out = min(placed)
    done = bureau.approve("r-1", [left_out])
    assert done.state == "goedgekeurd"
    assert {(p.question, p.offer) for p in bureau.store.proposals()} == placed - {left_out}
    again = bureau.round(helpers=2)
    assert not {(p.question, p.offer) for p in again.placed} & (placed - {left_out})
    bureau.undo_round("r-1")
    assert not any(p.open for p in bureau.store.proposals())
    assert {(p.question, p.offer) for p in bureau.round(helpers=2).placed} == placed


def test_a_round_keeps_to_hours_and_says_what_would_help(bureau):
    bureau.store.put([replace(q, kinds=("expert",), hours_per_month=3) for q in ASKED], "p-1", NOON)
    found = bureau.round()
    assert [p.offer for p in found.placed] == ["a-verzuim"]
    (left,) = [item for item in bureau.told(found)["over"] if not item["heeft"]]
    assert left["waarom"] == "Wat past, zit vol. Wat helpt: 2 uur per maand meer bij A-verzuim, voor deze vraag."


def test_a_round_keeps_what_a_person_decided(bureau):
    first = bureau.round().placed[0]
    bureau.store.set_pair(Pair(first.question, first.offer, FORBIDDEN, "kennen elkaar al"), "p-1", NOON)
    bureau.store.set_pair(Pair("v-twee", "g-rekenen", FIXED, "op verzoek"), "p-1", NOON)
    pairs = {(p.question, p.offer): p.locked for p in bureau.round().placed}
    assert (first.question, first.offer) not in pairs
    assert pairs["v-twee", "g-rekenen"] is True


def test_an_approved_round_is_undone_whole_or_not_at_all(bureau):
    bureau.approve(bureau.keep_round(bureau.round()).id)
    acted = bureau.store.proposals()[-1]
    bureau.take(acted.id, "aanvaard")
    bureau.take(acted.id, "loopt")
    bureau.take(acted.id, "afgerond", outcome=Outcome(5, "Goed.", "Goed."))
    with pytest.raises(ActedOnError, match=acted.id):
        bureau.undo_round("r-1")
    assert all(p.state != "herroepen" for p in bureau.store.proposals())


def test_the_agenda_speaks_of_the_open_questions_alone(bureau):
    bureau.store.close_question("v-twee", "p-1", NOON)
    assert [q.id for g in bureau.agenda().groups for q in g.questions] == ["v-zuim"]


def test_an_offer_finds_the_open_questions_that_it_helps(bureau):
    found = bureau.helped("a-verzuim")
    assert {h.question.id for h in found} == {"v-zuim", "v-twee"}
    assert [h.suggestion.rank for h in found] == [1, 2]
    assert found[0].suggestion.score.total >= found[1].suggestion.score.total
    for helped in found:
        forth = next(s for s in bureau.suggest(helped.question.id, 20).kept if s.offer.id == "a-verzuim")
        assert helped.suggestion == replace(forth, rank=helped.suggestion.rank)
    assert [h.question.id for h in bureau.helped("a-verzuim", [ASKED[1]])] == ["v-twee"]
    bureau.store.close_question("v-twee", "p-1", NOON)
    assert [h.question.id for h in bureau.helped("a-verzuim")] == ["v-zuim"]
    with pytest.raises(UnknownNameError):
        bureau.helped("weg")


def test_what_cannot_happen_helps_nobody(bureau):
    assert bureau.helped("d-privacy", [question("privacy en toestemming", id="x")]) == ()
    bureau.store.put([question("privacy en toestemming", id="v-pri")], "p-1", NOON)
    assert [h.question.id for h in bureau.helped("d-privacy")] == []
    bureau.take(bureau.propose("v-twee", "a-verzuim", hours=4).id, "aanvaard")
    assert bureau.helped("a-verzuim") == ()


def test_an_id_is_not_given_twice(bureau):
    first = bureau.post(question("een vraag", id="x"))
    bureau.propose(first.id, "g-rekenen")
    bureau.take("v-1", "ingetrokken")
    bureau.store.delete("question", first.id, "p-1", NOON)
    assert bureau.post(question("een andere", id="x")).id != first.id
    entered = bureau.enter(replace(OFFERS[0], contact=None))
    bureau.store.delete("offer", entered.id, "p-1", NOON)
    again = bureau.enter(OFFERS[0])
    assert (entered.id, again.id) == ("ab-1", "ab-2")
    bureau.store.restore("offer", entered.id, "p-1", NOON)


def asked_alike(bureau, text, **facts):
    return [a.question.id for a in bureau.alike(question(text, id="nieuw", **facts))]


def test_a_question_finds_those_that_ask_the_same_in_other_words(bureau):
    more = [
        question("verzuim en leerplicht", id="v-1", title="Verzuim", region="Delft"),
        question("wie betaalt de zorg", id="v-2", title="Geld", region="Delft"),
    ]
    bureau.store.put(more, "p-1", NOON)
    assert asked_alike(bureau, "leerplicht bij verzuim") == ["v-1"]
    assert bureau.alike(more[0]) == []  # not like itself
    bureau.store.close_question("v-1", "p-1", NOON)
    assert asked_alike(bureau, "leerplicht bij verzuim") == []


def test_a_question_that_came_or_changed_meanwhile_is_found(bureau):
    assert asked_alike(bureau, "wie betaalt de zorg") == []
    made = bureau.post(question("de rekening van de zorg: wie betaalt", title="De rekening"))
    assert asked_alike(bureau, "wie betaalt de zorg") == [made.id]
    bureau.change(replace(made, text="muziek", title="Muziek"))
    assert asked_alike(bureau, "wie betaalt de zorg") == []


def test_a_round_and_an_agenda_of_some_questions_know_of_no_others(bureau):
    mine = [ASKED[1]]
    body = bureau.hold_round(Wanted(), mine)
    assert {p["leervraag"] for p in (*body["geplaatst"], *body["over"])} == {"v-twee"}
    assert [q.id for g in bureau.agenda(among=mine).groups for q in g.questions] == ["v-twee"]
    assert bureau.hold_round(Wanted(), [])["geplaatst"] == []


def test_pairs_of_one_round_bind_no_other_and_no_suggestion(bureau):
    pair = ("v-zuim", "g-rekenen")
    fixed = bureau.hold_round(Wanted(fixed=(pair,)))
    assert [(p["leervraag"], p["aanbod"]) for p in fixed["geplaatst"] if p["vast"]] == [pair]
    best = kept(bureau, "v-zuim", 1)[0]
    without_best = bureau.hold_round(Wanted(forbidden=(("v-zuim", best),)))
    assert ("v-zuim", best) not in [(p["leervraag"], p["aanbod"]) for p in without_best["geplaatst"]]
    assert kept(bureau, "v-zuim", 1) == [best]
    bureau.store.close_question("v-zuim", "p-1", NOON)
    with pytest.raises(InfeasibleRoundError, match="v-zuim"):
        bureau.hold_round(Wanted(fixed=(pair,)))


def test_a_draft_is_changed_by_hand_and_held_again(bureau):
    kept_round = bureau.keep_draft(bureau.hold_round(Wanted(2)))
    first = kept_round.body["geplaatst"][0]
    pair = (first["leervraag"], first["aanbod"])
    revised = bureau.revise_round(kept_round.id, Wanted(2, forbidden=(pair,)), [pair])
    assert revised.body["geplaatst"] == kept_round.body["geplaatst"][1:]
    again = bureau.keep_draft(bureau.hold_round(wanted(revised.body)), revised.id)
    assert (again.id, again.body["verzoek"]) == (kept_round.id, Wanted(2, forbidden=(pair,)).told)
    assert first not in again.body["geplaatst"]
    with pytest.raises(UnknownNameError):
        bureau.revise_round(kept_round.id, out=[("v-zuim", "weg")])
    bureau.approve(kept_round.id)
    with pytest.raises(InvalidValueError):
        bureau.revise_round(kept_round.id)


def test_a_calendar_fills_when_an_offer_is_busy(bureau):
    lines = "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//x", "BEGIN:VEVENT", "UID:1", "DTSTART;VALUE=DATE:20270405"
    bureau.fill_calendar("a-verzuim", "\n".join([*lines, "DTEND;VALUE=DATE:20270417", "END:VEVENT", "END:VCALENDAR"]))
    found = bureau.store.availability("a-verzuim")
    assert [(a.astimezone(HERE).date().isoformat()) for a, _ in found.busy] == ["2027-04-05"]
    bureau.propose("v-zuim", "a-verzuim", hours=1)
    assert bureau.store.availability("a-verzuim").hours.left == 3
    assert [a for a in bureau.store.availabilities() if a.offer == "a-verzuim"] == [
        bureau.store.availability("a-verzuim")
    ]


def test_who_takes_part_in_a_region_is_kept_and_makes_the_duo_of_the_agenda(village_reader, tmp_path):
    two = [question(ASKED[0].text, id=f"v-{r}", region=r) for r in ("Almere", "Utrecht")]
    form = tmp_path / "aanmelding.json"
    told = json.loads((Path(__file__).parent / "intake" / "regio.json").read_text(encoding="utf-8"))
    form.write_text(json.dumps(told | {"regio": "Almere"}), encoding="utf-8")
    path = tmp_path / "x.db"
    with closing(open_store(path)) as store:
        store.put([*OFFERS, *two], "p-1", NOON)
        engine = Matchmaker(village_reader, Weights(), kept_pool(store, village_reader), (), ())
        settings = Settings(path, tmp_path, user="p-1")
        at_work = Bureau(store, settings, lambda: NOON, Engines(settings, engine))
        assert not any(d.complete for g in at_work.agenda().groups if g.proposal for d in g.proposal.duos)
        read = read_intake(form)
        assert at_work.take_in(read) == len(read.offers) + len(read.questions) + 1
        assert at_work.take_in(read) == 0
    with closing(open_store(path)) as store:
        again = Bureau(store, settings, lambda: NOON, Engines(settings, engine))
        (group,) = (g for g in again.agenda().groups if {q.id for q in g.questions} >= {q.id for q in two})
    assert group.proposal.duos == (Duo("Almere", "gemeente", "schoolbestuur"), Duo("Utrecht"))
    assert "Almere: gemeente, onderwijs schoolbestuur; Utrecht: gemeente nog te zoeken" in group_sentences(group)

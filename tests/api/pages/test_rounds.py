"""Makelrondes as a verbinder meets them: held, looked at, adjusted by hand, approved in part or whole, taken back."""

from __future__ import annotations

import re

import pytest

from matcher import FIXED, FORBIDDEN, Wanted


@pytest.fixture
def verbinder(visit):
    return visit("verbinder")


def hold(visitor, **asked):
    visitor.post("/rondes/nieuw", asked)
    return visitor.path.rsplit("/", 1)[1]


def ticked(visitor):
    """Return the pairs that the page shows with a tick, by what names them in the form."""
    return re.findall(r'name="mee" value="([^"]+)"', visitor.last.get_data(as_text=True))


def send(visitor, number, do, without=()):
    shown = ticked(visitor)
    mee = [pair for pair in shown if pair not in without]
    return visitor.post(f"/rondes/{number}", {"doe": do, "getoond": shown, "mee": mee})


def states(service):
    return {(p.question, p.offer): p.state for p in service.desk.store.proposals()}


def test_a_round_is_held_shown_and_approved_and_nothing_is_proposed_before(verbinder, service):
    number = hold(verbinder, helpers="2", doel="geholpen", spreiding="0.02", mix="0")
    assert "concept" in verbinder.text
    assert states(service) == {}
    kept = service.bureau().kept_round(number)
    assert (kept.body["verzoek"]["hulp"], kept.body["doel"]["aim"]) == (2, "helped")
    placed = {f"{p['leervraag']} {p['aanbod']}" for p in kept.body["geplaatst"]}
    assert set(ticked(verbinder)) == placed
    assert not any(pair.startswith("lv-7 ") for pair in placed)
    assert "Waarom, en wat zou helpen" in verbinder.text
    assert all(item["waarom"].rstrip(".") in verbinder.text for item in kept.body["over"])
    send(verbinder, number, "goedkeuren")
    assert "de uren zijn gereserveerd" in verbinder.text
    assert {" ".join(pair) for pair in states(service)} == placed
    assert set(states(service).values()) == {"voorgesteld"}


def test_a_pair_without_its_tick_is_not_proposed(verbinder, service):
    number = hold(verbinder)
    out = ticked(verbinder)[0]
    send(verbinder, number, "goedkeuren", [out])
    assert tuple(out.split()) not in states(service)
    assert len(states(service)) > 0
    assert "weggelaten" in verbinder.text


def test_what_is_taken_out_of_a_draft_stays_out_and_nothing_left_is_refused(verbinder, service):
    number = hold(verbinder)
    pairs = ticked(verbinder)
    send(verbinder, number, "weghalen", pairs[:1])
    assert ticked(verbinder) == pairs[1:]
    send(verbinder, number, "weghalen")
    assert verbinder.last.status_code == 400
    send(verbinder, number, "goedkeuren", ticked(verbinder))
    assert "Laat ten minste één koppeling staan" in verbinder.text
    assert states(service) == {}
    send(verbinder, number, "opnieuw")
    assert ticked(verbinder) == pairs


def test_a_whole_round_is_taken_back_until_someone_acted_on_it(verbinder, service):
    number = hold(verbinder)
    send(verbinder, number, "goedkeuren")
    assert f'action="/rondes/{number}/terugdraaien"' in verbinder.last.get_data(as_text=True)
    verbinder.post(f"/rondes/{number}/terugdraaien")
    assert set(states(service).values()) == {"herroepen"}
    assert "teruggedraaid" in verbinder.text
    again = hold(verbinder)
    send(verbinder, again, "goedkeuren")
    one = next(p for p in service.desk.store.proposals() if p.state == "voorgesteld")
    service.bureau().take(one.id, "aanvaard")
    assert verbinder.post(f"/rondes/{again}/terugdraaien").status_code == 409
    assert f"op {one.id} is al gereageerd" in verbinder.text
    assert "voorgesteld" in states(service).values()


def test_a_pair_is_ruled_out_with_a_reason_and_the_round_held_again(verbinder, service):
    number = hold(verbinder)
    question, offer = ticked(verbinder)[0].split()
    here = f"/rondes/{number}/koppeling"
    assert "vast" in verbinder.get(f"{here}?vraag={question}&aanbod={offer}").get_data(as_text=True)
    pair = {"vraag": question, "aanbod": offer, "besluit": FORBIDDEN}
    assert verbinder.post(here, pair).status_code == 400
    assert "Schrijf erbij waarom" in verbinder.text
    verbinder.post(here, pair | {"waarom": "Zij spraken elkaar al."})
    assert f"{question} {offer}" not in ticked(verbinder)
    assert "Zij spraken elkaar al." in verbinder.text
    verbinder.post(here, pair | {"besluit": "vrij"})
    assert f"{question} {offer}" in ticked(verbinder)
    assert service.desk.store.pairs() == []


def test_a_pair_is_fixed_and_one_that_cannot_be_is_not_kept(verbinder, service):
    number = hold(verbinder)
    here = f"/rondes/{number}/koppeling"
    verbinder.post(here, {"vraag": "lv-5", "aanbod": "h-pesten", "besluit": FIXED, "waarom": "Afgesproken."})
    assert "lv-5 h-pesten" in ticked(verbinder)
    assert "vastgezet" in verbinder.text
    full = {"vraag": "lv-3", "aanbod": "d-privacy", "besluit": FIXED, "waarom": "Toch."}
    assert verbinder.post(here, full).status_code == 409
    assert "Deze ronde kan zo niet" in verbinder.text
    assert [(p.question, p.offer) for p in service.desk.store.pairs()] == [("lv-5", "h-pesten")]
    assert verbinder.post(here, {"vraag": "lv-5", "aanbod": "onzin", "besluit": "?"}).status_code == 400
    assert verbinder.post(here, full | {"vraag": "lv-7"}).status_code == 404


def test_what_changed_since_the_draft_stops_the_whole_of_it(verbinder, service):
    number = hold(verbinder)
    question, offer = ticked(verbinder)[0].split()
    shown = ticked(verbinder)
    service.bureau().propose(question, offer, hours=1)
    answer = verbinder.post(f"/rondes/{number}", {"doe": "goedkeuren", "getoond": shown, "mee": shown})
    assert answer.status_code == 409
    assert "Houd de ronde opnieuw" in verbinder.text
    assert len(states(service)) == 1


def test_an_approved_round_is_past_deciding(verbinder):
    number = hold(verbinder)
    shown = ticked(verbinder)
    send(verbinder, number, "goedkeuren")
    for do in ("goedkeuren", "weghalen", "opnieuw"):
        assert verbinder.post(f"/rondes/{number}", {"doe": do, "getoond": shown, "mee": []}).status_code == 409
    assert verbinder.get(f"/rondes/{number}/koppeling?vraag=lv-1").status_code == 409
    assert verbinder.post(f"/rondes/{number}", {"doe": "iets"}).status_code == 400


def test_a_choice_that_is_not_there_is_told_at_its_field(verbinder, service):
    assert verbinder.post("/rondes/nieuw", {"helpers": "9"}).status_code == 400
    assert 'id="helpers-fout"' in verbinder.last.get_data(as_text=True)
    assert service.desk.store.rounds() == []


def test_the_list_has_the_rounds_over_questions_that_one_may_see(verbinder, visit, service):
    assert "nog geen makelronde" in verbinder.get("/rondes").get_data(as_text=True)
    number = hold(verbinder)
    assert f"Makelronde {number}" in verbinder.get("/rondes?stand=concept").get_data(as_text=True)
    assert "Geen rondes gevonden" in verbinder.get("/rondes?stand=goedgekeurd").get_data(as_text=True)
    elsewhere = visit("verbinder-elders")
    assert f"Makelronde {number}" not in elsewhere.get("/rondes").get_data(as_text=True)
    assert elsewhere.get(f"/rondes/{number}").status_code == 404
    assert elsewhere.post(f"/rondes/{number}", {"doe": "goedkeuren"}).status_code == 404
    assert elsewhere.post(f"/rondes/{number}/terugdraaien").status_code == 404
    assert visit("regio").get("/rondes").status_code == 403
    assert service.bureau().kept_round(number).state == "concept"


def test_what_is_gone_since_is_shown_by_its_id(verbinder, service):
    work = service.bureau()
    body = work.hold_round(Wanted(), [q for q in work.store.questions() if q.id != "lv-7"])
    number = work.keep_draft(body).id
    gone = body["geplaatst"][0]["leervraag"]
    work.store.delete("question", gone, "p-1", work.clock())
    page = verbinder.get(f"/rondes/{number}").get_data(as_text=True)
    assert gone in page
    assert f'href="/leervragen/{gone}"' not in page

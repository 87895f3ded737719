"""Two offers beside each other: what is chosen, what is spared, and what a caller may see of both."""

from __future__ import annotations

from tests.api.conftest import told


def test_two_that_were_named_stand_beside_each_other_with_why_and_whether_they_can(visit, service):
    visitor = visit("verbinder")
    page = visitor.get("/vergelijk?vraag=lv-1&een=b-verzuim&ander=d-privacy").get_data(as_text=True)
    assert page.index('<option value="b-verzuim" selected>') < page.index('<option value="d-privacy" selected>')
    (b, no), (d, why_not) = service.bureau().weighed([("lv-1", "b-verzuim"), ("lv-1", "d-privacy")])
    assert no == ()
    assert why_not
    assert f"{100 * b.score.total:.2f}".replace(".", ",") in visitor.text
    assert f"{100 * d.score.total:.2f}".replace(".", ",") in visitor.text
    assert f"D-privacy {why_not[0]}" in visitor.text
    assert 'href="/leervragen/lv-1/voorstel/b-verzuim"' in page


def test_a_weighed_offer_has_the_score_and_the_sentence_of_its_suggestion(service):
    work = service.bureau()
    kept = work.consider(work.question("lv-1"), 3).kept
    found = [s for s, _ in work.weighed([("lv-1", s.offer.id) for s in kept])]
    assert [(s.score, s.sentence, s.marks) for s in found] == [(s.score, s.sentence, s.marks) for s in kept]


def test_who_names_no_second_sees_the_best_that_there_are(visit, service):
    best = [s.offer.id for s in service.bureau().consider(service.bureau().question("lv-1"), 2).kept]
    page = visit("verbinder").get("/vergelijk?vraag=lv-1&een=onbekend").get_data(as_text=True)
    assert "Er zijn geen twee" in page
    page = visit("verbinder").get("/vergelijk?vraag=lv-1").get_data(as_text=True)
    assert all(f'<option value="{i}" selected>' in page for i in best)
    assert "Kies eerst een leervraag" in visit("verbinder").get("/vergelijk").get_data(as_text=True)


def test_a_region_compares_without_names_and_never_for_a_question_of_another(visit):
    answer = visit("regio").get("/vergelijk?vraag=lv-1&een=a-verzuim&ander=b-verzuim")
    assert "A-verzuim" not in told(answer)
    assert "kanarie" not in told(answer)
    assert "Stel voor" not in told(answer)
    assert "Expert van Organisatie-a-verzuim" in told(answer)
    assert visit("regio").get("/vergelijk?vraag=lv-5&een=a-verzuim&ander=b-verzuim").status_code == 404

"""What a verbinder does, from signing in to the result, in a real browser over the real service."""

from __future__ import annotations


def test_from_signing_in_to_a_proposal_in_at_most_six_clicks(site, open_page):
    page = open_page(site.address)
    site.sign_in(page)  # the first click
    page.get_by_role("link", name="Leervraag 1").first.click()
    page.get_by_role("link", name="Stel voor").first.click()
    page.get_by_role("button", name="Stel voor").click()
    assert page.get_by_role("status").get_by_text("Het voorstel is gedaan").is_visible()
    assert [p.state for p in site.bureau().store.proposals("lv-1")] == ["voorgesteld"]


def test_a_session_opens_a_page(open_as):
    page = open_as("verbinder", "/leervragen")
    assert page.get_by_role("heading", level=1).inner_text() == "Leervragen"

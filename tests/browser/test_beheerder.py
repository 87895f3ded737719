"""A beheerder in a real browser: reads in a sheet, keeps the catalogue, lets people in, gives access and erases."""

from __future__ import annotations

import pytest

from matcher import read_sheet, write_sheet
from tests.browser.checks import assert_accessible, assert_keyboard, assert_looks, assert_reflows
from tests.conftest import offer

HEADERS = "Aanbod-id;Soort;Naam;Omschrijving;Uren per maand\n"
BAD = HEADERS + "nieuw-1;dossier;Gids;Wat werkt.;2,5\nnieuw-2;draak;Fout;Zo niet.;veel\n"


def offers(site):
    return {o.id: o for o in site.desk.store.offers()}


def chosen(page, name, data):
    page.get_by_label("Bestand").set_input_files({"name": name, "mimeType": "", "buffer": data})
    page.get_by_role("button", name="Bekijk wat er gebeurt").click()


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
def test_a_sheet_goes_from_faults_by_the_error_sheet_to_the_catalogue(open_page, site, tmp_path, javascript):
    page = open_page(f"{site.address}/inlezen", javascript=javascript)
    site.sign_in(page, "beheerder")
    chosen(page, "catalogus.csv", BAD.encode())
    assert page.get_by_role("heading", name="Er zitten fouten in dit blad").is_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download de foute rijen").click()
    path = tmp_path / "fouten.xlsx"
    download.value.save_as(path)
    assert [row.values.get("name") for row in read_sheet(path).rows] == ["Fout"]
    good = tmp_path / "goed.xlsx"
    write_sheet(good, "offers", [offer("nieuw-1", "Wat werkt."), offer("nieuw-2", "Zo wel.")])
    page.get_by_role("link", name="Kies een ander bestand").click()
    chosen(page, "goed.xlsx", good.read_bytes())
    assert "nieuw-1" not in offers(site)
    page.get_by_role("button", name="Neem alles over").click()
    page.wait_for_load_state()
    assert {"nieuw-1", "nieuw-2"} <= offers(site).keys()


def test_an_offer_is_changed_deleted_and_brought_back(open_as, site):
    page = open_as("beheerder", "/aanbod/a-verzuim/wijzig", javascript=False)
    page.get_by_label("Uren per maand").fill("veel")
    page.get_by_role("button", name="Bewaar").click()
    assert page.title().startswith("Fout: ")
    page.get_by_role("link", name="veel").click()
    page.get_by_label("Uren per maand").fill("7")
    page.get_by_role("button", name="Bewaar").click()
    page.wait_for_load_state()
    assert offers(site)["a-verzuim"].hours_per_month == 7
    page = open_as("beheerder", "/aanbod/a-verzuim/wijzig", javascript=False)
    page.get_by_role("button", name="Leg in de prullenbak").click()
    page.wait_for_load_state()
    assert "a-verzuim" not in offers(site)
    page.get_by_role("button", name="Zet terug").click()
    page.wait_for_load_state()
    assert "a-verzuim" in offers(site)


def test_someone_is_let_in_from_account_to_first_page(open_as, open_page, site):
    page = open_as("beheerder", "/accounts/nieuw", javascript=False)
    page.get_by_label("Naam", exact=True).fill("Voorbeeld evaluator")
    page.get_by_label("Gebruikersnaam").fill("nieuw@example.org")
    page.get_by_label("evaluator", exact=True).check()
    page.get_by_role("button", name="Maak het account").click()
    page.get_by_role("button", name="Maak een link").click()
    token = page.locator("code").first.inner_text().rpartition("/")[2]
    other = open_page(f"{site.address}/wachtwoord/{token}", width=900)
    for label in ("Nieuw wachtwoord", "Nog een keer"):
        other.get_by_label(label).fill("een zin die nergens staat")
    other.get_by_role("button").last.click()
    other.wait_for_load_state()
    assert site.desk.store.account("nieuw@example.org").password


def test_access_is_given_and_someone_erased_after_their_name_was_written_again(open_as, site):
    page = open_as("beheerder", "/betrokkenen", javascript=False)
    page.get_by_label("Naam, gebruikersnaam of kenmerk").fill("A-verzuim")
    page.get_by_role("button", name="Toon wat er bewaard wordt").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download (JSON)").click()
    assert download.value.suggested_filename == "inzage.json"
    page.get_by_role("button", name="Wis definitief").click()
    assert "a-verzuim" in offers(site)
    page.get_by_label("Schrijf nog een keer").fill("A-verzuim")
    page.get_by_role("button", name="Wis definitief").click()
    page.get_by_text("Gewist:").wait_for()
    assert "a-verzuim" not in offers(site)
    assert "A-verzuim" not in page.url


def test_the_log_tells_who_saw_whom(open_as, site):
    work = site.bureau()
    work.store.record("aanbod inzien", work.by, work.clock(), [("offer", "c-geld")])
    page = open_as("beheerder", "/logboek", javascript=False)
    page.get_by_label("Wie het deed").select_option(work.by)
    page.get_by_role("button", name="Toon").click()
    assert page.get_by_role("row").filter(has_text="c-geld").count() == 1
    assert "Naam" not in page.url


def test_every_page_can_be_used_by_everyone(open_as, site):
    work = site.bureau("beheerder")
    work.store.delete("offer", "c-geld", work.by, work.clock())
    person = site.people["regio"].key
    page = open_as("beheerder", "/aanbod/a-verzuim/wijzig")
    assert_looks(page)
    assert_keyboard(page)
    paths = ("/", "/aanbod/nieuw", "/prullenbak", "/inlezen", "/accounts", "/accounts/nieuw", f"/accounts/{person}",
             "/betrokkenen", "/logboek", "/onderhoud")  # fmt: skip
    for path in paths:
        page.goto(site.address + path)
        assert_accessible(page)
        assert_reflows(page)


def test_what_a_post_shows_can_be_used_by_everyone(open_as):
    page = open_as("beheerder", "/inlezen")
    chosen(page, "catalogus.csv", BAD.encode())
    assert_accessible(page)
    assert_reflows(page)
    page.goto(page.url.replace("/inlezen", "/betrokkenen"))
    page.get_by_label("Naam, gebruikersnaam of kenmerk").fill("A-verzuim")
    page.get_by_role("button", name="Toon wat er bewaard wordt").click()
    assert_accessible(page)
    assert_reflows(page)

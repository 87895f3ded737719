"""docs/handleiding.md is walked chapter by chapter: what it prints bold is used or seen, what it types is run."""

from __future__ import annotations

import re
import shlex
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from api import Options, create_app
from matcher import Settings, open_desk, write_sheet
from matcher.cli import main
from tests.api.conftest import NOON, QUESTIONS
from tests.browser.site import PASSWORD, served
from tests.conftest import offer

GUIDE = Path(__file__).parent.parent.parent / "docs" / "handleiding.md"
TEXT = GUIDE.read_text(encoding="utf-8")
CHAPTERS = {int(n): body for n, body in re.findall(r"^## (\d+)\. (.*?)(?=^## |\Z)", TEXT, re.MULTILINE | re.DOTALL)}
QUESTION = "Hoe helpen we thuiszitters?"


class Walk:
    """One chapter being walked: every label goes by here, so that in the end none of the guide was passed over."""

    def __init__(self, chapter):
        self.wanted = set(re.findall(r"\*\*(.+?)\*\*", CHAPTERS[chapter]))
        self.met = set()

    def press(self, page, label, role="button"):
        self.met.add(label)
        page.get_by_role(role, name=re.compile(f"^{re.escape(label)}")).first.click()
        page.wait_for_load_state()

    def menu(self, page, label):
        self.met.add(label)
        page.get_by_role("navigation", name="Hoofdmenu").get_by_role("link", name=label, exact=True).click()

    def fill(self, page, label, text):
        self.met.add(label)
        page.get_by_label(re.compile(f"^{re.escape(label)}")).first.fill(text)

    def see(self, page, label):
        self.met.add(label)
        page.get_by_text(label).first.wait_for()


@pytest.fixture
def walk(request):
    found = Walk(int(re.match(r"test_(\d+)_", request.node.name)[1]))
    yield found
    assert found.met == found.wanted


@pytest.fixture
def typed(tmp_path, cache, monkeypatch):
    """Return a function that runs the commands of a chapter in a folder of its own: chapter -> what each printed."""
    monkeypatch.chdir(tmp_path)
    environment = {"MATCHER_DATABASE": str(tmp_path / "m.db"), "MATCHER_CACHE": str(cache)}

    def run(chapter):
        lines = re.findall(r"^ *(matcher .+)$", CHAPTERS[chapter], re.MULTILINE)
        return [_ran(shlex.split(line)[1:], environment) for line in lines]

    return run


def _ran(words, environment):
    if words[0] == "serve":  # goes on until it is stopped: only whether it knows what is asked
        words = [*words, "--help"]
    done = CliRunner().invoke(main, words, env=environment)
    assert done.exit_code == 0, f"{words}: {done.output}"
    return done.output


def test_each_chapter_is_walked():
    walked = [int(m[1]) for name in globals() if (m := re.match(r"test_(\d+)_", name))]
    assert walked == sorted(CHAPTERS) == list(range(1, len(CHAPTERS) + 1))


def test_each_picture_is_there():
    named = re.findall(r"!\[.+?\]\((.+?)\)", TEXT)
    assert named
    assert [n for n in named if not (GUIDE.parent / n).is_file()] == []


def test_1_installing(typed, tmp_path, cache, open_page):
    started, account, explained = typed(1)
    assert "regio's" in started
    assert "24 uur geldig" in account
    assert "Die geldt 24 uur" in CHAPTERS[1]
    assert "--address" in explained
    desk = open_desk(Settings(tmp_path / "m.db", cache))
    with served(create_app(desk, Options())) as address:
        page = open_page(f"{address}/wachtwoord/{account.split()[-1]}")
        for label in ("Nieuw wachtwoord", "Nog een keer"):
            page.get_by_label(label).fill(PASSWORD)
        page.get_by_role("button", name="Bewaar").click()
        page.get_by_label("Gebruikersnaam").fill("beheer@example.org")
        page.get_by_label("Wachtwoord", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Meld aan").click()
        page.get_by_role("navigation", name="Hoofdmenu").get_by_role("link", name="Inlezen").wait_for()
    desk.close()


def test_2_the_catalogue_is_read_in(walk, site, open_as, tmp_path):
    sheet = tmp_path / "aanbod.xlsx"
    write_sheet(sheet, "offers", [offer("nieuw-1", "Wat werkt.")])
    page = open_as("beheerder", "/")
    walk.menu(page, "Inlezen")
    walk.see(page, "Download het lege blad")
    walk.met.add("Bestand")
    page.get_by_label("Bestand").set_input_files(sheet)
    walk.press(page, "Bekijk wat er gebeurt")
    assert page.get_by_text("Er is nog niets overgenomen").is_visible()
    walk.press(page, "Neem alles over")
    page.get_by_text("Overgenomen:").wait_for()
    assert "nieuw-1" in {o.id for o in site.desk.store.offers()}


def test_3_someone_is_let_in(walk, site, open_as, open_page):
    page = open_as("beheerder", "/")
    walk.menu(page, "Accounts")
    walk.press(page, "Maak een account", "link")
    walk.met |= {"Naam", "Gebruikersnaam"}
    page.get_by_label("Naam", exact=True).fill("Voorbeeld evaluator")
    page.get_by_label("Gebruikersnaam").fill("nieuw@example.org")
    page.get_by_label("evaluator", exact=True).check()
    walk.press(page, "Maak het account")
    walk.press(page, "Maak een link")
    token = page.locator("code").first.inner_text().rpartition("/")[2]
    other = open_page(f"{site.address}/wachtwoord/{token}", width=900)
    walk.fill(other, "Nieuw wachtwoord", PASSWORD)
    walk.fill(other, "Nog een keer", PASSWORD)
    walk.press(other, "Bewaar")
    assert site.desk.store.account("nieuw@example.org").password


def test_4_a_question_is_posted(walk, site, open_as):
    page = open_as("regio", "/")
    walk.press(page, "Stel een leervraag", "link")
    walk.fill(page, "Wat wilt u weten, in één zin?", QUESTION)
    walk.fill(page, "Vertel het in uw eigen woorden", "Hij zit al weken thuis op zijn kamer.")
    walk.press(page, "Ga verder")
    walk.fill(page, "Hoeveel uren hulp per maand?", "1,5")
    walk.press(page, "Ga verder")
    walk.press(page, "Verstuur de leervraag")
    page.get_by_text("is verstuurd").wait_for()
    walk.see(page, "Maak ongedaan")
    assert QUESTION in {q.title for q in site.bureau().store.questions()}


def test_5_who_can_help(walk, open_as):
    page = open_as("verbinder", "/leervragen")
    walk.menu(page, "Vandaag")
    page.get_by_role("link", name="Leervraag 1").first.click()
    walk.see(page, "Waarom niet?")
    walk.see(page, "Zoek anders")
    page.get_by_text("Zoek anders").click()
    walk.met.add("Vorm")
    page.get_by_label("Vorm").select_option(index=1)
    walk.press(page, "Toon")
    assert "vorm=" in page.url
    page.go_back()
    walk.press(page, "Vergelijk", "link")
    assert page.get_by_role("heading", level=1).inner_text() == "Twee keer aanbod naast elkaar"


def test_6_a_proposal_is_made_and_taken_back(walk, site, open_as):
    page = open_as("verbinder", "/leervragen/lv-1")
    walk.press(page, "Stel voor", "link")
    walk.fill(page, "Notitie bij het voorstel", "Zij deden dit al.")
    walk.press(page, "Stel voor")
    page.get_by_text("Het voorstel is gedaan").wait_for()
    assert [p.note for p in site.bureau().store.proposals("lv-1")] == ["Zij deden dit al."]
    walk.see(page, "Maak ongedaan")
    page.locator("a[href='/voorstellen/v-1']").first.click()
    walk.press(page, "Draai de laatste stap terug")
    assert "voorgesteld" not in {p.state for p in site.bureau().store.proposals("lv-1")}


def test_7_the_region_answers(walk, site, open_as):
    site.bureau().propose("lv-1", "a-verzuim")
    page = open_as("regio", "/voorstellen/v-1")
    walk.press(page, "Ja, dit willen we")
    page.get_by_text("kanarie-a-verzuim@example.org").wait_for()
    walk.press(page, "Draai mijn antwoord terug")
    walk.fill(page, "Waarom past dit niet?", "Wij zoeken iemand voor scholen.")
    walk.press(page, "Nee, dit past niet")
    page.wait_for_load_state()
    assert [p.state for p in site.bureau().store.proposals("lv-1")] == ["afgewezen"]


def test_8_it_runs_and_what_came_of_it(walk, site, open_as):
    site.bureau().propose("lv-1", "a-verzuim")
    site.bureau("regio").take("v-1", "aanvaard")
    page = open_as("verbinder", "/voorstellen/v-1")
    walk.press(page, "Het loopt")
    page = open_as("regio", "/voorstellen/v-1", width=900)
    walk.see(page, "Hoe goed hielp het?")
    page.get_by_label("4", exact=True).check()
    walk.fill(page, "Wat bracht het u, in één regel?", "We maken nu één plan")
    walk.press(page, "Rond af")
    page.get_by_text("Dank u wel").wait_for()
    assert [p.state for p in site.bureau().store.proposals("lv-1")] == ["afgerond"]


def test_9_a_round_is_held_approved_and_taken_back(walk, site, open_as):
    page = open_as("verbinder", "/")
    walk.menu(page, "Makelrondes")
    walk.press(page, "Houd een makelronde", "link")
    walk.press(page, "Maak de ronde")
    page.get_by_text("Er is nog niets voorgesteld").wait_for()
    page.get_by_role("checkbox").first.uncheck()
    left = page.get_by_role("checkbox", checked=True).count()
    walk.press(page, "Keur goed en stel voor")
    page.get_by_role("button", name="Draai de ronde terug").wait_for()
    assert len(site.bureau().store.proposals()) == left > 0
    walk.press(page, "Draai de ronde terug")
    page.get_by_text("De ronde is teruggedraaid").wait_for()


def test_10_the_agenda(walk, site, open_as):
    site.bureau().store.put([replace(QUESTIONS[0], id="lv-20", region="Regio Twente")], "bureau", NOON)
    page = open_as("verbinder", "/")
    walk.menu(page, "Leeragenda")
    walk.see(page, "Bekijk dit als tabel")
    page.get_by_text("Bekijk dit als tabel").click()
    page.get_by_role("table", name="Per thema in getallen").wait_for()
    page.locator("a[href^='/agenda/']").first.click()
    assert page.get_by_text("Almere").first.is_visible()
    assert page.get_by_text("Regio Twente").first.is_visible()


def test_11_pairs_are_judged(walk, site, open_as):
    site.bureau("evaluator").turn()
    page = open_as("evaluator", "/")
    walk.menu(page, "Beoordelen")
    walk.press(page, "2")
    walk.press(page, "Terug naar de vorige", "link")
    walk.press(page, "0")
    walk.press(page, "Sla over")
    for grade in ("1", "3"):
        walk.press(page, grade)
    given = sorted(j.grade for j in site.desk.store.judgements() if j.by == site.people["evaluator"].key)
    assert given == [0, 1, 3]


def test_12_access_and_erasure(walk, site, open_as):
    page = open_as("beheerder", "/")
    walk.menu(page, "Inzage en wissen")
    walk.fill(page, "Naam, gebruikersnaam of kenmerk", "A-verzuim")
    walk.press(page, "Toon wat er bewaard wordt")
    with page.expect_download() as download:
        walk.press(page, "Download (JSON)")
    assert download.value.suggested_filename == "inzage.json"
    walk.fill(page, "Schrijf nog een keer", "A-verzuim")
    walk.press(page, "Wis definitief")
    page.get_by_text("Gewist:").wait_for()
    assert "a-verzuim" not in {o.id for o in site.desk.store.offers()}


def test_13_a_backup_and_tidying(typed, tmp_path):
    typed(1)
    typed(13)
    assert (tmp_path / "kopie.db").is_file()

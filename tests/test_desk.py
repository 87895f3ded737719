"""One file, many threads: each sees what the others did; a broken model costs meaning, not the answer."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from matcher.desk import open_desk
from matcher.engines import Engines
from matcher.errors import ForeignDatabaseError, MissingPartError
from matcher.settings import Settings
from matcher.store import open_store
from tests.conftest import OFFERS, offer, question

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
ASKED = [question("mijn zoon zit al weken thuis van school", id="v-1"), question("een traject over verzuim", id="v-2")]


@pytest.fixture
def settings(tmp_path, cache):
    with closing(open_store(tmp_path / "m.db")) as store:
        store.put([*OFFERS, *ASKED], "p-1", NOON)
    return Settings(tmp_path / "m.db", cache)


@pytest.fixture
def desk(settings):
    found = open_desk(settings, lambda: NOON)
    yield found
    found.close()


def test_threads_share_the_engine_and_see_each_others_work(desk):
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda n: desk.bureau(f"p-{n}").suggest("v-1").kept[0].offer.id, range(8)))
        assert len(set(answers)) == 1
        threads.submit(lambda: desk.bureau("p-1").propose("v-2", "a-verzuim", hours=4)).result()
        held = threads.submit(lambda: [s.offer.id for s in desk.bureau("p-2").suggest("v-1", 20).kept]).result()
    assert "a-verzuim" not in held
    assert {s.by for s in desk.store.shown("v-1")} >= {"p-0", "p-2"}


def test_a_new_offer_is_suggested_at_once(desk, settings):
    asked = question("wie weet iets van paardenkracht en hoefijzers?", id="x")
    assert "hoef" not in {s.offer.id for s in desk.bureau("p-1").consider(asked, 50).kept}
    with closing(open_store(settings.database)) as elsewhere:
        elsewhere.put([offer("hoef", "Alles over hoefijzers en paardenkracht.")], "p-9", NOON)
    assert desk.bureau("p-1").consider(asked).kept[0].offer.id == "hoef"


def test_the_same_question_is_answered_once(desk):
    work = desk.bureau("p-1")
    assert work.consider(ASKED[0]) is work.consider(ASKED[0])
    before = work.consider(ASKED[0])
    work.propose("v-2", before.kept[0].offer.id, hours=1)
    assert work.consider(ASKED[0]) is not before


def test_a_broken_model_leaves_an_answer_by_words_with_a_notice(desk, settings, tmp_path):
    desk.engines.settings = replace(settings, model=str(tmp_path / "geen-model"))
    assert "geen-model" in desk.ready()
    work = desk.bureau("p-1")
    assert work.suggest("v-2").kept[0].offer.id in {"a-verzuim", "b-verzuim"}
    assert work.notice
    desk.engines.settings = settings
    assert desk.ready() == ""
    assert desk.bureau("p-1").notice == ""


def test_at_the_command_line_a_broken_model_is_an_error(settings, tmp_path):
    engines = Engines(replace(settings, model=str(tmp_path / "geen-model")))
    with closing(open_store(settings.database)) as store, pytest.raises(MissingPartError, match="geen-model"):
        engines.catalogue(store)


def test_a_file_that_was_removed_or_replaced_is_seen_and_nothing_is_written_to_the_old_one(desk, settings, tmp_path):
    desk.store.backup(tmp_path / "kopie.db", "p-1", NOON)
    desk.store.put([question("later gevraagd", id="v-9")], "p-1", NOON)
    settings.database.unlink()
    with pytest.raises(ForeignDatabaseError):
        desk.bureau("p-1").propose("v-1", "a-verzuim")
    settings.database.write_text("een brief", encoding="utf-8")
    with pytest.raises(ForeignDatabaseError):
        desk.store.questions()
    assert desk.ready()
    (tmp_path / "kopie.db").replace(settings.database)
    assert [q.id for q in desk.store.questions()] == ["v-1", "v-2"]
    assert desk.bureau("p-1").propose("v-1", "a-verzuim").id == "v-1"


def test_all_connections_can_be_closed_when_their_threads_have_ended(desk):
    with ThreadPoolExecutor(3) as threads:
        list(threads.map(lambda n: desk.store.offers(), range(6)))
    desk.close()
    assert desk.store.offers()

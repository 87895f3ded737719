"""Notices over a real mail server: once each, a link and no content, tried again ever later when it does not go."""

from __future__ import annotations

import socketserver
import threading
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest

from matcher import accounts
from matcher.bureau import Bureau
from matcher.cli import main
from matcher.errors import MissingPartError
from matcher.notices import FIRST_WAIT, LONGEST_WAIT, deliver, due, mails_to
from matcher.parties import Region
from matcher.settings import Settings
from matcher.store import Store, open_store
from tests.conftest import OFFERS, question

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)


@dataclass
class Post:
    """What a mail server received, and whom it refuses."""

    port: int = 0
    mails: list = field(default_factory=list)
    refused: set = field(default_factory=set)


class _Handler(socketserver.StreamRequestHandler):
    def handle(self):
        post, to = self.server.post, []
        self._say("220 klaar")
        while line := self.rfile.readline().decode().strip():
            verb = line.split(":")[0].upper()
            if verb == "RCPT TO":
                to = [line.split("<")[1].split(">")[0]]
                self._say("550 onbekend" if to[0] in post.refused else "250 goed")
            elif verb == "DATA":
                self._say("354 kom maar")
                body = b""
                while (part := self.rfile.readline()) != b".\r\n":
                    body += part
                post.mails.append((to[0], message_from_bytes(body, policy=policy.default)))
                self._say("250 goed")
            elif verb == "QUIT":
                self._say("221 dag")
                return
            else:
                self._say("250 goed")

    def _say(self, text):
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def post_office():
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Handler) as server:
        server.daemon_threads, server.post = True, Post(server.server_address[1])
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.post
        server.shutdown()


@pytest.fixture
def post():
    with post_office() as found:
        yield found


@pytest.fixture
def settings(tmp_path, post):
    return Settings(
        tmp_path / "m.db", tmp_path, mail_host="127.0.0.1", mail_port=post.port, mail_tls="geen",
        mail_from="matcher@example.org", mail_link="https://m.example.org",
    )  # fmt: skip


@pytest.fixture
def store(settings):
    with closing(open_store(settings.database)) as opened:
        opened.fill([Region("Almere", "F", "stad", "groot"), Region("Delft", "ZH", "stad", "klein")])
        opened.put([*OFFERS, question("wie betaalt de zorg", id="lv-1", region="Almere")], "bureau", NOON)
        yield opened


def person(store: Store, login: str, role: str = "regio", regions=("Almere",)) -> str:
    return accounts.add(store, login, login, role, regions, "beheer", NOON).person


def bureau(store: Store, settings: Settings, by: str) -> Bureau:
    return Bureau(store, replace(settings, user=by), lambda: NOON)


def waiting(store: Store) -> list[tuple[str, str, str]]:
    return [(n.person, n.kind, n.link) for n in store.unsent()]


def test_a_proposal_and_its_answer_are_told_to_whom_they_concern(store, settings):
    verbinder = person(store, "verbinder@example.org", "verbinder")
    asks = person(store, "almere@example.org")
    person(store, "delft@example.org", regions=("Delft",))
    person(store, "zonder-mail")
    made = bureau(store, settings, verbinder).propose("lv-1", "c-geld")
    assert waiting(store) == [(asks, "voorstel voorgesteld", "/voorstellen/v-1")]
    bureau(store, settings, asks).take(made.id, "aanvaard")
    assert waiting(store)[1:] == [(verbinder, "voorstel aanvaard", "/voorstellen/v-1")]
    bureau(store, settings, asks).take(made.id, "herroepen")
    assert len(waiting(store)) == 2


def test_without_a_mail_server_nothing_waits_and_nothing_can_be_sent(store, settings):
    off = replace(settings, mail_host="")
    person(store, "almere@example.org")
    bureau(store, off, person(store, "v@example.org", "verbinder")).propose("lv-1", "c-geld")
    assert store.unsent() == []
    with pytest.raises(MissingPartError, match="MATCHER_MAIL_HOST"):
        deliver(store, off, NOON)


def test_a_mail_holds_a_link_and_no_content_and_goes_once(store, settings, post):
    who = person(store, "almere@example.org")
    bureau(store, settings, person(store, "v@example.org", "verbinder")).propose("lv-1", "c-geld", "GEHEIM")
    assert deliver(store, settings, NOON) == (1, 0)
    assert deliver(store, settings, NOON + timedelta(days=9)) == (0, 0)
    ((to, mail),) = post.mails
    assert (to, mail["To"], mail["From"]) == ("almere@example.org", "almere@example.org", "matcher@example.org")
    told = str(mail)
    assert "https://m.example.org/voorstellen/v-1" in told
    assert not [word for word in ("GEHEIM", "geld", "zorg", "Almere", who) if word in told.replace(to, "")]


def test_one_that_is_refused_keeps_no_other_back_and_is_tried_ever_later(store, settings, post):
    for login in ("een@example.org", "twee@example.org"):
        store.notify(person(store, login), "voorstel", "/voorstellen/v-1", "bureau", NOON)
    post.refused = {"een@example.org"}
    assert deliver(store, settings, NOON) == (1, 1)
    assert [to for to, _ in post.mails] == ["twee@example.org"]
    at, waits = NOON, []
    for _ in range(3):
        before = at
        while deliver(store, settings, at) == (0, 0):
            at += FIRST_WAIT / 2
        waits.append(at - before)
    assert waits == [FIRST_WAIT, 2 * FIRST_WAIT, 4 * FIRST_WAIT]
    (last,) = store.unsent()
    assert due(replace(last, tries=99), at + LONGEST_WAIT)
    assert not due(replace(last, tries=99), at + LONGEST_WAIT - FIRST_WAIT)
    post.refused = set()
    assert deliver(store, settings, at + LONGEST_WAIT) == (1, 0)
    assert [to for to, _ in post.mails] == ["twee@example.org", "een@example.org"]


def test_a_server_that_is_not_there_puts_all_off_together(store, settings, post):
    for login in ("een@example.org", "twee@example.org"):
        store.notify(person(store, login), "voorstel", "/voorstellen/v-1", "bureau", NOON)
    with post_office() as gone:
        away = replace(settings, mail_port=gone.port)
    assert deliver(store, away, NOON) == (0, 2)
    assert [n.tries for n in store.unsent()] == [1, 1]
    assert deliver(store, settings, NOON) == (0, 0)
    assert deliver(store, settings, NOON + FIRST_WAIT) == (2, 0)


def test_what_has_to_be_secret_is_not_sent_in_the_clear(store, settings, post):
    store.notify(person(store, "een@example.org"), "voorstel", "/voorstellen/v-1", "bureau", NOON)
    assert deliver(store, replace(settings, mail_tls="starttls"), NOON) == (0, 1)
    assert post.mails == []


def test_of_workers_who_work_at_once_one_sends(store, settings, post):
    for n in range(8):
        store.notify(person(store, f"wie{n}@example.org"), "voorstel", "/voorstellen/v-1", "bureau", NOON)
    sent = []

    def work():
        with closing(open_store(settings.database)) as mine:
            sent.append(deliver(mine, settings, NOON)[0])

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(sent) == len(post.mails) == 8
    assert len({to for to, _ in post.mails}) == 8


@pytest.mark.parametrize("login", ["zonder-mail", "a@b", "een@example.org"])
def test_only_an_open_account_with_an_address_gets_mail(store, login):
    who = person(store, login)
    assert mails_to(store, who) == (login if login.endswith(".org") else "")
    store.set_disabled(who, True, "beheer", NOON)
    assert mails_to(store, who) == ""


def test_the_command_sends_what_waits(store, settings, post, monkeypatch):
    from click.testing import CliRunner

    store.notify(person(store, "een@example.org"), "voorstel", "/voorstellen/v-1", "bureau", NOON)
    given = {"DATABASE": str(settings.database), "MAIL_HOST": "127.0.0.1", "MAIL_PORT": str(post.port),
             "MAIL_TLS": "geen", "MAIL_FROM": "m@example.org", "MAIL_LINK": "https://m.example.org"}  # fmt: skip
    for name, text in given.items():
        monkeypatch.setenv(f"MATCHER_{name}", text)
    assert CliRunner().invoke(main, ["notices"]).output == "1 verstuurd, 0 niet gelukt\n"
    assert CliRunner().invoke(main, ["notices", "--json"]).output.split() == '{ "verstuurd": 0, "mislukt": 0 }'.split()
    assert [to for to, _ in post.mails] == ["een@example.org"]

"""Notices that wait in the store go in, mails go out by the bureau's own server: a link and no content, once.

claimed (tries + 1) -> sent -> noted as sent. What was claimed and not sent is tried again, ever later. Two workers
never send the same: who claims first, sends. A worker that dies between sending and noting sends once more.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from email.message import EmailMessage

from matcher.errors import MissingPartError
from matcher.settings import ADDRESS, Settings
from matcher.store import Account, Notice, Store

# The first wait after a try; each next one is twice as long, up to the last.
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=12)
_TIMEOUT = 20
_MOST = 10_000
# What went wrong with one mail: the next may go. Any other error is of the server, and all wait.
_OF_ONE = (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError)
_TEXT = """Er is iets voor u te zien in Matcher:

{link}

Meld u aan om het te bekijken. In deze mail staat met opzet geen inhoud.

Dit bericht is automatisch verstuurd; een antwoord wordt niet gelezen.
"""


def mails_to(store: Store, person: str) -> str:
    """Return where a person gets mail: their login, where that is an address and the account is open; else ""."""
    account: Account | None = store.account(person=person)
    open_ = account is not None and account.disabled is None and not account.demo
    return account.login if account is not None and open_ and ADDRESS.fullmatch(account.login) else ""


def due(notice: Notice, at: datetime) -> bool:
    """Return whether a notice that waits may be tried now."""
    if notice.tried is None:
        return True
    wait: timedelta = FIRST_WAIT * 2 ** min(max(notice.tries - 1, 0), 20)
    return at >= notice.tried + min(wait, LONGEST_WAIT)


def deliver(store: Store, settings: Settings, at: datetime) -> tuple[int, int]:
    """Send what waits and is due; returns how many went out, and how many did not.

    Raises MissingPartError where no mail server is set. Whoever has no address of mail gets none: that notice waits.
    """
    if not settings.mail_host:
        raise MissingPartError("een mailserver", "stel MATCHER_MAIL_HOST, MATCHER_MAIL_FROM en MATCHER_MAIL_LINK in")
    waiting = [(n, to) for n in store.unsent(_MOST) if due(n, at) and (to := mails_to(store, n.person))]
    sent = failed = 0
    if not waiting:
        return sent, failed
    try:
        with _server(settings) as server:
            for notice, to in waiting:
                if not _claim(store, notice, at):
                    continue
                try:
                    server.send_message(mail(notice, to, settings))
                except _OF_ONE:
                    failed += 1
                    continue
                store.note_try(notice.number, True, at)
                sent += 1
    except (OSError, smtplib.SMTPException):
        failed += _put_off(store, waiting, at)
    return sent, failed


def mail(notice: Notice, to: str, settings: Settings) -> EmailMessage:
    """Return the mail of a notice: where to look, and nothing of what is there."""
    message = EmailMessage()
    message["From"], message["To"] = settings.mail_from, to
    message["Subject"] = "Er is iets voor u in Matcher"
    message["Date"] = notice.made
    # The same at each try: a server that had it already can tell.
    host = settings.mail_from.rpartition("@")[2]
    message["Message-ID"] = f"<matcher-{notice.number}-{int(notice.made.timestamp())}@{host}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(_TEXT.format(link=settings.mail_link + notice.link))
    return message


def _claim(store: Store, notice: Notice, at: datetime) -> bool:
    """Count a try before it is made, where nobody else did meanwhile; return whether it is ours."""
    with store.at_once():
        now = {n.number: n for n in store.unsent(_MOST)}.get(notice.number)
        if now is None or now.tries != notice.tries:
            return False
        store.note_try(notice.number, False, at)
    return True


def _put_off(store: Store, waiting: list[tuple[Notice, str]], at: datetime) -> int:
    """Let all that was not tried yet wait as long as what was: the server cannot be reached, or says no to all."""
    left = {n.number for n in store.unsent(_MOST)}
    for notice, _ in waiting:
        if notice.number in left:
            _claim(store, notice, at)
    return sum(notice.number in left for notice, _ in waiting)


@contextmanager
def _server(settings: Settings) -> Iterator[smtplib.SMTP]:
    """Connect and sign in as the settings say; a server that cannot be spoken to in secret is not spoken to."""
    place, context = (settings.mail_host, settings.mail_port), ssl.create_default_context()
    if settings.mail_tls == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(*place, timeout=_TIMEOUT, context=context)
    else:
        server = smtplib.SMTP(*place, timeout=_TIMEOUT)
    try:
        if settings.mail_tls == "starttls":
            server.starttls(context=context)
        if settings.mail_user:
            server.login(settings.mail_user, settings.mail_password)
        yield server
    finally:
        with suppress(OSError, smtplib.SMTPException):
            server.quit()

"""Real processes that write to a store; started from a server that has imported it, so that each costs little."""

from __future__ import annotations

import multiprocessing
import time
from datetime import UTC, datetime
from itertools import count

from matcher.errors import MatcherError
from matcher.store import open_store, restore_backup
from tests.conftest import offer, question

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
context = multiprocessing.get_context("forkserver")
context.set_forkserver_preload(["tests.processes"])


def started(target, *args):
    """Return a running process and the end of a pipe on which it tells what it did; the target gets the other end."""
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=target, args=(theirs, *args), daemon=True)
    process.start()
    theirs.close()
    return process, ours


def told(pipe):
    """Return all that a process told before it ended or was killed."""
    found = []
    try:
        while pipe.poll(30):
            found.append(pipe.recv())
    except (EOFError, OSError):
        pass
    pipe.close()
    return found


def write_and_tell(pipe, path, name):
    """Go on writing, small and large; after each commit tell what it was."""
    store = open_store(path)
    for n in count():
        key = f"{name}-{n}"
        store.put([offer(key, f"Aanbod {key}. " * 40), question(f"Vraag {key}", id=key)], "p-1", AT)
        pipe.send(("offer", key))
        pipe.send(("proposal", store.propose(key, key, 1, "p-1", AT).id))
        if n % 5 == 4:
            store.put([offer(f"{key}-{m}", "Van een lijst. " * 40) for m in range(60)], "p-1", AT)
            pipe.send(("offer", f"{key}-59"))


def judge_in_pairs(pipe, path, name):
    """Go on writing two judgements at a time; tell when the first were written."""
    store = open_store(path)
    for n in count():
        with store.at_once():
            store.judge(f"q-{n}", name, 1, "p-1", AT)
            store.judge(f"q-{n}", name, 2, "p-2", AT)
        if n == 3:
            pipe.send("klaar")
        # A person thinks a while too; without a pause, two such processes leave nobody else a turn.
        time.sleep(0.01)


def write_so_many(pipe, path, name, times):
    """Write so many times and tell what went wrong, in the end "klaar"."""
    try:
        store = open_store(path)
        for n in range(times):
            store.put([offer(f"{name}-{n}", "Tekst.")], name, AT)
        pipe.send("klaar")
    except Exception as error:
        pipe.send(repr(error))


def grab(pipe, path, name, ready, offers):
    """Ask the last hours of each offer, at the same moment as the others; tell what came of it."""
    store = open_store(path)
    for one in offers:
        ready.wait()
        try:
            pipe.send((one, store.propose(name, one, 3, name, AT).id))
        except MatcherError as refused:
            pipe.send((one, refused.__class__.__name__))


def restore(pipe, backup, path):
    """Tell that it starts, and put a backup back."""
    pipe.send("klaar")
    restore_backup(backup, path)

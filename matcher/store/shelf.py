"""What was read of a file stays at hand for every thread that has it open, until the log tells that it changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from threading import RLock
from typing import Any

# What a line tells that is about no one thing, or about a person who was erased: anything may have changed.
EVERYTHING = ("", "")
# Of more changes than this, reading all anew costs less than taking them over one by one.
_MOST = 100


@dataclass
class Shelf:
    """Things by kind and key, read once. Shared by the stores of one file; safe for threads.

    `marks` counts for each kind how often it changed, so that what was made of it can be known to be stale.
    """

    seen: int = -1
    marks: dict[str, int] = field(default_factory=dict)
    _held: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    lock: RLock = field(default_factory=RLock)

    def held(self, kind: str, read: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
        """Return the things of a kind, in the order in which `read` gave them the first time."""
        if kind not in self._held:
            self._held[kind] = read()
            self.marks.setdefault(kind, 0)
        return self._held[kind]

    def keep_up(self, seq: int, changed: Iterable[tuple[str, str]], again: Callable[[str, str], Any]) -> None:
        """Take over what changed up to a line of the log: things by kind and key, each read `again` (None: gone)."""
        things = set(changed)
        if EVERYTHING in things or len(things) > _MOST:
            self.clear()
            things = set()
        for kind, key in sorted(things):
            self.marks[kind] = self.marks.get(kind, 0) + 1
            if kind in self._held:
                self._held[kind] = _replaced(kind, self._held[kind], key, again(kind, key))
        self.seen = seq

    def clear(self) -> None:
        """Forget all that was read."""
        self._held.clear()
        for kind in self.marks:
            self.marks[kind] += 1


def _replaced(kind: str, held: Mapping[str, Any], key: str, value: Any) -> Mapping[str, Any]:
    """Return the things with one other; a new mapping, as others may be reading the old one."""
    if value is None:
        return {k: v for k, v in held.items() if k != key}
    if key in held:
        return {k: value if k == key else v for k, v in held.items()}
    if kind == "proposal":
        # Their ids count upwards: v-9 stands before v-10.
        return {**held, key: value}
    return dict(sorted([*held.items(), (key, value)], key=itemgetter(0)))

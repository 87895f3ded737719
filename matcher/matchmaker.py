"""The shell: gathers from the store and the corpus, calls the pipe, keeps the vectors that are costly to make."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from matcher import people, reference
from matcher.candidates import Pool, pool
from matcher.constraints import Rule, rules
from matcher.errors import ForeignDatabaseError, InvalidValueError, UnknownNameError
from matcher.exchange import Run
from matcher.exchange.absence import away
from matcher.exchange.calendar import Busy
from matcher.exchange.recurrence import HERE, wall
from matcher.exchange.weights import in_use
from matcher.learned import open_reader
from matcher.parties import Offer, Question, Region, by_key, key, recognise
from matcher.proposals import Capacity, Proposal, hours_of, places_of
from matcher.reading import Reader
from matcher.reasons import refusal
from matcher.scores import Weights
from matcher.settings import Settings
from matcher.store import Store, Vectors, open_store
from matcher.suggestions import Suggestions, rank, spread, suggest
from matcher.vectors import Reranker, Rows, open_reranker

Progress = Callable[[int, int], None]
# How many offers are read before their rows are kept, so that a long first reading that is cut off is not lost.
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Matchmaker:
    """Everything needed to answer questions: what reads, what is read, how it is weighed."""

    reader: Reader
    weights: Weights
    pool: Pool
    regions: tuple[Region, ...]
    rules: tuple[Rule, ...]
    reranker: Reranker | None = None

    @property
    def known_regions(self) -> tuple[str, ...]:
        """The names of the regions that questions and offers may speak of."""
        named = {r.name for r in self.regions} | {n for o in self.pool.offers for n in o.regions}
        return tuple(sorted(by_key(named).values()))

    @property
    def known_forms(self) -> tuple[str, ...]:
        """The forms in which the catalogue offers help."""
        return tuple(sorted(by_key({f for o in self.pool.offers for f in o.forms}).values()))

    def suggest(self, question: Question, k: int = 5) -> Suggestions:
        """Return the k best offers that can happen, with reasons, and those that cannot, with why."""
        return suggest(question, self.pool, self.reader, self.weights, self.rules, k, self.reranker)

    def why_not(self, question: Question, offer: str, k: int = 5) -> str:
        """Return one Dutch sentence: the place of an offer (by id) in the list of k, or why it cannot happen."""
        ids = [o.id for o in self.pool.offers]
        if offer not in ids:
            alike = [i for i in ids if key(i).startswith(key(offer)[:4])]
            raise UnknownNameError("offer", offer, [*(alike or ids)[:10], "..."])
        ranking = rank(question, self.pool, self.reader, self.weights, self.rules, self.reranker)
        i = ids.index(offer)
        if refused := ranking.refusals(i):
            return f"{offer} kan niet: {'; '.join(refusal(r, self.pool.offers[i]) for r in refused)}."
        kept = list(ranking.kept())
        top = spread(kept, ranking.scores, self.pool.offers, k)
        listed = [*top, *(j for j in kept if j not in top)]
        return f"{offer} kan wel en staat op plaats {listed.index(i) + 1} van {len(kept)}."

    def run(self, questions: Sequence[Question], k: int = 100, progress: Progress | None = None) -> Run:
        """Return {question id: [(offer id, score), ...]}, at most k each, best first, without explanations."""
        if k < 1:
            raise InvalidValueError("k", k, "1 of meer")
        found: Run = {}
        for n, question in enumerate(questions, 1):
            ranking = rank(question, self.pool, self.reader, self.weights, self.rules, self.reranker)
            kept = islice(ranking.kept(), min(k, len(self.pool)))
            found[question.id] = [(self.pool.offers[i].id, float(ranking.scores.totals[i])) for i in kept]
            if progress:
                progress(n, len(questions))
        return found

    def checked(self, question: Question) -> Question:
        """Return the question unchanged; raises UnknownNameError for a region or form that nobody knows."""
        if question.region:
            recognise("region", question.region, by_key(self.known_regions))
        for form in question.forms:
            recognise("forms", form, by_key(self.known_forms))
        return question


def open_matchmaker(settings: Settings | None = None) -> Matchmaker:
    """Return a matchmaker over the bureau's database, or over the reference corpus while there is none.

    Without settings, those of the environment. The first time builds what later times read from the cache.
    """
    settings = settings or Settings.from_environment(os.environ)
    store = open_store(settings.database) if settings.database.exists() else _reference_store(settings)
    try:
        return matchmaker_over(store, settings)
    finally:
        store.close()


def matchmaker_over(store: Store, settings: Settings) -> Matchmaker:
    """Return a matchmaker over a store as it stands: hours that proposals hold are gone, declined pairs refused."""
    reader = open_reader(settings)
    regions = tuple(store.regions() or reference.regions())
    engine = Matchmaker(reader, open_weights(settings), kept_pool(store, reader), regions, (), _reranker(settings))
    return as_it_stands(engine, store)


def as_it_stands(engine: Matchmaker, store: Store) -> Matchmaker:
    """Return the engine with what the store says now of its offers: hours, places, absences, excluded pairs."""
    held: dict[str, list[Proposal]] = {}
    for proposal in store.proposals():
        held.setdefault(proposal.offer, []).append(proposal)
    capacities, full, offers = store.capacities(), [], []
    for offer in engine.pool.offers:
        # An offer that another process threw away meanwhile can do nothing any more.
        mine, capacity = held.get(offer.id, []), capacities.get(offer.id, Capacity(0))
        left = hours_of(capacity.hours, mine).left if mine else capacity.hours
        offers.append(offer if left == offer.hours_per_month else replace(offer, hours_per_month=left))
        if places_of(capacity.places, mine).left == 0:
            full.append(offer.id)
    now = replace(engine.pool, offers=tuple(offers))
    return replace(engine, pool=now, rules=rules(store.excluded(), full, absences_of(store)))


def absences_of(store: Store) -> dict[str, list[tuple[date, date]]]:
    """Return {offer: when it is away for five working days or more}, by the busy times that it gave."""
    return {offer: absences(periods) for offer, periods in store.busy().items()}


def absences(periods: Iterable[tuple[datetime, datetime]]) -> list[tuple[date, date]]:
    """Return the absences of five working days or more, first and last day, in busy periods in order (UTC)."""
    here = [Busy(wall(start, HERE), wall(end, HERE)) for start, end in periods]
    found = away(here, here[0].start.date(), here[-1].end.date()) if here else ()
    return [(gone.first, gone.last) for gone in found]


def match_files(
    offers: Iterable[Offer], settings: Settings, rules_in_force: Sequence[Rule] | None = None
) -> Matchmaker:
    """Return a matchmaker over given offers: no database, nothing kept of them."""
    reader = open_reader(settings)
    chosen = rules() if rules_in_force is None else tuple(rules_in_force)
    read = pool(list(offers), reader)
    regions = tuple(reference.regions())
    return Matchmaker(reader, open_weights(settings), read, regions, chosen, _reranker(settings))


def rank_people(
    questions: people.Questions, helpers: people.People, settings: Settings | None = None, model: str | None = None
) -> dict[tuple[str, str], float]:
    """Return {(question, person): score} of people by what they wrote, {person: [texts]}, in Dutch or English.

    See `people.Ranker`. Without settings, those of the environment; model: another encoder than the settings name.
    """
    return people_ranker(settings, model)(questions, helpers)


def people_ranker(settings: Settings | None = None, model: str | None = None) -> people.Ranker:
    """Return `rank_people` as a function that is opened once and reads each text once, however often it is called."""
    settings = settings or Settings.from_environment(os.environ)
    return people.Ranker(open_reader(replace(settings, model=model or settings.model)), open_weights(settings))


def _reranker(settings: Settings) -> Reranker | None:
    return open_reranker(settings.reranker) if settings.reranker else None


def open_weights(settings: Settings) -> Weights:
    """Return the weights of the settings' file, or those in use of the settings' folder, or those shipped."""
    given = settings.weights
    chosen = in_use(given) if given and given.is_dir() else given
    return Weights.read(chosen or reference.FOLDER / "weights.json")


def kept_pool(store: Store, reader: Reader) -> Pool:
    """Return the pool of all offers in the store; what another model or another text made is made anew and kept."""
    offers = store.offers()
    digests = {o.id: _digest(o) for o in offers}
    kept = {o: v for o, v in store.vectors(reader.fingerprint).items() if v.digest == digests.get(o)}
    stale = [o for o in offers if o.id not in kept]
    for start in range(0, len(stale), _CHUNK):
        made = _vectors(stale[start : start + _CHUNK], digests, reader)
        store.keep_vectors(reader.fingerprint, made)
        kept |= made
    rows = [kept[o.id] for o in offers]
    meaning, about, themes = (_stacked([getattr(r, name) for r in rows]) for name in ("meaning", "about", "themes"))
    words = reader.words.joined([(r.columns, r.weights) for r in rows])
    return Pool(tuple(offers), reader.kept([o.full_text for o in offers], words, meaning, about), themes)


def _stacked(rows: Sequence[Rows]) -> Rows:
    return np.stack(rows) if rows else np.zeros((0, 0), dtype=np.float32)


def _vectors(offers: Sequence[Offer], digests: Mapping[str, str], reader: Reader) -> dict[str, Vectors]:
    found = pool(offers, reader)
    rows, words = found.readings, found.readings.words
    return {
        o.id: Vectors(
            digests[o.id], rows.meaning[i], rows.about[i], found.themes[i],
            words.indices[words.indptr[i] : words.indptr[i + 1]], words.data[words.indptr[i] : words.indptr[i + 1]],
        )
        for i, o in enumerate(found.offers)
    }  # fmt: skip


def _digest(offer: Offer) -> str:
    return hashlib.sha256(f"{offer.full_text}\n{', '.join(offer.themes)}".encode()).hexdigest()[:32]


def _reference_store(settings: Settings) -> Store:
    """Return the embedded store of the reference corpus: a file in the cache, in memory where none can be written."""
    try:
        path = _built_reference(settings)
        try:
            return open_store(path)
        except ForeignDatabaseError:
            # In the cache nothing is lost: what is damaged there is made anew.
            path.unlink()
            return open_store(_built_reference(settings))
    except OSError:
        store = Store.in_memory()
        store.fill([*reference.regions(), *reference.questions(), *reference.offers()])
        return store


def _built_reference(settings: Settings) -> Path:
    """Return the database of the reference corpus in the cache, built when the corpus changed."""
    names = ("offers.jsonl", "questions.jsonl", "regions.jsonl")
    digest = hashlib.sha256(b"".join((reference.FOLDER / name).read_bytes() for name in names)).hexdigest()[:16]
    path = settings.cache / f"reference-{digest}.db"
    if not path.exists():
        settings.cache.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=settings.cache, prefix=".") as folder:
            draft = Path(folder) / path.name
            store = open_store(draft)
            try:
                store.fill([*reference.regions(), *reference.questions(), *reference.offers()])
            finally:
                store.close()
            # Never over a file that another process made meanwhile and is already using.
            with suppress(FileExistsError):
                os.link(draft, path)
    return path

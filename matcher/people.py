"""Questions and people with their texts go in, how well each person's documents answer each question comes out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack

from matcher.dutch import AnalysedText, Analyser, language_of
from matcher.errors import InvalidValueError
from matcher.reading import Reader, Readings
from matcher.scores import Weights, score
from matcher.vectors import Role, Rows
from matcher.vectors.words import WordEncoder

# A person is known by the best of their texts: the mean of so many of the highest scores.
BEST = 3
# An English text may be of the field when it comes as near to a concept as 95 in 100 of the corpus' questions do.
RECOGNISED = 0.95

Questions = Sequence[str] | Mapping[str, str]
People = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class _Read:
    """What does not depend on the other texts: the analysis, the row of meaning, the row of concepts."""

    analysed: AnalysedText
    meaning: Rows
    about: Rows


class Ranker:
    """Ranks people by their texts; reads each text once, however often it is called, and keeps it in memory.

    Dutch is read by `reader` as it is. For English, what it knows of Dutch words does not hold and the encoder stays:
    no Dutch typing errors, abbreviations and compounds; a word weighs by how rare it is in the English texts of the
    people, without the character n-grams that Dutch needs for its compounds; concepts count only where the thesaurus
    really recognises one: a question has to come near (`RECOGNISED`), as it may use any words; a text of a person has
    to come near and to name one in English, as nearness alone takes other fields for ours.
    """

    def __init__(self, reader: Reader, weights: Weights) -> None:
        self._readers = {"nl": reader, "en": replace(reader, analyser=Analyser(language="en"), least=RECOGNISED)}
        self._weights = weights
        self._names = _pattern([n for t in reader.concepts.thesaurus.themes for n in t.english])
        self._kept: dict[tuple[str, str, Role], _Read] = {}

    def __call__(self, questions: Questions, people: People) -> dict[tuple[str, str], float]:
        """Return {(question, person): score}, the score being `best` of the scores of the person's texts.

        A text is scored as an offer's is: meaning, concepts and words under the weights; what only an offer has
        (themes, perspective) does not count. A question is called by its id, one without by its text. The order of
        questions, people and texts does not matter. Raises InvalidValueError for a person without texts and for an
        empty text.
        """
        asked, flat = _named(questions), [t for own in _checked(people).values() for t in own]
        if not asked or not flat:
            return {}
        usual = language_of("\n".join(flat))
        spoken = [language_of(t, usual) for t in flat]
        offered = self._read(flat, spoken, "offer")
        words = self._words([r.analysed for r, language in zip(offered, spoken, strict=True) if language == "en"])
        texts = _readings(offered, words)
        wanted = self._read(list(asked.values()), [language_of(t, usual) for t in asked.values()], "question")
        ends = np.cumsum([len(own) for own in people.values()])[:-1]
        return {
            (question, person): best(own)
            for i, question in enumerate(asked)
            for person, own in zip(
                people, np.split(_scores(_readings([wanted[i]], words), texts, self._weights), ends), strict=True
            )
        }

    def _read(self, texts: Sequence[str], languages: Sequence[str], role: Role) -> list[_Read]:
        """Return what was read of each text, in order, each by the reader of its language."""
        places = [(language, text, role) for text, language in zip(texts, languages, strict=True)]
        for language, reader in self._readers.items():
            fresh = [p for p in dict.fromkeys(places) if p[0] == language and p not in self._kept]
            if fresh:
                found = reader.read([text for _, text, _ in fresh], role)
                if language == "en" and role == "offer":
                    found.about[[not self._names.search(text.casefold()) for _, text, _ in fresh]] = 0
                self._kept |= {p: _Read(found.texts[i], found.meaning[i], found.about[i]) for i, p in enumerate(fresh)}
        return [self._kept[p] for p in places]

    def _words(self, english: Sequence[AnalysedText]) -> dict[str, WordEncoder]:
        """Return the encoder of words of each language, that of English fitted on these texts."""
        return {"nl": self._readers["nl"].words, "en": WordEncoder.fitted(english, grams=0.0)}


def rank(questions: Questions, people: People, reader: Reader, weights: Weights) -> dict[tuple[str, str], float]:
    """Return {(question, person): score}; see `Ranker`, which is worth keeping when the same texts come again."""
    return Ranker(reader, weights)(questions, people)


def best(scores: Sequence[float] | NDArray[np.float64]) -> float:
    """Return the mean of the three highest scores, of all when there are fewer.

    >>> best([0.2, 0.9, 0.1, 0.4])
    0.5
    """
    highest = sorted((float(s) for s in scores), reverse=True)[:BEST]
    return round(sum(highest) / len(highest), 6)


def _named(questions: Questions) -> dict[str, str]:
    if isinstance(questions, str):
        raise InvalidValueError("questions", questions, "een lijst van teksten, of {id: tekst}")
    named = dict(questions) if isinstance(questions, Mapping) else {text: text for text in questions}
    for name, text in named.items():
        if not text.strip():
            raise InvalidValueError(f"questions[{name!r}]", text, "een tekst")
    return named


def _checked(people: People) -> People:
    for person, texts in people.items():
        if isinstance(texts, str) or not texts or not all(t.strip() for t in texts):
            raise InvalidValueError(f"people[{person!r}]", texts, "een lijst van ten minste één tekst, geen lege")
    return people


def _pattern(names: Sequence[str]) -> re.Pattern[str]:
    """Return what finds any of the names as whole words, also in the plural; finds nothing without names."""
    longest_first = sorted({n.casefold() for n in names}, key=lambda n: (-len(n), n))
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})s?\b" if names else r"(?!)")


def _readings(read: Sequence[_Read], words: Mapping[str, WordEncoder]) -> Readings:
    """Return what was read as rows, with words weighed by the encoder of each text's language."""
    rows: list[csr_array] = [words[r.analysed.language].encode([r.analysed]) for r in read]
    return Readings(
        tuple(r.analysed for r in read),
        csr_array(vstack(rows, format="csr")),
        np.stack([r.meaning for r in read]),
        np.stack([r.about for r in read]),
    )


def _scores(wanted: Readings, offered: Readings, weights: Weights) -> NDArray[np.float64]:
    """Return the score of one question over all texts, (texts,)."""
    found: dict[str, NDArray[np.floating]] = {
        "meaning": offered.meaning @ wanted.meaning[0],
        "concepts": offered.about @ wanted.about[0],
        "words": offered.words @ wanted.words.toarray()[0],
    }
    return score(found, weights).totals

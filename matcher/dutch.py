"""Dutch text goes in, AnalysedText comes out: sentences and words with lemmas, compound parts, mended typos.

The only file that knows Dutch, with English as second language.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA
from simplemma import Lemmatizer
from simplemma.strategies import DefaultStrategy, DictionaryLookupStrategy
from simplemma.strategies.dictionaries.dictionary_factory import DEFAULT_DICTIONARY_FACTORY

# A slash parts words (PO/VO); a hyphen, point, ampersand or apostrophe within a word does not (TLV-procedure).
_WORD = re.compile(r"[^\W_]+(?:['’.&-][^\W_]+)*[+]?", re.UNICODE)
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’)]*\s+(?=[^\Wa-z]|[\"'“‘(])|\n+|;\s+")
_CLAUSE_END = re.compile(r"[,:–—]\s+|\s+-\s+")

# What shows that a sentence asks for something, and what sets its subject aside (Dutch, Flemish, English).
_ASKS = re.compile(
    r"""\?["'”’)]*$|\b((?:mijn|onze|de|een)\ vraag|zoek(?:en)?|gezocht|graag|advies|tips?|behoefte\ aan
    |hulp\ (?:bij|nodig)
    |(?:wil|willen|zou|zouden)\ (?:\w+\ ){0,4}?(?:weten|leren|horen)|help\ (?:mij|me|ons)
    |waar\ het\ (?:mij\ |ons\ )?om\ (?:gaat|draait)|(?:gaat|draait)\ het\ (?:mij\ |ons\ |hier\ )?om
    |het\ gaat\ (?:mij|ons)\ om|looking\ for|need|help|would\ like|advice|how\ (?:do|can|should|to)|wondering)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_SETS_ASIDE = re.compile(
    r"""\b(?:(?:gaat|draait|ligt)\ (?:het|dit|dat)\ (?:(?:mij|me|ons|hier|nu)\ )*niet\ (?:om|aan)
    |(?:daar|het)\ (?:gaat|ligt|draait)\ (?:het\ )?(?:(?:mij|me|ons|nu|hier)\ )*niet\ (?:om|aan)
    |(?:is|zijn)\ (?:al\ |inmiddels\ |gelukkig\ |wel\ |hier\ )*(?:geregeld|opgelost|rond|tevreden|(?:op|in)\ orde
        |geen\ probleem|het\ probleem\ niet|niet\ het\ probleem)
    |dat\ (?:loopt|lukt|zit\ goed|gaat\ goed)|hoor(?:t|en)?\ u\ (?:mij|ons)\ niet|niets?\ te\ klagen
    |(?:hoeft|hoef|hoeven)\ (?:\w+\ ){0,4}?(?:niet|geen|niemand)|willen\ we\ (?:beslist\ |nu\ |echt\ )?niet|los\ van
    |daargelaten|terzijde|(?:een\ )?ander\ verhaal|is\ (?:niet|geen)\ (?:mijn|onze)\ vraag|zoeken\ we\ (?:dus\ )?niet
    |not\ what\ (?:i|we)|(?:is|are)\ not\ the\ (?:problem|issue|question|point)|already\ (?:solved|arranged|settled)
    |leaving\ aside)\b""",
    re.IGNORECASE | re.VERBOSE,
)
# Longer than any word: neither mended nor cut.
_LONGEST = 60
# Stories of at least so many sentences have a main concern to be found; what is shorter is the concern itself.
_STORY = 4

# Function words of both languages: they carry no subject, and they tell the languages apart.
DUTCH_STOPWORDS = frozenset(
    """aan al alle alleen als altijd andere ben bent bij dan dat de der deze die dit doen doet door dus echt een
    eens elk elke en er erg gaan gaat geen geweest had hadden haar hebben heb hebt heeft heel hem hen het hier hij hoe
    hun ik in is ja je jij jou jouw jullie kan kun kunnen kunt maar me meer men met mij mijn moet moeten na naar niet
    niets nog nou nu of om omdat onder ons onze ook op over per te tegen toch toen tot u uit uw van veel via vind voor
    waar waarom wanneer want waren was wat we wel welk welke werd wie wij wil willen word worden wordt zal ze zeer zei
    zelf zich zij zijn zo zonder zou zouden graag even daar daarom ga hoor iets iemand""".split()
)
ENGLISH_STOPWORDS = frozenset(
    """a about all also an and any are as at be been but by can could do does for from get had has have he her him his
    how i if in into is it its just me more my no not of on or our out she should so some than that the their them then
    there these they this to us was we were what when where which who whose why will with would you your""".split()
)


@dataclass(frozen=True, slots=True)
class Token:
    """One content word: as written (`start`, `end` in characters), mended and folded, and as understood."""

    text: str
    start: int
    end: int
    word: str
    lemma: str
    parts: tuple[str, ...] = ()
    spelled_out: str = ""

    @property
    def mended(self) -> bool:
        """Whether the word was taken for a typing error and read as another."""
        return self.word != fold(self.text)


@dataclass(frozen=True, slots=True)
class AnalysedText:
    """A text with its content words in order and its sentences as (start, end) in characters."""

    text: str
    language: str
    tokens: tuple[Token, ...]
    sentences: tuple[tuple[int, int], ...]

    def readable(self, start: int = 0, end: int | None = None) -> str:
        """Return (a slice of) the text for an encoder: typos mended, abbreviations followed by their meaning."""
        end = len(self.text) if end is None else end
        out, at = [], start
        for t in self.tokens:
            if t.start < start or t.end > end or not (t.spelled_out or t.mended):
                continue
            out += [self.text[at : t.start], f"{t.text} ({t.spelled_out})" if t.spelled_out else t.word]
            at = t.end
        return "".join([*out, self.text[at:end]])


class Lemmas(Mapping[str, str]):
    """simplemma's dictionary of one language as three arrays: loaded from a cache in a hundredth of its own time.

    hashes: uint64 (words,), ascending; ends: int64 (words,), where each word's lemma ends in `text`, UTF-8 bytes.
    """

    def __init__(self, hashes: NDArray[np.uint64], ends: NDArray[np.int64], text: NDArray[np.uint8]) -> None:
        self.hashes, self.ends, self.text = hashes, ends, text

    @classmethod
    def of(cls, dictionary: Mapping[str, str]) -> Lemmas:
        """Return the same dictionary as arrays."""
        hashes = np.fromiter((_hash(word) for word in dictionary), dtype=np.uint64, count=len(dictionary))
        order = np.argsort(hashes)
        lemmas = [lemma.encode() for lemma in dictionary.values()]
        ends = np.cumsum([len(lemmas[i]) for i in order], dtype=np.int64)
        text = np.frombuffer(b"".join(lemmas[i] for i in order), dtype=np.uint8)
        return cls(hashes[order], ends, text)

    def __getitem__(self, word: str) -> str:
        wanted = np.uint64(_hash(word))
        i = int(np.searchsorted(self.hashes, wanted))
        if i == len(self.hashes) or self.hashes[i] != wanted:
            raise KeyError(word)
        return self.text[self.ends[i - 1] if i else 0 : self.ends[i]].tobytes().decode()

    def __len__(self) -> int:
        return len(self.hashes)

    def __iter__(self) -> Iterator[str]:
        raise TypeError("the words themselves are not kept, only what each becomes")


def dutch_lemmas() -> Lemmas:
    """Return simplemma's Dutch dictionary; takes half a second, so that it is worth a place in a cache."""
    return Lemmas.of(DEFAULT_DICTIONARY_FACTORY.get_dictionary("nl"))


class _Dictionaries:
    """The Dutch dictionary that was handed over; any other language from simplemma itself."""

    def __init__(self, dutch: Mapping[str, str] | None) -> None:
        self._dutch = dutch

    def get_dictionary(self, lang: str) -> Mapping[str, str]:
        if lang == "nl" and self._dutch is not None:
            return self._dutch
        found: Mapping[str, str] = DEFAULT_DICTIONARY_FACTORY.get_dictionary(lang)
        return found


class Analyser:
    """Analyses texts against a vocabulary that tells real words from typing errors.

    vocabulary: folded word -> how often it was seen; typos are mended to its words, compounds cut into them.
    abbreviations: as written, in capitals -> what it stands for. lemmas: of `dutch_lemmas`, when they are at hand.
    language: of every text; without it, each text's own function words tell.
    """

    def __init__(
        self,
        vocabulary: Mapping[str, int] = MappingProxyType({}),
        abbreviations: Mapping[str, str] = MappingProxyType({}),
        lemmas: Mapping[str, str] | None = None,
        language: str = "",
    ) -> None:
        self._language = language
        dictionaries = _Dictionaries(lemmas)
        self._lemmatizer = Lemmatizer(lemmatization_strategy=DefaultStrategy(dictionary_factory=dictionaries))
        self._dictionary = DictionaryLookupStrategy(dictionaries)
        self._vocabulary = vocabulary
        self._abbreviations = abbreviations
        common = sorted(w for w, n in vocabulary.items() if len(w) >= 4 and n >= 2 and w.isalpha())
        self._parts = frozenset(common)
        self._targets = common
        self._understood = lru_cache(maxsize=200_000)(self._understand)

    def analyse(self, text: str) -> AnalysedText:
        """Return the text analysed; brought to NFC, no other character changed."""
        text = unicodedata.normalize("NFC", text)
        language = self._language or language_of(text)
        stop = ENGLISH_STOPWORDS if language == "en" else DUTCH_STOPWORDS
        tokens = tuple(
            Token(m.group(), m.start(), m.end(), *self._understood(m.group(), language))
            for m in _WORD.finditer(text)
            if fold(m.group()) not in stop or self._spoken_in_capitals(m.group())
        )
        return AnalysedText(text, language, tokens, tuple(sentences(text)))

    def _spoken_in_capitals(self, word: str) -> bool:
        """Whether a function word is an abbreviation here, as OM is and om is not."""
        return len(word) > 1 and word.isupper() and word in self._abbreviations

    def _understand(self, word: str, language: str) -> tuple[str, str, tuple[str, ...], str]:
        folded = fold(word)
        if meaning := self._spelled_out(word, language):
            long = (self._lemma(fold(m.group()), language) for m in _WORD.finditer(meaning))
            return folded, folded, tuple(dict.fromkeys(w for w in long if w not in DUTCH_STOPWORDS)), meaning
        folded = self._mended(folded, language)
        return folded, self._lemma(folded, language), self._split(folded, language), ""

    def _spelled_out(self, word: str, language: str) -> str:
        """Return what an abbreviation stands for, also within a compound (TLV-procedure); empty for a plain word."""
        if (meaning := self._meaning(word, language)) or "-" not in word:
            return meaning
        parts = word.split("-")
        meanings = [self._meaning(p, language) for p in parts]
        return " ".join(m or p for m, p in zip(meanings, parts, strict=True)) if any(meanings) else ""

    def _meaning(self, word: str, language: str) -> str:
        """Return what an abbreviation stands for; one that also is a plain word must be in capitals."""
        capitals = re.sub(r"[.'’]", "", fold(word)).upper()
        meaning = self._abbreviations.get(capitals) or self._abbreviations.get(capitals.removesuffix("S"), "")
        if not meaning:
            return ""
        shouted = sum(c.isupper() for c in word) >= 2
        return meaning if shouted or not self._known(fold(word), language) else ""

    def _known(self, word: str, language: str) -> bool:
        return self._dictionary.get_lemma(word, language) is not None

    def _lemma(self, word: str, language: str) -> str:
        return fold(self._lemmatizer.lemmatize(word, lang=language))

    def _mended(self, word: str, language: str) -> str:
        """Return the vocabulary word that a mistyped word most likely is, else the word itself."""
        if (
            not 5 <= len(word) <= _LONGEST
            or not word.isalpha()
            or word in self._vocabulary
            or self._known(word, language)
            or self._split(word, language)
        ):
            return word
        allowed = 1 if len(word) < 8 else 2
        near = process.extract(word, self._targets, scorer=OSA.distance, score_cutoff=allowed, limit=8)
        if not near:
            return word
        return min(near, key=lambda n: (n[1], n[0][0] != word[0], -self._vocabulary[n[0]], n[0]))[0]

    def _split(self, word: str, language: str) -> tuple[str, ...]:
        """Return the lemmas of the words that a compound is made of; empty when it is none."""
        if not word.isalpha():
            return tuple(self._lemma(w, language) for w in re.split(r"\W+", word) if len(w) >= 3)
        cut = self._cut(word, 4) if 8 <= len(word) <= _LONGEST else None
        return tuple(self._lemma(w, language) for w in cut) if cut and len(cut) > 1 else ()

    def _cut(self, rest: str, most: int) -> tuple[str, ...] | None:
        """Return the fewest known words that `rest` is made of, a linking s between them left out."""
        if most < 4 and rest in self._parts:
            return (rest,)
        if most == 1:
            return None
        best: tuple[str, ...] | None = None
        for i in range(len(rest) - 4, 3, -1):
            head = rest[:i] if rest[:i] in self._parts else rest[: i - 1]
            if head not in self._parts or (head != rest[:i] and rest[i - 1] != "s"):
                continue
            tail = self._cut(rest[i:], most - 1)
            if tail and (best is None or len(tail) + 1 < len(best)):
                best = (head, *tail)
        return best


def _hash(word: str) -> int:
    # 64 bits: among the 370,000 words two share one with a chance of 1 in 250 million.
    return int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "little")


@lru_cache(maxsize=100_000)
def fold(word: str) -> str:
    """Return the word without case and accents.

    >>> fold("Coördinatie")
    'coordinatie'
    """
    if word.isascii():
        return word.lower()
    return "".join(c for c in unicodedata.normalize("NFD", word.casefold()) if not unicodedata.combining(c))


def language_of(text: str, undecided: str = "nl") -> str:
    """Return 'en' where English function words outnumber the Dutch ones, 'nl' where it is the other way round."""
    words = [m.group().casefold() for m in _WORD.finditer(text)]
    english = sum(w in ENGLISH_STOPWORDS and w not in DUTCH_STOPWORDS for w in words)
    dutch = sum(w in DUTCH_STOPWORDS and w not in ENGLISH_STOPWORDS for w in words)
    if english == dutch:
        return undecided
    return "en" if english > dutch else "nl"


def vocabulary_of(texts: Iterable[str]) -> dict[str, int]:
    """Return {folded word: count} over the texts, function words of both languages left out."""
    counts = Counter(fold(m.group()) for text in texts for m in _WORD.finditer(text))
    dropped = DUTCH_STOPWORDS | ENGLISH_STOPWORDS
    return {w: n for w, n in counts.items() if w not in dropped and not w.isdigit()}


def clauses(text: str) -> list[tuple[int, int]]:
    """Return the (start, end) of the parts of a text that a reason can quote: sentences cut at commas and dashes.

    Pieces of fewer than three words stay with their neighbour.
    """
    found: list[tuple[int, int]] = []
    for a, b in sentences(text):
        start = a
        for m in _CLAUSE_END.finditer(text, a, b):
            if len(text[start : m.start()].split()) >= 3 and len(text[m.end() : b].split()) >= 3:
                found.append((start, m.start()))
                start = m.end()
        found.append((start, b))
    return found


def emphasis(text: str) -> list[tuple[int, int, float]]:
    """Return (start, end, weight) of each sentence: how much it tells what the writer really asks.

    In a story of four sentences or more, one that asks weighs 2, one that the writer sets aside 0.25, any other
    1. In a shorter text all weigh 1.
    """
    spans = sentences(text)
    if len(spans) < _STORY:
        return [(a, b, 1.0) for a, b in spans]
    return [(a, b, _weight(text[a:b])) for a, b in spans]


def _weight(sentence: str) -> float:
    if _SETS_ASIDE.search(sentence):
        return 0.25
    return 2.0 if _ASKS.search(sentence) else 1.0


def sentences(text: str) -> list[tuple[int, int]]:
    """Return the (start, end) of the sentences of a text, in characters, trimmed."""
    spans, at = [], 0
    for m in _SENTENCE_END.finditer(text):
        spans.append((at, m.start()))
        at = m.end()
    spans.append((at, len(text)))
    trimmed = []
    for a, b in spans:
        piece = text[a:b]
        left, right = len(piece) - len(piece.lstrip()), len(piece.rstrip())
        if right > left:
            trimmed.append((a + left, a + right))
    return trimmed

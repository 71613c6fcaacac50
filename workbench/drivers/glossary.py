"""What is this text about, said in the words that an English text would use?

TF-IDF knows no translation: "Bestellung" and "order" are as far apart for it as any two words, so
without this every language but the most frequent one makes drivers of its own ("Bestellung, wo,
ist"). A translation model would be a download of gigabytes for a few hundred words that matter.
So the words support is about are looked up, by their stems, in `glossary.yaml`; words that carry
only grammar go; what is not known (names, products) stays as it is. This is no translation and is
never shown: it only lets two texts about the same thing share words.

With an embedding model that knows several languages it is not needed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib import resources

import yaml

SHORTEST_STEM = 3  # letters of a word that ends in a star
SHORTEST_INSIDE = 5  # letters of a stem found in the middle of a compound
_MOST_KEPT = 200_000  # words whose meaning is remembered
_COMPOUNDS = frozenset({"de", "nl"})  # languages that write "delivery address" as one word
_LINK = 3  # letters between two parts of a compound: Liefer-ungs-adresse
_LONGEST_WORD = 40
_WORD = re.compile(r"[^\W\d_]+")

More = Mapping[str, Mapping[str, Sequence[str] | str]]


@dataclass(frozen=True)
class Glossary:
    """One language's way into English: ``words`` and ``stems`` to what they mean, ``phrases`` of
    two words, and ``dropped`` words, which carry only grammar. All folded (see `folded`)."""

    language: str
    words: Mapping[str, str]
    stems: Mapping[str, str]
    phrases: Mapping[tuple[str, str], str]
    dropped: frozenset[str]
    _known: dict[str, str | None] = field(default_factory=dict, repr=False, compare=False)

    def meaning(self, word: str) -> str | None:
        """The English for one folded word, empty if it carries only grammar, None if unknown."""
        if word in self._known:
            return self._known[word]
        if len(self._known) >= _MOST_KEPT:
            self._known.clear()
        found = self._known[word] = self._looked_up(word)
        return found

    def in_english(self, text: str) -> str:
        """A text in this language, its known words replaced."""
        written = _WORD.findall(text)
        words = [folded(word) for word in written]
        said: list[str] = []
        skip = False
        for place, word in enumerate(words):
            if skip:
                skip = False
                continue
            phrase = self.phrases.get((word, words[place + 1])) if place + 1 < len(words) else None
            skip = phrase is not None
            meant = phrase if phrase is not None else self.meaning(word)
            if meant is None or meant:
                said.append(written[place] if meant is None else meant)
        return " ".join(said)

    def _looked_up(self, word: str) -> str | None:
        if word in self.words:
            return self.words[word]
        if word in self.dropped:
            return ""
        if len(word) > _LONGEST_WORD:
            return None
        if self.language in _COMPOUNDS:
            return " ".join(dict.fromkeys(self._parts(word))) or None
        stem = self._stem(word, 0, SHORTEST_STEM)
        return self.stems[stem] if stem else None

    def _parts(self, word: str) -> list[str]:
        """What the parts of a compound mean: Lieferadresse is a delivery and an address."""
        meant: list[str] = []
        place, last_end = 0, -1
        while place < len(word):
            is_near = place == 0 or 0 <= last_end and place - last_end <= _LINK
            least = SHORTEST_STEM if place == 0 else 4 if is_near else SHORTEST_INSIDE
            stem = self._stem(word, place, least)
            if stem:
                meant.append(self.stems[stem])
                place = last_end = place + len(stem)
            else:
                place += 1
        return meant

    def _stem(self, word: str, start: int, least: int) -> str:
        for end in range(len(word), start + least - 1, -1):
            if word[start:end] in self.stems:
                return word[start:end]
        return ""


def in_common_words(text: str, language: str, more: More | None = None) -> str:
    """One text in the words an English one would use; English and unknown languages as they are.

    ``more`` adds to the glossary: English word -> language -> words, a star for any ending:
    ``{"grinder": {"de": ["mahlwerk*"]}}``.
    """
    return all_in_common_words([text], [language], more=more)[0]


def all_in_common_words(
    texts: Sequence[str], languages: Sequence[str], *, more: More | None = None
) -> list[str]:
    """Every text in common words, each from its own language."""
    glossaries = glossaries_of(more)
    found = []
    for text, language in zip(texts, languages, strict=True):
        glossary = glossaries.get(language)
        found.append(glossary.in_english(text) if glossary else text)
    return found


def glossaries_of(more: More | None = None) -> Mapping[str, Glossary]:
    """The glossary of every language there is one for, with ``more`` words on top."""
    return _built(more) if more else _shipped()


def english_words() -> frozenset[str]:
    """Every English word the glossary leads to."""
    return frozenset(word for meant in _entries("glossary.yaml") for word in meant.split())


@cache
def function_words() -> Mapping[str, frozenset[str]]:
    """The words of each language that carry only grammar, folded."""
    return {
        language: frozenset(words.split())
        for language, words in _entries("function_words.yaml").items()
    }


@lru_cache(100_000)
def folded(word: str) -> str:
    """Lower case without accents; ß is ss, æ is ae and ø is o."""
    word = word.lower()
    if word.isascii():
        return word
    bare = unicodedata.normalize("NFKD", word.translate(_LETTERS))
    return "".join(letter for letter in bare if not unicodedata.combining(letter))


_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "ı": "i"})


@cache
def _shipped() -> Mapping[str, Glossary]:
    return _built({})


def _built(more: More) -> Mapping[str, Glossary]:
    told: dict[str, list[tuple[str, str]]] = {}
    for entries in (_entries("glossary.yaml"), more):
        for meant, by_language in entries.items():
            for language, words in by_language.items():
                each = words.split() if isinstance(words, str) else words
                told.setdefault(language, []).extend((word, meant) for word in each)
    return {language: _one(language, pairs) for language, pairs in told.items()}


def _one(language: str, pairs: Sequence[tuple[str, str]]) -> Glossary:
    words: dict[str, str] = {}
    stems: dict[str, str] = {}
    phrases: dict[tuple[str, str], str] = {}
    for written, meant in pairs:
        word = folded(written.strip().removesuffix("*"))
        first, dash, second = word.partition("-")
        if dash:
            phrases[first, second] = meant
        elif written.strip().endswith("*") and len(word) >= SHORTEST_STEM:
            stems[word] = meant
        elif word:
            words[word] = meant
    dropped = function_words().get(language, frozenset())
    return Glossary(language, words, stems, phrases, dropped)


@cache
def _entries(name: str) -> Mapping:
    text = resources.files("workbench.drivers").joinpath(name).read_text(encoding="utf-8")
    return yaml.safe_load(text)

# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the name of a column says about its meaning, in four languages and four systems."""

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

EXACT, INNER, TAIL = 1.0, 0.35, 0.6
COVERED, AT_THE_END = 0.55, 0.1
SHORTEST_TAIL = 5
NO_WORDS = {"no", "nr", "num", "number", "nummer", "id", "code", "key", "ref", "numero"}
SYSTEMS = {"SAP", "Odoo", "ERPNext", "Shopify"}


@dataclass(frozen=True, slots=True)
class Name:
    """One meaning that a name may have.

    Attributes
    ----------
    score
        How well it fits, in (0, 1]; 1 when the whole name is known.
    why
        Where it is known from, for people.
    language
        Language or system that knows it.
    """

    meaning: str
    score: float
    why: str
    language: str


def meanings_of(header: str) -> dict[str, Name]:
    """Return what a column called `header` may mean.

    >>> meanings_of("Artikel-Nr.")["item"].why
    'the name is German'
    >>> sorted(meanings_of("OrderQty"))[-1]
    'qty'
    """
    found: dict[str, Name] = {}
    for words, share in _readings(header):
        for each in _known(words):
            scaled = Name(each.meaning, each.score * share, each.why, each.language)
            if scaled.score > found.get(each.meaning, NOTHING).score:
                found[each.meaning] = scaled
    return found


def words_of(header: str) -> list[str]:
    """Return the words of a name: no accents, small letters, `camelCase` taken apart.

    >>> words_of("Unit_Price(€)"), words_of("orderLineId"), words_of("Stückzahl")
    (['unit', 'price'], ['order', 'line', 'id'], ['stuckzahl'])
    """
    split = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", header)
    plain = unicodedata.normalize("NFKD", split.replace("ß", "ss").replace("°", " "))
    letters = "".join(each for each in plain if not unicodedata.combining(each))
    return re.findall(r"[a-z0-9]+", letters.lower())


def in_brackets(header: str) -> str:
    """Return what stands in brackets at the end of a name, such as a unit or a currency.

    >>> in_brackets("Weight (kg)"), in_brackets("Menge [ST]"), in_brackets("Price")
    ('kg', 'ST', '')
    """
    found = re.search(r"[(\[]([^()\[\]]+)[)\]]\s*$", header)
    return found[1].strip() if found else ""


def _readings(header: str) -> list[tuple[list[str], float]]:
    """Return the words of the whole name, without brackets, and of its last part."""
    bare = re.sub(r"[(\[][^()\[\]]*[)\]]\s*$", "", header) or header
    last = re.split(r"[/>]", bare)[-1] if re.search(r"\w/\w|>", bare) else ""
    found = [(words_of(header), 1.0), (words_of(bare), 0.98)]
    if last and len(words_of(bare)) > 1:
        found.append((words_of(last), 0.9))
    parts = [part for part in re.split(r"[/>]", bare) if part.strip()]
    if len(parts) > 2 and words_of(parts[-1]) and words_of(parts[-1])[0] == "default":  # noqa: PLR2004
        found.append((words_of(parts[-2]), 0.95))
    found += [([_folded(each) for each in told], share * 0.99) for told, share in found]
    return [each for each in found if each[0]]


def _folded(word: str) -> str:
    """Return a word as if its umlauts had been left out, not written in two letters."""
    return re.sub("([aou])e", r"\1", word)


def _known(words: list[str]) -> list[Name]:
    compact = "".join(words)
    exact = [
        Name(meaning, EXACT, _whence(language), language)
        for meaning, language in _by_name().get(compact, ())
    ]
    return exact or _partly(words, compact)


def _partly(words: list[str], compact: str) -> list[Name]:
    """Return meanings of names that begin, end or are inside with a known one."""
    found = []
    for first in range(len(words)):
        for last in range(first + 1, len(words) + 1):
            inner = "".join(words[first:last])
            share = len(inner) / len(compact)
            told = words[first:last]
            if len(told) < len(words) and all(each in NO_WORDS for each in told):
                continue
            head = AT_THE_END if set(words[last:]) <= NO_WORDS else 0.0
            found += [
                Name(meaning, INNER + COVERED * share + head, _part(told, language), language)
                for meaning, language in _by_name().get(inner, ())
            ]
    for cut in range(1, len(compact) - SHORTEST_TAIL + 1):
        tail = compact[cut:]
        share = len(tail) / len(compact)
        found += [
            Name(meaning, TAIL + 0.3 * share, _part([tail], language), language)
            for meaning, language in _by_name().get(tail, ())
            if language == "German"
        ]
    return found


def _part(words: list[str], language: str) -> str:
    return f"{' '.join(words)!r} in the name ({language})"


def _whence(language: str) -> str:
    return f"{language} calls it so" if language in SYSTEMS else f"the name is {language}"


@cache
def _by_name() -> dict[str, tuple[tuple[str, str], ...]]:
    text = (files("sightline.imports.suggest") / "vocabulary.yaml").read_text("utf-8")
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for meaning, languages in yaml.safe_load(text).items():
        for language, names in languages.items():
            for name in names:
                found["".join(words_of(name))].setdefault(meaning, language)
    return {name: tuple(known.items()) for name, known in found.items()}


NOTHING = Name("", 0.0, "", "")

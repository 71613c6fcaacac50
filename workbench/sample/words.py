"""Which words does the sample have: names, places and phrases, kept as data files."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

ENGLISH = "en"


@dataclass(frozen=True)
class Phrases:
    """What customers and agents write about one reason."""

    subjects: tuple[str, ...]
    cores: tuple[str, ...]
    details: tuple[str, ...]
    asks: tuple[str, ...]
    replies: tuple[str, ...]
    questions: tuple[tuple[str, ...], ...]  # each a question and the answers that fit it


@dataclass(frozen=True)
class City:
    """A city of the sample's customers."""

    name: str
    province: str
    province_name: str
    zip_start: str


@dataclass(frozen=True)
class People:
    """Names and places from which customers and agents are made up."""

    first: tuple[str, ...]
    last: tuple[str, ...]
    streets: tuple[str, ...]
    cities: tuple[City, ...]
    agents_inhouse: tuple[str, ...]
    agents_vendor: tuple[str, ...]
    agents_founder: tuple[str, ...]
    agents_product: tuple[str, ...]
    agents_marketing: tuple[str, ...]
    agents_trial: tuple[str, ...]


@cache
def phrases(reason: str, language: str = ENGLISH) -> Phrases:
    """Return the phrases of one contact reason."""
    if language == ENGLISH:
        raw = dict(_read(reason))
    else:  # what is not said differently from reason to reason is common to the language
        spoken = _read(language)
        raw = {"details": spoken["details"], "asks": spoken["asks"], **spoken["reasons"][reason]}
    questions = tuple(tuple(lines) for lines in raw.pop("questions"))
    return Phrases(questions=questions, **{name: tuple(lines) for name, lines in raw.items()})


@cache
def common(language: str = ENGLISH) -> dict[str, tuple[str, ...]]:
    """Return the phrases that fit any reason; English where the language has none."""
    lines = _read("common")
    if language != ENGLISH:
        lines = lines | _read(language)["common"]
    return {name: tuple(values) for name, values in lines.items()}


@cache
def review_lines() -> dict[str, tuple[str, ...]]:
    """Return what buyers write in reviews, by how they liked it."""
    return {name: tuple(lines) for name, lines in _read("reviews").items()}


@cache
def people() -> People:
    """Return the names and places."""
    raw = dict(_read("people"))
    cities = tuple(City(*city) for city in raw.pop("cities"))
    return People(cities=cities, **{name: tuple(values) for name, values in raw.items()})


@cache
def _read(name: str) -> dict[str, Any]:
    source = resources.files("workbench.sample") / "phrases" / f"{name}.yaml"
    return yaml.safe_load(source.read_text(encoding="utf-8"))

"""Which words does the sample have: names, places and phrases, kept as data files."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml


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


@cache
def phrases(reason: str) -> Phrases:
    """Return the phrases of one contact reason."""
    raw = _read(reason)
    questions = tuple(tuple(lines) for lines in raw.pop("questions"))
    return Phrases(questions=questions, **{name: tuple(lines) for name, lines in raw.items()})


@cache
def common() -> dict[str, tuple[str, ...]]:
    """Return the phrases that fit any reason."""
    return {name: tuple(lines) for name, lines in _read("common").items()}


@cache
def people() -> People:
    """Return the names and places."""
    raw = _read("people")
    cities = tuple(City(*city) for city in raw.pop("cities"))
    return People(cities=cities, **{name: tuple(values) for name, values in raw.items()})


def _read(name: str) -> dict[str, list[Any]]:
    source = resources.files("workbench.sample") / "phrases" / f"{name}.yaml"
    return yaml.safe_load(source.read_text(encoding="utf-8"))

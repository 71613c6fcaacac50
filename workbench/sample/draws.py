"""Where does each random number come from: one stream per (seed, purpose, month)."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from typing import TypeVar

import numpy as np

T = TypeVar("T")

_BLOCK = 4096


def stream(seed: int, purpose: str, month: int) -> np.random.Generator:
    """Return the generator of one purpose in one month, so that parts can change alone."""
    return np.random.default_rng([seed, zlib.crc32(purpose.encode()), month])


class Dice:
    """Single draws taken from vectorised blocks, for choices made ticket by ticket."""

    def __init__(self, generator: np.random.Generator) -> None:
        self._next = self._floats(generator).__next__

    @staticmethod
    def _floats(generator: np.random.Generator) -> Iterator[float]:
        while True:
            yield from generator.random(_BLOCK).tolist()

    def chance(self, share: float) -> bool:
        """Return True in the given share of calls."""
        return self._next() < share

    def below(self, limit: int) -> int:
        """Return a whole number from 0 up to but not including the limit."""
        return int(self._next() * limit)

    def pick(self, options: Sequence[T]) -> T:
        """Return one of the options, each as likely."""
        return options[int(self._next() * len(options))]

"""How results look on a terminal: aligned tables for people, one JSON object for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

_WIDE = 200  # a pipe or a log has no width: fold nothing
OUT = Console(highlight=False, width=None if sys.stdout.isatty() else _WIDE)
ERR = Console(stderr=True, highlight=False, width=None if sys.stderr.isatty() else _WIDE)


def say(text: str) -> None:
    """One line for a person, never wrapped, never read as markup."""
    OUT.print(Text(text), soft_wrap=True)


def complain(text: str) -> None:
    """One line on stderr."""
    ERR.print(Text(text), soft_wrap=True)


def show_json(value: Any) -> None:
    """One JSON object on stdout and nothing else."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=1, default=str) + "\n")


def show_table(heads: Sequence[str], rows: Iterable[Sequence[str]], *, right: str = "") -> None:
    """A plain table; columns named in ``right`` (separated by commas) are numbers."""
    numbers = {name.strip() for name in right.split(",")}
    table = Table(box=None, header_style="bold", pad_edge=False)
    for place, head in enumerate(heads):
        table.add_column(
            head,
            justify="right" if head in numbers else "left",
            no_wrap=place == 0 or head in numbers,
            overflow="fold",
        )
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    OUT.print(table)

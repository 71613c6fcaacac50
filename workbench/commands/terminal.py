"""How results look on a terminal: aligned tables for people, one JSON object for programs."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

# What moves a cursor, recolours a screen or turns letters round: an export may hold it, a terminal
# must not get it.
_HARMFUL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_WIDE = 200  # a pipe or a log has no width: fold nothing


class _Out(Console):
    """Standard output; where its reader is gone, a line says why the command ends."""

    def on_broken_pipe(self) -> None:
        complain("error: nobody reads the output any more; what was done stays done.")
        super().on_broken_pipe()


for _name in ("stdout", "stderr"):
    if getattr(sys, _name) is None:  # a service may start us with a closed stream
        setattr(sys, _name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
OUT = _Out(highlight=False, width=None if sys.stdout.isatty() else _WIDE)
ERR = Console(stderr=True, highlight=False, width=None if sys.stderr.isatty() else _WIDE)


def say(text: str) -> None:
    """One line for a person, never wrapped, never read as markup."""
    OUT.print(Text(harmless(text)), soft_wrap=True)


def complain(text: str) -> None:
    """One line on stderr."""
    ERR.print(Text(harmless(text)), soft_wrap=True)


def harmless(text: str) -> str:
    """The text with control characters written out, such as ``\\u001b``."""
    return _HARMFUL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def one_line(text: str) -> str:
    """A text of an export on one line, so that it cannot pass for a line of ours."""
    return harmless(text.replace("\r\n", "\n").replace("\n", "\\n"))


def a_name(text: str) -> str:
    """The name of a file on one line: it may hold any sign but a stroke."""
    return one_line(text).replace("\t", "\\t")


def show_json(value: Any) -> None:
    """One JSON object on stdout and nothing else; read back, it holds every character."""
    text = json.dumps(value, ensure_ascii=False, indent=1, default=str)
    sys.stdout.write(harmless(text) + "\n")


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
        table.add_row(*(Text(harmless(cell)) for cell in row))
    OUT.print(table)

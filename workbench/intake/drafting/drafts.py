"""A first mapping for an unknown export: every guess is marked, and what must be decided is said.

A draft loads as it stands. What it does not know stays a comment; a column no row can do without
stands there as ``"?"``, and importing says that it is missing.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from workbench.intake.drafting.aliases import custom_name, plain_words
from workbench.intake.drafting.draft_columns import ZONE_BESIDE, column_lines, undecided_lines
from workbench.intake.drafting.guesses import Guess, guessed_columns, guessed_table, needed
from workbench.intake.drafting.looks import PARTED, ZONED, mostly, type_of
from workbench.intake.drafting.samples import Field, Sample
from workbench.intake.drafting.yaml_words import comment, shown_name, such_as, word
from workbench.intake.mappings.sniff import explained
from workbench.tables.catalog import table_named
from workbench.tables.schema import Kind, Table

_MOST_LEFT = 200  # fields without a column that a draft lists
_LONGEST = 200  # characters of a name that is repeated
_THOUSANDS_OR_NOT = re.compile(r"\D*\d{1,3}[.,]\d{3}\D*")
_OF_PERSONS = {
    "name", "email", "mail", "phone", "address", "contact", "customer", "requester", "user",
}  # fmt: skip


@dataclass(frozen=True)
class Draft:
    """The text of a mapping, the table it feeds, and how far it comes."""

    text: str
    table: str
    mapped: int
    left: int
    decide: int


def drafted(sample: Sample, table: str | None = None) -> Draft:
    """A mapping of this export into ``table``, or into the one most of its fields belong to."""
    feeds = table_named(table or guessed_table(sample))
    guesses = guessed_columns(sample, feeds)
    columns = [line for guess in guesses for line in column_lines(guess, sample, feeds)]
    columns += undecided_lines(feeds, guesses, sample)
    left = [f for f in sample.fields if f.name not in {g.field.name for g in guesses}]
    lines = [*_head(sample, feeds, guesses, chosen=table is not None), "columns:", *columns]
    lines += [*_unknown(feeds, guesses), *_left_over(left)]
    text = "\n".join(lines) + "\n"
    return Draft(text, feeds.name, len(guesses), len(left), text.count("# decide"))


def _head(sample: Sample, table: Table, guesses: Sequence[Guess], *, chosen: bool) -> Iterator[str]:
    named = re.sub(r"\W+", "_", sample.file.split(".")[0].casefold()).strip("_") or "export"
    told = (
        f"Drafted from {shown_name(sample.file)}: {sample.records:,} records, "
        f"{len(sample.fields):,} fields. Check what is marked 'guess', settle what is marked "
        "'decide', and look at what would load with 'workbench import --explain'."
    )
    yield from (f"# {line}" for line in textwrap.wrap(told, 90))
    known = [c for c in explained(tuple(f.name for f in sample.fields)) if not c.missing][:1]
    for format in known:
        yield f"# It is known as {format.format}: 'workbench import' reads it without a mapping."
    yield comment(f"source: {word(named)}", "decide: the help desk or shop; stands on every row")
    yield comment(f"table: {table.name}", ("" if chosen else "guess: ") + table.grain)
    yield from _times(guesses)
    yield from _numbers(guesses)
    yield from _repeats(sample, table, guesses)


def _times(guesses: Sequence[Guess]) -> Iterator[str]:
    """The zone and the order of day and month, where the values leave them open."""
    times = [g.field for g in guesses if g.column.kind is Kind.TIME and g.field.values]
    naive = [f for f in times if not mostly(ZONED, f.values) and not ZONE_BESIDE.search(f.name)]
    naive = [f for f in naive if any(":" in value for value in f.values)]
    if naive:
        yield comment(
            "# timezone: Europe/Berlin",
            f"decide: {shown_name(naive[0].name)} has no zone{such_as(naive[0].values)}; without "
            "this line they are read as UTC",
        )
    for found in times:
        parts = [p for v in found.values if (p := PARTED.fullmatch(v))]
        proved = any(int(p[1]) > 12 or int(p[2]) > 12 for p in parts)
        if parts and not proved:
            yield comment(
                "# date_order: day_first",
                f"decide: {_both_ways(found.name, found.values)}; day_first or month_first",
            )
            return


def _numbers(guesses: Sequence[Guess]) -> Iterator[str]:
    numbers = [g.field for g in guesses if g.column.kind in (Kind.MONEY, Kind.NUMBER)]
    for found in numbers:
        marked = [v for v in found.values if "," in v or "." in v]
        if marked and all(_THOUSANDS_OR_NOT.fullmatch(v) for v in marked):
            yield comment(
                "# decimal: point",
                f"decide: {_both_ways(found.name, marked)}; point or comma",
            )
            return


def _both_ways(name: str, values: Sequence[str]) -> str:
    return f"{shown_name(name)} reads both ways{such_as(values)}"


def _repeats(sample: Sample, table: Table, guesses: Sequence[Guess]) -> Iterator[str]:
    """Does what should name one row stand on several?"""
    keys = [k for k in table.key if k != "source"]
    found = [g for g in guesses if g.column.name in keys]
    if len(keys) != 1 or len(found) != 1:
        return
    key = found[0].field.name
    held = sample.held(key)
    blank = sample.records - held.filled
    if blank > 0:
        told = f"decide: {blank:,} records without it are rejected; 'fill' and 'rows: first_of_key'"
        yield comment(f"# fill: {{{word(key)}: ?}}", f"{told} serve orders")
    if held.repeated:
        what = f"{held.repeated:,} of {held.distinct:,} {shown_name(key)} stand on several rows"
        rows = "snapshots" if table.name == "tickets" else "first_of_key"
        yield comment(f"# rows: {rows}", f"decide: {what}; without this line the latest is kept")


def _unknown(table: Table, guesses: Sequence[Guess]) -> Iterator[str]:
    """The other columns of the table, so that a reader knows what could still be named."""
    have = {guess.column.name for guess in guesses} | set(needed(table)) | set(table.key)
    others = [n for n in table.names if n not in have and n not in ("custom", "source_row")]
    if others:
        text = f"No field was taken for: {', '.join(others)}."
        yield from (f"  # {line}" for line in textwrap.wrap(text, 90))


def _left_over(left: Sequence[Field]) -> Iterator[str]:
    if not left:
        return
    yield "  # Not read. Take the mark away to keep a field under `custom`, or name its column."
    names: set[str] = set()
    for found in left[:_MOST_LEFT]:
        if len(found.name) > _LONGEST:
            yield f"  # a field whose name has {len(found.name):,} characters"
            continue
        name = base = custom_name(found.name)
        copies = 2
        while name in names:
            name, copies = f"{base}_{copies}", copies + 1
        names.add(name)
        kind = type_of(found.values)
        rule = "scrub: true" if kind == "text" else f"type: {kind}"
        yield comment(
            f"  # {name}: {{from: {word(found.name)}, {rule}}}",
            _seen(found),
        )
    if len(left) > _MOST_LEFT:
        yield f"  # and {len(left) - _MOST_LEFT:,} more fields"


def _seen(field: Field) -> str:
    if not field.values:
        return "empty"
    if _OF_PERSONS & set(plain_words(field.name)):
        return "values not shown here"
    return such_as(field.values).strip()

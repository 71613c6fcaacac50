"""The lines of a drafted mapping for one column each: its field, its words, its unit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from workbench.intake.drafting.aliases import known_words, plain_words
from workbench.intake.drafting.guesses import Guess, needed
from workbench.intake.drafting.looks import CLOCK, are_tiers, is_yes_or_no, mostly, suits, unit_in
from workbench.intake.drafting.samples import Field, Sample
from workbench.intake.drafting.yaml_words import comment, shown_name, such_as, word
from workbench.tables.schema import Kind, Table

ZONE_BESIDE = re.compile(r"\((?:UTC|GMT|[A-Za-z_]+(?:/[A-Za-z0-9_+-]+)+)\)")
_MOST_WORDS = 40
_IN_CENTS = {"cents", "cent", "minor"}


def column_lines(guess: Guess, sample: Sample, table: Table) -> Iterator[str]:
    """One column that a field was found for; what was guessed about it stands beside."""
    column, values = guess.column, guess.field.values
    source, words = _source(guess.field), plain_words(guess.field.name)
    known = known_words(table.name, column.name)
    seen = (
        ""
        if column.personal in ("key", "text", "change") or column.name.endswith("_key")
        else such_as(values)
    )
    sure = "" if guess.sure else "guess: "
    told = f"{sure}{column.meaning}{',' * bool(seen)}{seen}"
    spelt = column.kind is Kind.BOOLEAN and bool(known) and not is_yes_or_no(values)
    if column.allowed or spelt:
        yield from _translated(guess, sample, known)
    elif are_tiers(column, values) and not mostly(re.compile(r"\d"), values):
        yield comment(f"  {column.name}: {{from: {source}, pattern: '([123])'}}", f"guess{seen}")
    elif column.unit == "minutes":
        unit = unit_in(words) or ("hours" if mostly(CLOCK, values) else None)
        if unit is None:
            yield comment(
                f"  # {column.name}: {{from: {source}, unit: minutes}}",
                f"decide: seconds, minutes, hours or days{seen}",
            )
        else:
            rule = f"  {column.name}: {{from: {source}, unit: {unit}}}"
            yield comment(rule, f"guess: in {unit}{seen}")
    elif column.kind is Kind.MONEY and _IN_CENTS & set(words):
        rule = f"  {column.name}: {{from: {source}, minor_units: true}}"
        yield comment(rule, f"guess: in cents{seen}")
    else:
        yield comment(f"  {column.name}: {source}", told)


def _translated(guess: Guess, sample: Sample, known: dict[str, str]) -> Iterator[str]:
    """A column of few words: each word of the export and what it means here."""
    column, counts = guess.column, sample.words(guess.field.name)
    allowed = ", ".join(column.allowed) or "true, false"
    yield comment(f"  {column.name}:", ("" if guess.sure else "guess: ") + f"one of {allowed}")
    yield f"    from: {word(guess.field.name)}"
    found = sorted(counts, key=lambda w: -counts[w])[:_MOST_WORDS]
    if found:
        yield "    values:"
    open_words = [w for w in found if w.casefold() not in known]
    for each in found:
        if each.casefold() in known:
            meant = known[each.casefold()]
            same = "" if each.casefold() == meant else "guess: "
            yield comment(f"      {word(each)}: {meant}", f"{same}{counts[each]:,} records")
    choices = ", ".join(column.allowed or ("true", "false"))
    for each in open_words:
        told = f"decide: {counts[each]:,} records, rejected without this line"
        yield comment(f'      # {word(each)}: "?"', f"{told}; one of {choices}")
    if found and len(open_words) == len(found):  # a key without words would be no mapping
        yield comment("      {}", "take this line out with the first word you decide")


def undecided_lines(table: Table, guesses: Sequence[Guess], sample: Sample) -> Iterator[str]:
    """Columns no row can do without that no field seems to be."""
    have = {guess.column.name: guess.field for guess in guesses}
    taken = {guess.field.name for guess in guesses}
    for column in table.columns:
        if column.name in have or column.name == "source":
            continue
        if column.name in needed(table):
            maybe = [
                f for f in sample.fields if f.name not in taken and suits(column, f.values, {})
            ]
            hint = "; perhaps " + ", ".join(shown_name(f.name) for f in maybe[:4]) if maybe else ""
            yield comment(
                f'  {column.name}: "?"', f"decide: which field is it? {column.meaning}{hint}"
            )
        elif (table.name, column.name) == ("order_lines", "line") and "order_id" in have:
            yield f"  line: {{ordinal_within: {word(have['order_id'].name)}}}"
        elif column.allowed and (column.required or column.name in table.key):
            rule = f"  {column.name}: {{const: {column.allowed[0]}}}"
            yield comment(rule, f"decide: {', '.join(column.allowed)}")


def _source(field: Field) -> str:
    """The field as a mapping names it; a zone in its name may be another in the next export."""
    return word(ZONE_BESIDE.sub("({zone})", field.name))

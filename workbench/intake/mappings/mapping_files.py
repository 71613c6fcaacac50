"""Mapping files as they are written: read whole, every fault told at once with its line and key."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from workbench.errors import UsageError
from workbench.intake.mappings.mapping import Mapping
from workbench.intake.mappings.rules import ColumnRule, KeepIf, Strict, nearest
from workbench.intake.mappings.written import (
    MAX_BYTES,
    Fault,
    NotRead,
    Place,
    Written,
    documents,
    worded,
)

_SHIPPED = ("templates", "formats")  # folders of the package that hold mappings by name
_STAND_IN = {"from": "?"}  # takes the place of a faulty rule while the others are looked at
_MODELS: dict[str, type[Strict]] = {"columns": ColumnRule, "keep_if": KeepIf}
_FIX = "Correct these lines; docs/mappings.md has every key."


def named_mapping(name: Path) -> tuple[Mapping, ...]:
    """The mapping file at this path, or the shipped mapping that is called so."""
    if name.exists() or len(name.parts) > 1 or name.suffix:
        return load_mappings(name)
    return template(str(name))


def template(name: str) -> tuple[Mapping, ...]:
    """A mapping that is shipped with the package, or a `UsageError` that lists them."""
    known = shipped_mappings()
    if name not in known:
        raise UsageError(
            f"there is no such file, and no shipped mapping of that name{nearest(name, known)}; "
            f"there are {', '.join(known)}.", where=name,
            fix="'workbench mapping init EXPORT' drafts one.",
        )  # fmt: skip
    return load_mappings(known[name])


def shipped_mappings() -> dict[str, Path]:
    """Every mapping the package brings along, by name: templates, then built-in formats."""
    root = Path(str(files("workbench.intake")))
    found = (p for folder in _SHIPPED for p in sorted((root / folder).glob("*.yaml")))
    return {path.stem: path for path in found}


def load_mappings(path: Path) -> tuple[Mapping, ...]:
    """Every document of a mapping file, or one `UsageError` that lists all its faults."""
    try:
        written = documents(_text(path))
    except NotRead as fault:
        raise UsageError(
            f"is not YAML that can be read here (line {fault.line}: {fault.what}).",
            where=path.name, fix="Check that line: its indentation, quotes and brackets.",
        ) from fault  # fmt: skip
    mappings: list[Mapping] = []
    faults: list[Fault] = []
    for document in written:
        mapping, found = _document(document)
        faults += [*document.faults, *found]
        mappings += [mapping] if mapping else []
    if not written:
        faults.append((1, "it holds no mapping; 'workbench mapping init EXPORT' drafts one"))
    if faults:
        told = [f"line {line}: {what}" for line, what in sorted(faults, key=lambda f: f[0])]
        count = f"{len(told)} fault{'s' * (len(told) > 1)}"
        raise UsageError(
            f"is not a valid mapping ({count}):\n  - " + "\n  - ".join(told) + "\n",
            where=path.name, fix=_FIX,
        )  # fmt: skip
    return tuple(mappings)


def _text(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            found = stream.read(MAX_BYTES + 4)
    except OSError as fault:
        raise UsageError(
            f"cannot be read ({fault.strerror}).", where=str(path), fix="Check --mapping."
        ) from fault
    if len(found) > MAX_BYTES:
        raise NotRead(1, f"it is larger than {MAX_BYTES:,} bytes; this is no mapping")
    try:
        return found.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = found.count(b"\n", 0, fault.start) + 1
        raise NotRead(line, "it is not UTF-8") from fault


def _document(document: Written) -> tuple[Mapping | None, list[Fault]]:
    """The mapping of one document where it has a sound shape, and all that is wrong with it."""
    if not isinstance(document.value, dict):
        return None, [(document.line, "a mapping is written 'key: value'")]
    value, faults = document.value, []
    try:
        mapping = Mapping.model_validate(value)
    except ValidationError as fault:
        for error in fault.errors():
            place: Place = tuple(error["loc"])
            value = _without(value, place)
            if place in document.spoilt:  # told already
                continue
            faults.append((document.line_of(place), _worded_fault(error, place)))
        try:  # once more without the faulty parts, so that what else is wrong is told too
            mapping = Mapping.model_validate(value)
        except ValidationError:
            return None, faults
    if "?" in (mapping.source, mapping.table):  # told already
        return None, faults
    return mapping, faults + [(_line_of(text, document), text) for text in mapping.faults()]


def _without(value: dict[str, Any], place: Place) -> dict[str, Any]:
    """A document without its faulty part; a faulty rule is replaced, for its column is named."""
    top = str(place[0]) if place else ""
    if top in ("source", "table"):
        return value | {top: value.get(top) if isinstance(value.get(top), str) else "?"}
    if top == "columns" and len(place) > 1 and isinstance(value.get(top), dict):
        return value | {top: value[top] | {str(place[1]): _STAND_IN}}
    return {name: part for name, part in value.items() if name != top}


def _worded_fault(error: Any, place: Place) -> str:
    kind, given = error["type"], error["input"]
    if kind == "extra_forbidden":
        model = _MODELS.get(str(place[0]), Mapping) if len(place) > 1 else Mapping
        names = [f.alias or n for n, f in model.model_fields.items()]
        what = f"there is no such key{nearest(str(place[-1]), names)}"
    elif kind == "missing":
        what = "is missing"
    elif kind == "literal_error":
        allowed = error["ctx"]["expected"].replace("'", "").replace(" or ", ", ").split(", ")
        what = f"{given!r} is not allowed{nearest(given, allowed)}; there are {', '.join(allowed)}"
    elif kind == "tuple_type":
        what = f"a list belongs there, such as [{given}]"
    elif kind in _BELONGS:
        what = _BELONGS[kind]
    else:
        what = error["msg"].removeprefix("Value error, ")
    return worded(place) + what


_BELONGS = {
    "dict_type": "'key: value' belongs there",
    "model_type": "'key: value' belongs there",
    "string_type": "one word belongs there",
    "bool_parsing": "true or false belongs there",
    "bool_type": "true or false belongs there",
    "int_parsing": "a whole number belongs there",
}


def _line_of(text: str, document: Written) -> int:
    """The line a fault is about: of the place it begins with, or of the word it quotes there."""
    path = text.replace(": ", ".")
    dotted = {".".join(map(str, place)): place for place in document.lines}
    named = [d for d in dotted if d and path.startswith(d) and not path[len(d) :][:1].isalnum()]
    place = dotted[max(named, key=len)] if named else ()
    quoted = re.search(r"'([^']*)'", text)
    if quoted is not None:
        for under, line in document.lines.items():
            inside = under[: len(place)] == place and under != place
            if inside and quoted[1] in (document.words.get(under), under[-1]):
                return line
    return document.line_of(place)

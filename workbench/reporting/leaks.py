"""Is anything on these pages that must not leave the house: a secret, or who a customer is?"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from html import escape
from pathlib import Path

from workbench.definitions.wording import counted
from workbench.intake.persons.personal import scrub
from workbench.intake.persons.pseudonym_keys import KEY_FILE, PUBLIC_KEY
from workbench.reporting.files import write_whole
from workbench.reporting.manifest import Manifest
from workbench.reporting.secrets import SECRET_NAME, is_reference

SHORTEST_SECRET = 8  # shorter values stand in ordinary words and numbers
_READ = {".html", ".csv", ".json", ".ipynb", ".txt", ".xlsx"}
_PICTURE = re.compile(r"[A-Za-z0-9+/=\n\\]{500,}")
# What a computer calculated: its sixteen digits are a card number once in ten thousand times.
_DECIMAL = re.compile(r"(?<![\w.@+-])-?\d+\.\d+(?:e[+-]?\d+)?(?![\w@.])")
_KINDS = {"[email]": "e-mail address", "[card]": "card number", "[iban]": "account number"}
_PLURALS = {"e-mail address": "e-mail addresses"}


def secret_values(
    environment: Mapping[str, str], parameters: Mapping[str, object] | None = None
) -> dict[str, str]:
    """The values that must stand on no page, by the variables that hold them: those called like a
    secret, and those that ``parameters`` refer to as ``env:NAME``."""
    texts = [value for value in (parameters or {}).values() if isinstance(value, str)]
    referred = {text.removeprefix("env:") for text in texts if is_reference(text)}
    return {
        name: value
        for name, value in environment.items()
        if (name in referred or SECRET_NAME.search(name))
        and len(value) >= SHORTEST_SECRET
        and not os.path.exists(value)  # where a secret lies is none
    }


def secrets_of(
    workspace: Path, environment: Mapping[str, str], parameters: Mapping[str, object]
) -> dict[str, str]:
    """`secret_values`, and the workspace's key for pseudonyms."""
    path = workspace / KEY_FILE
    key = path.read_text("utf-8").strip() if path.is_file() else ""
    is_secret = len(key) >= SHORTEST_SECRET and key != PUBLIC_KEY  # everybody knows the demo's
    return secret_values(environment, parameters) | ({KEY_FILE: key} if is_secret else {})


def mask_secrets(paths: Iterable[Path], secrets: Mapping[str, str]) -> list[str]:
    """Which files held a secret? There it is replaced by its variable's name.

    A value may be written as it is, as JSON or as HTML writes it; said is the name alone.
    """
    told = []
    for name, value in _longest_first(secrets):
        written = (value, json.dumps(value)[1:-1], escape(value))
        forms = {form.encode(errors="surrogateescape") for form in written}
        for path in paths:
            data = path.read_bytes()
            if any(form in data for form in forms):
                for form in sorted(forms, key=len, reverse=True):
                    data = data.replace(form, f"[${name}]".encode())
                write_whole(path, data)
                told.append(f"{path.name} held the value of ${name}")
    return told


def masked(text: str, secrets: Mapping[str, str]) -> str:
    """The text with the name of the variable where its value stood."""
    for name, value in _longest_first(secrets):
        text = text.replace(value, f"[${name}]")
    return text


def _longest_first(secrets: Mapping[str, str]) -> list[tuple[str, str]]:
    """One secret may stand within another."""
    return sorted(secrets.items(), key=lambda pair: (-len(pair[1]), pair[0]))


def without_secrets(manifest: Manifest, secrets: Mapping[str, str]) -> Manifest:
    """The manifest with names of variables where a finding, a warning or a title held a value."""
    dumped = manifest.model_dump_json()
    forms = {name: json.dumps(value, ensure_ascii=False)[1:-1] for name, value in secrets.items()}
    clean = masked(dumped, forms)
    return manifest if clean == dumped else Manifest.model_validate_json(clean)


def persons_told(paths: Iterable[Path], staff: Collection[str] = ()) -> list[str]:
    """Which files hold addresses, card or account numbers, and how many.

    ``staff`` are the addresses of agents, who are no customers. Telephone numbers are not looked
    for: on a page of counts every other number could be one.
    """
    one_of = "|".join(map(re.escape, sorted(staff, key=len, reverse=True))) or r"(?!)"
    # whole addresses: ann@shop.de is no part of joann@shop.de, nor of ann@shop.de.example
    known = re.compile(rf"(?<![\w.+%-])(?:{one_of})(?![\w-]|\.\w)", re.IGNORECASE)
    told = []
    for path in paths:
        if path.suffix not in _READ:
            continue
        found: Counter[str] = Counter()
        for line in _PICTURE.sub(" ", path.read_text("utf-8", "replace")).splitlines():
            found += _in_line(_DECIMAL.sub(" ", known.sub("", line)))
        told += [
            f"{path.name} holds {counted(n, kind, _PLURALS.get(kind))}"
            for kind, n in sorted(found.items())
        ]
    return told


def _in_line(line: str) -> Counter[str]:
    clean = scrub(line)
    if clean == line:
        return Counter()
    return Counter({
        kind: n for mask, kind in _KINDS.items()
        if (n := clean.count(mask) - line.count(mask)) > 0
    })  # fmt: skip

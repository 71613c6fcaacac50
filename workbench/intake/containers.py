"""Bytes first: unwrap a file by its content, hash it, and decode its text."""

from __future__ import annotations

import codecs
import hashlib
import re
import zlib
from dataclasses import dataclass
from pathlib import Path

from workbench.errors import IntakeError

MAX_BYTES = 2_000_000_000
MAX_RATIO = 100  # unpacked to packed; a real export packs about 10 to 1
_MIB = 1 << 20

# Stand-ins for what no text can hold; the record that holds one is rejected. Both are code points
# that Unicode reserves for a program's own use.
BAD_BYTE = "\ufdd0"
NUL = "\ufdd1"

_ESCAPED = re.compile("[\udc80-\udcff]")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UNREAD = {
    b"PK\x03\x04": ("a zip or xlsx container", "Unpack it, or save the sheet as CSV."),
    b"\xd0\xcf\x11\xe0": ("an old Excel file", "Save the sheet as CSV."),
    b"%PDF": ("a PDF", "Export the data, not the picture of it."),
}


@dataclass(frozen=True)
class Content:
    """The text of one file and the hash of the very bytes it was decoded from."""

    path: Path
    sha256: str
    text: str
    encoding: str
    warnings: tuple[str, ...] = ()


def read_content(path: Path, *, max_bytes: int = MAX_BYTES, max_ratio: int = MAX_RATIO) -> Content:
    """Read, unpack (gzip, known by content) and decode one file, or refuse it with the reason."""
    try:
        packed = path.read_bytes()
    except OSError as fault:
        raise IntakeError(
            f"cannot be read ({fault.strerror}).", where=str(path), fix="Check path and rights."
        ) from fault
    if len(packed) > max_bytes:
        raise IntakeError(
            f"is larger than {max_bytes:,} bytes.", where=path.name, fix="Split the export by date."
        )
    for magic, (what, fix) in _UNREAD.items():
        if packed.startswith(magic):
            raise IntakeError(f"is {what}, which is not read yet.", where=path.name, fix=fix)
    plain = packed
    if packed.startswith(b"\x1f\x8b"):
        plain = _unzipped(path, packed, max_bytes=max_bytes, max_ratio=max_ratio)
    text, encoding, warnings = _decoded(path, plain)
    return Content(path, hashlib.sha256(packed).hexdigest(), text, encoding, warnings)


def _unzipped(path: Path, packed: bytes, *, max_bytes: int, max_ratio: int) -> bytes:
    limit = min(max_bytes, max(len(packed) * max_ratio, _MIB))
    plain, rest = bytearray(), packed
    while rest:
        stream = zlib.decompressobj(wbits=31)  # 31: gzip, with its checksum
        try:
            plain += stream.decompress(rest, limit - len(plain) + 1)
        except zlib.error as fault:
            raise IntakeError(
                f"its gzip stream is damaged ({fault}).", where=path.name, fix="Export it again."
            ) from fault
        if len(plain) > limit:
            raise _too_large(path, limit)
        if not stream.eof:
            raise IntakeError(
                f"its gzip stream breaks off after {len(plain):,} unpacked bytes.",
                where=path.name,
                fix="Wait until the export has finished, or export it again.",
            )
        rest = stream.unused_data
    return bytes(plain)


def _too_large(path: Path, limit: int) -> IntakeError:
    return IntakeError(
        f"unpacks to more than {limit:,} bytes.", where=path.name, fix="Split the export by date."
    )


def _decoded(path: Path, plain: bytes) -> tuple[str, str, tuple[str, ...]]:
    for bom, encoding in _BOMS:
        if plain.startswith(bom):
            try:
                return plain.decode(encoding).replace("\x00", NUL), encoding, ()
            except UnicodeDecodeError as fault:
                raise IntakeError(
                    f"its mark says {encoding}, but byte {fault.start:,} is not.",
                    where=path.name,
                    fix="Export it again as UTF-8.",
                ) from fault
    if plain.count(b"\x00") * 100 > len(plain):
        raise IntakeError(
            f"holds {plain.count(0):,} NUL bytes, the first at position {plain.index(0):,}; it is "
            "not a text export, or UTF-16 unmarked.",
            where=path.name,
            fix="Save it as UTF-8.",
        )
    text, encoding, notes = _unmarked(path, plain)
    return text.replace("\x00", NUL), encoding, notes


def _unmarked(path: Path, plain: bytes) -> tuple[str, str, tuple[str, ...]]:
    """UTF-8, Windows-1252, or UTF-8 with a few bytes that are not: what most characters say."""
    try:
        return plain.decode("utf-8"), "utf-8", ()
    except UnicodeDecodeError as fault:
        first = fault.start
    lenient = plain.decode("utf-8", "surrogateescape")
    bad = _ESCAPED.findall(lenient)
    beyond_ascii = sum(1 for character in lenient if character > "\x7f") - len(bad)
    if beyond_ascii >= len(bad):
        note = (
            f"{len(bad):,} bytes are not UTF-8, the first at {first:,}; their records are rejected"
        )
        return _ESCAPED.sub(BAD_BYTE, lenient), "utf-8", (note,)
    try:
        text = plain.decode("cp1252")
    except UnicodeDecodeError:
        raise IntakeError(
            f"is neither UTF-8 nor Windows-1252 (byte {first:,}).",
            where=path.name,
            fix="Export it again as UTF-8.",
        ) from None
    return text, "cp1252", (f"read as Windows-1252, because byte {first:,} is not UTF-8",)

"""What a file really is, by its content – plain, gzip, zip or a sheet – as plain bytes."""

from __future__ import annotations

import hashlib
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedReader

from workbench.errors import IntakeError
from workbench.intake.files.sheets import is_workbook, sheet_chunks

MAX_BYTES = 2_000_000_000
MAX_RATIO = 100  # unpacked to packed; a real export packs about 10 to 1
_CHUNK = 1 << 22
_MIB = 1 << 20

_UNREAD = {
    b"\xd0\xcf\x11\xe0": ("an old Excel file", "Save it as .xlsx or as CSV."),
    b"%PDF": ("a PDF", "Export the data, not the picture of it."),
    b"BZh": ("a bzip2 container", "Unpack it, or pack it with gzip."),
    b"\xfd7zXZ": ("an xz container", "Unpack it, or pack it with gzip."),
    b"\x28\xb5\x2f\xfd": ("a Zstandard container", "Unpack it, or pack it with gzip."),
    b"7z\xbc\xaf": ("a 7z container", "Unpack it, or pack it with zip."),
    b"Rar!": ("a RAR container", "Unpack it, or pack it with zip."),
    b"PAR1": ("a Parquet file", "Export it as CSV."),
}

# What the modules of a zip raise on bytes that are not theirs: each codec has errors of its own,
# and the headers are trusted as numbers, places and names. IntakeError is none of them.
_DAMAGES = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError,
    OSError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RuntimeError,
    MemoryError,
)  # fmt: skip


@dataclass(frozen=True)
class Limits:
    """How much a file may hold, packed or not; what unpacks to more may be meant to do harm."""

    max_bytes: int = MAX_BYTES
    max_ratio: int = MAX_RATIO


@dataclass(frozen=True)
class Unpacked:
    """The plain bytes of one file, to be read once; ``container`` names what they came from.

    ``digest`` is the file's own SHA-256 when the chunks have all been read.
    """

    chunks: Iterator[bytes]
    digest: hashlib._Hash
    container: str = "plain"
    member: str = ""


def unpacked(
    file: BufferedReader, name: str, size: int, limits: Limits, member: str | None
) -> Unpacked:
    """Recognise the container of an open file and unpack it, or refuse it with the reason."""
    if size > limits.max_bytes:
        raise IntakeError(
            f"is larger than {limits.max_bytes:,} bytes.", where=name,
            fix="Split the export by date.",
        )  # fmt: skip
    start = file.read(8)
    file.seek(0)
    for magic, (what, fix) in _UNREAD.items():
        if start.startswith(magic):
            raise IntakeError(f"is {what}, which is not read.", where=name, fix=fix)
    limit = min(limits.max_bytes, max(size * limits.max_ratio, _MIB))
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _of_zip(file, name, limit, member)
    if member is not None:
        raise IntakeError(
            f"holds no parts, and {member!r} was asked for.", where=name, fix="Leave --member out."
        )
    digest = hashlib.sha256()
    if start.startswith(b"\x1f\x8b"):
        return Unpacked(_gunzipped(_chunks(file, digest), name, limit), digest, "gzip")
    return Unpacked(_chunks(file, digest), digest)


def _chunks(file: BufferedReader, digest: hashlib._Hash) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
        yield chunk


def _gunzipped(chunks: Iterator[bytes], name: str, limit: int) -> Iterator[bytes]:
    total, stream = 0, zlib.decompressobj(wbits=31)  # 31: gzip, with its checksum
    for packed in chunks:
        rest = packed
        while rest:
            if stream.eof:  # one gzip file may be several, one after the other
                stream = zlib.decompressobj(wbits=31)
            try:
                plain = stream.decompress(rest, _CHUNK)
            except zlib.error as fault:
                raise IntakeError(
                    f"its gzip stream is damaged ({fault}).", where=name, fix="Export it again."
                ) from fault
            total += len(plain)
            _check_size(total, limit, name)
            yield plain
            rest = stream.unconsumed_tail or stream.unused_data
    if not stream.eof:
        raise IntakeError(
            f"its gzip stream breaks off after {total:,} unpacked bytes.", where=name,
            fix="Wait until the export has finished, or export it again.",
        )  # fmt: skip


def _check_size(total: int, limit: int, name: str) -> None:
    if total > limit:
        raise IntakeError(
            f"unpacks to more than {limit:,} bytes.", where=name, fix="Split the export by date."
        )


def _of_zip(file: BufferedReader, name: str, limit: int, member: str | None) -> Unpacked:
    digest = hashlib.file_digest(file, hashlib.sha256)
    try:
        archive = zipfile.ZipFile(file)
        files = [i for i in archive.infolist() if not i.is_dir() and not _clutter(i.filename)]
    except _DAMAGES as fault:
        raise IntakeError(
            f"its zip container is damaged ({fault}).", where=name,
            fix="Wait until the export has finished, or export it again.",
        ) from fault  # fmt: skip
    if is_workbook([i.filename for i in files]):
        for info in files:
            for _ in _member(archive, info, name, limit):
                pass  # its sizes and checksums are proved before a sheet is opened
        file.seek(0)
        sheet, chunks = sheet_chunks(file, name, member)
        return Unpacked(chunks, digest, "xlsx", sheet)
    chosen = _chosen([i.filename for i in files], name, member)
    found = files[chosen]
    return Unpacked(_member(archive, found, name, limit), digest, "zip", found.filename)


def _clutter(member: str) -> bool:
    """What a Mac puts into every zip, and hidden files: no export."""
    return member.startswith("__MACOSX/") or member.rsplit("/", 1)[-1].startswith(".")


def _chosen(members: list[str], name: str, member: str | None) -> int:
    if not members:
        raise IntakeError("is a zip without a file in it.", where=name, fix="Export it again.")
    shown = ", ".join(members[:8]) + (", …" if len(members) > 8 else "")
    if member is not None:
        if member not in members:
            raise IntakeError(
                f"holds no member {member!r}; it holds {shown}.", where=name,
                fix="Name one of them with --member.",
            )  # fmt: skip
        return members.index(member)
    if len(members) > 1:
        raise IntakeError(
            f"holds {len(members)} files ({shown}).", where=name,
            fix="Name one with --member, or unpack it and import the files.",
        )  # fmt: skip
    return 0


def _member(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, limit: int
) -> Iterator[bytes]:
    """The bytes of one member, checksum and size included; nothing is written by its name."""
    total = 0
    try:
        with archive.open(info) as stream:
            while chunk := stream.read(_CHUNK):
                if not total and chunk.startswith((b"PK\x03\x04", b"\x1f\x8b")):
                    raise IntakeError(
                        f"its member {info.filename!r} is a container itself.", where=name,
                        fix="Unpack it once.",
                    )  # fmt: skip
                total += len(chunk)
                _check_size(total, limit, name)
                yield chunk
    except _DAMAGES as fault:
        raise IntakeError(
            f"its member {info.filename!r} cannot be unpacked ({fault}).", where=name,
            fix="Export it again, without a password.",
        ) from fault  # fmt: skip

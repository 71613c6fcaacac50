"""Bytes to text: which encoding a file is in, and its text laid down as UTF-8 with LF line ends."""

from __future__ import annotations

import codecs
import re
from array import array
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from workbench.errors import IntakeError

_CHUNK = 1 << 22
# An unreadable byte, NUL, a carriage return that ends no line: code points for a program's use.
_BAD, _NUL, _CR = _STAND_INS = ("\ufdd0", "\ufdd1", "\ufdd2")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_OWN = "\ufdd0".encode()[:2]  # how all three begin; rare in any text
_ESCAPED = re.compile("[\udc80-\udcff]")
_SAMPLE = 1 << 16


@dataclass(frozen=True)
class PlainText:
    """A text on disk as UTF-8 whose lines end in LF, and what had to be done to get it."""

    path: Path
    encoding: str
    notes: tuple[str, ...] = ()
    stand_ins: frozenset[str] = frozenset()
    line_ends: str = "LF"


@dataclass
class _Survey:
    """What one pass over all bytes shows."""

    size: int = 0
    start: bytes = b""
    nuls: int = 0
    first_nul: int = 0
    returns: bool = False
    line_feeds: bool = False
    stand_ins: set[str] = field(default_factory=set)
    first_bad: int | None = None  # where the bytes stop being UTF-8
    _tail: bytes = b""

    def add(self, chunk: bytes) -> None:
        """Take the next bytes into account."""
        if len(self.start) < _SAMPLE:
            self.start += chunk[: _SAMPLE - len(self.start)]
        if b"\x00" in chunk:
            self.first_nul = self.first_nul if self.nuls else self.size + chunk.index(b"\x00")
            self.nuls += chunk.count(b"\x00")
        self.returns = self.returns or b"\r" in chunk
        self.line_feeds = self.line_feeds or b"\n" in chunk
        whole = self._tail + chunk
        if _OWN[:1] in whole and _OWN in whole:  # one byte is looked for many times faster
            self.stand_ins |= {mark for mark in _STAND_INS if mark.encode() in whole}
        self._validate(whole, last=False)
        self.size += len(chunk)

    def _validate(self, whole: bytes, *, last: bool) -> None:
        """Look for the first byte that is not UTF-8; a letter cut in two waits for its rest."""
        held, self._tail = len(self._tail), b""
        if self.first_bad is not None or whole.isascii():
            return
        cut = len(whole) if last else _last_letter(whole)
        self._tail = whole[cut:]
        if _is_utf8(whole, cut):
            return
        try:
            whole[:cut].decode("utf-8")
        except UnicodeDecodeError as fault:
            self.first_bad = self.size - held + fault.start

    def close(self) -> None:
        """The bytes are at an end; so must be their last letter."""
        self._validate(self._tail, last=True)


def _is_utf8(data: bytes, size: int) -> bool:
    """Are the first ``size`` bytes UTF-8? Looks at them where they lie: no letter is made."""
    ends = pa.py_buffer(array("q", [0, size]).tobytes())
    whole = pa.Array.from_buffers(pa.large_binary(), 1, [None, ends, pa.py_buffer(data)])
    try:
        whole.cast(pa.large_string())
    except pa.ArrowInvalid:
        return False
    return True


def _last_letter(data: bytes) -> int:
    """Where the last letter begins that may be cut in two; the end where none can be."""
    for place in range(len(data) - 1, max(len(data) - 5, -1), -1):
        if data[place] >= 0xC0:
            return place
        if data[place] < 0x80:
            break
    return len(data)


def plain_text(
    chunks: Iterable[bytes], folder: Path, name: str, in_place: Path | None = None
) -> PlainText:
    """Lay the text of one file down in ``folder``; refuse what is no text, or broken.

    ``in_place``: the file that holds these very bytes already; it is left as it is and used
    where nothing has to be changed.
    """
    packed, survey = folder / "bytes", _Survey()
    if in_place is not None:  # under a name that the engine does not take for a pattern
        packed.symlink_to(in_place.resolve())
    with ExitStack() as stack:
        file = stack.enter_context(packed.open("wb")) if in_place is None else None
        for chunk in chunks:
            survey.add(chunk)
            if file is not None:
                file.write(chunk)
    survey.close()
    encoding, notes = _encoding(survey, packed, name)
    if encoding == "utf-8" and not (survey.nuls or survey.returns or survey.first_bad is not None):
        own = frozenset(survey.stand_ins - {_CR})  # the file's own, and no carriage return
        return PlainText(packed, encoding, notes, own)
    plain = folder / "text"
    stand_ins = _rewritten(packed, plain, _decoded(encoding, survey), encoding, name)
    packed.unlink()
    line_ends = ("CRLF" if survey.line_feeds else "CR") if survey.returns else "LF"
    return PlainText(plain, encoding, notes, frozenset(stand_ins), line_ends)


def _encoding(survey: _Survey, packed: Path, name: str) -> tuple[str, tuple[str, ...]]:
    for bom, encoding in _BOMS:
        if survey.start.startswith(bom):
            bad = survey.first_bad if encoding == "utf-8-sig" else None
            note = f"byte {bad:,} is not UTF-8; records with such bytes are rejected" if bad else ""
            return encoding, (note,) if note else ()
    if survey.nuls * 100 > survey.size:
        unmarked = _unmarked_utf16(survey.start)
        if unmarked is None:
            raise IntakeError(
                f"holds {survey.nuls:,} NUL bytes, the first at position {survey.first_nul:,}; it "
                "is not a text export.",
                where=name, fix="Save it as UTF-8.",
            )  # fmt: skip
        return unmarked, (f"read as {unmarked.upper()}, because every second byte is NUL",)
    if survey.first_bad is None:
        return "utf-8", ()
    return _by_majority(packed, survey.first_bad)


def _unmarked_utf16(start: bytes) -> str | None:
    """UTF-16 without its mark: in most scripts of trade every second byte is NUL."""
    even, odd = start[::2].count(0), start[1::2].count(0)
    places = max(len(start) // 2, 1)
    if odd > 0.4 * places and even < 0.02 * places:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 * places and odd < 0.02 * places else None


def _by_majority(packed: Path, first: int) -> tuple[str, tuple[str, ...]]:
    """UTF-8 with a few bytes that are not, or Windows-1252: what most characters say."""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    bad = letters = 0
    for chunk in _chunks(packed):
        text = decoder.decode(chunk)
        broken = len(_ESCAPED.findall(text))
        bad += broken
        letters += sum(1 for character in text if character > "\x7f") - broken
    bad += len(decoder.decode(b"", final=True))
    if letters >= bad:
        note = f"{bad:,} bytes are not UTF-8, the first at {first:,}; their records are rejected"
        return "utf-8", (note,)
    return "cp1252", (f"read as Windows-1252, because byte {first:,} is not UTF-8",)


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _decoded(encoding: str, survey: _Survey) -> Callable[[Iterator[bytes]], Iterator[str]]:
    """Bytes to text, piece by piece; a byte that is no letter becomes a stand-in in UTF-8."""
    lenient = encoding in ("utf-8", "utf-8-sig")
    errors = "surrogateescape" if lenient else "strict"

    def pieces(chunks: Iterator[bytes]) -> Iterator[str]:
        decoder = codecs.getincrementaldecoder(encoding.removesuffix("-sig"))(errors)
        for number, chunk in enumerate(chunks):
            text = decoder.decode(chunk)
            text = text.removeprefix("\ufeff") if number == 0 else text
            yield _ESCAPED.sub(_BAD, text) if survey.first_bad is not None and lenient else text
        yield _ESCAPED.sub(_BAD, decoder.decode(b"", final=True))

    return pieces


def _rewritten(
    packed: Path,
    plain: Path,
    decoded: Callable[[Iterator[bytes]], Iterator[str]],
    encoding: str,
    name: str,
) -> set[str]:
    """Write the text with LF line ends; which stand-ins does it hold?"""
    found: set[str] = set()
    try:
        with plain.open("w", encoding="utf-8", newline="") as file:
            for text in _one_line_end(decoded(_chunks(packed))):
                found |= {mark for mark in _STAND_INS if mark in text}
                file.write(text)
    except UnicodeDecodeError as fault:
        shown = "Windows-1252" if encoding == "cp1252" else encoding.upper()
        also = "neither UTF-8 nor" if encoding == "cp1252" else "not, as its marks say,"
        raise IntakeError(
            f"is {also} {shown} ({fault.reason}).", where=name, fix="Export it again as UTF-8."
        ) from fault
    if _CR in found and not _has_line_feed(plain):
        for_lines = plain.with_name("lines")
        with for_lines.open("wb") as file:
            for chunk in _line_chunks(plain):
                file.write(chunk.replace(_CR.encode(), b"\n"))
        for_lines.replace(plain)
        found.discard(_CR)
    return found


def _one_line_end(pieces: Iterator[str]) -> Iterator[str]:
    """Lines end in LF; a CR that ends no line is text, and stands aside while lines are found."""
    held = ""
    for piece in pieces:
        text = held + piece
        held = "\r" if text.endswith("\r") else ""
        text = text[: len(text) - len(held)]
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", _CR)
        yield text.replace("\x00", _NUL) if "\x00" in text else text
    yield _CR if held else ""


def _has_line_feed(path: Path) -> bool:
    return any(b"\n" in chunk for chunk in _chunks(path))


def _line_chunks(path: Path) -> Iterator[bytes]:
    """Chunks that never cut a stand-in in two."""
    held = b""
    for chunk in _chunks(path):
        whole = held + chunk
        cut = max(whole.rfind(_CR.encode()) + 3, len(whole) - 2)
        held = whole[cut:]
        yield whole[:cut]
    yield held

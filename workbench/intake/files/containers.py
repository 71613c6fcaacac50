"""Bytes first: unpack a file by its content, hash it, and lay its text down as plain UTF-8."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from workbench.errors import IntakeError
from workbench.intake.files.encodings import plain_text
from workbench.intake.files.packed import Limits, unpacked

# Stand-ins for what no text can hold; the record that holds one is rejected. All are code points
# that Unicode reserves for a program's own use.
BAD_BYTE = "\ufdd0"
NUL = "\ufdd1"
CR = "\ufdd2"  # a carriage return that ends no line: it is text

_NO_FILES = (
    (stat.S_ISDIR, "a folder"), (stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"), (stat.S_ISBLK, "a device"),
)  # fmt: skip


@dataclass(frozen=True)
class Content:
    """The text of one file, and the hash of the very bytes it was decoded from.

    ``plain``: that text as a file of UTF-8 whose lines end in LF: the file itself, or a copy that
    is gone when the gate has closed. ``marks``: which stand-ins the text holds. ``container``,
    ``encoding`` and ``line_ends`` say what the file was; ``member`` which part of it was read.
    """

    path: Path
    plain: Path
    sha256: str
    encoding: str
    container: str = "plain"
    member: str = ""
    marks: frozenset[str] = frozenset()
    warnings: tuple[str, ...] = ()
    line_ends: str = "LF"
    seen: tuple[int, int] = (0, 0)  # size and time of the file when it was opened
    folder: Path = Path()  # for what the gate lays down; it goes when the gate closes

    @property
    def name(self) -> str:
        """The file's name, for messages."""
        return self.path.name

    @property
    def text(self) -> str:
        """All of the text, for small documents."""
        return self.plain.read_bytes().decode("utf-8")

    def head(self, size: int = 1 << 16) -> str:
        """The beginning of the text: about ``size`` characters."""
        with self.plain.open(encoding="utf-8", newline="") as file:
            return file.read(size)


@contextmanager
def opened_content(
    path: Path, limits: Limits | None = None, member: str | None = None
) -> Iterator[Content]:
    """Unpack and decode one file for as long as the block lasts, or refuse it with the reason.

    A plain file of UTF-8 is read where it is; `check_unchanged` tells whether it stayed the one
    that was hashed.
    """
    with tempfile.TemporaryDirectory(prefix="workbench-gate-") as folder:
        try:
            _check_regular(path)
            with path.open("rb") as file:
                before = os.fstat(file.fileno())
                found = unpacked(file, path.name, before.st_size, limits or Limits(), member)
                in_place = path if found.container == "plain" else None
                text = plain_text(found.chunks, Path(folder), path.name, in_place)
        except OSError as fault:
            raise IntakeError(
                f"cannot be read ({fault.strerror}).", where=str(path), fix="Check path and rights."
            ) from fault
        content = Content(
            path, text.path, found.digest.hexdigest(), text.encoding, found.container,
            found.member, text.stand_ins, text.notes, text.line_ends,
            (before.st_size, before.st_mtime_ns), Path(folder),
        )  # fmt: skip
        check_unchanged(content)
        yield content


def _check_regular(path: Path) -> None:
    """Refuse what is no file before it is opened: a pipe that nobody fills waits for ever."""
    mode = path.stat().st_mode
    if stat.S_ISREG(mode):
        return
    what = next((words for test, words in _NO_FILES if test(mode)), "no regular file")
    raise IntakeError(
        f"is {what}, which is not read.", where=path.name, fix="Save what it holds as a file."
    )


def disappeared(name: str) -> IntakeError:
    """What is said of a file that another program took away."""
    return IntakeError(
        "disappeared while it was being read.", where=name, fix="Put it back and import it again."
    )


def check_unchanged(content: Content) -> None:
    """Refuse a file that another program has written to while it was being read."""
    try:
        now = content.path.stat()
    except OSError as fault:
        raise disappeared(content.name) from fault
    if content.seen != (now.st_size, now.st_mtime_ns):
        raise IntakeError(
            "changed while it was being read.", where=content.name,
            fix="Wait until the export has finished.",
        )  # fmt: skip

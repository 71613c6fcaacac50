"""Which chart of a run goes into a message? The one the first finding speaks of, or the first."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

LARGEST_BYTES = 1_000_000  # some mail servers take 10 MB, some phones wait for every one of them
_SECTION = re.compile(r'<section id="([a-z][a-z0-9_-]*)"')
_PNG = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True)
class Picture:
    """A chart as PNG, the section it stands in, and the width at which its letters are legible."""

    section: str
    png: bytes

    @property
    def width(self) -> int:
        """Its width on a page, in CSS pixels, from the dots and the dots per metre it names."""
        dots = int.from_bytes(self.png[16:20])
        _, found, after = self.png.partition(b"pHYs")
        per_metre = int.from_bytes(after[:4]) if found else 0
        return round(dots / per_metre / 0.0254 * 96) if per_metre else dots

    @property
    def caption(self) -> str:
        """The name of its section as a reader says it."""
        return self.section.replace("_", " ").replace("-", " ")


def first_picture(run_folder: Path | None) -> Picture | None:
    """The chart for a message about this run; None where it has none of a size that can be sent."""
    if run_folder is None:
        return None
    pictures = {path.stem: path for path in sorted(run_folder.glob("figures/*.png"))}
    sections = [*_of_first_finding(run_folder), *_page_order(run_folder), *pictures]
    for section in dict.fromkeys(sections):
        if section in pictures and (png := _read(pictures[section])):
            return Picture(section, png)
    return None


def _of_first_finding(run_folder: Path) -> list[str]:
    try:
        record = json.loads((run_folder / "metrics.json").read_text(encoding="utf-8"))
        return [str(record["findings"][0]["section"])]
    except (OSError, ValueError, LookupError, TypeError):  # the page order still stands
        return []


def _page_order(run_folder: Path) -> list[str]:
    try:
        return _SECTION.findall((run_folder / "report.html").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return []


def _read(path: Path) -> bytes:
    """The picture, or nothing for one that is too large or none at all."""
    try:
        png = path.read_bytes() if path.stat().st_size <= LARGEST_BYTES else b""
    except OSError:
        return b""
    return png if png.startswith(_PNG) else b""

"""Is this page fit to be published: whole, self-contained, small, every file accounted for?"""

from __future__ import annotations

from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

from workbench.errors import ReportError
from workbench.reporting.files import sha256_of
from workbench.reporting.sanitise import is_data_image

SIZE_BUDGET = 3 * 1024 * 1024
_ADDRESSES = {"href", "src", "srcset", "action", "formaction", "poster", "data", "background",
              "xlink:href", "ping", "longdesc", "lowsrc", "cite"}  # fmt: skip
_ACTIVE = {"script", "iframe", "object", "embed", "base", "link", "form", "applet", "frame",
           "frameset", "svg", "math", "template", "audio", "video"}  # fmt: skip


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.addresses: list[str] = []
        self.ids: set[str] = set()
        self.active: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _ACTIVE:
            self.active.append(f"<{tag}>")
        for name, value in attrs:
            if name.startswith("on") or name == "srcdoc":
                self.active.append(name)
            elif name == "id" and value:
                self.ids.add(value)
            elif name in _ADDRESSES and not (tag == "data" and name == "data"):
                self.addresses.append(value or "")


def verify_page(html: str, folder: Path, *, assets: str = "", outputs: Mapping[str, str]) -> None:
    """Refuse a page that is not whole; all faults in one error.

    ``folder`` holds the files the page links to under the prefix ``assets``; ``outputs`` are the
    hashes the manifest claims for them.
    """
    reader = _Reader()
    reader.feed(html)
    faults = [f"{item} in the page" for item in sorted(set(reader.active))]
    if (size := len(html.encode())) > SIZE_BUDGET:
        faults.append(f"the page has {size / 1e6:.1f} MB, more than {SIZE_BUDGET / 1e6:.1f} MB")
    for address in dict.fromkeys(reader.addresses):
        faults += _address_fault(address, folder, assets, outputs)
    faults += _hash_faults(folder, outputs)
    if faults:
        raise ReportError("; ".join(faults) + ".", where="page")


def dead_anchors(html: str) -> list[str]:
    """The links within the page that lead nowhere."""
    reader = _Reader()
    reader.feed(html)
    inside = [address for address in reader.addresses if address.startswith("#")]
    return [address for address in dict.fromkeys(inside) if address[1:] not in reader.ids]


def _address_fault(
    address: str, folder: Path, assets: str, outputs: Mapping[str, str]
) -> list[str]:
    if is_data_image(address) or address.startswith("#") or address == HOME:
        return []
    name = unquote(address.partition("#")[0].removeprefix(assets))
    if ":" in address or address.startswith(("/", "\\", "..")) or not address.startswith(assets):
        return [f"{address[:80]!r} leads out of the page"]
    if name not in outputs or not (folder / name).is_file():
        return [f"{name!r} is linked but was not made"]
    return []


HOME = "../../index.html"


def _hash_faults(folder: Path, outputs: Mapping[str, str]) -> list[str]:
    faults = []
    for name, claimed in outputs.items():
        path = folder / name
        if path.is_file() and sha256_of(path) != claimed:
            faults.append(f"{name!r} is not what the manifest says")
    present = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    loose = sorted(present - set(outputs) - {"manifest.json", "log.txt"})
    return faults + [f"{name!r} is not in the manifest" for name in loose]

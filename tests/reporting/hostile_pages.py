"""Runs whose every word is hostile, and what may stand on a page: an allow-list of its own."""

# ruff: noqa: E501 - an attack is written as it is, not broken into lines
from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

from workbench.reporting.request import RunRequest

from .conftest import notebook_in, request_in
from .hostile_markup import MARKUP

_PAGE_TAGS = set("html head meta title style body main".split())
_BODY_TAGS = set(
    "a abbr aside article b blockquote br caption code col colgroup data dd del details div dl dt "
    "em figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i img kbd li main mark nav ol p pre q "
    "s samp section small span strong sub summary sup table tbody td tfoot th thead time tr u ul "
    "var".split()
)
_NAMES = set(
    "id class title lang dir role aria-label aria-hidden aria-describedby colspan rowspan scope "
    "headers alt width height span start open datetime value href src download".split()
)
_META = {"charset", "name", "content", "http-equiv"}
_PICTURE = re.compile(r"data:image/(png|jpeg);base64,[A-Za-z0-9+/=]+")


class Elements(HTMLParser):
    """Every start tag with its attributes, and all text, of a page or a piece of one."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, list[tuple[str, str | None]]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, attrs))

    def handle_data(self, data):
        self.text += data


def unsafe_parts(html: str, page: Path | None = None) -> list[str]:
    """What is in the markup that is not on the list; links of a ``page`` must open beside it."""
    unsafe = []
    tags = _BODY_TAGS | (_PAGE_TAGS if page else set())
    for tag, attributes in Elements(html).found:
        if tag not in tags:
            unsafe.append(f"<{tag}>")
        for name, value in attributes:
            if name not in (_META if tag == "meta" else _NAMES):
                unsafe.append(f"<{tag} {name}>")
            elif name in ("href", "src") and not _may_lead(tag, value or "", page):
                unsafe.append(f"<{tag} {name}={value}>")
    return unsafe


def _may_lead(tag: str, address: str, page: Path | None) -> bool:
    if tag not in ("a", "img"):
        return False
    if tag == "img" and _PICTURE.fullmatch(address):
        return True
    if tag == "a" and re.fullmatch(r"#[\w.-]*", address):
        return True
    if page is None or not re.fullmatch(r"[\w./%-]+", address):
        return False
    return (page.parent / unquote(address)).resolve().is_file()


def hostile_request(folder: Path, *cells: str) -> RunRequest:
    """A request with hostile parameters, for these cells after one that reads the hostile words."""
    words = folder / "words.json"
    words.write_text(json.dumps(MARKUP))
    notebook = notebook_in(folder, f"import json\nbad = json.load(open({str(words)!r}))", *cells)
    request = request_in(folder, notebook)
    both = request.parameters | {"by": MARKUP[0] + "".join(MARKUP[60:70])}
    return replace(request, parameters=both)


WORDS = r"""
import pandas as pd, matplotlib.pyplot as plt
from workbench.reporting.page import Cell, Finding, Page, ScoreRow
every = " ".join(bad)
def at(n): return bad[n % len(bad)]
page = Page(every, every, every, every, subtitle=every)
page.header()
"""
SECTIONS = r"""
from IPython.display import display
display(page.findings([Finding(at(n) + at(n + 1), at(n), float(-n)) for n in range(5)]))
rows = [ScoreRow(one, one, *[Cell(one, one)] * 3, one, (1.0, None), "good", one) for one in bad[::8]]
display(page.scorecard(rows))
frame = pd.DataFrame({"subject": bad, "tags": [[one, one] for one in bad], "driver": bad[::-1]})
frame["agent"], frame["n"], frame["team"] = pd.Categorical(bad), -1.5, frame.subject
frame[bad[0]], frame[bad[3], bad[5]] = bad, bad
ax = plt.subplots()[1]
ax.barh([one.replace("$", "").encode("ascii", "ignore").decode()[:20] for one in bad[:5]], 5)
ax.set_title("<script>")
display(page.section("refunds", every, figure=ax, sentences=bad, frame=frame.set_index("team"),
                     definition=every, tickets=frame, caveats=bad, alt=every))
display(page.section("bare", every, figure=plt.subplots()[1], sentences=[every]))
display(page.not_computable([*bad, *[(one, one) for one in bad]]))
display(page.loaded(frame, bad))
"""
OUTPUTS = r"""
import warnings
import ipywidgets
from IPython.display import HTML, SVG, Image, JSON, Javascript, Latex, Markdown, Pretty
warnings.warn("<script>window.pwned=1</script> <img src=x onerror=window.pwned=1>")
for one in bad[::4]:
    print(one)
    display(Markdown(one), Markdown("> - " + one.replace("\n", " ")), Latex(one), Pretty(one))
    display({"text/html": one, "text/plain": one}, raw=True, metadata={"text/html": {"isolated": True}})
    display({"image/png": one, "text/plain": one}, raw=True, metadata={"image/png": {"alt": one}})
    display({"image/svg+xml": one, "application/javascript": one, "text/plain": one}, raw=True)
    display({"application/vnd.plotly.v1+json": {"x": one}, "text/latex": one}, raw=True)
display(Javascript("window.pwned=1"))
display(SVG("<svg xmlns='http://www.w3.org/2000/svg' onload='window.pwned=1'><script>1</script></svg>"))
display(ipywidgets.HTML(value=at(0)), ipywidgets.Text(value=at(90), description=at(91)), JSON({"a": at(1)}))
display(frame, frame.head(60).style.set_caption(every).format(lambda value: str(value)))
display(HTML(frame.head(100).to_html(escape=False)), HTML(frame.to_html(escape=True)))
print("\x1b[31m" + every + "\x1b[0m")
for one in bad:
    display(HTML(f"<p>{one}</p>"))
page.finish([{"metric": one, "group": one, "value": 1.0, "why": one} for one in bad])
"""
RAISES = "raise RuntimeError('\\x1b[31m' + every[:40] + ''.join(bad[:3]))"

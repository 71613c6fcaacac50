"""The map to point at holds what customers wrote as words, whatever they wrote."""

from __future__ import annotations

from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from workbench.analyses.driver_map import DriverMap, driver_map
from workbench.explore.driver_map import driver_map_svg, driver_map_widget

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = [
    "<script>alert(1)</script>", "</title><image href=x onerror=alert(1)>", "]]>&amp;&#x3c;",
    '" onload="alert(1)', "\x00\x0bcontrol", "{{7*7}} ${x}",
]  # fmt: skip


def mapped(subjects: list[str], drivers: list[str] | None = None) -> DriverMap:
    n = len(subjects)
    vectors = np.random.default_rng(1).normal(size=(n, 4))
    refs = [f"desk {i}" for i in range(n)]
    return driver_map(vectors, drivers or ["late"] * n, subjects, refs, method="PCA")


@pytest.mark.parametrize("words", HOSTILE)
def test_nothing_a_customer_wrote_becomes_an_element(words: str) -> None:
    svg = driver_map_svg(mapped([words] * 12, [words] * 12))
    tree = ElementTree.fromstring(svg)
    assert {node.tag for node in tree.iter()} == {
        f"{SVG}svg", f"{SVG}circle", f"{SVG}title", f"{SVG}text",
    }  # fmt: skip
    names = {name for node in tree.iter() for name in node.attrib}
    assert not any(name.startswith("on") or "href" in name for name in names)
    svg.encode("utf-8")


def test_a_hover_tells_driver_subject_and_ticket() -> None:
    tree = ElementTree.fromstring(driver_map_svg(mapped(["Where is it?"] * 11 + [""])))
    titles = [title.text for title in tree.iter(f"{SVG}title")]
    assert "late\nWhere is it?\ndesk 0" in titles
    assert "late\nno subject\ndesk 11" in titles
    dots = list(tree.iter(f"{SVG}circle"))
    assert len(dots) == 12
    assert all(0 < float(dot.attrib["cx"]) < 760 for dot in dots)


def test_the_widget_shows_the_map_or_why_there_is_none() -> None:
    assert "<circle" in driver_map_widget(mapped(["a"] * 12)).svg
    blank = DriverMap(pd.DataFrame(), pd.DataFrame(), 0, why_not="needs <b>vectors</b>")
    assert "Blank: needs &lt;b&gt;vectors" in driver_map_widget(blank).svg

"""The gate every body passes: known attacks, made-up ones, and what it costs."""

# ruff: noqa: E501 - an attack is written as it is, not broken into lines
from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.reporting.sanitise import _DROPPED, sanitised

from .hostile_markup import MARKUP
from .hostile_pages import Elements, unsafe_parts

_WORDS = [
    "<", ">", "</", "/>", "<!--", "-->", "--!>", "<![CDATA[", "]]>", "<?", "?>", '"', "'", "`", "=",
    " ", "\n", "\t", "\0", "\x0c", "&lt;", "&#x3c;", "&quot;", "&colon;", "&Tab;", "script", "style",
    "svg", "math", "mtext", "mglyph", "malignmark", "annotation-xml", "foreignObject", "desc", "title",
    "textarea", "noscript", "template", "xmp", "plaintext", "iframe", "noembed", "noframes", "select",
    "option", "table", "tr", "td", "caption", "form", "p", "a", "b", "img", "div", "details", "base",
    "href", "src", "id", "class", "onerror", "onload", "xlink:href", "srcdoc", "javascript:", "x",
    "data:text/html,", "data:image/png;base64,", "//e.example", "alert(1)", "<script>", "<svg><style>",
    "<math><mtext><table><mglyph><style>", "<a href=", "<img src=x onerror=alert(1)>", "</title>",
]  # fmt: skip
pieces = st.lists(st.sampled_from(_WORDS), max_size=25).map("".join)


@pytest.mark.parametrize("one", MARKUP, ids=range(len(MARKUP)))
@pytest.mark.parametrize(
    "box", ["{}", "<td>{}</td>", '<p title="{}">', "<svg>{}", "<!--{}", "<pre>\n{}"]
)
def test_known_attacks_are_inert_and_stay_so(one, box):
    once = sanitised(box.format(one))
    assert unsafe_parts(once) == []
    assert unsafe_parts(sanitised(once)) == [], "a page is sanitised once, and read by others again"


@settings(max_examples=150, deadline=None)
@given(pieces | st.text(max_size=80), pieces)
def test_made_up_attacks_are_inert(one, other):
    for html in (one, one + other, f"<p {one}>{other}", f"<a href='{one}'>{other}</a>", f"<{one}>"):
        assert unsafe_parts(sanitised(html)) == []


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"], exclude_characters="<>&")))
def test_plain_words_pass_as_they_are(text):
    assert Elements(sanitised(f"<p>{text}</p>")).text == text


def test_only_files_of_the_run_are_linked():
    files = {"tables/a.csv"}
    for address in ("tables/a.csv", "tables/b.csv", "./tables/a.csv", "TABLES/a.csv", "tables/a.csv#x",
                    "tables/a.csv?x", "tables//a.csv", "tables/../tables/a.csv", "tables/a.csv "):  # fmt: skip
        kept = 'href="' in sanitised(f'<a href="{address}">x</a>', files)
        assert kept == (address == "tables/a.csv"), address


@pytest.mark.parametrize("name", ["script", "style", "svg", "iframe", "title", "textarea"])
def test_the_search_for_an_end_costs_no_more_than_the_text_is_long(name):
    text = f"<{name}" * 200_000  # looked for from every start, the end takes an hour
    began = time.process_time()
    assert _DROPPED.sub("", text) == text
    assert time.process_time() - began < 10

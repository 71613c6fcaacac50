"""How often a word is said, and what newborn words say about a text."""

from __future__ import annotations

import numpy as np
import pytest

from workbench.drivers.words import hints, said_in, word_counts, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The app app APP crashed", {"the", "app", "crashed"}),
        ("Größe größe GRÖSSE", {"grosse"}),
        ("it is ok 12345 v2 a1b2c3", set()),
        ("log-in can't e-mail", {"log", "can", "mail"}),
        ("приложение упало", {"приложение", "упало"}),
        ("😡 \x00 ?!", set()),
        ("", set()),
    ],
)
def test_a_word_has_three_letters_and_is_folded(text: str, words: set[str]) -> None:
    assert words_of(text) == words


def test_a_word_counts_once_a_text_and_from_two_texts_on() -> None:
    texts = ["late parcel late", "late again", "parcel", "once"]
    assert word_counts(texts) == {"late": 2, "parcel": 2}


def test_which_text_says_which_word() -> None:
    matrix, names = said_in(["late parcel", "", "parcel"])
    assert list(names) == ["late", "parcel"]
    assert matrix.toarray().tolist() == [[1, 1], [0, 0], [0, 1]]


@pytest.mark.parametrize("texts", [[], [""], ["12", "?!"]])
def test_texts_without_a_word(texts: list[str]) -> None:
    matrix, names = said_in(texts)
    assert matrix.shape == (len(texts), 0)
    assert len(names) == 0
    assert word_counts(texts) == {}


def test_hints_add_up_like_witnesses() -> None:
    terms = {"gizmo": 0.5, "pairing": 0.8}
    texts = ["my gizmo", "gizmo GIZMO pairing", "the kettle", ""]
    assert hints(texts, terms) == pytest.approx([0.5, 0.9, 0, 0])
    assert hints(texts, {}).tolist() == [0, 0, 0, 0]
    assert hints([], terms).dtype == np.float32

"""A driver is called by what sets it apart, in a few words, none of them twice."""

from __future__ import annotations

import numpy as np
import pytest
from topics import dealt

from workbench.drivers.labels import LABEL_PHRASES, N_EXAMPLES, examples, phrases

PARCELS = ["my parcel is late", "the late parcel", "parcel late again"]
GRINDERS = ["the grinder jammed", "jammed grinder motor", "a grinder that jammed"]


def labels(*groups: list[str], **more: str) -> list[str]:
    texts = [text for group in groups for text in group]
    drivers = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    return phrases(texts, drivers, len(groups), **more)


def test_what_is_frequent_here_and_rare_elsewhere() -> None:
    parcel, grinder = labels([*PARCELS, "please help"], [*GRINDERS, "please help"])
    assert set(parcel.split(", ")[0].split()) <= {"parcel", "late"}
    assert set(grinder.split(", ")[0].split()) <= {"grinder", "jammed"}
    assert "please" not in parcel.split(", ")[0]


def test_no_phrase_is_said_twice_in_another_form() -> None:
    texts = ["refund refunds refunded refunding", "refunded refund", "refunds for the kettle"]
    found = labels(texts, GRINDERS)[0].split(", ")
    assert len(found) <= LABEL_PHRASES
    stems = [word[:4] for phrase in found for word in phrase.split()]
    assert stems.count("refu") <= 2  # within one pair of words at most
    assert sum(any(w.startswith("refu") for w in phrase.split()) for phrase in found) == 1


def test_stop_words_and_what_is_left_of_them_are_left_out() -> None:
    texts = ["it hasn't been where they couldn't the kettle"] * 4
    assert labels(texts, GRINDERS)[0] == "kettle"


def test_the_stop_words_of_the_language_are_left_out() -> None:
    texts = ["wo ist meine bestellung", "die bestellung ist nicht da"]
    others = ["die mühle ist kaputt", "meine mühle ist nicht da"]
    for label in labels(texts, others, language="de"):
        assert not {"ist", "die", "meine", "nicht"} & set(label.replace(",", "").split())
    assert labels(texts, others, language="xx")  # an unknown language has English ones


def test_numbers_and_short_words_are_no_names() -> None:
    assert labels(["kettle 12345 v2 xl ok"] * 3, GRINDERS)[0] == "kettle"


def test_no_two_labels_are_the_same() -> None:
    found = labels(["late parcel"], ["late parcel"], ["late parcel"], ["12"], ["?!"])
    assert len(set(found)) == 5
    assert found[1].endswith(" (2)")
    assert found[3:] == ["no words", "no words (2)"]


@pytest.mark.parametrize("text", ["", "?!", "12 34", "the and of", "😡"])
def test_texts_without_words_are_called_so(text: str) -> None:
    assert labels([text] * 60, [text]) == ["no words", "no words (2)"]


def test_a_group_without_texts_has_a_label() -> None:
    found = phrases(PARCELS, np.zeros(3, dtype=np.int64), 2)
    assert found[1] == "no words"


def test_the_same_seed_says_the_same_of_more_texts_than_are_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("workbench.drivers.labels.MAX_READ", 60)
    topics, texts = zip(*dealt(40), strict=True)
    names = list(dict.fromkeys(topics))
    drivers = np.array([names.index(topic) for topic in topics])
    one, other = (phrases(list(texts), drivers, 5, seed=3) for _ in range(2))
    assert one == other
    assert "parcel" in one[0]


def test_examples_are_the_nearest_and_never_from_elsewhere() -> None:
    rows = np.array([[1, 0], [0.6, 0.8], [0.8, 0.6], [0, 1], [0.96, 0.28]], dtype=np.float32)
    drivers, centres = np.array([0, 0, 0, 1, 0]), np.eye(3, 2, dtype=np.float32)
    assert examples(rows, drivers, centres) == [[0, 4, 2][:N_EXAMPLES], [3], []]

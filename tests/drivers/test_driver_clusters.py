"""Three planted topics come apart; the same seed says the same; odd texts do no harm."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from workbench.drivers.clusters import LABEL_WORDS, Drivers, cluster_drivers

TOPICS = {
    "parcel": ["parcel", "courier", "tracking", "delivery", "delayed"],
    "grinder": ["grinder", "burrs", "motor", "noise", "jammed"],
    "coupon": ["coupon", "discount", "checkout", "code", "expired"],
}


def planted_texts(sizes: tuple[int, int, int]) -> tuple[list[str], list[str]]:
    """Texts of three words each and their topics; every pair of a topic's words occurs."""
    texts, topics = [], []
    for (topic, words), size in zip(TOPICS.items(), sizes, strict=True):
        choices = itertools.cycle(itertools.permutations(words, 3))
        for chosen in itertools.islice(choices, size):
            texts.append(f"my {chosen[0]} and the {chosen[1]} {chosen[2]}")
            topics.append(topic)
    mixed = np.random.default_rng(0).permutation(len(texts))
    return [texts[i] for i in mixed], [topics[i] for i in mixed]


def found_in(texts: list[str], n: int, seed: int = 0) -> Drivers:
    found = cluster_drivers(texts, n_drivers=n, seed=seed)
    assert found is not None
    return found


def test_three_topics_come_apart_and_are_named_by_their_words() -> None:
    texts, topics = planted_texts((60, 40, 20))
    found = found_in(texts, 3)
    pairs = set(zip(topics, found.assigned.tolist(), strict=True))
    assert pairs == {("parcel", 0), ("grinder", 1), ("coupon", 2)}  # largest first
    for topic, driver in pairs:
        said = {word for phrase in found.labels[driver].split(", ") for word in phrase.split()}
        assert said <= set(TOPICS[topic])
        assert len(found.labels[driver].split(", ")) <= LABEL_WORDS


def test_examples_belong_to_their_driver() -> None:
    texts, _ = planted_texts((30, 30, 30))
    found = found_in(texts, 3)
    for driver, nearest in enumerate(found.examples):
        assert len(nearest) == 3
        assert {int(found.assigned[i]) for i in nearest} == {driver}


@pytest.mark.parametrize("seed", [0, 1, 20])
def test_the_same_seed_gives_the_same_drivers(seed: int) -> None:
    texts, _ = planted_texts((40, 30, 20))
    one, other = found_in(texts, 4, seed), found_in(texts, 4, seed)
    assert one.assigned.tolist() == other.assigned.tolist()
    assert one.labels == other.labels
    assert one.examples == other.examples


def test_fewer_distinct_texts_than_drivers_give_fewer_drivers() -> None:
    found = found_in(["torn box"] * 30 + ["late parcel"] * 30, 10)
    assert len(found.labels) == 2
    assert sorted(np.bincount(found.assigned)) == [30, 30]


def test_labels_are_distinct() -> None:
    texts, _ = planted_texts((60, 40, 20))
    labels = found_in(texts, 12).labels
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("texts", [["?!"] * 60, ["12 34"] * 60, ["…"]])
def test_texts_without_words_have_no_drivers(texts: list[str]) -> None:
    assert cluster_drivers(texts, n_drivers=5, seed=0) is None


def test_stop_words_alone_are_grouped_without_a_crash() -> None:
    found = found_in(["the", "and", "off"] * 20, 3)
    assert len(found.assigned) == 60


def test_one_text_is_one_driver() -> None:
    found = found_in(["the box is torn"], 5)
    assert found.assigned.tolist() == [0]

"""Topics come apart whatever their sizes; the same seed says the same; odd texts do no harm."""

from __future__ import annotations

import csv
import itertools

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment
from shared_data import shared
from sklearn.base import clone
from sklearn.metrics import adjusted_rand_score, confusion_matrix, normalized_mutual_info_score
from sklearn.pipeline import make_pipeline
from topics import TOPICS, texts_about

from workbench.drivers.clusters import DriverClusters, driver_pipeline, placed, ward
from workbench.drivers.vectors import NeighbourSmoothing, TextVectors

ESTIMATORS = [TextVectors(), NeighbourSmoothing(), DriverClusters(), driver_pipeline()]


def mixed(*sizes: int) -> tuple[list[str], list[str]]:
    """So many texts of each topic, in no order, and their topics."""
    texts, topics = [], []
    for (topic, words), size in zip(TOPICS.items(), sizes, strict=False):
        texts += texts_about(words, size)
        topics += [topic] * size
    order = np.random.default_rng(0).permutation(len(texts))
    return [texts[i] for i in order], [topics[i] for i in order]


def blobs(*sizes: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows of length 1 around as many axes, and which axis each is near."""
    groups = np.repeat(np.arange(len(sizes)), sizes)
    rows = np.eye(8)[groups] + np.random.default_rng(1).normal(0, 0.12, (len(groups), 8))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32), groups


# Citizens of scikit-learn.


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=lambda one: type(one).__name__)
def test_an_estimator_is_its_parameters(estimator: object) -> None:
    fresh = clone(estimator)
    for name, value in estimator.get_params(deep=False).items():
        if isinstance(value, int | float | bool):
            assert fresh.get_params()[name] == value
    assert not [name for name in vars(fresh) if name.endswith("_")]


def test_parameters_are_set_through_a_pipeline() -> None:
    pipeline = driver_pipeline(n_drivers=3, random_state=7)
    assert pipeline.get_params()["vectors__random_state"] == 7
    texts, _ = mixed(20, 20, 20, 20)
    pipeline.set_params(drivers__n_drivers=4, vectors__n_components=10).fit(texts)
    assert pipeline["drivers"].cluster_centers_.shape == (4, 10)
    assert pipeline.transform(texts).shape == (80, 4)


def test_fit_leaves_what_it_was_given_as_it_was() -> None:
    rows, _ = blobs(30, 30, 30)
    given = rows.copy()
    smoothing, clusters = NeighbourSmoothing(n_neighbours=3), DriverClusters(3)
    moved = smoothing.fit(rows).transform(rows)
    assert clusters.fit(moved).fit_predict(moved).tolist() == clusters.predict(moved).tolist()
    assert (rows == given).all()
    assert not (moved == given).all()
    assert make_pipeline(smoothing, clusters).fit(rows).predict(rows).tolist() == (
        clusters.labels_.tolist()
    )


@pytest.mark.parametrize("seed", [0, 1, 20])
def test_the_same_seed_gives_the_same_drivers(seed: int) -> None:
    texts, _ = mixed(40, 30, 20)
    one, other = (driver_pipeline(n_drivers=4, random_state=seed).fit(texts) for _ in range(2))
    assert one["drivers"].labels_.tolist() == other["drivers"].labels_.tolist()
    assert (one.transform(texts) == other.transform(texts)).all()
    assert one.predict(texts).tolist() == one["drivers"].labels_.tolist()


# Groups.


def test_topics_come_apart_and_are_numbered_by_size() -> None:
    texts, topics = mixed(20, 60, 40)
    found = driver_pipeline(n_drivers=3).fit(texts)["drivers"].labels_
    pairs = set(zip(topics, found.tolist(), strict=True))
    assert pairs == {("grinder", 0), ("coupon", 1), ("parcel", 2)}


@pytest.mark.parametrize("seed", range(3))
def test_a_group_of_fifteen_is_found_beside_one_of_six_hundred(seed: int) -> None:
    rows, groups = blobs(600, 200, 60, 25, 15)
    found = DriverClusters(5, random_state=seed).fit(rows)
    assert adjusted_rand_score(groups, found.labels_) > 0.99
    assert np.bincount(found.labels_).tolist() == [600, 200, 60, 25, 15]


def test_themes_join_drivers_and_are_counted_from_nought() -> None:
    rows, _ = blobs(30, 30, 30, 30, 30, 30)
    found = DriverClusters(6, n_themes=3).fit(rows)
    assert found.themes_[0] == 0
    assert sorted(set(found.themes_)) == [0, 1, 2]
    assert ward(found.cluster_centers_, 9).tolist() == list(range(6))


def test_smoothing_brings_paraphrases_together() -> None:
    rows, groups = blobs(40, 40)
    moved = NeighbourSmoothing(n_neighbours=5).fit(rows).transform(rows)
    like = [(r @ r.T)[groups[:, None] == groups].mean() for r in (rows, moved)]
    assert like[1] > like[0]
    assert np.linalg.norm(moved, axis=1) == pytest.approx(1, abs=1e-5)


def test_confidence_is_the_gap_to_the_next_driver() -> None:
    like = np.array([[1, 0], [0.5, 0.5], [0, 0], [0.6, 0.2], [-0.2, -0.1]], dtype=np.float32)
    found = placed(like)
    assert found.driver.tolist() == [0, 0, 0, 0, 1]
    assert found.confidence.tolist() == pytest.approx([1, 0, 0, 0.5, 0])
    assert placed(like[:, :1]).confidence.tolist() == [1, 1, 0, 1, 0]


# Odd texts.


def test_a_text_without_a_known_word_is_a_row_of_noughts() -> None:
    texts, _ = mixed(30, 30, 30)
    pipeline = driver_pipeline(n_drivers=3).fit([*texts, "", "?!", "😡"])
    like = pipeline.transform(["", "12 345", "ξξξξ", "🤷", texts[0]])
    assert (like[:4] == 0).all()
    assert placed(like).confidence[:4].tolist() == [0, 0, 0, 0]
    assert placed(like).confidence[4] > 0.5


def test_fewer_different_texts_than_drivers_give_fewer_drivers() -> None:
    found = driver_pipeline(n_drivers=10).fit(["torn box"] * 30 + ["late parcel"] * 20)["drivers"]
    assert np.bincount(found.labels_).tolist() == [30, 20]
    assert len(found.cluster_centers_) == len(found.themes_) == 2


@pytest.mark.parametrize("texts", [["the box is torn"], ["torn box", "late"], ["ab"] * 60])
def test_one_or_two_texts_are_a_driver_each(texts: list[str]) -> None:
    found = driver_pipeline().fit(texts)
    assert len(set(found["drivers"].labels_)) == len(set(texts))
    assert found.predict(["something else"]).shape == (1,)


@pytest.mark.parametrize("texts", [[""] * 9, [" \n"]])
def test_texts_that_say_nothing_are_refused(texts: list[str]) -> None:
    with pytest.raises(ValueError, match="no words"):
        driver_pipeline().fit(texts)


def test_rows_of_noughts_are_refused() -> None:
    with pytest.raises(ValueError, match="all are zero"):
        DriverClusters().fit(np.zeros((5, 3), dtype=np.float32))


def test_texts_with_nothing_in_common_are_grouped_all_the_same() -> None:
    letters = ["".join(two) for two in itertools.product("bcdfgh", "klmnp")]
    texts = [f"{a}{a}{a}{a}{a}" for a in letters]
    found = driver_pipeline(n_drivers=5).fit(texts)["drivers"]
    assert 1 <= len(set(found.labels_)) <= 5
    assert np.isfinite(found.cluster_centers_).all()


def test_silent_rows_do_not_change_the_order_of_drivers() -> None:
    rows, _ = blobs(40, 30, 20)
    silent = np.zeros((35, 8), dtype=np.float32)
    for seed in range(6):
        found = DriverClusters(3, random_state=seed).fit(np.vstack([rows, silent]))
        assert np.bincount(found.predict(rows)).tolist() == [40, 30, 20]


def test_more_texts_than_are_learned_from() -> None:
    texts, topics = mixed(4_000, 4_000, 2_000)
    pipeline = driver_pipeline(n_drivers=3)
    pipeline.set_params(vectors__max_fitted=2_000, smoothing__max_landmarks=500)
    found = pipeline.fit(texts)["drivers"].labels_
    assert pipeline["smoothing"].landmarks_.shape[0] == 500
    assert adjusted_rand_score(topics, found) > 0.99


# Real messages.


@pytest.mark.slow
def test_the_intents_of_banking77_are_found() -> None:
    with shared("data/banking77/train.csv").open(encoding="utf-8", newline="") as file:
        told = list(csv.DictReader(file))
    intents = np.array([row["category"] for row in told])
    pipeline = driver_pipeline(n_drivers=len(set(intents)))
    found = pipeline.fit([row["text"] for row in told])["drivers"].labels_
    # Choices were made on the other half of the labels.
    half = np.random.default_rng(0).random(len(told)) >= 0.5
    truth = np.unique(intents[half], return_inverse=True)[1]
    table = confusion_matrix(truth, found[half])
    hits = table[linear_sum_assignment(-table)].sum()
    assert normalized_mutual_info_score(truth, found[half]) >= 0.62
    assert adjusted_rand_score(truth, found[half]) >= 0.30
    assert hits / half.sum() >= 0.42

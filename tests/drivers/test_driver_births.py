"""A new topic is found by its words, and nothing else is: small worlds of forty days."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

import numpy as np
import pytest
from topics import NEW, TOPICS, dealt, texts_about

from workbench.drivers.births import LEAST_KNOWN, LEAST_TEXTS, Birth, Watch
from workbench.drivers.clusters import driver_pipeline
from workbench.drivers.frozen import Centres, FrozenModel
from workbench.drivers.words import hints, word_counts

FIRST = np.datetime64("2025-03-01")
DAYS, NEWS_FROM = 40, 20
USUAL = list(dealt(80))  # ten a day
GIZMOS = [f"{text} tracking beans receipt" for text in texts_about(NEW["gizmo"], DAYS)]


@pytest.fixture(scope="module")
def model() -> FrozenModel:
    """What 1,200 texts about five topics leave behind."""
    texts = [text for _, text in dealt(240)]
    pipeline = driver_pipeline(n_drivers=5, n_themes=2).fit(texts)
    centres = Centres(tuple("abcde"), pipeline["drivers"].cluster_centers_)
    return FrozenModel(
        pipeline["vectors"], pipeline["smoothing"], centres, word_counts(texts), len(texts), "en"
    )


def told(extra: Iterable[tuple[int, str]], usual: Iterable[str] = ()) -> list[tuple[int, str]]:
    """Days and texts in order of time: the usual ten a day, and more."""
    texts = list(usual) or [text for _, text in USUAL]
    every = [(place // 10, text) for place, text in enumerate(texts)]
    return sorted([*every, *extra], key=lambda one: one[0])


def daily(texts: Iterable[str], since: int = NEWS_FROM) -> list[tuple[int, str]]:
    return [(day, text) for day, text in zip(range(since, DAYS), texts, strict=False)]


def watch(world: list[tuple[int, str]], model: FrozenModel, **more: object) -> Watch:
    days, texts = zip(*world, strict=True)
    given = {"is_main": np.ones(len(texts), dtype=bool), "centres": model.centres} | more
    return Watch(list(texts), model.vectors_of(texts), FIRST + np.array(days), model=model, **given)


def births(seen: Watch, n: int = 20) -> list[Birth]:
    """What is born, each taken in before the next is sought."""
    found = []
    last = FIRST + np.timedelta64(DAYS, "D")
    for birth in itertools.islice(seen.births(FIRST + np.timedelta64(4, "D"), last), n):
        found.append(birth)
        name = birth.grown or f"new{len(found)}"
        seen.centres = seen.centres.plus(name, birth.vector, birth.terms)
    return found


def test_a_new_topic_is_born_once_with_its_words(model: FrozenModel) -> None:
    world = told(daily(GIZMOS))
    seen = watch(world, model)
    first, *more = births(seen)
    assert [birth.grown for birth in more] == ["new1"] * len(more)  # it only grows
    assert not first.grown
    assert "gizmo" in first.terms
    assert set(first.terms) <= set(NEW["gizmo"])
    texts = [world[row][1] for row in first.rows]
    assert len(texts) >= LEAST_TEXTS
    assert np.mean(["beans receipt" in text for text in texts]) >= 0.9
    # Eight texts are the least: told in the second week, and not before there were any.
    late = (first.seen_on - FIRST).astype(int) - NEWS_FROM
    assert LEAST_TEXTS - 1 <= late <= 14
    assert (first.n_before, first.n_known) == (0, 1200)
    assert first.nearest < 0.7


def test_what_is_born_is_found_again_in_later_texts(model: FrozenModel) -> None:
    seen = watch(told(daily(GIZMOS)), model)
    births(seen)
    texts = [*GIZMOS[-10:], *(text for _, text in USUAL[:50])]
    found = seen.centres.placed(texts, model.vectors_of(texts)).driver
    new = seen.centres.ids.index("new1")
    assert (found[:10] == new).mean() >= 0.9
    assert (found[10:] == new).mean() <= 0.05


KETTLES = [
    f"{text} noise vat courier"
    for text in texts_about(["kettle", "lid", "scalded", "handle", "boiling"], DAYS)
]


@pytest.mark.parametrize("since", [NEWS_FROM - 15, NEWS_FROM])
def test_two_new_topics_are_born_apart(since: int, model: FrozenModel) -> None:
    world = told(daily(KETTLES, since) + daily(GIZMOS))
    found = [birth for birth in births(watch(world, model)) if not birth.grown]
    assert len(found) == 2
    words = [set(birth.terms) for birth in found]
    assert not words[0] & words[1]
    assert ["gizmo" in one for one in words] == ["kettle" not in one for one in words]


def test_nothing_is_born_where_nothing_is_new(model: FrozenModel) -> None:
    assert births(watch(told([]), model)) == []


@pytest.mark.parametrize("topic", TOPICS)
def test_a_surge_of_an_old_topic_is_nothing_new(topic: str, model: FrozenModel) -> None:
    surge = texts_about(TOPICS[topic], 20 * 8)
    extra = [(NEWS_FROM + place // 8, text) for place, text in enumerate(surge)]
    assert births(watch(told(extra), model)) == []


def test_a_tag_that_goes_through_all_topics_is_no_topic(model: FrozenModel) -> None:
    tagged = [
        f"{text} campaign" if place >= NEWS_FROM * 10 and place % 3 == 0 else text
        for place, (_, text) in enumerate(USUAL)
    ]
    assert births(watch(told([], tagged), model)) == []


def test_a_new_word_for_an_old_topic_is_that_topic(model: FrozenModel) -> None:
    said = [f"{text} dpd" for text in texts_about(TOPICS["parcel"], DAYS)]
    assert births(watch(told(daily(said)), model)) == []


def test_seven_texts_are_too_few(model: FrozenModel) -> None:
    assert births(watch(told(daily(GIZMOS[: LEAST_TEXTS - 1])), model)) == []


def test_a_word_of_another_language_is_no_news(model: FrozenModel) -> None:
    world = told(daily(GIZMOS))
    is_main = np.array(["beans receipt" not in text for _, text in world])
    assert births(watch(world, model, is_main=is_main)) == []


def test_words_of_a_dismissed_driver_are_settled(model: FrozenModel) -> None:
    world = told(daily(GIZMOS))
    words = frozenset(births(watch(world, model))[0].terms)
    for birth in births(watch(world, model, settled=words | {*NEW["gizmo"]})):
        assert not words & set(birth.terms)
    assert births(watch(world, model, settled=frozenset(NEW["gizmo"]))) == []


def test_after_a_small_fit_nobody_can_tell_what_was_not_there(model: FrozenModel) -> None:
    small = FrozenModel(
        model.vectors, model.smoothing, model.centres, model.known_words, LEAST_KNOWN - 1, "en"
    )
    assert births(watch(told(daily(GIZMOS)), small)) == []


def test_a_watch_over_no_texts_sees_nothing(model: FrozenModel) -> None:
    nothing = Watch(
        [], model.vectors_of([]), np.array([], dtype="datetime64[D]"), np.array([], dtype=bool),
        model, model.centres,
    )  # fmt: skip
    assert births(nothing) == []


def test_hints_of_a_new_driver_are_worth_a_fifth_of_a_cosine(model: FrozenModel) -> None:
    texts = ["my gizmo", "my parcel"]
    vectors = model.vectors_of(texts)
    plain = model.centres.plus("new", model.centres.vectors[0], {})
    worded = model.centres.plus("new", model.centres.vectors[0], {"gizmo": 0.9})
    gain = worded.likeness(texts, vectors) - plain.likeness(texts, vectors)
    assert gain[:, -1] == pytest.approx(0.2 * hints(texts, {"gizmo": 0.9}), abs=1e-6)
    assert gain[:, :-1] == pytest.approx(0)

"""A month costs its new tickets; what the disk holds may break, and never makes a wrong vector."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tiny_models import onnx_folder

from workbench.drivers import embeddings
from workbench.drivers.embedding_cache import EmbeddingCache, text_keys
from workbench.drivers.embeddings import EmbeddedTexts

TEXTS = ["late parcel", "refund", "", "late parcel", "torn box"]


class Counting:
    """An encoder that needs no library and counts what it was asked."""

    dims, max_tokens = 3, 128

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: list[str]) -> np.ndarray:
        self.asked += texts
        return np.array([[len(t), t.count("e") + 1, ord(t[0])] for t in texts], dtype=np.float32)


@pytest.fixture
def encoder(monkeypatch: pytest.MonkeyPatch) -> Counting:
    counting = Counting()
    monkeypatch.setattr(embeddings, "opened_encoder", lambda files, threads: counting)
    return counting


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return onnx_folder(tmp_path / "model")


def parts(folder: Path) -> list[Path]:
    return sorted(folder.rglob("part-*.parquet"))


def cached(model: Path, folder: Path) -> EmbeddedTexts:
    return EmbeddedTexts(model, cache=folder).fit([])


def test_a_text_is_embedded_once(encoder: Counting, model: Path, tmp_path: Path) -> None:
    embedder = cached(model, tmp_path / "c")
    first = embedder.transform(TEXTS)
    assert sorted(encoder.asked) == ["late parcel", "refund", "torn box"]
    assert embedder.n_embedded_ == 3
    np.testing.assert_array_equal(first[0], first[3])
    np.testing.assert_array_equal(first[2], 0)
    encoder.asked.clear()
    next_month = cached(model, tmp_path / "c").transform([*TEXTS, "wrong colour"])
    assert encoder.asked == ["wrong colour"]
    np.testing.assert_array_equal(next_month[:5], first)
    np.testing.assert_array_equal(EmbeddedTexts(model).fit([]).transform(TEXTS), first)


def test_nothing_new_writes_nothing(encoder: Counting, model: Path, tmp_path: Path) -> None:
    for _ in range(3):
        cached(model, tmp_path / "c").transform(TEXTS)
    cached(model, tmp_path / "c").transform(["", "  "])
    assert len(parts(tmp_path / "c")) == 1
    assert [path.name for path in (tmp_path / "c").rglob(".*")] == []


def test_another_model_has_its_own_vectors(encoder: Counting, model: Path, tmp_path: Path) -> None:
    cached(model, tmp_path / "c").transform(TEXTS)
    other = onnx_folder(tmp_path / "other", quantised=True)
    cached(other, tmp_path / "c").transform(TEXTS)
    assert len(encoder.asked) == 6
    folders = {path.relative_to(tmp_path / "c").parts[:2] for path in parts(tmp_path / "c")}
    hashes = [EmbeddedTexts(m).fit([]).sha256_[:12] for m in (model, other)]
    assert folders == {(sha12, "128-tokens") for sha12 in hashes}


def damage_cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def damage_bits(path: Path) -> None:
    """A vector's byte turns; the file still looks whole."""
    held = bytearray(path.read_bytes())
    group = pq.ParquetFile(path).metadata.row_group(0).column(1)
    held[group.data_page_offset + group.total_compressed_size - 3] ^= 0xFF
    path.write_bytes(bytes(held))


def damage_empty(path: Path) -> None:
    path.write_bytes(b"")


def damage_columns(path: Path) -> None:
    pq.write_table(pq.read_table(path).rename_columns(["hash", "other"]), path)


@pytest.mark.parametrize("damage", [damage_cut, damage_bits, damage_empty, damage_columns])
def test_a_broken_file_is_said_and_made_again(
    encoder: Counting, model: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, damage
) -> None:
    first = cached(model, tmp_path / "c").transform(TEXTS)
    damage(parts(tmp_path / "c")[0])
    encoder.asked.clear()
    with caplog.at_level(logging.WARNING):
        again = cached(model, tmp_path / "c").transform(TEXTS)
    np.testing.assert_array_equal(again, first)
    assert len(encoder.asked) == 3
    assert parts(tmp_path / "c")[0].name in caplog.text
    # The same texts go under the same name: the broken file is gone.
    encoder.asked.clear()
    cached(model, tmp_path / "c").transform(TEXTS)
    assert encoder.asked == []


def test_half_written_files_are_not_looked_at(
    encoder: Counting, model: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    cached(model, tmp_path / "c").transform(TEXTS)
    parts(tmp_path / "c")[0].with_name(".0123.tmp").write_bytes(b"PAR1")
    cached(model, tmp_path / "c").transform(TEXTS)
    assert len(encoder.asked) == 3
    assert not caplog.text


def test_a_cache_that_cannot_be_written_costs_only_the_keeping(
    encoder: Counting, model: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    tmp_path.joinpath("c").write_text("a file where the folder should be")
    found = cached(model, tmp_path / "c").transform(TEXTS)
    np.testing.assert_array_equal(found, EmbeddedTexts(model).fit([]).transform(TEXTS))
    assert "could not be kept" in caplog.text


def test_what_was_embedded_before_a_crash_is_kept(
    encoder: Counting, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embeddings, "_AT_ONCE", 2)
    texts = [f"ticket {i}" for i in range(5)]
    whole = encoder.encode

    def failing(texts: list[str]) -> np.ndarray:
        if len(encoder.asked) == 4:
            raise KeyboardInterrupt
        return whole(texts)

    monkeypatch.setattr(encoder, "encode", failing)
    with pytest.raises(KeyboardInterrupt):
        cached(model, tmp_path / "c").transform(texts)
    monkeypatch.setattr(encoder, "encode", whole)
    embedder = cached(model, tmp_path / "c")
    embedder.transform(texts)
    assert embedder.n_embedded_ == 1


def test_writers_at_the_same_time_do_no_harm(tmp_path: Path) -> None:
    texts = [f"text {i}" for i in range(200)]
    vectors = np.random.default_rng(0).normal(size=(200, 3)).astype(np.float16)
    keys = text_keys(texts)

    def write(start: int) -> None:
        for step in range(0, 150, 10):  # overlapping and equal parts, in all threads
            rows = slice(start % 2 * 50 + step, start % 2 * 50 + step + 10)
            EmbeddingCache(tmp_path, 3).add(keys[rows], vectors[rows])

    threads = [threading.Thread(target=write, args=(i,)) for i in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    order = np.argsort(keys)
    found = np.zeros((200, 3), dtype=np.float32)
    assert EmbeddingCache(tmp_path, 3).look_up(keys[order], found).all()
    np.testing.assert_array_equal(found, vectors[order])


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(months=st.lists(st.lists(st.text(max_size=6), max_size=12), min_size=1, max_size=4))
def test_kept_vectors_are_fresh_ones_number_for_number(
    encoder: Counting, model: Path, tmp_path_factory: pytest.TempPathFactory, months
) -> None:
    folder = tmp_path_factory.mktemp("c")
    for texts in months:
        kept = cached(model, folder).transform(texts)
        fresh = EmbeddedTexts(model).fit([]).transform(texts)
        assert kept.shape == (len(texts), 3)
        np.testing.assert_array_equal(kept, fresh)

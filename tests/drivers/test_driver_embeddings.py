"""A text has one vector, whatever stands beside it; another model than agreed is refused."""

from __future__ import annotations

import hashlib
import os
import pickle
from pathlib import Path

import numpy as np
import pytest
from sklearn.base import clone
from tiny_models import VALUES, onnx_folder, static_folder

from workbench.drivers.embedding_encoders import BATCH, SentenceTransformer
from workbench.drivers.embedding_files import FLAG, model_files
from workbench.drivers.embeddings import EmbeddedTexts, EmbeddingModel
from workbench.errors import UsageError

TEXTS = ["parcel late", "refund", "", "late late late parcel refund refund refund", "Parcel late"]


@pytest.fixture
def runtime() -> None:
    for module in ("onnxruntime", "tokenizers"):
        pytest.importorskip(module, reason="the extra embed is not installed")


@pytest.fixture
def model2vec() -> None:
    pytest.importorskip("model2vec", reason="the extra embed is not installed")


def unit(*words: int) -> np.ndarray:
    """By hand: the mean of words' values, of length one, in the precision that is kept."""
    mean = VALUES[list(words)].mean(axis=0)
    return (mean / np.linalg.norm(mean)).astype(np.float16).astype(np.float32)


@pytest.mark.usefixtures("runtime")
def test_a_text_is_the_mean_of_its_words_without_the_padding(tmp_path: Path) -> None:
    model = EmbeddingModel.open(onnx_folder(tmp_path / "m"))
    found = model.encode(["parcel late", "late", "refund parcel parcel late"])
    expected = [unit(2, 4, 5, 3), unit(2, 5, 3), unit(2, 6, 4, 4, 5, 3)]
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, expected)
    assert (model.kind, model.dims, model.max_tokens) == ("onnx", 4, 128)


@pytest.mark.usefixtures("runtime")
def test_the_first_token_stands_for_the_text_where_the_model_says_so(tmp_path: Path) -> None:
    model = EmbeddingModel.open(onnx_folder(tmp_path / "m", pooling="cls_token"))
    np.testing.assert_array_equal(model.encode(["parcel late"]), [[0, 0, 0, 1]])


@pytest.mark.usefixtures("runtime")
def test_another_pooling_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="pools by max_tokens"):
        EmbeddingModel.open(onnx_folder(tmp_path / "m", pooling="max_tokens"))


@pytest.mark.usefixtures("runtime")
@pytest.mark.parametrize("quantised", [False, True])
def test_a_text_has_one_vector_whatever_stands_beside_it(tmp_path: Path, quantised: bool) -> None:
    model = EmbeddingModel.open(onnx_folder(tmp_path / "m", quantised=quantised))
    together = model.encode(TEXTS)
    np.testing.assert_array_equal(together, [model.encode([text])[0] for text in TEXTS])
    np.testing.assert_array_equal(together[::-1], model.encode(TEXTS[::-1]))


@pytest.mark.usefixtures("runtime")
def test_only_a_model_whose_batches_matter_is_asked_one_by_one(tmp_path: Path) -> None:
    plain, quantised = onnx_folder(tmp_path / "p"), onnx_folder(tmp_path / "q", quantised=True)
    assert SentenceTransformer(model_files(plain), 1).batch == BATCH
    assert SentenceTransformer(model_files(quantised), 1).batch == 1


@pytest.mark.usefixtures("runtime")
def test_more_words_than_a_model_reads_change_nothing(tmp_path: Path) -> None:
    model = EmbeddingModel.open(onnx_folder(tmp_path / "m"))
    cut, longer = model.encode(["late " * 126, "late " * 126 + "refund " * 50])
    np.testing.assert_array_equal(cut, longer)


@pytest.mark.usefixtures("model2vec")
def test_a_static_model_gives_the_mean_of_its_words(tmp_path: Path) -> None:
    model = EmbeddingModel.open(static_folder(tmp_path / "m"))
    found = model.encode(["parcel late", "refund", " ", "nothing known"])
    np.testing.assert_array_equal(found, [unit(4, 5), unit(6), [0] * 4, [0] * 4])
    np.testing.assert_array_equal(
        found, [model.encode([t])[0] for t in ["parcel late", "refund", "", ""]]
    )
    assert model.kind == "static"


@pytest.mark.usefixtures("model2vec")
def test_the_environment_is_left_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TOKENIZERS_PARALLELISM", raising=False)
    EmbeddingModel.open(static_folder(tmp_path / "m")).encode(["late"])
    assert "TOKENIZERS_PARALLELISM" not in os.environ


@pytest.mark.usefixtures("runtime")
@pytest.mark.parametrize("text", ["\ud800 parcel", "🎁📦", "\x00", "a" * 100_000, "مرحبا"])
def test_odd_texts_do_no_harm(tmp_path: Path, text: str) -> None:
    found = (
        EmbeddedTexts(onnx_folder(tmp_path / "m"), cache=tmp_path / "c").fit([]).transform([text])
    )
    assert np.isclose(np.linalg.norm(found[0]), 1, atol=1e-3)


@pytest.mark.usefixtures("runtime")
def test_it_is_a_transformer_that_clones_and_survives_a_copy(tmp_path: Path) -> None:
    embedder = EmbeddedTexts(str(onnx_folder(tmp_path / "m")), threads=2)
    assert clone(embedder).get_params() == embedder.get_params()
    found = embedder.fit_transform(TEXTS)
    assert found.shape == (5, embedder.n_features_out_)
    np.testing.assert_array_equal(found[0], found[4])  # only the case differs
    np.testing.assert_array_equal(found[2], 0)
    copied = pickle.loads(pickle.dumps(embedder))
    np.testing.assert_array_equal(copied.transform(TEXTS), found)


@pytest.mark.usefixtures("runtime")
def test_no_texts_give_no_rows(tmp_path: Path) -> None:
    assert EmbeddedTexts(onnx_folder(tmp_path / "m")).fit([]).transform([]).shape == (0, 4)


@pytest.mark.usefixtures("runtime")
def test_a_model_changed_after_the_fit_is_refused(tmp_path: Path) -> None:
    folder = onnx_folder(tmp_path / "m")
    copied = pickle.loads(pickle.dumps(EmbeddedTexts(folder).fit([])))
    folder.joinpath("tokenizer.json").write_text("{}")
    with pytest.raises(UsageError, match="not the agreed model"):
        copied.transform(TEXTS)


@pytest.mark.usefixtures("runtime")
def test_a_broken_model_is_told_apart(tmp_path: Path) -> None:
    folder = onnx_folder(tmp_path / "m")
    folder.joinpath("model.onnx").write_bytes(folder.joinpath("model.onnx").read_bytes()[:50])
    with pytest.raises(UsageError, match="cannot be opened") as caught:
        EmbeddingModel.open(folder)
    assert "Copy the model again" in caught.value.fix


def test_the_hash_is_what_anyone_can_compute(tmp_path: Path) -> None:
    folder = onnx_folder(tmp_path / "m", pooling="mean_tokens")
    parts = ("model.onnx", "tokenizer.json", "1_Pooling/config.json")
    told = hashlib.sha256(b"".join((folder / part).read_bytes() for part in parts)).hexdigest()
    files = model_files(folder)
    assert files.checked(told.upper()) == files.checked("") == told
    with pytest.raises(UsageError) as caught:
        files.checked("0" * 64)
    assert told in str(caught.value)
    assert "0" * 64 in str(caught.value)
    assert f"cat {' '.join(parts)} | sha256sum" in caught.value.fix


def test_texts_that_are_none_are_counted(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="1 of 2 texts"):
        EmbeddedTexts(tmp_path).transform(["late", None])  # type: ignore[list-item]


def test_without_the_extra_the_error_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "onnxruntime", None)
    with pytest.raises(UsageError, match=r"support-workbench\[embed\]"):
        EmbeddingModel.open(onnx_folder(tmp_path / "m"))


def test_transform_before_fit_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Call fit"):
        EmbeddedTexts(tmp_path).transform(["late"])


@pytest.mark.usefixtures("runtime")
def test_real_weights_know_what_is_alike() -> None:
    folder = os.environ.get("WORKBENCH_MINILM", "")
    if not folder or not Path(folder).exists():
        pytest.skip("set WORKBENCH_MINILM to a folder with MiniLM's model.onnx")
    embedder = EmbeddedTexts(folder)
    asked, alike, other = embedder.fit_transform(
        [
            "where is my parcel",
            "my package has not been delivered",
            "the grinder makes a loud noise",
        ]
    )
    assert asked @ alike > asked @ other + 0.2
    assert FLAG.startswith("--")

"""A model is found where it lies, nothing is downloaded, and an error says what to put where."""

from __future__ import annotations

from pathlib import Path

import pytest
from tiny_models import onnx_folder, static_folder

from workbench.drivers.embedding_files import FLAG, model_files
from workbench.errors import UsageError

HUB_NAME = "someone/tiny-model"


@pytest.fixture(autouse=True)
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty hub cache; its folder of this one model."""
    monkeypatch.delenv("HF_HUB_CACHE", raising=False)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    return tmp_path / "hf/hub/models--someone--tiny-model"


def refused(name: str | Path) -> str:
    with pytest.raises(UsageError) as caught:
        model_files(name)
    assert caught.value.fix
    return str(caught.value)


def test_kinds_are_told_by_their_files(tmp_path: Path) -> None:
    assert model_files(onnx_folder(tmp_path / "a")).kind == "onnx"
    assert model_files(static_folder(tmp_path / "b")).kind == "static"


def test_a_static_model_with_an_onnx_file_is_static(tmp_path: Path) -> None:
    folder = static_folder(tmp_path / "m")
    folder.joinpath("onnx").mkdir()
    folder.joinpath("onnx/model.onnx").write_bytes(b"of another shape")
    assert model_files(folder).kind == "static"


def test_an_onnx_model_may_lie_in_a_folder_of_its_own(tmp_path: Path) -> None:
    folder = onnx_folder(tmp_path / "m")
    folder.joinpath("onnx").mkdir()
    one = folder.joinpath("model.onnx").rename(folder / "onnx/model_quantized.onnx")
    assert model_files(folder).weights == model_files(one).weights == one
    other = folder / "onnx/model_O3.onnx"
    other.write_bytes(b"another")
    assert "model_O3.onnx, model_quantized.onnx" in refused(folder)
    assert model_files(other).weights == other
    assert model_files(other).folder == folder
    folder.joinpath("onnx/model.onnx").write_bytes(b"the plain one")
    assert model_files(folder).weights.name == "model.onnx"


def test_weights_in_a_second_file_count(tmp_path: Path) -> None:
    folder = onnx_folder(tmp_path / "m")
    before = model_files(folder).sha256()
    folder.joinpath("model.onnx_data").write_bytes(b"numbers")
    assert model_files(folder).sha256() != before


def test_a_hub_name_is_looked_up_on_this_machine_only(hub: Path) -> None:
    said = refused(HUB_NAME)
    assert "nothing is downloaded" in said
    assert FLAG in said
    assert str(hub) in said
    first = onnx_folder(hub / "snapshots/aaa")
    assert model_files(HUB_NAME).folder == first
    second = onnx_folder(hub / "snapshots/bbb")
    assert "2 revisions" in refused(HUB_NAME)
    hub.joinpath("refs").mkdir()
    hub.joinpath("refs/main").write_text("bbb")
    assert model_files(HUB_NAME).folder == second


def test_the_hub_cache_may_lie_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = onnx_folder(tmp_path / "elsewhere/models--someone--tiny-model/snapshots/aaa")
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "elsewhere"))
    assert model_files(HUB_NAME).folder == folder


@pytest.mark.parametrize("name", ["", "no/such/folder/here", "nowhere"])
def test_what_is_not_there_is_asked_for_with_its_files(name: str) -> None:
    said = refused(name)
    for part in (FLAG, "model.onnx", "tokenizer.json", "model.safetensors"):
        assert part in said


def test_an_empty_folder_says_what_it_lacks(tmp_path: Path) -> None:
    assert "model.onnx" in refused(tmp_path)


def test_weights_of_pytorch_alone_say_how_to_export_them(tmp_path: Path) -> None:
    header = b'{"embeddings.word_embeddings.weight": {}}'
    data = len(header).to_bytes(8, "little") + header
    tmp_path.joinpath("model.safetensors").write_bytes(data)
    assert f"optimum-cli export onnx --model {tmp_path}" in refused(tmp_path)


def test_missing_tokenizers_are_named(tmp_path: Path) -> None:
    for folder in (onnx_folder(tmp_path / "a"), static_folder(tmp_path / "b")):
        folder.joinpath("tokenizer.json").unlink()
        assert "tokenizer.json" in refused(folder)


@pytest.mark.parametrize("data", [b"", b"\x01", b"\xff" * 20, b"\x02" + b"\x00" * 7 + b"[]"])
def test_half_a_safetensors_file_is_told_apart(tmp_path: Path, data: bytes) -> None:
    folder = static_folder(tmp_path / "m")
    folder.joinpath("model.safetensors").write_bytes(data)
    assert "no whole safetensors file" in refused(folder)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_a_pointer_instead_of_a_file_is_told_apart(tmp_path: Path, name: str) -> None:
    folder = onnx_folder(tmp_path / "m")
    folder.joinpath(name).write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\n")
    assert "Git LFS pointer" in refused(folder)


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    path = static_folder(tmp_path / "m") / "model.safetensors"
    assert "no ONNX model" in refused(path)

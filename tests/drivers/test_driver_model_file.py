"""A model that was written and read places every text as before, and runs nobody's code."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from topics import dealt, small_workspace

from workbench.drivers.catalogue import CatalogueFolder
from workbench.drivers.clusters import driver_pipeline
from workbench.drivers.fitting import FitOptions, fit
from workbench.drivers.frozen import Centres, FrozenModel, load, save
from workbench.drivers.labelled import labelled_tickets
from workbench.drivers.templates import Templates
from workbench.drivers.words import word_counts
from workbench.errors import WorkbenchError

TEXTS = [text for _, text in dealt(20)]
ODD = [
    "",
    "?!",
    "12",
    "Größe?",
    "my gizmo and the kettle",
    "👩‍👩‍👧",
    "a\u0301 \u202eparcel",
    "x" * 9_000,
]


def a_model(texts: list[str] = TEXTS, n: int = 4) -> FrozenModel:
    pipeline = driver_pipeline(n_drivers=n).fit(texts)
    centres = pipeline["drivers"].cluster_centers_
    return FrozenModel(
        pipeline["vectors"], pipeline["smoothing"],
        Centres(tuple(f"d{i:03d}" for i in range(len(centres))), centres), word_counts(texts),
        len(texts), "en", "subject", Templates(frozenset({"sent by app"}), frozenset({"order"})),
    )  # fmt: skip


@pytest.mark.parametrize("texts", [TEXTS, TEXTS[:1], TEXTS[:2], ["ab", "cd", "?!"]])
def test_vectors_and_placements_are_the_same_to_the_bit(texts: list[str], tmp_path: Path) -> None:
    model = a_model(texts)
    save(model, tmp_path / "model.parquet")
    read = load(tmp_path / "model.parquet")
    asked = [*TEXTS, *ODD]
    vectors, again = model.vectors_of(asked), read.vectors_of(asked)
    assert vectors.dtype == again.dtype == np.float32
    assert vectors.tobytes() == again.tobytes()
    assert model.centres.ids == read.centres.ids
    for one, other in zip(
        model.centres.placed(asked, vectors), read.centres.placed(asked, again), strict=True
    ):
        assert one.tobytes() == other.tobytes()


def test_everything_else_is_read_as_well_and_written_the_same(tmp_path: Path) -> None:
    model = a_model()
    first, second = tmp_path / "1.parquet", tmp_path / "2.parquet"
    save(model, first)
    read = load(first)
    for name in ("known_words", "n_known", "language", "basis", "templates"):
        assert getattr(read, name) == getattr(model, name)
    assert read.vectors.get_params() == model.vectors.get_params()
    assert read.smoothing.get_params() == model.smoothing.get_params()
    assert not read.is_embedded
    save(read, second)
    assert first.read_bytes() == second.read_bytes()


def _foreign(path: Path) -> None:
    pq.write_table(pa.table({"a": [1]}), path)


def _truncated(path: Path) -> None:
    save(a_model(), path)
    path.write_bytes(path.read_bytes()[:-200])


def _told(path: Path, about: bytes) -> None:
    pq.write_table(
        pa.table({"kind": ["centre"]}).replace_schema_metadata({"workbench": about}), path
    )


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: None,
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"PAR1 something else PAR1"),
        _foreign,
        _truncated,
        lambda path: _told(path, b"{"),
        lambda path: _told(path, b"{}"),
        lambda path: _told(path, b"[]"),
    ],
    ids=["missing", "empty", "no parquet", "foreign", "truncated", "no json", "nothing", "a list"],
)  # fmt: skip
def test_a_damaged_file_is_said_with_what_to_do(damage: object, tmp_path: Path) -> None:
    path = tmp_path / "model.parquet"
    damage(path)
    with pytest.raises(WorkbenchError, match=r"model\.parquet") as caught:
        load(path)
    assert caught.value.fix


def test_a_catalogue_holds_yaml_and_parquet_and_no_pickle(tmp_path: Path) -> None:
    workspace = small_workspace(tmp_path)
    fit(workspace, FitOptions(n_drivers=5, n_themes=2), now=datetime(2025, 7, 1, tzinfo=UTC))
    folder = CatalogueFolder(tmp_path)
    files = sorted(path.name for path in folder.root.rglob("*") if path.is_file())
    assert files == [".lock", "catalogue.yaml", "model-0001.parquet", "placed-0001.parquet"]
    read = folder.model()
    texts = [text for _, text in dealt(24)]
    where = folder.placed().set_index("ticket_id")["driver"]
    found = read.centres.placed(texts, read.vectors_of(texts)).driver
    for place, (topic, _) in enumerate(dealt(24)):
        assert read.centres.ids[found[place]] == where[f"{topic}-{place}"]
    folder.root.joinpath("model-0001.parquet").write_bytes(b"PAR1")
    assert len(labelled_tickets(workspace).frame)  # all are placed: nobody asks the model
    with pytest.raises(WorkbenchError, match="refit"):
        folder.model()


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "history: 3", "history: [a]", "history: [{n: 1}]", "history: [{n: x, at: 1}]",
     "\x00", "a: &a [*a]", "history: [!!python/object/apply:os.system ['true']]"],
)  # fmt: skip
def test_a_damaged_history_is_said_with_what_to_do(text: str, tmp_path: Path) -> None:
    folder = CatalogueFolder(tmp_path)
    folder.root.mkdir()
    folder.root.joinpath("catalogue.yaml").write_text(text)
    with pytest.raises(WorkbenchError, match=r"catalogue\.yaml") as caught:
        folder.events  # noqa: B018
    assert caught.value.fix


def test_a_history_as_json_reads_the_same(tmp_path: Path) -> None:
    """YAML or JSON, quoted or not: a moment stays the text that was written."""
    folder = CatalogueFolder(tmp_path)
    folder.root.mkdir()
    event = {
        "n": 1,
        "at": "2025-01-01T00:00:00Z",
        "do": "fit",
        "drivers": [],
        "until": "2025-01-01",
    }
    path = folder.root / "catalogue.yaml"
    path.write_text(json.dumps({"history": [event]}))
    quoted = folder.events
    path.write_text(
        "history:\n- {n: 1, at: 2025-01-01T00:00:00Z, do: fit, drivers: [], until: 2025-01-01}"
    )
    assert CatalogueFolder(tmp_path).events == quoted

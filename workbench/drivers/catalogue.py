"""The folder `catalogue/` of a workspace: the drivers, readable, and everything they rest on.

`catalogue.yaml` holds the history and, for people, the drivers as they stand; it is the one commit
point. Beside it lie a model per fit, and per event a file with the tickets it placed and one with
the centres it made. Those are written first, and a file without an event is nobody's.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import yaml
from filelock import FileLock, Timeout

from workbench.drivers.history import Catalogue, Event, replayed
from workbench.drivers.placements import PLACEMENTS, placements
from workbench.errors import LockedError, UsageError, WorkbenchError

if TYPE_CHECKING:  # scikit-learn takes seconds, and a runner only asks which version holds
    from workbench.drivers.frozen import Centres, FrozenModel

FILE = "catalogue.yaml"
EMBEDDINGS = "embeddings"
WAIT_SECONDS = 30.0
_HEAD = (
    "# The contact drivers of this workspace. 'history' is what counts; 'drivers' is worked out\n"
    "# from it and rewritten. Change them with 'workbench drivers', which can be undone.\n"
)
_FORMAT = 1


class CatalogueFolder:
    """A workspace's catalogue on disk. Readers see the state it was opened at.

    ``at`` is the event to read it as of, so that a report meets what it was asked for whatever is
    edited meanwhile; without it ``$WORKBENCH_DRIVERS_AT``, else the last one.
    """

    def __init__(self, workspace_root: Path, *, at: int | None = None) -> None:
        self.root = workspace_root / "catalogue"
        given = os.environ.get("WORKBENCH_DRIVERS_AT", "")
        self.at = int(given) if at is None and given.isdecimal() else at

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """The history, the earliest first; none where nothing was ever fitted."""
        path = self.root / FILE
        try:
            told = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506
            events = tuple(
                Event(int(e.pop("n")), str(e.pop("at")), e.pop("do"), e) for e in told["history"]
            )
            return events if self.at is None else tuple(e for e in events if e.n <= self.at)
        except FileNotFoundError:
            return ()
        except (OSError, KeyError, TypeError, ValueError, AttributeError, yaml.YAMLError) as fault:
            raise WorkbenchError(
                f"the driver catalogue cannot be read ({fault}).", where=str(path),
                fix="Restore the file from a copy; its history is what all drivers rest on.",
            ) from fault  # fmt: skip

    @property
    def version(self) -> str:
        """The last event's number and a hash of the file; empty where nothing was fitted."""
        try:
            told = (self.root / FILE).read_bytes()
        except FileNotFoundError:
            return ""
        return f"{self.next_event - 1}-{hashlib.sha256(told).hexdigest()[:12]}"

    @cached_property
    def catalogue(self) -> Catalogue:
        """The drivers as they stand."""
        return replayed(self.events)

    def fitted(self) -> Catalogue:
        """The drivers as they stand, or a `UsageError` if there are none yet."""
        if self.catalogue.fit is None:
            raise UsageError(
                "no contact drivers were fitted yet.", where=str(self.root),
                fix="Run 'workbench drivers fit' first.",
            )  # fmt: skip
        return self.catalogue

    def placed(self) -> pd.DataFrame:
        """Where every placed ticket is (see `placements`)."""
        return placements(self.catalogue, self.rows_of)

    def rows_of(self, event: int) -> pd.DataFrame:
        """The tickets that one event placed."""
        return _read(self.root / f"placed-{event:04d}.parquet").to_pandas()

    def model(self, *, embedding: str = "") -> FrozenModel:
        """The model of the fit in use."""
        from workbench.drivers.frozen import load

        fit = self.fitted().fit
        assert fit is not None
        return load(
            self.root / f"model-{fit.n:04d}.parquet",
            embedding=embedding, cache=self.root / EMBEDDINGS,
        )  # fmt: skip

    def centres(self, model: FrozenModel) -> Centres:
        """Where texts are placed today: what the fit found, what was born and split since."""
        catalogue, found = self.catalogue, model.centres
        fit = catalogue.fit
        for event in catalogue.active:
            if fit is None or event.n <= fit.n or event.do not in ("assign", "split"):
                continue
            path = self.root / f"centres-{event.n:04d}.parquet"
            if event.do == "assign" and not (event.details["born"] or event.details["grown"]):
                continue
            made = _read(path)
            told = (*event.details.get("born", ()), *event.details.get("grown", ()))
            terms = {one["id"]: one.get("terms", {}) for one in told}
            for driver, vector in zip(made["driver"], made["vector"], strict=True):
                name = driver.as_py()
                own = terms.get(name, found.terms.get(event.details.get("driver", ""), {}))
                found = found.plus(name, np.array(vector.as_py(), dtype=np.float32), own)
        return found.only(catalogue.leaves)

    @property
    def settled_words(self) -> frozenset[str]:
        """The words of newborn drivers that an analyst dismissed."""
        born = [one for event in self.events for one in event.details.get("born", ())]
        gone = self.catalogue.dismissed
        return frozenset(word for one in born if one["id"] in gone for word in one["terms"])

    @contextmanager
    def writing(self) -> Iterator[CatalogueFolder]:
        """The one who may write, with the latest state; `LockedError` if another is at it."""
        if self.at is not None:
            raise UsageError(
                f"opened as of event {self.at}, so it can only be read.", where=str(self.root),
                fix="Change drivers with 'workbench drivers', outside of a report.",
            )  # fmt: skip
        self.root.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.root / ".lock", timeout=WAIT_SECONDS):
                yield CatalogueFolder(self.root.parent)
        except Timeout as fault:
            raise LockedError(
                "another command is changing the driver catalogue.", where=str(self.root),
                fix="Try again when it is done.",
            ) from fault  # fmt: skip

    def commit(
        self,
        do: str,
        details: Mapping[str, Any],
        *,
        now: datetime,
        placed: pd.DataFrame | None = None,
        centres: Centres | None = None,
        model: FrozenModel | None = None,
    ) -> Event:
        """Add an event: its files first, then the history in one step. Only while `writing`."""
        n = self.next_event
        at = now.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"
        event = Event(n, at, do, dict(details))
        if placed is not None:
            table = pa.Table.from_pandas(_completed(placed), PLACEMENTS, preserve_index=False)
            pq.write_table(table, self.root / f"placed-{n:04d}.parquet", compression="zstd")
        if centres is not None:
            made = pa.table({
                "driver": list(centres.ids),
                "vector": pa.array(list(centres.vectors), pa.list_(pa.float32())),
            })  # fmt: skip
            pq.write_table(made, self.root / f"centres-{n:04d}.parquet")
        if model is not None:
            from workbench.drivers.frozen import save

            save(model, self.root / f"model-{n:04d}.parquet")
        self._write((*self.events, event))
        return event

    @property
    def next_event(self) -> int:
        """The number the next event gets."""
        return self.events[-1].n + 1 if self.events else 1

    def new_ids(self, n: int) -> list[str]:
        """Ids that no driver ever had, not even one that was undone."""
        used = [
            int(one["id"][1:])
            for event in self.events
            for one in (*event.details.get("drivers", ()), *event.details.get("born", ()),
                        *event.details.get("parts", ()))
            if isinstance(one, Mapping)
        ]  # fmt: skip
        start = max(used, default=0) + 1
        return [f"d{start + i:03d}" for i in range(n)]

    def _write(self, events: tuple[Event, ...]) -> None:
        catalogue = replayed(events)
        shown = [
            {
                "id": d.driver_id, "name": d.name, "label": d.label, "theme": d.theme,
                "state": d.state, **({"born": d.born} if d.born else {}),
            }
            for d in catalogue.present.values()
        ]  # fmt: skip
        told = {
            "format": _FORMAT,
            "drivers": shown,
            "history": [{"n": e.n, "at": e.at, "do": e.do, **e.details} for e in events],
        }
        written = yaml.dump(told, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)
        text = _HEAD + written
        path = self.root / FILE
        fresh = path.with_suffix(".new")
        with fresh.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, path)


def _completed(rows: pd.DataFrame) -> pd.DataFrame:
    given = rows if "otherwise" in rows else rows.assign(otherwise=None)
    return given[PLACEMENTS.names]


def _read(path: Path) -> pa.Table:
    try:
        return pq.read_table(path)
    except (OSError, pa.ArrowException) as fault:
        raise WorkbenchError(
            f"a file of the driver catalogue is missing or damaged ({fault}).", where=str(path),
            fix="Restore it from a copy, or undo the event it belongs to.",
        ) from fault  # fmt: skip


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML without dates: what is quoted or not, a moment stays the text that was written."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


class _Dumper(yaml.SafeDumper):
    """YAML without anchors, short lists on one line."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def _list(dumper: Any, items: Any) -> yaml.Node:
    is_plain = all(isinstance(item, str | int | float) for item in items) and len(items) <= 12
    return dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=is_plain)


for _kind in (list, tuple):
    _Dumper.add_representer(_kind, _list)

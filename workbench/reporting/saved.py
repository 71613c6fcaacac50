"""What does a page leave beside itself: pictures, tables, and the record that it finished?"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from workbench.errors import ReportError
from workbench.reporting.files import write_whole
from workbench.reporting.fragments import DPI

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
_LONE_RETURN = re.compile(r"\r(?!\n)")  # csv leaves it bare, and a spreadsheet ends the row there


def safe_cell(value: Any) -> Any:
    """A cell a spreadsheet will not run: text that starts like a formula gets a leading ``'``."""
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return f"'{value}"
    return value


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """``frame`` as CSV with formula-safe texts, named index levels first, readable by Excel."""
    named = [name for name in frame.index.names if name is not None]
    flat = frame.reset_index() if named else frame
    columns = [_safe_text(" ".join(map(str, c)) if isinstance(c, tuple) else str(c)) for c in flat]
    safe = pd.DataFrame(
        {i: _safe_column(flat.iloc[:, i]) for i in range(flat.shape[1])}, index=flat.index
    )
    text: str = safe.to_csv(index=False, header=columns, lineterminator="\n")
    return text.encode("utf-8-sig")  # the mark tells Excel that it is UTF-8


def _safe_column(column: pd.Series) -> pd.Series:
    if pd.api.types.is_numeric_dtype(column) or pd.api.types.is_datetime64_any_dtype(column):
        return column
    return column.astype(object).map(_safe_text, na_action="ignore")


def _safe_text(value: Any) -> Any:
    return safe_cell(_LONE_RETURN.sub("\n", value) if isinstance(value, str) else value)


def png_bytes(figure: Figure) -> bytes:
    """``figure`` as PNG; the same picture gives the same bytes."""
    buffer = BytesIO()
    figure.savefig(
        buffer,
        format="png",
        dpi=DPI,
        bbox_inches="tight",
        pad_inches=0.04,
        metadata={"Software": None},
        pil_kwargs={"optimize": True},
    )
    plt.close(figure)  # or Jupyter's inline backend shows it a second time
    return buffer.getvalue()


def save(run_dir: Path | None, name: str, content: bytes) -> str:
    """Write ``content`` into the run folder; the relative name, or nothing outside a run."""
    if run_dir is None:
        return ""
    write_whole(run_dir / name, content)
    return name


def run_id_of(run_dir: Path) -> str:
    """The id of the run whose folder this is."""
    try:
        return str(json.loads((run_dir / "params.json").read_text(encoding="utf-8"))["run_id"])
    except (OSError, ValueError, KeyError) as error:
        raise ReportError(
            "$WORKBENCH_RUN_DIR is not the folder of a run.", where=run_dir.name
        ) from error


def json_bytes(record: Mapping[str, object]) -> bytes:
    """``record`` as JSON: numbers of any library become plain, NaN becomes null."""
    return (json.dumps(_plain(record), indent=2, allow_nan=False) + "\n").encode()


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, (float, Decimal)):
        return float(value) if math.isfinite(value) else None
    if value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, (Sequence, set, frozenset, np.ndarray)):
        return [_plain(item) for item in value]
    return str(value)

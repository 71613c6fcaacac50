"""What do the cells of a notebook declare, and how is one of them named to a reader?"""

from __future__ import annotations

import ast
import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import nbformat

from workbench.errors import ReportError, UsageError

_CHOSEN_ID = re.compile(r"(?=.*[g-z])[a-z]+(?:-[a-z]+)*")  # a given one is hexadecimal
_WARNING = re.compile(r"\b\w*Warning: .+")


def read_notebook(path: Path) -> Any:
    """The notebook at ``path``; a missing or broken file is a usage error."""
    try:
        return nbformat.read(path, as_version=4)
    except OSError as error:
        raise UsageError("no such notebook.", where=f"{path.parent.name}/{path.name}") from error
    except Exception as error:  # nbformat raises several kinds for a malformed file
        raise ReportError("not a notebook.", where=f"{path.parent.name}/{path.name}") from error


def tags(cell: Any) -> set[str]:
    """The tags of a cell."""
    return set(cell.get("metadata", {}).get("tags", ()))


def code_cells(notebook: Any) -> list[int]:
    """The indices of the cells a kernel has to run."""
    return [
        index for index, cell in enumerate(notebook.cells)
        if cell.cell_type == "code" and cell.source.strip()
    ]  # fmt: skip


def declared_parameters(notebook: Any) -> dict[str, object]:
    """The names and defaults of the cell tagged ``parameters``, in its order."""
    declared: dict[str, object] = {}
    for cell in notebook.cells:
        if "parameters" not in tags(cell):
            continue
        try:
            for line in ast.parse(cell.source).body:
                if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name):
                    declared[line.target.id] = ast.literal_eval(line.value or ast.Constant(None))
        except (SyntaxError, ValueError) as error:
            raise UsageError(
                "the parameters cell is not plain 'name: type = value' lines.",
                where=cell_name(notebook, notebook.cells.index(cell)),
            ) from error
        break  # papermill reads the first one only
    return declared


def cell_name(notebook: Any, index: int) -> str:
    """How a reader finds a cell: ``cell 3 (refunds = refund_trend(tickets))``.

    Counted over the code cells as written, that is without the one papermill injects.
    """
    if "injected-parameters" in tags(notebook.cells[index]):
        return "the parameters given"
    number = sum(
        "injected-parameters" not in tags(notebook.cells[i])
        for i in code_cells(notebook)
        if i <= index
    )
    lines = [line.strip() for line in notebook.cells[index].source.splitlines() if line.strip()]
    first = next((line for line in lines if not line.startswith("#")), "".join(lines[:1]))
    return f"cell {number} ({first[:80]})"


def short_title(cell: Any) -> str:
    """What a progress line calls a cell: its id where someone chose one, else its first line."""
    if _CHOSEN_ID.fullmatch(cell.get("id", "")):
        return str(cell["id"])
    first = next((line for line in cell.source.splitlines() if line.strip()), "")
    return first.strip()[:60]


def warnings_in(notebook: Any) -> tuple[str, ...]:
    """Every distinct warning the cells wrote to stderr, in order."""
    found: dict[str, None] = {}
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if output.output_type == "stream" and output.name == "stderr":
                found |= dict.fromkeys(line[:300] for line in _WARNING.findall(output.text))
    return tuple(found)


def marked_failed(notebook: Any, reason: str, *, replied: set[int], failed_at: int | None) -> Any:
    """The notebook with a banner and honest cell states (papermill calls unrun cells completed)."""
    marked = deepcopy(notebook)
    for index in code_cells(marked):
        if index not in replied:
            state = "failed" if index == failed_at else "pending"
            marked.cells[index].metadata.setdefault("papermill", {})["status"] = state
    marked.metadata.setdefault("papermill", {})["exception"] = True
    text = f"**This run failed.** Nothing was published.\n\n    {reason}"
    banner = nbformat.v4.new_markdown_cell(text)
    banner.metadata["tags"] = ["failed"]
    marked.cells.insert(0, banner)
    return marked


def without_markers(notebook: Any) -> Any:
    """The notebook without the cells papermill adds around an error: they shift every index."""
    clean = deepcopy(notebook)
    clean.cells = [cell for cell in clean.cells if "papermill-error-cell-tag" not in tags(cell)]
    return clean


def without_paths(notebook: Any) -> Any:
    """The notebook without the machine's own paths in papermill's metadata."""
    clean = deepcopy(notebook)
    facts = clean.metadata.get("papermill", {})
    if "input_path" in facts:
        facts["input_path"] = Path(facts["input_path"]).name
        facts["output_path"] = "executed.ipynb"
    return clean

"""How to see that nothing ran, and what a kernel would have been given."""

from __future__ import annotations

import ast
import os
from pathlib import Path
from typing import Any

import nbformat
from papermill.parameterize import parameterize_notebook
from papermill.translators import translate_parameters

from workbench.errors import ParameterError, UsageError
from workbench.reporting.request import RunRequest, check_request

from .hostile_texts import FLAG


def nothing_ran(canary: Path) -> bool:
    return not canary.exists() and FLAG not in os.environ


def injected(parameters: dict[str, Any]) -> dict[str, Any]:
    """What the kernel would be given, read as nothing but ``name = literal`` lines."""
    source = translate_parameters("python3", "python", parameters, "Parameters")
    kernel = {"name": "python3", "language": "python", "display_name": "Python"}
    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": kernel, "papermill": {}})
    cell = parameterize_notebook(notebook, dict(parameters)).cells[0]
    assert cell.source == source
    found = {}
    for line in ast.parse(cell.source).body:
        assert isinstance(line, ast.Assign), ast.dump(line)
        (target,) = line.targets
        assert isinstance(target, ast.Name)
        found[target.id] = ast.literal_eval(line.value)
    return found


def same(one: object, other: object) -> bool:
    """Equal, and of the same types all the way down: True is not 1, and -0.0 is not 0.0."""
    return repr(one) == repr(other) and one == other


def refused(error: BaseException | None) -> bool:
    """A worded refusal on one line that is not as long as what it refuses."""
    assert isinstance(error, UsageError), repr(error)
    assert len(str(error).splitlines()) == 1, str(error)
    assert len(str(error)) < 1_000, str(error)[:2_000]
    return True


def checked_request(request: RunRequest) -> RunRequest | None:
    """The request as the runner would take it; None where it is refused."""
    try:
        check_request(request)
    except ParameterError as error:
        refused(error)
        return None
    assert same(injected(request.parameters), request.parameters)
    return request

"""The arguments of ``workbench notify``; what it does is imported when it runs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal

import typer

from workbench.commands.options import DATA, WorkspaceOption, now
from workbench.commands.terminal import say
from workbench.errors import UsageError


def notify_(
    test: Annotated[bool, typer.Option("--test", help="Send a test message now.")] = False,
    to: Annotated[
        Literal["success", "failure"], typer.Option("--to", help="Which list a test goes to.")
    ] = "success",
    eml: Annotated[
        Path | None, typer.Option("--eml", help="Write the test mail to this file; send nothing.")
    ] = None,
    workspace: WorkspaceOption = DATA,
) -> None:
    """Send what could not be sent before; with --test, a test message to one of the two lists.

    Example: workbench notify --test --to failure --eml failure.eml
    """
    from workbench.commands.notifying import send_test, send_waiting, write_test

    if not test:
        if eml is not None:
            raise UsageError("only a test is written.", where="--eml", fix="Add --test.")
        send_waiting(workspace, now=now(), environment=os.environ)
    elif eml is not None:
        say(str(write_test(workspace, eml, to, now=now())))
    else:
        send_test(workspace, to, now=now(), environment=os.environ)

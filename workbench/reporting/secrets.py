"""How does a file name a secret without holding it? ``env:NAME``, looked up when it is used.

What is written down, shown or recorded is always the reference, never what it stands for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from workbench.errors import UsageError

SECRET_NAME = re.compile(
    r"passw|passphrase|(?:^|_)pass$|_pwd(?:_|$)|secret|token|credential|(?:^|_)(?:web)?hook(?:_|$)"
    r"|(?:^|_|api|private|access)key(?:_|$)",
    re.IGNORECASE,
)
_REFERENCE = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]*")

EnvReference = Annotated[
    str,
    Field(
        pattern=f"^{_REFERENCE.pattern}$",
        json_schema_extra={"wanted": "a reference to an environment variable, such as env:NAME"},
    ),
]


def is_reference(text: str) -> bool:
    """Does this text name an environment variable instead of holding a value?"""
    return _REFERENCE.fullmatch(text) is not None


def resolved(text: str, environment: Mapping[str, str]) -> str:
    """What does this text stand for? A reference for its variable, anything else for itself.

    Raises ``UsageError`` when the variable is not set or empty. Use the answer at once and keep
    it nowhere.
    """
    if not is_reference(text):
        return text
    name = text.removeprefix("env:")
    value = environment.get(name, "")
    if not value:
        raise UsageError(
            f"the environment variable {name} is not set.",
            where=text,
            fix="Set it where the timer starts the run.",
        )
    return value

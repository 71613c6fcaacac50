"""Where do the templates and styles of pages lie, and how are they filled?"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import jinja2

from workbench.definitions.periods import Period
from workbench.errors import UsageError

TEMPLATES = Path(__file__).parent / "template"


def environment() -> jinja2.Environment:
    """The templates of pages: every value is escaped, a missing one is an error."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined
    )


@cache
def content_style() -> str:
    """The look of the pieces themselves, for the notebook; the published page has it too."""
    return (TEMPLATES / "content.css").read_text(encoding="utf-8")


def page_style() -> str:
    """The style of published pages."""
    return content_style() + (TEMPLATES / "page.css").read_text(encoding="utf-8")


def moment_title(moment: datetime) -> str:
    """How a reader says a moment: ``30 June 2025, 23:59 UTC``."""
    utc = moment.astimezone(UTC) if moment.tzinfo else moment
    return f"{utc.day} {utc:%B %Y, %H:%M} UTC"


def variant_title(report: str) -> str:
    """Which of several reports of one notebook is it? ``channels`` of ``monthly_report__channels``;
    empty for the one without a name of its own."""
    return report.partition("__")[2].replace("_", " ")


def period_title(period: str) -> str:
    """How a reader says a period: ``June 2025``; what is no period stays as it is written."""
    try:
        return Period.parse(period).title
    except UsageError:
        return period

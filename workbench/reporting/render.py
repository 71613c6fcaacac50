"""How does an executed notebook read as a page?

One self-contained file: no code, no scripts, no address outside the page and its folder.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

import nbformat
from markupsafe import Markup
from nbconvert import HTMLExporter
from traitlets.config import Config

from workbench.reporting.manifest import Manifest
from workbench.reporting.sanitise import sanitised
from workbench.reporting.templates import (
    TEMPLATES,
    environment,
    moment_title,
    page_style,
    variant_title,
)

HIDDEN = ("parameters", "injected-parameters", "remove-cell", "interactive")
_TAG_REMOVER = "nbconvert.preprocessors.TagRemovePreprocessor"
# bleach quotes every value; one that holds the word href= is passed over whole
_LINK = re.compile(r"""(<(?:a|img)(?: [\w-]+(?:="[^"]*"|='[^']*')?)*? (?:href|src)=")(?!#|data:)""")


def report_body(executed: Path, files: Collection[str] = ()) -> str:
    """What the cells of an executed notebook show, as inert HTML that links to ``files`` only."""
    exporter = HTMLExporter(
        template_name="basic",
        template_file=str(TEMPLATES / "body.html.j2"),
        exclude_anchor_links=True,
        config=Config(
            {
                "TagRemovePreprocessor": {"enabled": True, "remove_cell_tags": set(HIDDEN)},
                "HTMLExporter": {"preprocessors": [_TAG_REMOVER]},
            }
        ),
    )
    body, _ = exporter.from_notebook_node(nbformat.read(executed, as_version=4))
    return sanitised(body, files)


def page_html(body: str, manifest: Manifest, *, assets: str = "", home: str = "") -> str:
    """The whole page; ``assets`` is the folder its files are in, ``home`` links to the index."""
    as_of, variant = manifest.data_as_of, variant_title(manifest.report)
    named = f"{manifest.title or manifest.report}{f' ({variant})' if variant else ''}"
    return environment().get_template("page.html.j2").render(
        body=Markup(_LINK.sub(rf"\g<1>{assets}", body)),  # sanitised before
        style=Markup(page_style()),
        manifest=manifest,
        title=f"{named} – {manifest.period}",
        variant=variant,
        as_of=moment_title(as_of) if as_of else "not stated",
        made=moment_title(manifest.started_at),
        files=[name for name in manifest.outputs if not name.startswith("figures/")],
        assets=assets,
        home=home,
    )  # fmt: skip

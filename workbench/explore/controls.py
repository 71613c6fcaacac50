"""The row of controls, and what they say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from workbench.definitions.dimensions import DRIVER, SPLITS
from workbench.definitions.periods import Period
from workbench.errors import UsageError
from workbench.explore.choices import FILTERS, Choices
from workbench.metrics.declaration import Metric
from workbench.metrics.registry import METRICS

ALL = "all"
FIND_DRIVERS = "find drivers …"
_STYLE = {"description_width": "auto"}


class Controls:
    """Period, filters, metric and split. ``on_change`` is called after any of them changed."""

    def __init__(self, choices: Choices, on_change: Callable[[], None]) -> None:
        if not choices.months:
            raise UsageError(
                "there are no tickets to explore.", where="workspace",
                fix="Run 'workbench import PATH' with a ticket export.",
            )  # fmt: skip
        self._on_change, self._is_held = on_change, False
        last = choices.months[-1]
        self.first = self._dropdown("From", list(choices.months), last)
        self.last = self._dropdown("to", list(choices.months), last)
        self.filters = {
            split: self._dropdown(split.title(), _options(choices.values[split]), "")
            for split in FILTERS
        }
        self.offer(DRIVER, choices.values[DRIVER])
        for split in choices.missing:
            self.filters[split].layout.display = "none"
        labels = [(metric.label, name) for name, metric in METRICS.items()]
        self.metrics = self._dropdown("Metric", labels, "fcr")
        recorded = [s for s in SPLITS if s == DRIVER or choices.values[s]]
        self.splits = self._dropdown("Split by", recorded, recorded[0])
        row = widgets.Layout(flex_flow="row wrap", grid_gap="4px 10px")
        self.widget = widgets.HBox(
            [self.first, self.last, *self.filters.values(), self.metrics, self.splits], layout=row
        )

    def _dropdown(self, label: str, options: list[Any], value: Any) -> widgets.Dropdown:
        made = widgets.Dropdown(
            description=label, options=options, value=value, style=_STYLE,
            layout=widgets.Layout(width="auto", max_width="290px"),
        )  # fmt: skip
        made.observe(self._changed, "value")
        return made

    def _changed(self, change: Any) -> None:
        if self._is_held:
            return
        if self.first.value > self.last.value:  # the end that was not touched follows
            follows = self.last if change["owner"] is self.first else self.first
            self._quietly(lambda: setattr(follows, "value", change["new"]))
        self._on_change()

    def _quietly(self, action: Callable[[], None]) -> None:
        self._is_held = True
        try:
            action()
        finally:
            self._is_held = False

    def offer(self, split: str, values: list[str]) -> None:
        """Put other values into a filter, and keep what is chosen where it still exists."""
        box = self.filters[split]
        options = _options(values if values or split != DRIVER else [FIND_DRIVERS])

        def fill() -> None:
            kept = box.value if box.value in values else ""
            box.options = options
            box.value = kept

        self._quietly(fill)

    def forget_drivers(self) -> None:
        """Take back a wish for drivers that could not be met."""

        def reset() -> None:
            self.filters[DRIVER].value = ""
            if self.splits.value == DRIVER:
                self.splits.value = self.splits.options[0]

        self._quietly(reset)

    @property
    def wants_drivers(self) -> bool:
        """Was a driver asked for before any was found?"""
        not_found = (FIND_DRIVERS, FIND_DRIVERS) in self.filters[DRIVER].options
        asked = self.splits.value == DRIVER or self.filters[DRIVER].value == FIND_DRIVERS
        return not_found and asked

    @property
    def period(self) -> Period:
        """The months from the first to the last."""
        return Period.parse(f"{self.first.value}..{self.last.value}")

    @property
    def where(self) -> dict[str, str]:
        """The one value kept of each dimension that is filtered."""
        kept = {split: str(box.value) for split, box in self.filters.items()}
        return {split: value for split, value in kept.items() if value not in ("", FIND_DRIVERS)}

    @property
    def metric(self) -> Metric:
        """The metric in the charts."""
        return METRICS[str(self.metrics.value)]

    @property
    def split(self) -> str:
        """The dimension of the bars."""
        return str(self.splits.value)

    def parameters(self) -> dict[str, object]:
        """The selection as the metric report takes it."""
        filters = {split: self.where.get(split, "") for split in FILTERS}
        return {
            "period": str(self.last.value), "months": len(self.period.months),
            "metric": self.metric.name, "by": self.split, **filters,
        }  # fmt: skip


def _options(values: list[str]) -> list[tuple[str, str]]:
    """Labels and values; nothing chosen is the empty text, for a team may be called "all"."""
    return [(ALL, ""), *((value, value) for value in values)]

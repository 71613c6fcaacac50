"""What can be chosen: the months there are, and the values of each dimension."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.analyses.exploration import agent_names
from workbench.definitions.dimensions import DRIVER, SPLITS
from workbench.definitions.periods import Period
from workbench.metrics.aggregates import cube_of
from workbench.metrics.cube import Cube
from workbench.metrics.volume import TICKETS_CREATED
from workbench.workspace import Workspace

FILTERS = ("team", "channel", "tier", "driver")


@dataclass(frozen=True)
class Choices:
    """``months`` with tickets, oldest first; per dimension its values, none where nothing is
    recorded; and the names of agents by their number."""

    months: tuple[str, ...]
    values: dict[str, list[str]]
    agents: dict[str, str]

    @classmethod
    def of(cls, workspace: Workspace) -> Choices:
        """The choices a workspace offers."""
        cube = cube_of(workspace, TICKETS_CREATED)
        if not isinstance(cube, Cube):
            return cls((), {split: [] for split in SPLITS}, {})
        numbers = range(int(cube.slot.min()), int(cube.slot.max()) + 1)
        months = tuple(f"{number // 12:04d}-{number % 12 + 1:02d}" for number in numbers)
        values = {split: cube.groups(split) for split in SPLITS}
        return cls(months, values, agent_names(workspace))

    @property
    def shown(self) -> Period:
        """All months, as one period."""
        return Period.parse(f"{self.months[0]}..{self.months[-1]}")

    @property
    def missing(self) -> list[str]:
        """Dimensions that these exports do not record."""
        return [split for split in FILTERS if split != DRIVER and not self.values[split]]

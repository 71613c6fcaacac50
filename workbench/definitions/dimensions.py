"""What numbers can be split by."""

from __future__ import annotations

DIMENSIONS = ("team", "vendor", "agent", "channel", "tier", "priority", "source")
DRIVER = "driver"  # which the workbench finds itself
SPLITS = (*DIMENSIONS, DRIVER)

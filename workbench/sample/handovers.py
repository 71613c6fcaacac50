"""What goes along with an escalation: a note with fields, and a loop that is closed or not."""

from __future__ import annotations

import numpy as np
import pandas as pd

from workbench.sample.escalation_truths import Handover

FIELDS = ("order_history", "order_value", "previous_refunds", "recommendation")
CLOSED, CUSTOMER_NOT_TOLD, SUPPORT_NOT_TOLD = range(3)

_ALSO_MISSING_SHARE = 0.3  # of the other fields, once one is missing
_RETURNED_SHARE, _RETURNED_INCOMPLETE_SHARE = 0.02, 0.3


class Handovers:
    """Decides what is missing from hand-overs, and who never learns the outcome."""

    def __init__(self, handover: Handover | None) -> None:
        self._incomplete = handover.incomplete_share if handover else 0.0
        self._open = handover.open_loop_share if handover else 0.0

    def planned(self, draw: np.random.Generator, tickets: pd.DataFrame) -> pd.DataFrame:
        """Return the tickets with what their escalation lacks; only escalated ones lack any."""
        n, escalated = len(tickets), tickets["escalated"].to_numpy()
        incomplete = escalated & (draw.random(n) < self._incomplete)
        gaps = draw.random((n, len(FIELDS))) < _ALSO_MISSING_SHARE
        gaps[np.arange(n), draw.integers(0, len(FIELDS), n)] = True
        missing = gaps @ (1 << np.arange(len(FIELDS)))  # one bit per field
        open_loop = escalated & (draw.random(n) < self._open)
        whose = np.where(draw.random(n) < 0.5, CUSTOMER_NOT_TOLD, SUPPORT_NOT_TOLD)
        returned = np.where(incomplete, _RETURNED_INCOMPLETE_SHARE, _RETURNED_SHARE)
        moved, reply = tickets["last_moved_at"].to_numpy(), tickets["reply_at"].to_numpy()
        acked = moved + ((reply - moved) * draw.uniform(0.1, 0.6, n)).astype(int)
        decided = acked + ((reply - acked) * draw.uniform(0.3, 0.95, n)).astype(int)
        return tickets.assign(
            missing=np.where(incomplete, missing, 0),
            loop=np.where(open_loop, whose, CLOSED),
            returned=escalated & ((tickets["moves"] > 1) | (draw.random(n) < returned)),
            acked_at=acked,
            decided_at=decided,
        )

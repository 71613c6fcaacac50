"""What is planted about escalations and about the exports themselves."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.sample.draws import stream


@dataclass(frozen=True)
class FounderEscalations:
    """The founder is needed for a steady share of tickets, in quiet weeks too."""

    ticket_share: float

    @property
    def meaning(self) -> str:
        """Return the truth as one sentence."""
        return (
            f"In every week, busy or quiet, {self.ticket_share:.1%} of the tickets escalate to the"
            " group Founder."
        )


@dataclass(frozen=True)
class PingPong:
    """Nobody owns one category, so it bounces between two groups."""

    category: str
    groups: tuple[str, str]
    fewest_moves: int
    most_moves: int

    @property
    def meaning(self) -> str:
        """Return the truth as one sentence."""
        return (
            f"Escalations of the category {self.category} move {self.fewest_moves} to"
            f" {self.most_moves} times between {' and '.join(self.groups)} before the customer"
            " gets an answer."
        )


@dataclass(frozen=True)
class Handover:
    """Escalations arrive without what the next person needs, and loops stay open."""

    incomplete_share: float
    open_loop_share: float

    @property
    def meaning(self) -> str:
        """Return the truth as one sentence."""
        return (
            f"{self.incomplete_share:.0%} of the hand-over notes lack at least one field, and of"
            f" {self.open_loop_share:.0%} of the escalations the customer or the support team"
            " never learns the outcome."
        )


@dataclass(frozen=True)
class BrokenRows:
    """A handful of rows of the trial vendor's export is damaged."""

    rows: tuple[int, ...]  # counted from 0 among the tickets of the export

    @property
    def meaning(self) -> str:
        """Return the truth as one sentence."""
        return (
            f"Up to {len(self.rows)} rows of the Gorgias export have a creation date that is none;"
            " broken_rows lists the lines."
        )


def founder_escalations(seed: int) -> FounderEscalations:
    """Return a seed's share of founder escalations."""
    draw = stream(seed, "truth founder escalations", 0)
    return FounderEscalations(ticket_share=round(draw.uniform(0.028, 0.036), 4))


def ping_pong(seed: int) -> PingPong:
    """Return a seed's ping-pong."""
    draw = stream(seed, "truth ping pong", 0)
    return PingPong(
        category="promotion",
        groups=("Product", "Marketing"),
        fewest_moves=2,
        most_moves=int(draw.integers(4, 6)),
    )


def handover(seed: int) -> Handover:
    """Return a seed's gaps in hand-overs."""
    draw = stream(seed, "truth handover", 0)
    return Handover(
        incomplete_share=round(draw.uniform(0.38, 0.50), 2),
        open_loop_share=round(draw.uniform(0.25, 0.36), 2),
    )


def broken_rows(seed: int) -> BrokenRows:
    """Return a seed's damaged rows."""
    draw = stream(seed, "truth broken rows", 0)
    rows = draw.choice(90, size=int(draw.integers(2, 4)), replace=False) + 5
    return BrokenRows(rows=tuple(sorted(rows.tolist())))

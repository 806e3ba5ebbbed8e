"""What a section of the bench reports: figures by round, and their ratio to a peer in the same round."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from rich.table import Table


@dataclass(frozen=True, slots=True)
class Ratio:
    """`ratios` are one a round, greater is better for us; `ours` and `theirs` in words; `goal` 0 is none stated.

    `note`: what a reader must know to read the figures rightly; one line beneath the table.
    """

    what: str
    against: str
    ours: str
    theirs: str
    ratios: tuple[float, ...]
    goal: float = 0.0
    note: str = ""


def rate(figures: Sequence[float]) -> str:
    """Figures a second, as a median with its spread."""
    return f"{statistics.median(figures):,.0f}/s ({min(figures):,.0f} to {max(figures):,.0f})"


def faster(what: str, against: str, ours: Sequence[float], theirs: Sequence[float], goal: float = 0.0) -> Ratio:
    """Rates of each round, greater is better."""
    ratios = tuple(mine / max(other, 1e-9) for mine, other in zip(ours, theirs, strict=True))
    return Ratio(what, against, rate(ours), rate(theirs), ratios, goal)


def _lower_quartile(ratios: Sequence[float]) -> float:
    """What three rounds in four reach; of fewer than four rounds, the lowest."""
    return sorted(ratios)[len(ratios) // 4]


def table(rows: Sequence[Ratio]) -> Table:
    """The rows as people read them."""
    grid = Table("what", "ours", "against", "theirs", "ratio (lowest to highest)", "goal", "met")
    for row in rows:
        if not row.ratios:
            grid.add_row(row.what, row.ours, row.against, row.theirs, "", "", "")
            continue
        middle = statistics.median(row.ratios)
        goal, met = (
            (f"{row.goal:.3g}", "yes" if _lower_quartile(row.ratios) >= row.goal else "no") if row.goal else ("", "")
        )
        spread = f"{middle:.2f} ({min(row.ratios):.2f} to {max(row.ratios):.2f})"
        grid.add_row(row.what, row.ours, row.against, row.theirs, spread, goal, met)
    grid.caption = "\n".join(row.note for row in rows if row.note) or None
    return grid

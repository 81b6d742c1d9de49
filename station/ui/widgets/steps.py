"""A row of steps: done, now, to come; set aside and failed ones say so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rich.text import Text
from textual.widgets import Static

from station.ui.widgets.facts import Mark


@dataclass(frozen=True, slots=True)
class StepState:
    """One step: its name in words and its mark."""

    name: str
    mark: Mark


class StepRail(Static):
    """The steps in one line (or beneath each other where the place is narrow)."""

    def show(self, steps: Iterable[StepState], upright: bool = False) -> None:
        """Replace the rail."""
        rail = Text()
        for number, step in enumerate(steps, 1):
            style = "bold reverse" if step.mark is Mark.NOW else "bold" if step.mark is Mark.GOOD else ""
            rail.append(f"{step.mark.sign} {number} {step.name}", style=style)
            rail.append("\n" if upright else "  ")
        self.update(rail)

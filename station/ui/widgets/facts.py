"""Pairs of a word and a value, aligned; with a sign in front where the pair is a state."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from rich.table import Table
from rich.text import Text
from textual.widgets import Static


class Mark(Enum):
    """A state as sign and style; the sign alone carries the meaning."""

    GOOD = ("✓", "bold")
    WAIT = ("○", "")
    NOW = ("▸", "bold")
    WARN = ("!", "bold")
    BAD = ("✗", "bold")
    PLAIN = ("·", "")

    @property
    def sign(self) -> str:
        """Return the sign shown before the words."""
        return self.value[0]

    @property
    def css(self) -> str:
        """Return the theme variable of its colour."""
        return {"GOOD": "success", "WARN": "warning", "BAD": "error"}.get(self.name, "foreground")


@dataclass(frozen=True, slots=True)
class Fact:
    """One pair."""

    label: str
    value: str
    mark: Mark = Mark.PLAIN


class Facts(Static):
    """A block of facts."""

    def show(self, facts: Iterable[Fact], label_width: int = 16) -> None:
        """Replace the block."""
        table = Table.grid(padding=(0, 1))
        table.add_column(width=1)
        table.add_column(width=label_width, no_wrap=True)
        table.add_column(ratio=1)
        variables = self.app.theme_variables
        for fact in facts:
            colour = variables.get(fact.mark.css, "")
            style = f"bold {colour}" if fact.mark.css != "foreground" else fact.mark.value[1]
            table.add_row(Text(fact.mark.sign, style=style), Text(fact.label), Text(fact.value, style=style))
        self.update(table)

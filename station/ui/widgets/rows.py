"""A table of rows chosen by keyboard; a refill keeps the cursor on the same row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.text import Text
from textual.widgets import DataTable


@dataclass(frozen=True, slots=True)
class Row:
    """One line: a key that stays the same between refills, and what each column shows."""

    key: str
    cells: tuple[str | Text, ...]


class Rows(DataTable[Text]):
    """A table with a row cursor."""

    def __init__(self, columns: Sequence[str], widget_id: str = "rows") -> None:
        super().__init__(cursor_type="row", zebra_stripes=True, id=widget_id)
        self._titles = list(columns)
        self._numeric: frozenset[int] = frozenset()

    def on_mount(self) -> None:
        """Set up the columns."""
        for position, title in enumerate(self._titles):
            self.add_column(title, key=str(position))

    def fill(self, rows: Iterable[Row]) -> None:
        """Show these rows, the cursor on the row it was on when it is still there."""
        kept = self.chosen()
        height = self.cursor_row
        self.clear()
        positions = {}
        for position, row in enumerate(rows):
            cells = [cell if isinstance(cell, Text) else Text(cell) for cell in row.cells]
            self.add_row(*cells, key=row.key)
            positions[row.key] = position
        if self.row_count:
            self.move_cursor(row=positions.get(kept or "", min(height, self.row_count - 1)))

    def chosen(self) -> str | None:
        """Return the key of the row under the cursor."""
        if not self.row_count:
            return None
        return self.coordinate_to_cell_key(self.cursor_coordinate).row_key.value

"""A table of rows chosen by keyboard; a refill keeps the cursor on the same row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text
from textual.widgets import DataTable

_WIDEST = 60


@dataclass(frozen=True, slots=True)
class Row:
    """One line: a key that stays the same between refills, and what each column shows."""

    key: str
    cells: tuple[str | Text, ...]


class Rows(DataTable[Text]):
    """A table with a row cursor, its columns as wide as their contents."""

    def __init__(self, columns: Sequence[str], widget_id: str = "rows") -> None:
        super().__init__(cursor_type="row", zebra_stripes=True, id=widget_id)
        self._titles = list(columns)

    def on_mount(self) -> None:
        """Set up the columns."""
        for position, title in enumerate(self._titles):
            self.add_column(title, key=str(position), width=cell_len(title))

    def fill(self, rows: Iterable[Row]) -> None:
        """Show these rows, the cursor on the row it was on when it is still there."""
        kept, line = self.chosen(), self.cursor_row
        found = list(rows)
        self.clear()
        for column, width in zip(self.ordered_columns, self._widths(found), strict=True):
            column.width = width
        for row in found:
            self.add_row(*[cell if isinstance(cell, Text) else Text(cell) for cell in row.cells], key=row.key)
        if found:
            positions = {row.key: position for position, row in enumerate(found)}
            self.move_cursor(row=positions.get(kept or "", min(line, len(found) - 1)))

    def _widths(self, rows: list[Row]) -> list[int]:
        widths = [cell_len(title) for title in self._titles]
        for row in rows:
            for position, cell in enumerate(row.cells):
                widths[position] = max(widths[position], min(_WIDEST, cell_len(str(cell))))
        return widths

    def chosen(self) -> str | None:
        """Return the key of the row under the cursor."""
        if not self.row_count:
            return None
        return self.coordinate_to_cell_key(self.cursor_coordinate).row_key.value

"""A table of rows chosen by keyboard; a refill keeps the cursor on the same row.

A long list is laid out by and by, the first rows at once, so that a key is answered at
once whatever the length of the list; rows that only change their cells are not laid out again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text
from textual.coordinate import Coordinate
from textual.timer import Timer
from textual.widgets import DataTable

_WIDEST = 60
_AT_ONCE = 100
_NEXT_S = 0.03


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
        self._all: list[Row] = []
        self._sizes: list[int] = []
        self._sought: tuple[str | None, int] = (None, 0)
        self._filling: Timer | None = None

    def on_mount(self) -> None:
        """Set up the columns."""
        for position, title in enumerate(self._titles):
            self.add_column(title, key=str(position), width=cell_len(title))

    def fill(self, rows: Iterable[Row]) -> None:
        """Show these rows, the cursor on the row it was on when it is still there."""
        found = list(rows)
        sizes = self._widths(found)
        if sizes == self._sizes and [row.key for row in found] == [row.key for row in self._all]:
            self._change(found)
            return
        kept, line = self.chosen(), self.cursor_row
        self._stop_filling()
        self.clear()
        for column, width in zip(self.ordered_columns, sizes, strict=True):
            column.width = width
        self._all, self._sizes, self._sought = found, sizes, (kept, line)
        self._lay_out_more()

    def go_to_first(self) -> None:
        """Put the cursor on the first row, which is the best of what a search found."""
        self._sought = (None, 0)
        if self.row_count:
            self.move_cursor(row=0)

    def _lay_out_more(self) -> None:
        """Add the next rows; the cursor goes to the row it was on when that row is among them."""
        self._filling = None
        untouched = self.cursor_row == 0
        start = self.row_count
        for row in self._all[start : start + _AT_ONCE]:
            self.add_row(*_texts(row), key=row.key)
        kept, line = self._sought
        places = [place for place in range(start, self.row_count) if self._all[place].key == kept]
        if places and untouched:
            self.move_cursor(row=places[0])
        elif start == 0 and self._all and all(row.key != kept for row in self._all):
            self.move_cursor(row=min(line, self.row_count - 1))
        if self.row_count < len(self._all):
            self._filling = self.set_timer(_NEXT_S, self._lay_out_more)

    def _stop_filling(self) -> None:
        if self._filling is not None:
            self._filling.stop()
            self._filling = None

    def _change(self, found: list[Row]) -> None:
        """Change the cells that differ; the rows are the same."""
        for place, (before, after) in enumerate(zip(self._all[: self.row_count], found, strict=False)):
            if before.cells != after.cells:
                for column, cell in enumerate(_texts(after)):
                    self.update_cell_at(Coordinate(place, column), cell)
        self._all = found

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


def _texts(row: Row) -> list[Text]:
    return [cell if isinstance(cell, Text) else Text(cell) for cell in row.cells]

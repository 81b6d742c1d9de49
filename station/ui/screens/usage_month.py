"""The 14 columns of a month on screen, as the report will be written."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, ClassVar

from babel.dates import format_date
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from station.ui.screens.base import StationScreen
from station.ui.widgets.rows import Row, Rows

if TYPE_CHECKING:
    from station.ledger.usage import DocumentLine, UsageMonth, UsageRow

_WIDE = 150
_SUMMED = (
    "received",
    "issued",
    "lent",
    "printed_new",
    "printed_lost",
    "printed_damaged",
    "printed_data_change",
    "spoiled",
)


class UsageMonthScreen(StationScreen):
    """Arrow keys left and right change the month; columns 4 and 13 have no total."""

    title_id = "ui-usage-title"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "month(-1)", "ui-key-month-before", priority=True),
        Binding("right", "month(1)", "ui-key-month-after", priority=True),
        Binding("g", "lock_month", "ui-key-lock-month"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._days: dict[str, UsageRow] = {}

    def body(self) -> ComposeResult:
        """Lay out the table."""
        yield Static("", id="month-lead", markup=False)
        yield Rows([str(column) for column in range(1, 15)])
        yield Static("", id="month-day", markup=False)
        yield Static(self.words("ui-usage-columns"), id="month-legend", markup=False)

    def load(self) -> None:
        """Show the present month."""
        today = self.station.today()
        self._first = today.replace(day=1)
        self._draw()
        table = self.query_one(Rows)
        table.move_cursor(row=today.day - 1)
        table.focus()

    def _draw(self) -> None:
        month = self.services.blanks.usage_month(self._first.year, self._first.month)
        name = str(format_date(self._first, "MMMM y", locale=self.station.catalogue.language))
        lead = self.words("ui-usage-lead", month=name, opening=month.opening, closing=month.closing)
        locked_to = self.services.blanks.locked_to()
        if locked_to is not None and locked_to >= self._first:
            lead = f"{lead} · {self.words('ui-usage-locked', day=locked_to)}"
        self.query_one("#month-lead", Static).update(lead)
        self._days = {str(row.day): row for row in month.rows}
        rows = [Row(str(row.day), self._cells(row)) for row in month.rows]
        self.query_one(Rows).fill([*rows, Row("total", self._total(month))])

        self._show_day()

    @on(Rows.RowHighlighted)
    def _show_day(self) -> None:
        """Write the texts of columns 2, 6 and 14 of the day under the cursor beneath the table, whole."""
        row = self._days.get(self.query_one(Rows).chosen() or "")
        texts = {} if row is None else {2: row.receipts, 6: row.loans}
        lines = [f"{column}: {_documents(papers)}" for column, papers in texts.items() if papers]
        if row is not None and row.remarks:
            lines.append(f"14: {self._remarks(row)}")
        self.query_one("#month-day", Static).update("\n".join(lines))

    def _remarks(self, row: UsageRow) -> str:
        return "; ".join(self.words(remark.message_id, **remark.params) for remark in row.remarks)

    def _cells(self, row: UsageRow) -> tuple[str, ...]:
        """Return the columns; a small screen marks the texts, which stand beneath the table, and keeps every number."""
        receipts, loans, remarks = _documents(row.receipts), _documents(row.loans), self._remarks(row)
        if self.size.width < _WIDE:
            receipts, loans = (f"({len(lines)})" if lines else "" for lines in (row.receipts, row.loans))
            remarks = "*" if remarks else ""
        return (
            str(row.day.day),
            receipts,
            _blank_zero(row.received),
            str(row.store_balance),
            _blank_zero(row.issued),
            loans,
            _blank_zero(row.lent),
            _blank_zero(row.printed_new),
            _blank_zero(row.printed_lost),
            _blank_zero(row.printed_damaged),
            _blank_zero(row.printed_data_change),
            _blank_zero(row.spoiled),
            str(row.division_remainder),
            remarks,
        )

    def _total(self, month: UsageMonth) -> tuple[str, ...]:
        sums = {name: str(month.total(name)) for name in _SUMMED}
        return (
            self.words("ui-usage-total"),
            "",
            sums["received"],
            "",
            sums["issued"],
            "",
            sums["lent"],
            sums["printed_new"],
            sums["printed_lost"],
            sums["printed_damaged"],
            sums["printed_data_change"],
            sums["spoiled"],
            "",
            "",
        )

    def action_month(self, step: int) -> None:
        """Show the month before or after."""
        month = self._first.month - 1 + step
        self._first = date(self._first.year + month // 12, month % 12 + 1, 1)
        self._draw()

    def action_lock_month(self) -> None:
        """Close the month shown."""
        if self.guarded(self.services.blanks.lock_month, self.actor, self._first.year, self._first.month):
            self.notify(f"✓ {self.words('ui-month-locked')}", timeout=4)
            self._draw()


def _blank_zero(value: int) -> str:
    return str(value) if value else "·"


def _documents(lines: tuple[DocumentLine, ...]) -> str:
    return ", ".join(line.number for line in lines)

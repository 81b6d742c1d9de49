"""What an import would do: every doubt by row and column, good rows counted, rejects written as a workbook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from station.ui.dialogs.confirm import Confirm
from station.ui.dialogs.notice import Notice
from station.ui.screens.base import StationScreen
from station.ui.widgets.rows import Row, Rows

if TYPE_CHECKING:
    from station.roster.importing import ImportResult
    from station.roster.preview import RosterPreview


class RosterPreviewScreen(StationScreen):
    """Nothing is stored before the import is confirmed."""

    title_id = "ui-preview-title"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("i", "commit", "ui-key-import-good"),
        Binding("t", "write_rejects", "ui-key-write-rejects"),
        Binding("v", "switch_view", "ui-key-switch-view"),
    ]

    def __init__(self, preview: RosterPreview) -> None:
        super().__init__()
        self._preview = preview
        self._shows_problems = bool(preview.problems)

    def body(self) -> ComposeResult:
        """Lay out the summary and the two tables, one visible at a time."""
        yield Static(self._summary(), classes="lead", markup=False)
        yield Rows([self.words(f"ui-problem-{name}") for name in ("kind", "place", "what")], "problems")
        yield Rows([self.words(f"ui-student-{name}") for name in ("number", "class", "name", "nik", "born")], "good")

    def load(self) -> None:
        """Fill both tables."""
        preview, words = self._preview, self.words
        self.query_one("#problems", Rows).fill(
            Row(
                str(position),
                (
                    f"✗ {words('ui-problem-refused')}" if problem.refuses else f"! {words('ui-problem-doubt')}",
                    words("ui-problem-at", sheet=problem.sheet, row=problem.row, column=problem.column or "–"),
                    words(problem.message_id, **problem.params),
                ),
            )
            for position, problem in enumerate(preview.problems)
        )
        self.query_one("#good", Rows).fill(
            Row(
                f"{row.sheet}/{row.row}",
                (str(row.number), row.class_name, row.name, row.nik, self.station.catalogue.short_date(row.birth_date)),
            )
            for row in preview.rows
        )
        self._show()

    def _summary(self) -> str:
        preview = self._preview
        sheets = ", ".join(f"{sheet.name} {sheet.good}+{sheet.rejected}" for sheet in preview.sheets)
        return self.words(
            "ui-preview-summary",
            school=preview.school,
            good=len(preview.rows),
            rejected=len(preview.rejected),
            doubts=sum(not problem.refuses for problem in preview.problems),
            sheets=sheets,
        )

    def _show(self) -> None:
        self.query_one("#problems").display = self._shows_problems
        self.query_one("#good").display = not self._shows_problems
        self.query_one("#problems" if self._shows_problems else "#good").focus()

    def action_switch_view(self) -> None:
        """Show the problems or the good rows."""
        self._shows_problems = not self._shows_problems
        self._show()

    def action_write_rejects(self) -> None:
        """Write the rejected rows with their reasons beside the roster."""
        path = self._preview.path.with_name(f"{self._preview.path.stem}-ditolak.xlsx")
        if not self._preview.rejected:
            self.notify(self.words("ui-no-rejects"), timeout=3)
            return
        self.begin_in_thread(
            self.words("ui-key-write-rejects"),
            lambda _none: self._written(path),
            self.services.roster_import.write_rejects,
            self._preview,
            path,
        )

    def _written(self, path: Path) -> None:
        self.station.push_screen(Notice("ui-written-title", str(path), good=True))

    def action_commit(self) -> None:
        """Ask once, then import the good rows."""
        question = self.words("ui-import-question", count=len(self._preview.rows), school=self._preview.school)
        self.station.push_screen(Confirm(self.words("ui-key-import-good"), question), self._commit)

    def _commit(self, yes: bool | None) -> None:
        if yes:
            self.begin_in_thread(
                self.words("ui-importing"),
                self._done,
                self.services.roster_import.commit,
                self.actor,
                self._preview,
            )

    def _done(self, result: ImportResult) -> None:
        text = self.words(
            "ui-imported",
            added=result.added,
            updated=result.updated,
            unchanged=result.unchanged,
            rejected=result.rejected,
        )
        self.notify(f"✓ {text}", timeout=5)
        self.dismiss(None)

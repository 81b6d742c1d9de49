"""Go or no-go of the kit: every device exercised, each with its cause, as a dated checklist; the pen by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from station.devices.pen_test import PenTest
from station.ui.dialogs.notice import Notice
from station.ui.locale import moment_words
from station.ui.screens.base import StationScreen
from station.ui.widgets.rows import Row, Rows

if TYPE_CHECKING:
    from station.devices.check import CheckItem, CheckReport

_SIGNS = {"GO": "✓", "CARE": "!", "STOP": "✗"}


class KitCheckScreen(StationScreen):
    """Started by Enter; items appear as they are done."""

    title_id = "ui-place-check"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "check", "ui-key-check-now", priority=True),
        Binding("t", "write", "ui-key-write-checklist"),
        Binding("l", "skip_pen", "ui-key-skip-pen"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._items: list[CheckItem] = []
        self._report: CheckReport | None = None
        self._pen: PenTest | None = None

    def body(self) -> ComposeResult:
        """Lay out verdict and table."""
        yield Static(self.words("ui-check-lead"), id="check-lead", classes="lead", markup=False)
        yield Rows([self.words(f"ui-check-{name}") for name in ("verdict", "what", "device", "facts", "took")])
        yield Static("", id="check-cause", markup=False)

    def load(self) -> None:
        """Wait for Enter."""
        self.query_one(Rows).focus()

    def action_check(self) -> None:
        """Exercise every device."""
        if self.working:
            return
        self._items, self._report = [], None
        self.query_one(Rows).fill(())
        self.query_one("#check-lead", Static).update(self.words("ui-check-lead"))
        pen = self._pen = PenTest((self.words("check-pen-pad"), self.words("check-pen-pad-do")), self._ask_for_stroke)
        self.begin(self.words("ui-checking"), self.services.check.run(self._item, pen), self._done)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to pass the pen over only while a stroke is waited for."""
        if action == "skip_pen" and not (self.working and self._pen is not None and self._pen.waiting):
            return False
        return super().check_action(action, parameters)

    def action_skip_pen(self) -> None:
        """Go on without a stroke; the checklist will say so."""
        if self._pen is not None:
            self._pen.skip()

    def _ask_for_stroke(self, pad: str, left_s: float, trouble: str) -> None:
        parts = [self.station.catalogue.reason(trouble, device=pad)] if trouble else []
        what = " ".join([*parts, self.words("check-pen-do", device=pad)])
        lead = self.words("ui-check-pen", what=what, seconds=round(left_s))
        self.query_one("#check-lead", Static).update(lead)
        self.refresh_bindings()

    def _item(self, item: CheckItem) -> None:
        self._items.append(item)
        if item.title == "check-pen":
            self.query_one("#check-lead", Static).update(self.words("ui-check-lead"))
            self.refresh_bindings()
        self.query_one(Rows).fill(self._row(position, entry) for position, entry in enumerate(self._items))
        self.progress(self.words("ui-checked", count=len(self._items)))

    def _row(self, position: int, item: CheckItem) -> Row:
        facts = ", ".join(f"{self.words(name)} {value}" for name, value in item.facts.items())
        verdict = f"{_SIGNS[item.verdict.name]} {self.words(f'ui-verdict-{item.verdict.name.lower()}')}"
        took = f"{self.station.catalogue.number(item.took_s, 1)} s"
        causes = "; ".join(self.station.catalogue.reason(cause, **item.params) for cause in item.causes)
        title = self.station.catalogue.first(*item.titles)
        return Row(str(position), (verdict, title, item.name, causes or facts, took))

    def _done(self, report: CheckReport) -> None:
        self._report = report
        when = moment_words(report.started_at, self.services.config.time_zone)
        verdict = self.words("ui-check-go" if report.go else "ui-check-stop")
        sign = "✓" if report.go else "✗"
        seconds = self.station.catalogue.number(report.took_s, 1)
        text = self.words("ui-check-result", when=when, kit=report.kit_id, seconds=seconds)
        self.query_one("#check-lead", Static).update(f"{sign} {verdict}\n{text}")

    def on_data_table_row_highlighted(self) -> None:
        """Show the causes of the item under the cursor in full."""
        chosen = self.query_one(Rows).chosen()
        if chosen is None or int(chosen) >= len(self._items):
            return
        item = self._items[int(chosen)]
        lines = [self.station.catalogue.reason(cause, **item.params) for cause in item.causes]
        lines.append(", ".join(f"{self.words(name)} {value}" for name, value in item.facts.items()))
        self.query_one("#check-cause", Static).update("\n".join(lines))

    def action_write(self) -> None:
        """Write the dated checklist as PDF."""
        if self._report is None:
            self.notify(self.words("ui-check-first"), timeout=3)
            return
        folder = self.services.config.data_dir / "laporan"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"cek-kit-{self.station.today():%Y-%m-%d}.pdf"
        self.begin_in_thread(
            self.words("ui-register-writing"),
            lambda _none: self.station.push_screen(Notice("ui-written-title", str(path), good=True)),
            self.services.registers.write_kit_checklist,
            self._report,
            path,
        )

"""Registers and reports: chosen from a list, seen on screen, then written as workbook and PDF."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, ScrollableContainer
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from station.ui.dialogs.choose import Choose
from station.ui.dialogs.form import Field, FieldKind, Form, date_from_words
from station.ui.dialogs.notice import Notice
from station.ui.screens.base import StationScreen

if TYPE_CHECKING:
    from station.ledger.entry import Entry
    from station.registers.document import Document

_OF_SESSION = ("attendance-list", "recording-register")
_OF_SCHOOL = ("school-recap", "envelope-list")
_OF_DAY = ("usage-report", "daily-handover", "daily-text")
_OF_PERIOD = ("print-log", "receipt-register", "surrendered-cards", "programme-report")
_OTHER = ("need-report", "official-record")
_NAMES = (*_OF_SESSION, *_OF_SCHOOL, *_OF_DAY, *_OF_PERIOD, *_OTHER)
_NARROWEST = 30


class RegistersScreen(StationScreen):
    """The list on the left, the document on the right; arrow keys scroll it both ways."""

    title_id = "ui-place-registers"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t", "write", "ui-key-write"),
        Binding("tab", "switch_pane", "ui-key-other-pane", priority=True),
        Binding("a", "audit_extract", "ui-key-audit-extract"),
        Binding("p", "province", "ui-key-province"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._document: Document | None = None
        self._text = ""
        self._day = date.min

    def body(self) -> ComposeResult:
        """Lay out list and page."""
        with Horizontal():
            yield OptionList(
                *[Option(self.words(f"ui-register-{name}"), id=name) for name in _NAMES],
                id="register-list",
                markup=False,
                compact=True,
            )
            with ScrollableContainer(id="register-page"):
                yield Static(self.words("ui-register-choose"), id="register-text", markup=False)

    def load(self) -> None:
        """Start in the list."""
        self.query_one("#register-list").focus()

    def action_switch_pane(self) -> None:
        """Go from the list to the page and back."""
        self._read(not self.has_class("-reading"))

    def action_leave(self) -> None:
        """Go back from the page to the list, from the list to the room before."""
        if self.has_class("-reading") and not self.working:
            self._read(False)
        else:
            super().action_leave()

    def _read(self, reading: bool) -> None:
        """Give the keys to the page or to the list; on a small screen the page then has the whole width."""
        self.set_class(reading, "-reading")
        self.query_one("#register-page" if reading else "#register-list").focus()
        self.call_after_refresh(self._lay_out)

    @on(OptionList.OptionSelected, "#register-list")
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.begin_flow(self._make(str(event.option.id)))

    async def _make(self, name: str) -> None:
        builder = await self._builder(name)
        if builder is not None:
            self.begin_in_thread(self.words("ui-register-making"), self._show, builder)

    async def _builder(self, name: str) -> Callable[[], Document | str] | None:
        registers = self.services.registers
        method = name.replace("-", "_")
        if name in _OF_SESSION:
            session_id = await self._ask_session()
            return partial(getattr(registers, method), session_id) if session_id else None
        if name in _OF_SCHOOL:
            school_id = await self._ask_school()
            return partial(getattr(registers, method), school_id) if school_id else None
        if name in _OF_PERIOD:
            days = await self._ask_days("first", "last")
            return partial(getattr(registers, method), *days) if days else None
        if name == "official-record":
            entry_id = await self._ask_record()
            return partial(registers.official_record, entry_id) if entry_id else None
        days = await self._ask_days("until" if name == "need-report" else "day")
        return self._of_day(name, days[0]) if days else None

    def _of_day(self, name: str, day: date) -> Callable[[], Document | str]:
        registers = self.services.registers
        if name == "usage-report":
            return partial(registers.usage_report, day.year, day.month)
        if name == "daily-text":
            self._day = day
            return partial(self._daily_text, day)
        return partial(registers.need_report if name == "need-report" else registers.daily_handover, day)

    def _daily_text(self, day: date) -> str:
        registers = self.services.registers
        return registers.daily_text(registers.service_day(day, officer=self.actor.name))

    async def _ask_session(self) -> str | None:
        sessions = self.services.sessions.list()
        options = [(one.session_id, f"{one.day:%d-%m-%Y} {one.school_name}") for one in sessions]
        return await self._ask("ui-key-choose-session", options)

    async def _ask_school(self) -> str | None:
        options = [(school.school_id, school.name) for school in self.services.rosters.schools()]
        return await self._ask("ui-choose-school", options)

    async def _ask_record(self) -> str | None:
        options = [(entry.entry_id, self._record_words(entry)) for entry in self.services.registers.recorded_entries()]
        return await self._ask("ui-choose-record", options)

    def _record_words(self, entry: Entry) -> str:
        kind = self.words(f"ui-movement-{entry.movement.value.replace('_', '-')}")
        paper = entry.document_no or entry.giver or entry.receiver
        return f"{entry.day:%d-%m-%Y} {kind} {self.station.catalogue.number(entry.quantity)} {paper}".strip()

    async def _ask(self, title_id: str, options: list[tuple[str, str]]) -> str | None:
        if not options:
            self.notify(self.words("ui-register-nothing"), timeout=3)
            return None
        if len(options) == 1:
            return options[0][0]
        return await self.station.push_screen_wait(Choose(self.words(title_id), options))

    async def _ask_days(self, *names: str) -> list[date] | None:
        today = self.station.today()
        first = {"first": today.replace(day=1)}
        fields = [
            Field(name, self.words(f"ui-date-{name}"), FieldKind.DATE, default=f"{first.get(name, today):%d-%m-%Y}")
            for name in names
        ]
        answers = await self.station.push_screen_wait(Form(self.words("ui-choose-days"), fields))
        return None if answers is None else [date_from_words(answers[name]) or today for name in names]

    def _show(self, made: Document | str) -> None:
        self._document, self._text = (None, made) if isinstance(made, str) else (made, made.title)
        page = self.query_one("#register-page")
        page.scroll_home(animate=False)
        self._read(True)

    def on_resize(self) -> None:
        """Wrap the page anew for the room it has."""
        self.call_after_refresh(self._lay_out)

    def _lay_out(self) -> None:
        """Wrap running text to the page; a table wider than the page is scrolled sideways."""
        from station.registers.screen import screen_lines

        if self._document is not None:
            room = self.query_one("#register-page").scrollable_content_region.width
            self._text = "\n".join(screen_lines(self._document, max(_NARROWEST, room)))
        if self._text:
            self.query_one("#register-text", Static).update(self._text)

    def action_write(self) -> None:
        """Write what is on screen: workbook and PDF, or the daily text as a file and to the clipboard."""
        if not self._text:
            self.notify(self.words("ui-register-choose"), timeout=3)
            return
        folder = self.services.config.data_dir / "laporan"
        if self._document is None:
            self.station.copy_to_clipboard(self._text)
        self.begin_in_thread(self.words("ui-register-writing"), self._written, self._write, folder)

    def _write(self, folder: Path) -> list[Path]:
        """Write on a thread."""
        folder.mkdir(parents=True, exist_ok=True)
        if self._document is not None:
            return self.services.registers.write(self._document, folder)
        path = folder / f"laporan-harian-{self._day:%Y-%m-%d}.txt"
        path.write_text(self._text, encoding="utf-8")
        return [path]

    def _written(self, paths: list[Path]) -> None:
        lines = [str(path) for path in paths]
        if self._document is None and paths[0].suffix == ".txt":
            lines.append(self.words("ui-copied"))
        self.station.push_screen(Notice("ui-written-title", "\n".join(lines), good=True))

    def action_province(self) -> None:
        """Open the share-out of blanks among regencies."""
        from station.ui.screens.province import ProvinceScreen

        self.station.push_screen(ProvinceScreen())

    def action_audit_extract(self) -> None:
        """Write the file a third party can verify without this station."""
        folder = self.services.config.data_dir / "laporan"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"ekstrak-audit-{self.station.today():%Y-%m-%d}.json"
        self.begin_in_thread(
            self.words("ui-register-writing"),
            lambda _count: self._written([path]),
            self.services.registers.write_audit_extract,
            path,
        )

"""The province's view: files of the regencies in, shares by need or by hand, approval, hand-over records."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from station.ui.dialogs.choose import Choose
from station.ui.dialogs.credentials import Credentials
from station.ui.dialogs.form import Field, FieldKind, Form, date_from_words
from station.ui.dialogs.notice import Notice
from station.ui.dialogs.pick_file import PickFile, first_folder
from station.ui.dialogs.tick import Tick
from station.ui.screens.base import StationScreen
from station.ui.widgets.rows import Row, Rows

if TYPE_CHECKING:
    from station.registers.allocation import Share
    from station.registers.province import Gathered, ShareOut

_KINDS = frozenset({".xlsx", ".xls", ".ods", ".json"})
_COLUMNS = ("name", "share", "stock", "average", "print-ready", "suket", "days-left", "need")
_FORECAST_DAYS = 30


class ProvinceScreen(StationScreen):
    """One share-out at a time; every change is kept at once, the approved one is final."""

    title_id = "ui-province-title"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t", "add_files", "ui-key-add-files"),
        Binding("f", "figures", "ui-key-figures"),
        Binding("j", "propose", "ui-key-propose"),
        Binding("u", "edit", "ui-key-edit-share"),
        Binding("s", "approve", "ui-key-approve-shares"),
        Binding("c", "steps", "ui-key-steps"),
        Binding("w", "write", "ui-key-write-all"),
        Binding("d", "other", "ui-key-other-share-out"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._shown: ShareOut | None = None

    def body(self) -> ComposeResult:
        """Lay out the state, the table and the sum."""
        yield Static("", id="province-lead", classes="lead", markup=False)
        yield Rows([self.words(f"ui-province-{name}") for name in _COLUMNS])
        yield Static("", id="province-sum", markup=False)

    def load(self) -> None:
        """Show the share-out that was changed last."""
        found = self.services.province.share_outs()
        self._show(found[0] if found else None)
        self.query_one(Rows).focus()

    def _show(self, shown: ShareOut | None) -> None:
        self._shown = shown
        lead, sums = self.query_one("#province-lead", Static), self.query_one("#province-sum", Static)
        shares = shown.allocation.shares if shown else ()
        self.query_one(Rows).fill(self._row(share) for share in shares)
        if shown is None:
            lead.update(self.words("ui-province-empty"))
            sums.update("")
            return
        names = self.services.staff.list()
        who = {account.actor.staff_id: account.actor.name for account in names}
        state = "ui-province-approved" if shown.is_approved else "ui-province-open"
        lead.update(self.words(state, at=shown.at.astimezone(self.services.config.time_zone),
                               name=who.get(shown.second_id or shown.actor_id, "?")))  # fmt: skip
        allocation, done = shown.allocation, len(self.services.province.steps(shown.allocation_id))
        sums.update(
            self.words("ui-province-sum", quantity=allocation.quantity, floor=allocation.floor, cap=allocation.cap,
                       days=shown.days, rest=allocation.rest, done=done)
        )  # fmt: skip

    def _row(self, share: Share) -> Row:
        number, need = self.station.catalogue.number, share.need
        days_left = need.days_left()
        cells = (
            need.name,
            number(share.pieces),
            number(need.stock),
            number(need.average_per_day, 2),
            number(need.print_ready),
            number(need.suket),
            "-" if days_left is None else number(days_left),
            number(share.wanted),
        )
        return Row(need.name, cells)

    def _present(self) -> ShareOut | None:
        if self._shown is None:
            self.notify(self.words("ui-province-empty"), timeout=4)
        return self._shown

    def _chosen(self) -> Share | None:
        name = self.query_one(Rows).chosen()
        shares = self._shown.allocation.shares if self._shown else ()
        return next((share for share in shares if share.need.name == name), None)

    # Files ---------------------------------------------------------------------------

    def action_add_files(self) -> None:
        """Pick a file of one regency, or take every file of its folder."""
        self.begin_flow(self._add_files())

    async def _add_files(self) -> None:
        folder = first_folder(self.services.config.data_dir, _KINDS)
        path = await self.station.push_screen_wait(PickFile(self.words("ui-key-add-files"), folder, _KINDS))
        if path is None:
            return
        beside = sorted(entry for entry in path.parent.iterdir() if entry.is_file() and entry.suffix.lower() in _KINDS)
        paths = [path]
        if len(beside) > 1:
            ways = [("one", path.name), ("all", self.words("ui-province-whole-folder", count=len(beside)))]
            way = await self.station.push_screen_wait(Choose(self.words("ui-key-add-files"), ways))
            if way is None:
                return
            paths = beside if way == "all" else paths
        from station.registers.province import gather

        self.begin_in_thread(self.words("ui-province-reading", count=len(paths)), self._gathered, gather, paths)

    def _gathered(self, found: Gathered) -> None:
        if found.months:
            province, shown = self.services.province, self._shown
            if shown is None or shown.is_approved:
                self._show(province.start(self.actor, found.months))
            else:
                self._show(province.add_months(self.actor, shown.allocation_id, found.months))
        if found.refusals:
            text = "\n\n".join(self.station.catalogue.error(error) for error in found.refusals)
            self.station.push_screen(Notice("ui-province-refused", text))

    # Figures and shares --------------------------------------------------------------

    def action_figures(self) -> None:
        """Fill in print-ready records and substitute letters of the regency under the cursor."""
        self.begin_flow(self._figures())

    async def _figures(self) -> None:
        shown, share = self._present(), self._chosen()
        if shown is None or share is None:
            return
        fields = (
            self._number("print_ready", "print-ready", share.need.print_ready),
            self._number("suket", "suket", share.need.suket),
        )
        answers = await self.station.push_screen_wait(Form(share.need.name, fields))
        if answers:
            print_ready, suket = int(answers["print_ready"]), int(answers["suket"])
            changed = self.services.province.set_figures(
                self.actor, shown.allocation_id, share.need.name, print_ready, suket
            )
            self._show(changed)

    def action_propose(self) -> None:
        """Share a quantity out by need."""
        self.begin_flow(self._propose())

    async def _propose(self) -> None:
        shown = self._present()
        if shown is None:
            return
        allocation = shown.allocation
        fields = tuple(
            self._number(name, name, value)
            for name, value in (
                ("quantity", allocation.quantity),
                ("floor", allocation.floor),
                ("cap", allocation.cap),
                ("days", shown.days),
            )
        )
        answers = await self.station.push_screen_wait(Form(self.words("ui-key-propose"), fields))
        if answers:
            numbers = {name: int(value) for name, value in answers.items()}
            self._show(self.services.province.propose(self.actor, shown.allocation_id, **numbers))

    def action_edit(self) -> None:
        """Change the share of the regency under the cursor."""
        self.begin_flow(self._edit())

    async def _edit(self) -> None:
        shown, share = self._present(), self._chosen()
        if shown is None or share is None:
            return
        answers = await self.station.push_screen_wait(
            Form(share.need.name, (self._number("pieces", "share", share.pieces),))
        )
        if answers:
            pieces = int(answers["pieces"])
            self._show(self.services.province.edit(self.actor, shown.allocation_id, share.need.name, pieces))

    def _number(self, name: str, words: str, value: int) -> Field:
        return Field(name, self.words(f"ui-province-{words}"), FieldKind.NUMBER, default=str(value))

    # Approval, steps, papers ---------------------------------------------------------

    def action_approve(self) -> None:
        """Let the head approve; afterwards nothing changes any more."""
        self.begin_flow(self._approve())

    async def _approve(self) -> None:
        shown = self._present()
        if shown is None:
            return
        given = self.station.catalogue.number(shown.allocation.quantity - shown.allocation.rest)
        second = await self.station.push_screen_wait(Credentials(self.words("ui-province-approve", quantity=given)))
        if second is not None:
            self._show(self.services.province.approve(second, shown.allocation_id))

    def action_steps(self) -> None:
        """Tick the steps of the procedure that are done."""
        self.begin_flow(self._steps())

    async def _steps(self) -> None:
        from station.registers.allocation import LAST_STEP, standard_minutes

        shown = self._present()
        if shown is None:
            return
        done = self.services.province.steps(shown.allocation_id)
        options = [
            (str(step), self._step_words(step, standard_minutes(step, self.station.catalogue)))
            for step in range(1, LAST_STEP + 1)
        ]
        ticked = await self.station.push_screen_wait(
            Tick(self.words("ui-key-steps"), options, {str(step) for step in done})
        )
        if ticked is not None:
            self.services.province.tick(self.actor, shown.allocation_id, [int(step) for step in ticked])
            self._show(shown)

    def _step_words(self, step: int, minutes: str) -> str:
        return (
            f"{step:>2}. {self.words(f'registers-sop-{step}')} · {self.words('ui-province-minutes', minutes=minutes)}"
        )

    def action_write(self) -> None:
        """Write consolidation, forecast, shares and checklist, and the hand-over records of an approved share-out."""
        self.begin_flow(self._write())

    async def _write(self) -> None:
        shown = self._present()
        if shown is None:
            return
        until = self.station.today() + timedelta(days=_FORECAST_DAYS)
        fields = [Field("until", self.words("ui-date-until"), FieldKind.DATE, default=f"{until:%d-%m-%Y}")]
        if shown.is_approved:
            fields.insert(0, Field("number", self.words("ui-blank-bast")))
        answers = await self.station.push_screen_wait(Form(self.words("ui-key-write-all"), fields))
        if answers:
            number, until = answers.get("number", ""), date_from_words(answers["until"]) or until
            documents = self.services.province.documents(shown.allocation_id, number, self.station.today(), until)
            folder = self.services.config.data_dir / "laporan"
            folder.mkdir(parents=True, exist_ok=True)
            write = self.services.registers.write_all
            self.begin_in_thread(self.words("ui-register-writing"), self._written, write, documents, folder)

    def _written(self, paths: list[Path]) -> None:
        self.station.push_screen(Notice("ui-written-title", "\n".join(str(path) for path in paths), good=True))

    def action_other(self) -> None:
        """Look at another share-out, or begin a new one."""
        self.begin_flow(self._other())

    async def _other(self) -> None:
        found = {one.allocation_id: one for one in self.services.province.share_outs()}
        options = [(key, self._share_out_words(one)) for key, one in found.items()]
        options.append(("new", self.words("ui-province-new")))
        chosen = await self.station.push_screen_wait(Choose(self.words("ui-key-other-share-out"), options))
        if chosen is not None:
            self._show(found.get(chosen))

    def _share_out_words(self, one: ShareOut) -> str:
        state = self.words(f"registers-allocation-{one.allocation.state.value}")
        at = one.at.astimezone(self.services.config.time_zone)
        return f"{at:%d-%m-%Y %H.%M} · {self.station.catalogue.number(one.allocation.quantity)} · {state}"

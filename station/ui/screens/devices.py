"""The device panel: what is there, ready or not and why, true within two seconds; a spare by one key."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from station.devices.kit import DeviceReport
from station.ui.screens.base import StationScreen
from station.ui.widgets.rows import Row, Rows


class DevicesScreen(StationScreen):
    """All conditions that keep a device from working, and what to do about each."""

    title_id = "ui-place-devices"
    shows_devices = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("g", "use_spare", "ui-key-use-device"),
        Binding("k", "check", "ui-key-check"),
    ]

    def body(self) -> ComposeResult:
        """Lay out the table and the details beneath."""
        yield Rows([self.words(f"ui-device-{column}") for column in ("kind", "name", "state", "serial")])
        with VerticalScroll(id="device-details", can_focus=False):
            yield Static("", id="device-text", markup=False)

    def load(self) -> None:
        """Follow the devices."""
        self.query_one(Rows).focus()
        self.station.watch_devices()
        self._draw()
        self.set_interval(0.5, self._draw)

    def on_data_table_row_highlighted(self) -> None:
        """Show the details of the row under the cursor."""
        self._details()

    def _draw(self) -> None:
        self.query_one(Rows).fill(self._row(report) for report in self.station.device_reports)
        self._details()

    def _row(self, report: DeviceReport) -> Row:
        identity = report.identity
        return Row(
            f"{report.kind}/{report.name}",
            (
                self._kind(report.kind),
                report.name,
                self._state(report),
                identity.serial if identity else "–",
            ),
        )

    def _kind(self, kind: str) -> str:
        """Return the name of a kind; one that a driver package brought without a name is called as in kit.toml."""
        return self.words(f"ui-kind-{kind}") if self.station.catalogue.has(f"ui-kind-{kind}") else kind

    def _state(self, report: DeviceReport) -> str:
        if not report.in_use:
            return f"○ {self.words('ui-device-spare')}"
        if report.readiness.ready:
            return f"✓ {self.words('ui-device-ready')}"
        if report.readiness.usable:
            return f"! {self.words('ui-device-usable')}"
        return f"✗ {self.words('ui-device-not-ready')}"

    def _details(self) -> None:
        report = self._chosen()
        if report is None:
            self.query_one("#device-text", Static).update(self.words("ui-devices-none"))
            return
        lines = []
        if report.identity:
            firmware = self.words("ui-device-firmware-is", version=report.identity.firmware or "–")
            lines.append(f"{report.identity.make} {report.identity.model} · {firmware} · {report.driver}")
        else:
            lines.append(report.driver)
        problems = report.readiness.problems
        reason = self.station.catalogue.reason
        may_wait = report.readiness.may_wait
        lines += [
            f"{'!' if problem in may_wait else '✗'} {reason(problem, **{'device': report.name, **report.params})}"
            for problem in problems
        ]
        lines += [f"! {reason(limit)}" for limit in report.readiness.limits]
        lines += [f"· {self.words(name)}: {value}" for name, value in report.readiness.details.items()]
        self.query_one("#device-text", Static).update("\n".join(lines))

    def _chosen(self) -> DeviceReport | None:
        key = self.query_one(Rows).chosen()
        for report in self.station.device_reports:
            if f"{report.kind}/{report.name}" == key:
                return report
        return None

    def action_use_spare(self) -> None:
        """Put the device under the cursor to work in the place of its kind."""
        report = self._chosen()
        if report is None or report.in_use:
            self.notify(self.words("ui-device-already"), timeout=3)
            return
        self.begin(
            self.words("ui-device-switching", name=report.name),
            self._switch(report),
            lambda _none: self._draw(),
        )

    async def _switch(self, report: DeviceReport) -> None:
        await self.services.kit.use(report.kind, report.name)
        await self.station.ask_devices(report.kind)

    def action_check(self) -> None:
        """Go to the kit check."""
        self.station.go("check")

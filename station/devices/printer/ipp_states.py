"""What an IPP printer says of itself, in our words (RFC 8011 5.4.11-12, PWG 5100.9). Pure.

A reason that stops a printer is never dropped: one that we do not know is OTHER_FAULT.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ippx import JobState, PrinterState

from station.devices.printer.interface import PrinterActivity, PrinterCondition, PrinterSupplies

PRINTER_FACTS = [
    "printer-make-and-model",
    "printer-device-id",
    "printer-firmware-string-version",
    "printer-uuid",
    "printer-state",
    "printer-state-reasons",
    "printer-is-accepting-jobs",
    "document-format-supported",
    "sides-supported",
    "marker-names",
    "marker-types",
    "marker-levels",
]
_CONDITIONS = {
    "media-empty": PrinterCondition.HOPPER_EMPTY,
    "media-needed": PrinterCondition.HOPPER_EMPTY,
    "input-tray-missing": PrinterCondition.HOPPER_EMPTY,
    "media-jam": PrinterCondition.CARD_JAM,
    "cover-open": PrinterCondition.COVER_OPEN,
    "door-open": PrinterCondition.COVER_OPEN,
    "interlock-open": PrinterCondition.COVER_OPEN,
    "output-area-full": PrinterCondition.OUTPUT_FULL,
    "output-tray-missing": PrinterCondition.OUTPUT_FULL,
    "marker-supply-empty": PrinterCondition.RIBBON_OUT,
    "toner-empty": PrinterCondition.RIBBON_OUT,
    "marker-print-ribbon-empty": PrinterCondition.RIBBON_OUT,
    "marker-print-ribbon-missing": PrinterCondition.RIBBON_MISSING,
    "marker-supply-missing": PrinterCondition.RIBBON_MISSING,
    "fuser-over-temp": PrinterCondition.TEMPERATURE,
    "fuser-under-temp": PrinterCondition.TEMPERATURE,
    "power-down": PrinterCondition.OFFLINE,
    "shutdown": PrinterCondition.OFFLINE,
    "offline": PrinterCondition.OFFLINE,
    "connecting-to-device": PrinterCondition.OFFLINE,
    "timed-out": PrinterCondition.OFFLINE,
    "paused": PrinterCondition.PAUSED,
    "moving-to-paused": PrinterCondition.PAUSED,
    "stopping": PrinterCondition.PAUSED,
}
_SEVERITIES = ("-report", "-warning", "-error")
_FILM_TYPES = ("transfer-unit", "transferunit")
_RIBBON_TYPES = ("ink-ribbon", "inkribbon", "ribbon")


@dataclass(frozen=True, slots=True)
class JobFacts:
    """One job: `operation_id` is ours or empty, `came_out` tells that the printer counted a sheet or a side of it.

    `began` tells whether the printer ever started on it; None when it does not say.
    """

    job_id: int
    operation_id: str
    state: JobState
    reasons: tuple[str, ...]
    came_out: bool
    began: bool | None = None

    @property
    def ended(self) -> bool:
        """Tell whether nothing more will happen to it."""
        return self.state.is_terminal

    @property
    def proven(self) -> bool:
        """Tell whether the printer itself says that the card was printed.

        A spooler calls a job completed when it has handed it on; that alone proves nothing.
        """
        return self.state is JobState.COMPLETED and self.came_out and "queued-in-device" not in self.reasons


@dataclass(frozen=True, slots=True)
class PrinterFacts:
    """State of the printer and what it takes."""

    activity: PrinterActivity
    conditions: tuple[PrinterCondition, ...]
    supplies: PrinterSupplies
    formats: tuple[str, ...]
    two_sided: bool

    @classmethod
    def read(cls, values: Mapping[str, list[Any]]) -> PrinterFacts:
        """Read the attributes of a printer; raises ValueError when its state is missing or none that exists."""
        state = PrinterState(next(iter(values.get("printer-state", [])), 0))
        supplies, markers = _supplies(values), _markers(values)
        conditions = _conditions(values, state, markers)
        activity = PrinterActivity.PRINTING if state is PrinterState.PROCESSING else PrinterActivity.READY
        if conditions:
            activity = PrinterActivity.EXCEPTION
        sides = [str(side) for side in values.get("sides-supported", [])]
        formats = tuple(dict.fromkeys(str(name) for name in values.get("document-format-supported", [])))
        return cls(activity, conditions, supplies, formats, any(side.startswith("two-sided") for side in sides))


def condition_of(reason: str) -> PrinterCondition | None:
    """Return our word for a reason of the printer, None for one that only reports or that we do not know."""
    keyword, severity = _split(reason)
    return None if severity == "-report" else _CONDITIONS.get(keyword)


def device_id_field(device_id: str, *names: str) -> str:
    """Return a field of an IEEE 1284 device identifier, `MFG:Contoh;MDL:K1;`; empty when it is not there."""
    fields = dict(part.split(":", 1) for part in device_id.split(";") if ":" in part)
    found = {name.strip().upper(): value.strip() for name, value in fields.items()}
    return next((found[name] for name in names if found.get(name)), "")


def _conditions(
    values: Mapping[str, list[Any]], state: PrinterState, markers: Mapping[str, int | None]
) -> tuple[PrinterCondition, ...]:
    found = []
    for reason in values.get("printer-state-reasons", []):
        condition = condition_of(str(reason))
        if condition is PrinterCondition.RIBBON_OUT and markers["film"] == 0 and markers["ribbon"] != 0:
            condition = PrinterCondition.FILM_OUT
        if condition is None and _split(str(reason))[1] == "-error":
            condition = PrinterCondition.OTHER_FAULT
        if condition is not None:
            found.append(condition)
    if values.get("printer-is-accepting-jobs", [True])[:1] == [False] and not found:
        found.append(PrinterCondition.PAUSED)
    if state is PrinterState.STOPPED and not found:
        found.append(PrinterCondition.OTHER_FAULT)
    return tuple(dict.fromkeys(found))


def _split(reason: str) -> tuple[str, str]:
    for severity in _SEVERITIES:
        if reason.endswith(severity):
            return reason.removesuffix(severity), severity
    return reason, ""


def _supplies(values: Mapping[str, list[Any]]) -> PrinterSupplies:
    levels = _markers(values)
    return PrinterSupplies("", levels["ribbon"], "", levels["film"], None)


def _markers(values: Mapping[str, list[Any]]) -> dict[str, int | None]:
    """Return the lowest level of ribbon and film in per cent; None where it is not told (-1, -2, -3 or missing)."""
    found: dict[str, int | None] = {"ribbon": None, "film": None}
    kinds = [str(kind).lower() for kind in values.get("marker-types", [])]
    for kind, level in zip(kinds, values.get("marker-levels", []), strict=False):
        name = "film" if kind in _FILM_TYPES else "ribbon" if kind in _RIBBON_TYPES else ""
        if name and isinstance(level, int) and 0 <= level <= 100:
            known = found[name]
            found[name] = level if known is None else min(known, level)
    return found

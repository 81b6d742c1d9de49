"""Words of the printer agent's protocol (docs/protocols/hdp5000-agent.md). Pure: values in, JSON objects out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from station.devices.errors import BadReply
from station.devices.printer.interface import (
    CardPosition,
    PrinterActivity,
    PrinterCondition,
    PrinterCounters,
    PrinterStatus,
    PrinterSupplies,
)

LONGEST_LINE_BYTES = 8 * 1024 * 1024


def encode_status(status: PrinterStatus) -> dict[str, Any]:
    """Return the result of `status`."""
    return {
        "activity": status.activity.value,
        "position": status.card_position.value,
        "conditions": [condition.value for condition in status.conditions],
        "temperature_c": status.temperature_c,
        "last_operation": status.last_operation,
        "last_done": status.last_operation_done,
        "held_by": status.held_by,
    }


def decode_status(device: str, result: Mapping[str, Any]) -> PrinterStatus:
    """Read the result of `status`; raises BadReply when it is malformed."""
    try:
        return PrinterStatus(
            PrinterActivity(result["activity"]),
            CardPosition(result["position"]),
            tuple(PrinterCondition(name) for name in result["conditions"]),
            float(result["temperature_c"]),
            str(result["last_operation"]),
            result["last_done"] is True,
            str(result.get("held_by", "")),
        )
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise BadReply(device, "status") from error


def decode_counters(device: str, result: Mapping[str, Any]) -> PrinterCounters:
    """Read the result of `counters`; raises BadReply when it is malformed."""
    try:
        count = int(result["card_count"])
        serial = str(result["serial"])
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise BadReply(device, "counters") from error
    return PrinterCounters(serial, count)


def encode_supplies(supplies: PrinterSupplies) -> dict[str, Any]:
    """Return the result of `supplies`; `hopper` is null where there is no sensor, `flipper` where unknown."""
    return {
        "ribbon_serial": supplies.ribbon_serial,
        "ribbon_percent": supplies.ribbon_percent,
        "film_serial": supplies.film_serial,
        "film_percent": supplies.film_percent,
        "hopper": supplies.hopper_count,
        "flipper": supplies.has_flipper,
    }


def decode_supplies(device: str, result: Mapping[str, Any]) -> PrinterSupplies:
    """Read the result of `supplies`; raises BadReply when it is malformed."""
    try:
        hopper, flipper = result["hopper"], result.get("flipper")
        return PrinterSupplies(
            str(result["ribbon_serial"]),
            int(result["ribbon_percent"]),
            str(result["film_serial"]),
            int(result["film_percent"]),
            None if hopper is None else int(hopper),
            None if flipper is None else flipper is True,
        )
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise BadReply(device, "supplies") from error

"""Records what a USB driver and its device say to each other, so that bytes from the field become tests.

Switched on by the option `record = FILE` of a USB device in kit.toml. The file has one
JSON object a line: the device whenever it was opened, then control requests with their
answers and the data of every read, in order. A recording may hold personal data:
whoever keeps it looks first.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from station.domain.errors import BadInput


@dataclass(frozen=True, slots=True)
class OpenedDevice:
    """The device as it was found: raw descriptors, and maker, product and serial number."""

    device_descriptor: bytes
    configuration_descriptor: bytes
    strings: tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class ControlExchange:
    """A control request and its answer; `answer` is None when the device refused or was silent."""

    request_type: int
    request: int
    value: int
    data: bytes
    answer: bytes | None


@dataclass(frozen=True, slots=True)
class PipeData:
    """What one read of an IN endpoint returned."""

    endpoint: int
    data: bytes


Step = OpenedDevice | ControlExchange | PipeData


class UsbRecorder:
    """Appends steps to a file, each at once."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def note(self, step: Step) -> None:
        """Write one step."""
        with self._path.open("a", encoding="ascii") as file:
            file.write(json.dumps(_fields(step)) + "\n")


def read_usb_recording(lines: Iterable[str]) -> list[Step]:
    """Return the steps of a recording; raises BadInput with the line's number."""
    steps: list[Step] = []
    for number, line in enumerate(lines, 1):
        try:
            steps.append(_step(json.loads(line)))
        except (ValueError, KeyError, TypeError) as error:
            raise BadInput("recording-damaged", line=number) from error
    return steps


def _fields(step: Step) -> dict[str, Any]:
    match step:
        case OpenedDevice(device, configuration, strings):
            return {"device": device.hex(), "configuration": configuration.hex(), "strings": list(strings)}
        case ControlExchange(request_type, request, value, data, answer):
            shown = None if answer is None else answer.hex()
            return {"control": [request_type, request, value], "data": data.hex(), "answer": shown}
        case PipeData(endpoint, data):
            return {"endpoint": endpoint, "data": data.hex()}


def _step(fields: dict[str, Any]) -> Step:
    if "device" in fields:
        maker, product, serial = (str(text) for text in fields["strings"])
        descriptors = bytes.fromhex(fields["device"]), bytes.fromhex(fields["configuration"])
        return OpenedDevice(*descriptors, (maker, product, serial))
    data = bytes.fromhex(fields["data"])
    if "endpoint" in fields:
        return PipeData(int(fields["endpoint"]), data)
    request_type, request, value = (int(number) for number in fields["control"])
    answer = None if fields["answer"] is None else bytes.fromhex(fields["answer"])
    return ControlExchange(request_type, request, value, data, answer)

"""A USB device made of a recording: answers what the device answered, when asked the same again.

Data of pipes are handed out right after the control request they followed; time is not
replayed. Each plugging in goes on with the next opening in the recording.

Does not simulate: anything the device did not do while it was recorded; protocols
with fresh random numbers in their requests.
"""

from __future__ import annotations

from collections import deque

from simulators.usb.model import Setup, Stall, UsbModel
from station.devices.transport.usb_recording import ControlExchange, OpenedDevice, PipeData, Step

_ENDPOINT = 5


class ReplayedModel(UsbModel):
    """The device; `differences` are requests that were not the recorded ones."""

    def __init__(self, steps: list[Step]) -> None:
        first = next(step for step in steps if isinstance(step, OpenedDevice))
        super().__init__(_in_endpoints(first.configuration_descriptor))
        self.device_descriptor = first.device_descriptor
        self.configuration_descriptor = first.configuration_descriptor
        self.vendor_id = int.from_bytes(first.device_descriptor[8:10], "little")
        self.product_id = int.from_bytes(first.device_descriptor[10:12], "little")
        self.strings = first.strings
        self.differences: list[tuple[ControlExchange | None, Setup]] = []
        self._left = deque(step for step in steps if not isinstance(step, OpenedDevice))

    @property
    def finished(self) -> bool:
        """Tell whether everything recorded was asked for."""
        return not self._left

    def request(self, setup: Setup, data: bytes) -> bytes:
        """Answer as recorded; a request that differs is refused and noted."""
        step = self._left[0] if self._left else None
        if not isinstance(step, ControlExchange) or not _same(step, setup, data):
            self.differences.append((step if isinstance(step, ControlExchange) else None, setup))
            raise Stall
        self._left.popleft()
        while self._left and isinstance(following := self._left[0], PipeData):
            self._left.popleft()
            self.pipes[following.endpoint].push(following.data)
        if step.answer is None:
            raise Stall
        return step.answer


def _same(step: ControlExchange, setup: Setup, data: bytes) -> bool:
    asked = (setup.request_type, setup.request, setup.value, data)
    return asked == (step.request_type, step.request, step.value, step.data)


def _in_endpoints(configuration: bytes) -> tuple[int, ...]:
    found = []
    offset = 0
    while offset + 2 < len(configuration):
        length, kind, address = configuration[offset : offset + 3]
        if kind == _ENDPOINT and address & 0x80:
            found.append(address)
        offset += max(length, 2)
    return tuple(found)

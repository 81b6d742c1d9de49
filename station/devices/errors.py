"""What can go wrong with a device, in five classes.

Each error names the device, the command and, through its message identifier, what
the operator can do. Foreign exceptions are mapped to these once, where the foreign
library is called.
"""

from __future__ import annotations

from station.domain.errors import StationError


class DeviceError(StationError):
    """Base of all device errors: device name, command, message identifier, parameters."""

    default_message_id = "device-error"

    def __init__(self, device: str, command: str, message_id: str | None = None, **params: object) -> None:
        super().__init__(message_id or self.default_message_id, device=device, command=command, **params)
        self.device = device
        self.command = command


class DeviceUnavailable(DeviceError):
    """The device is not there: unplugged, switched off, address wrong. Nothing was sent."""

    default_message_id = "device-unavailable"


class NoReply(DeviceError):
    """The device did not answer within the deadline; the command may be repeated."""

    default_message_id = "device-no-reply"


class BadReply(DeviceError):
    """The device answered something that is not valid; nothing of it was used."""

    default_message_id = "device-bad-reply"


class DeviceRefused(DeviceError):
    """The device understood and refused; `code` is its own code."""

    default_message_id = "device-refused"

    def __init__(self, device: str, command: str, code: str, message_id: str | None = None, **params: object) -> None:
        super().__init__(device, command, message_id, code=code, **params)
        self.code = code


class OutcomeUnknown(DeviceError):
    """A command with a physical effect was not answered: only the device's state or a person leads out."""

    default_message_id = "device-outcome-unknown"

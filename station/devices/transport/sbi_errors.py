"""Error codes of SBI devices in our five classes and in words.

The interface names a dozen codes; its common reference service adds more. A code not
listed here is shown as it came.
"""

from __future__ import annotations

from station.devices.errors import DeviceError, DeviceRefused, DeviceUnavailable, NoReply

_WORDS = {
    "100": "sbi-not-registered",
    "101": "sbi-nothing-seen",
    "102": "sbi-extraction-failed",
    "103": "sbi-tampered",
    "104": "sbi-server-unreachable",
    "105": "sbi-orientation",
    "107": "sbi-certificate-expired",
    "108": "sbi-key-missing",
    "109": "sbi-count-unsupported",
    "110": "sbi-not-ready",
    "111": "sbi-busy",
    "112": "sbi-request-malformed",
    "607": "sbi-not-ready",
    "608": "sbi-nothing-seen",
    "700": "sbi-stream-stopped",
    "703": "sbi-busy",
    "707": "sbi-nothing-seen",
    "708": "sbi-nothing-seen",
}
_GONE = {"106", "202", "503", "605", "705", "805"}
_TOO_LATE = {"609", "701", "801"}
_FIRST_MISMATCH, _LAST_MISMATCH = 113, 123


def device_error(device: str, command: str, code: str) -> DeviceError:
    """Return the error for a device's own code."""
    if code in _GONE:
        return DeviceUnavailable(device, command, "sbi-device-missing", code=code, type="-")
    if code in _TOO_LATE:
        return NoReply(device, command, "sbi-nothing-seen", code=code)
    words = _WORDS.get(code)
    if words is None and code.isdigit() and _FIRST_MISMATCH <= int(code) <= _LAST_MISMATCH:
        words = "sbi-request-malformed"
    return DeviceRefused(device, command, code, words)

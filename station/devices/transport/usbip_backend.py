"""A backend for pyusb that speaks USB/IP: no kernel support, no libusb, no root.

It serves exactly one imported device; drivers use the ordinary pyusb interface on it.
"""

from __future__ import annotations

import errno
import os
import struct
from array import array
from collections.abc import Iterator
from types import SimpleNamespace

import usb.backend
from usb.core import USBError, USBTimeoutError

from station.devices.transport.usbip_link import LinkGone, UsbipLink

CONTROL_TIMEOUT_S = 2.0

_DEVICE_FIELDS = [
    "bLength",
    "bDescriptorType",
    "bcdUSB",
    "bDeviceClass",
    "bDeviceSubClass",
    "bDeviceProtocol",
    "bMaxPacketSize0",
    "idVendor",
    "idProduct",
    "bcdDevice",
    "iManufacturer",
    "iProduct",
    "iSerialNumber",
    "bNumConfigurations",
]
_CONFIGURATION_FIELDS = [
    "bLength",
    "bDescriptorType",
    "wTotalLength",
    "bNumInterfaces",
    "bConfigurationValue",
    "iConfiguration",
    "bmAttributes",
    "bMaxPower",
]
_INTERFACE_FIELDS = [
    "bLength",
    "bDescriptorType",
    "bInterfaceNumber",
    "bAlternateSetting",
    "bNumEndpoints",
    "bInterfaceClass",
    "bInterfaceSubClass",
    "bInterfaceProtocol",
    "iInterface",
]
_ENDPOINT_FIELDS = ["bLength", "bDescriptorType", "bEndpointAddress", "bmAttributes", "wMaxPacketSize", "bInterval"]

_GET_DESCRIPTOR, _GET_CONFIGURATION, _SET_CONFIGURATION, _SET_INTERFACE, _CLEAR_FEATURE = 6, 8, 9, 11, 1
_DEVICE, _CONFIGURATION, _INTERFACE, _ENDPOINT = 1, 2, 4, 5


class UsbipBackend(usb.backend.IBackend):  # type: ignore[misc]
    """The one device behind a link, as pyusb wants to see it."""

    def __init__(self, link: UsbipLink) -> None:
        self._link = link
        self._configurations: dict[int, bytes] = {}

    def enumerate_devices(self) -> Iterator[UsbipLink]:
        """Yield the device."""
        yield self._link

    def get_parent(self, dev: UsbipLink) -> None:
        """Return nothing: hubs are not seen through USB/IP."""

    def get_device_descriptor(self, dev: UsbipLink) -> SimpleNamespace:
        """Return the device descriptor with the place on the server's bus."""
        raw = self._descriptor(dev, _DEVICE, 0, 18)
        place = {"bus": dev.record.bus, "address": dev.record.address, "speed": dev.record.speed}
        return _described(_DEVICE_FIELDS, "<BBHBBBBHHHBBBB", raw, port_number=None, port_numbers=None, **place)

    def get_configuration_descriptor(self, dev: UsbipLink, config: int) -> SimpleNamespace:
        """Return a configuration descriptor by its position."""
        return _described(_CONFIGURATION_FIELDS, "<BBHBBBBB", self._configuration(dev, config))

    def get_interface_descriptor(self, dev: UsbipLink, intf: int, alt: int, config: int) -> SimpleNamespace:
        """Return an interface descriptor; raises IndexError after the last one."""
        for kind, raw in _walk(self._configuration(dev, config)):
            if kind == _INTERFACE and (raw[2], raw[3]) == (intf, alt):
                return _described(_INTERFACE_FIELDS, "<9B", raw)
        raise IndexError(intf)

    def get_endpoint_descriptor(self, dev: UsbipLink, ep: int, intf: int, alt: int, config: int) -> SimpleNamespace:
        """Return an endpoint descriptor by its position; raises IndexError after the last one."""
        inside, position = False, -1
        for kind, raw in _walk(self._configuration(dev, config)):
            if kind == _INTERFACE:
                inside = (raw[2], raw[3]) == (intf, alt)
            elif kind == _ENDPOINT and inside:
                position += 1
                if position == ep:
                    return _described(_ENDPOINT_FIELDS, "<BBBBHB", raw, bRefresh=0, bSynchAddress=0)
        raise IndexError(ep)

    def open_device(self, dev: UsbipLink) -> UsbipLink:
        """Return the link itself; it was opened by whoever made it."""
        return dev

    def close_device(self, dev_handle: UsbipLink) -> None:
        """Give the device back to the server."""
        dev_handle.close()

    def set_configuration(self, dev_handle: UsbipLink, config_value: int) -> None:
        """Choose a configuration by its value."""
        self._control(dev_handle, 0x00, _SET_CONFIGURATION, config_value, 0, b"")

    def get_configuration(self, dev_handle: UsbipLink) -> int:
        """Return the value of the configuration in force."""
        answer = self._control(dev_handle, 0x80, _GET_CONFIGURATION, 0, 0, 1)
        return answer[0] if answer else 0

    def set_interface_altsetting(self, dev_handle: UsbipLink, intf: int, altsetting: int) -> None:
        """Choose an alternate setting."""
        self._control(dev_handle, 0x01, _SET_INTERFACE, altsetting, intf, b"")

    def claim_interface(self, dev_handle: UsbipLink, intf: int) -> None:
        """Do nothing: importing took the whole device."""

    def release_interface(self, dev_handle: UsbipLink, intf: int) -> None:
        """Do nothing."""

    def bulk_write(self, dev_handle: UsbipLink, ep: int, intf: int, data: array[int], timeout: int) -> int:  # noqa: ARG002 - pyusb passes it
        """Write; `timeout` in ms."""
        return self._checked(dev_handle, ep & 0x0F, timeout, data.tobytes())

    def bulk_read(self, dev_handle: UsbipLink, ep: int, intf: int, buff: array[int], timeout: int) -> int:  # noqa: ARG002 - pyusb passes it
        """Read into `buff`; `timeout` in ms."""
        return self._checked(dev_handle, ep & 0x0F, timeout, into=memoryview(buff).cast("B"))

    def intr_write(self, dev_handle: UsbipLink, ep: int, intf: int, data: array[int], timeout: int) -> int:
        """Write to an interrupt endpoint."""
        return self.bulk_write(dev_handle, ep, intf, data, timeout)

    def intr_read(self, dev_handle: UsbipLink, ep: int, intf: int, buff: array[int], timeout: int) -> int:
        """Read from an interrupt endpoint."""
        return self.bulk_read(dev_handle, ep, intf, buff, timeout)

    def ctrl_transfer(
        self,
        dev_handle: UsbipLink,
        bmRequestType: int,  # noqa: N803 - pyusb passes it by this name
        bRequest: int,  # noqa: N803
        wValue: int,  # noqa: N803
        wIndex: int,  # noqa: N803
        data: array[int],
        timeout: int,
    ) -> int:
        """Do a control transfer; `timeout` in ms."""
        size = len(data) * data.itemsize
        setup = struct.pack("<BBHHH", bmRequestType, bRequest, wValue, wIndex, size)
        if not bmRequestType & 0x80:
            return self._checked(dev_handle, 0, timeout, data.tobytes(), setup=setup)
        return self._checked(dev_handle, 0, timeout, into=memoryview(data).cast("B"), setup=setup)

    def clear_halt(self, dev_handle: UsbipLink, ep: int) -> None:
        """Clear a stalled endpoint."""
        self._control(dev_handle, 0x02, _CLEAR_FEATURE, 0, ep, b"")

    def reset_device(self, dev_handle: UsbipLink) -> None:
        """Do nothing: USB/IP has no reset of the port."""

    def is_kernel_driver_active(self, dev_handle: UsbipLink, intf: int) -> bool:  # noqa: ARG002 - pyusb passes them
        """Return False: this machine's kernel does not see the device."""
        return False

    def detach_kernel_driver(self, dev_handle: UsbipLink, intf: int) -> None:
        """Do nothing."""

    def attach_kernel_driver(self, dev_handle: UsbipLink, intf: int) -> None:
        """Do nothing."""

    def _configuration(self, link: UsbipLink, position: int) -> bytes:
        if position not in self._configurations:
            head = self._descriptor(link, _CONFIGURATION, position, 9)
            total = struct.unpack_from("<H", head, 2)[0]
            self._configurations[position] = self._descriptor(link, _CONFIGURATION, position, total)
        return self._configurations[position]

    def _descriptor(self, link: UsbipLink, kind: int, position: int, length: int) -> bytes:
        raw = self._control(link, 0x80, _GET_DESCRIPTOR, kind << 8 | position, 0, length)
        if len(raw) < length:
            raise USBError("descriptor too short", -1, errno.EIO)
        return raw

    def _control(self, link: UsbipLink, kind: int, request: int, value: int, index: int, payload: bytes | int) -> bytes:
        length = payload if isinstance(payload, int) else len(payload)
        setup = struct.pack("<BBHHH", kind, request, value, index, length)
        timeout_ms = int(CONTROL_TIMEOUT_S * 1000)
        if not isinstance(payload, int):
            self._checked(link, 0, timeout_ms, payload, setup=setup)
            return b""
        answer = bytearray(length)
        count = self._checked(link, 0, timeout_ms, into=memoryview(answer), setup=setup)
        return bytes(answer[:count])

    @staticmethod
    def _checked(
        link: UsbipLink,
        endpoint: int,
        timeout_ms: int,
        data: bytes = b"",
        into: memoryview | None = None,
        setup: bytes = b"\0" * 8,
    ) -> int:
        try:
            result = link.transfer(endpoint, timeout_ms / 1000, data, into, setup)
        except LinkGone as error:
            raise USBError("no such device", -4, errno.ENODEV) from error
        if result.status == -errno.ETIMEDOUT:
            raise USBTimeoutError("operation timed out", -7, errno.ETIMEDOUT)
        if result.status:
            raise USBError(os.strerror(-result.status), result.status, -result.status)
        return result.length


def _described(names: list[str], layout: str, raw: bytes, **more: object) -> SimpleNamespace:
    values = struct.unpack_from(layout, raw)
    return SimpleNamespace(extra_descriptors=[], **dict(zip(names, values, strict=True)), **more)


def _walk(configuration: bytes) -> Iterator[tuple[int, bytes]]:
    offset = 0
    while offset + 2 <= len(configuration):
        length = configuration[offset]
        if length < 2:
            return
        yield configuration[offset + 1], configuration[offset : offset + length]
        offset += length

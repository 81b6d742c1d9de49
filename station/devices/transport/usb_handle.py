"""A USB device opened through pyusb: blocking calls, one error tree.

Works the same on this machine's libusb and over USB/IP. Errors of pyusb are mapped
here and nowhere else.
"""

from __future__ import annotations

import contextlib
import errno
from array import array
from dataclasses import dataclass
from typing import Any

import usb.core
import usb.util

from station.devices.errors import BadReply, DeviceError, DeviceRefused, DeviceUnavailable, NoReply
from station.devices.transport.usb_address import LocalUsbAddress, RemoteUsbAddress, UsbAddress
from station.devices.transport.usb_recording import ControlExchange, OpenedDevice, PipeData, UsbRecorder
from station.devices.transport.usbip_backend import UsbipBackend
from station.devices.transport.usbip_link import LinkGone, UsbipLink

OPEN_TIMEOUT_S = 2.0
_GONE = {errno.ENODEV, errno.ENOENT, errno.EIO, errno.ESHUTDOWN, errno.ENXIO, errno.EPROTO}
_BUSY = {errno.EBUSY}
_FORBIDDEN = {errno.EACCES, errno.EPERM}


@dataclass(frozen=True, slots=True)
class InterfaceKind:
    """Which interface of the device a driver speaks to; None matches anything."""

    device_class: int
    subclass: int | None = None
    protocol: int | None = None

    def matches(self, interface: Any) -> bool:
        """Compare with an interface of pyusb."""
        return (
            interface.bInterfaceClass == self.device_class
            and self.subclass in (None, interface.bInterfaceSubClass)
            and self.protocol in (None, interface.bInterfaceProtocol)
        )


class UsbHandle:
    """An open device with one claimed interface; used from one thread."""

    def __init__(self, name: str, device: Any, kind: InterfaceKind, recorder: UsbRecorder | None = None) -> None:
        self._name = name
        self._device = device
        self._recorder = recorder
        self._buffers: dict[int, array[int]] = {}
        interface = self._claim(kind)
        self.interface_number: int = interface.bInterfaceNumber
        self.endpoints = tuple((int(end.bEndpointAddress), int(end.bmAttributes) & 3) for end in interface)
        self.serial = self._string(device.iSerialNumber)
        self.maker = self._string(device.iManufacturer)
        self.product = self._string(device.iProduct)
        self.release = f"{device.bcdDevice >> 8:x}.{device.bcdDevice & 0xFF:02x}"
        if recorder is not None:
            recorder.note(self._opened())

    @classmethod
    def open(
        cls, name: str, address: UsbAddress, kind: InterfaceKind, recorder: UsbRecorder | None = None
    ) -> UsbHandle:
        """Open and claim; raises DeviceUnavailable when there is no such device."""
        try:
            device = _find(address)
        except usb.core.NoBackendError as error:
            raise DeviceUnavailable(name, "open", "usb-no-library") from error
        except LinkGone as error:
            raise DeviceUnavailable(name, "open") from error
        except usb.core.USBError as error:
            raise _mapped(name, "open", error) from error
        if device is None:
            raise DeviceUnavailable(name, "open")
        try:
            return cls(name, device, kind, recorder)
        except usb.core.USBError as error:
            _dispose(device)
            raise _mapped(name, "open", error) from error
        except BaseException:
            _dispose(device)
            raise

    def control_in(
        self, command: str, request_type: int, request: int, value: int, length: int, timeout_s: float
    ) -> bytes:
        """Ask by a control transfer to the interface; raises DeviceRefused on a STALL."""
        kind = request_type | 0x80
        answer: bytes | None = None
        try:
            answer = bytes(self._device.ctrl_transfer(kind, request, value, self._index(kind), length, _ms(timeout_s)))
        except usb.core.USBError as error:
            raise _mapped(self._name, command, error) from error
        finally:
            if self._recorder is not None:
                self._recorder.note(ControlExchange(kind, request, value, b"", answer))
        return answer

    def control_out(
        self, command: str, request_type: int, request: int, value: int, data: bytes, timeout_s: float
    ) -> None:
        """Tell by a control transfer to the interface; raises DeviceRefused on a STALL."""
        answer: bytes | None = None
        try:
            index = self._index(request_type)
            self._device.ctrl_transfer(request_type, request, value, index, data, _ms(timeout_s))
            answer = b""
        except usb.core.USBError as error:
            raise _mapped(self._name, command, error) from error
        finally:
            if self._recorder is not None:
                self._recorder.note(ControlExchange(request_type, request, value, data, answer))

    def read(self, command: str, endpoint: int, size: int, timeout_s: float) -> bytes | None:
        """Read at most `size` bytes; return None when nothing came in time."""
        view = self.read_view(command, endpoint, size, timeout_s)
        return None if view is None else bytes(view)

    def read_view(self, command: str, endpoint: int, size: int, timeout_s: float) -> memoryview | None:
        """Read as `read` does, without a copy: what is returned holds until the next read of the same size."""
        if size not in self._buffers:
            self._buffers[size] = array("B", bytes(size))
        buffer = self._buffers[size]
        try:
            count = self._device.read(endpoint, buffer, _ms(timeout_s))
        except usb.core.USBTimeoutError:
            return None
        except usb.core.USBError as error:
            trouble = _mapped(self._name, command, error)
            if isinstance(trouble, NoReply):
                return None
            if isinstance(trouble, DeviceRefused):
                with contextlib.suppress(usb.core.USBError):
                    self._device.clear_halt(endpoint)
                trouble = BadReply(self._name, command, "usb-stalled")
            raise trouble from error
        view = memoryview(buffer)[:count]
        if self._recorder is not None:
            self._recorder.note(PipeData(endpoint, bytes(view)))
        return view

    def alive(self, timeout_s: float) -> bool:
        """Ask for the device status, which every device answers; False when it is gone, NoReply when it hangs."""
        try:
            self._device.ctrl_transfer(0x80, 0, 0, 0, 2, _ms(timeout_s))
        except usb.core.USBTimeoutError as error:
            raise NoReply(self._name, "status") from error
        except usb.core.USBError:
            return False
        return True

    def close(self) -> None:
        """Give the device back."""
        _dispose(self._device)

    def _opened(self) -> OpenedDevice:
        timeout_ms = _ms(OPEN_TIMEOUT_S)
        device = bytes(self._device.ctrl_transfer(0x80, 6, 0x0100, 0, 18, timeout_ms))
        head = bytes(self._device.ctrl_transfer(0x80, 6, 0x0200, 0, 9, timeout_ms))
        length = int.from_bytes(head[2:4], "little")
        configuration = bytes(self._device.ctrl_transfer(0x80, 6, 0x0200, 0, length, timeout_ms))
        return OpenedDevice(device, configuration, (self.maker, self.product, self.serial))

    def _index(self, request_type: int) -> int:
        to_interface = request_type & 0x1F == 1
        return self.interface_number if to_interface else 0

    def _claim(self, kind: InterfaceKind) -> Any:
        try:
            configuration = self._device.get_active_configuration()
        except usb.core.USBError:
            self._device.set_configuration()
            configuration = self._device.get_active_configuration()
        interface = next((item for item in configuration if kind.matches(item)), None)
        if interface is None:
            raise DeviceUnavailable(self._name, "open", "usb-wrong-device")
        number = interface.bInterfaceNumber
        with contextlib.suppress(NotImplementedError, usb.core.USBError):
            if self._device.is_kernel_driver_active(number):
                self._device.detach_kernel_driver(number)
        usb.util.claim_interface(self._device, number)
        return interface

    def _string(self, index: int) -> str:
        if not index:
            return ""
        try:
            return str(usb.util.get_string(self._device, index) or "").strip("\0 ")
        except (usb.core.USBError, ValueError):
            return ""


def _find(address: UsbAddress) -> Any:
    match address:
        case RemoteUsbAddress(host, port, bus_id):
            link = UsbipLink.open(host, port, bus_id, OPEN_TIMEOUT_S)
            try:
                return usb.core.find(backend=UsbipBackend(link))
            except BaseException:
                link.close()
                raise
        case LocalUsbAddress(vendor_id, product_id, serial):
            return usb.core.find(
                idVendor=vendor_id,
                idProduct=product_id,
                custom_match=(lambda device: _has_serial(device, serial)) if serial else None,
            )


def _has_serial(device: Any, serial: str) -> bool:
    try:
        return bool(device.iSerialNumber and usb.util.get_string(device, device.iSerialNumber) == serial)
    except (usb.core.USBError, ValueError):
        return False
    finally:
        usb.util.dispose_resources(device)


def _dispose(device: Any) -> None:
    with contextlib.suppress(usb.core.USBError):
        usb.util.dispose_resources(device)
    link = getattr(device, "_ctx", None) and device._ctx.dev  # noqa: SLF001 - pyusb closes only what it has opened
    if isinstance(link, UsbipLink):
        link.close()


def _ms(seconds: float) -> int:
    return max(1, round(seconds * 1000))


def _mapped(name: str, command: str, error: Any) -> DeviceError:
    number = error.errno
    if isinstance(error, usb.core.USBTimeoutError) or number == errno.ETIMEDOUT:
        return NoReply(name, command)
    if number == errno.EPIPE:
        return DeviceRefused(name, command, "STALL")
    if number in _FORBIDDEN:
        return DeviceUnavailable(name, command, "usb-forbidden")
    if number in _BUSY:
        return DeviceUnavailable(name, command, "usb-in-use")
    if number in _GONE:
        return DeviceUnavailable(name, command)
    return BadReply(name, command)

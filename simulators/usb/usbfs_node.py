"""One simulated usbfs device node: a FIFO that libusb can poll, and the socket its ioctls arrive at.

A FIFO kept full means that there is nothing to reap; drained, it is writable, which
is what libusb waits for. Node and ioctl socket of a device that is gone stay a while and
answer ENODEV: the preload ends a program that finds no listener, and one that opens a
missing node whose socket is there fifty times (it keeps an entry for every such open).

Does not simulate: permissions of the node.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import socket
import threading
from pathlib import Path

from simulators.usb.sysfs_tree import DeviceFacts, SysfsTree
from simulators.usb.usbfs_client import UsbfsClient
from station.devices.transport.usbip_link import UsbipLink

_SET_PIPE_SIZE = 1031
_PIPE_BYTES = 4096
_BACKLOG = 32


class UsbfsNode:
    """A device plugged in below the root of the preload."""

    def __init__(self, root: Path, facts: DeviceFacts, link: UsbipLink) -> None:
        self.link = link
        self.number = facts.number
        self._node = root / facts.node
        self._tree = SysfsTree(root, facts)
        self._signal_lock = threading.Lock()
        self._ready: bool | None = None
        self._clients: set[UsbfsClient] = set()
        self._socket = root / "ioctl" / facts.node
        self._listener = _listen(self._socket)
        threading.Thread(target=self._accept, name=f"usbfs {facts.bus_id}", daemon=True).start()
        self._node.parent.mkdir(parents=True, exist_ok=True)
        self._node.unlink(missing_ok=True)
        os.mkfifo(self._node, 0o666)
        self._fifo = os.open(self._node, os.O_RDWR | os.O_NONBLOCK)
        fcntl.fcntl(self._fifo, _SET_PIPE_SIZE, _PIPE_BYTES)
        self.refresh()
        self._tree.make()
        self._tree.announce("add")

    def refresh(self) -> None:
        """Make the node writable exactly when some program can reap something."""
        with self._signal_lock:
            ready = self.link.closed or any(client.has_completed() for client in tuple(self._clients))
            if ready == self._ready or self._fifo < 0:
                return
            self._ready = ready
            with contextlib.suppress(BlockingIOError):
                while ready:
                    os.read(self._fifo, 1 << 16)
                while not ready:
                    os.write(self._fifo, bytes(_PIPE_BYTES))

    def unplug(self) -> None:
        """Take the device away; its node and its ioctl socket stay, so that an open in between finds ENODEV."""
        self.link.close()
        self.refresh()
        self._tree.remove()
        self._tree.announce("remove")

    def forget(self) -> None:
        """Take away what a gone device still holds: the socket first, so that nobody meets a node's socket alone."""
        self._socket.unlink(missing_ok=True)
        self._node.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._signal_lock:
            fifo, self._fifo = self._fifo, -1
        if fifo >= 0:
            os.close(fifo)

    def _accept(self) -> None:
        while True:
            try:
                connection, _peer = self._listener.accept()
            except OSError:
                return
            name = f"usbfs client {self.number}"
            threading.Thread(target=self._serve, args=(UsbfsClient(self, connection),), name=name, daemon=True).start()

    def _serve(self, client: UsbfsClient) -> None:
        self._clients.add(client)
        try:
            client.serve()
        finally:
            self._clients.discard(client)
            self.refresh()


def _listen(path: Path) -> socket.socket:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + "~")
    temporary.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(temporary))
    listener.listen(_BACKLOG)
    temporary.rename(path)
    return listener

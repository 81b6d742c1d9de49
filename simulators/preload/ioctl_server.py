"""Answers the ioctl calls that programs under the umockdev preload make on one device node.

The preload sends each call over a unix socket named after the node; while the program
waits in the call, its memory is read and written through the same socket. The socket
is bound under another name and renamed when it listens, so that no program meets it
half made, and it is never removed while a program may still hold the node: the
preload ends a program whose socket has gone.

Does not simulate: read, write and poll; those go to the node itself.
"""

from __future__ import annotations

import contextlib
import errno
import socket
import struct
import threading
from collections.abc import Callable
from pathlib import Path

_MESSAGE = struct.Struct("<QQQ")
_DONE = struct.Struct("<QqQ")
_IOCTL, _FINISHED, _READ_MEMORY, _WRITE_MEMORY = 1, 3, 5, 6
_NOT_MINE = -100


class Call:
    """One ioctl call of one program: its number, and access to what its argument points to."""

    def __init__(self, connection: socket.socket, request: int, argument: int) -> None:
        self._connection = connection
        self.request = request
        self._argument = argument

    def read(self, size: int) -> bytes:
        """Read the program's memory at the argument."""
        self._connection.sendall(_MESSAGE.pack(_READ_MEMORY, self._argument, size))
        return _receive(self._connection, size)

    def write(self, data: bytes) -> None:
        """Write the program's memory at the argument."""
        self._connection.sendall(_MESSAGE.pack(_WRITE_MEMORY, self._argument, len(data)) + data)


# Takes a call and returns 0, an errno as a positive number, or None for "ask the kernel".
CallHandler = Callable[[Call], int | None]


class IoctlServer:
    """The socket of one node; one thread for each program that has it open."""

    def __init__(self, root: Path, node: str, new_handler: Callable[[], CallHandler]) -> None:
        self._new_handler = new_handler
        path = root / "ioctl" / "dev" / node
        path.parent.mkdir(parents=True, exist_ok=True)
        hidden = path.with_name(f".{node}.new")
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(hidden))
        self._listener.listen(8)
        hidden.rename(path)
        self._open: set[socket.socket] = set()
        self._thread = threading.Thread(target=self._accept, name=f"ioctl {node}", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop serving; only when no program holds the node any more."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._thread.join(2.0)

    def _accept(self) -> None:
        while True:
            try:
                connection, _address = self._listener.accept()
            except OSError:
                return
            self._open.add(connection)
            threading.Thread(target=self._serve, args=(connection,), name="ioctl client", daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        handler = self._new_handler()
        try:
            while True:
                command, request, argument = _MESSAGE.unpack(_receive(connection, _MESSAGE.size))
                if command != _IOCTL:
                    connection.sendall(_DONE.pack(_FINISHED, _NOT_MINE, 0))
                    continue
                code = handler(Call(connection, request & 0xFFFFFFFF, argument))
                result = _NOT_MINE if code is None else -1 if code else 0
                connection.sendall(_DONE.pack(_FINISHED, result, code or 0))
        except OSError:
            return
        finally:
            self._open.discard(connection)
            connection.close()


def _receive(connection: socket.socket, size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        part = connection.recv(size - len(data))
        if not part:
            raise OSError(errno.EPIPE, "the program has gone")
        data += part
    return bytes(data)

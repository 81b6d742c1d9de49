"""A TCP proxy that counts payload bytes both ways, throttles, and cuts: RST to the kit, FIN to the office."""

from __future__ import annotations

import random
import socket
import struct
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self

_READ_BYTES = 1460


@dataclass
class CutProxy:
    """Cuts every connection about each `cut_every` upstream bytes (0: never), gaps 0.5 to 1.5 times that by seed."""

    target_port: int
    cut_every: int
    seed: int
    rate_bytes_per_s: float
    quiet_s: float = 0.05
    exactly: bool = False
    up: int = 0
    down: int = 0
    cuts: int = 0
    connections: int = 0
    _quiet_until: float = 0.0
    _live: list[tuple[socket.socket, socket.socket]] = field(default_factory=list)
    _all: list[socket.socket] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> Self:
        self._random = random.Random(self.seed)
        self._next_cut = self._gap()
        self._listener = socket.socket()
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen(64)
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            self._close_all()
            for end in self._all:
                end.close()

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    @property
    def total(self) -> int:
        return self.up + self.down

    def _gap(self) -> int:
        if not self.cut_every:
            return 2**60
        return self.up + (self.cut_every if self.exactly else int(self.cut_every * self._random.uniform(0.5, 1.5)))

    def _accept(self) -> None:
        while True:
            try:
                client, _address = self._listener.accept()
            except OSError:
                return
            if time.monotonic() < self._quiet_until:
                client.close()
                continue
            server = socket.create_connection(("127.0.0.1", self.target_port))
            server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self.connections += 1
                self._live.append((client, server))
                self._all += [client, server]
            threading.Thread(target=self._pump, args=(client, server, True), daemon=True).start()
            threading.Thread(target=self._pump, args=(server, client, False), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket, upward: bool) -> None:
        due = time.monotonic()
        try:
            while block := source.recv(_READ_BYTES):
                with self._lock:
                    cut = self._count(len(block), upward)
                sink.sendall(block)
                if cut:
                    with self._lock:
                        self.cuts += 1
                        self._quiet_until = time.monotonic() + self.quiet_s
                        self._close_all()
                    return
                due = max(due, time.monotonic() - 0.01) + len(block) / self.rate_bytes_per_s
                time.sleep(max(0.0, due - time.monotonic()))
        except OSError:
            pass
        finally:
            with suppress(OSError):
                sink.shutdown(socket.SHUT_WR)

    def _count(self, size: int, upward: bool) -> bool:
        if not upward:
            self.down += size
            return False
        self.up += size
        if self.up < self._next_cut:
            return False
        self._next_cut = self._gap()
        return True

    def _close_all(self) -> None:
        for client, server in self._live:
            try:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                client.shutdown(socket.SHUT_RD)
                client.close()
                server.shutdown(socket.SHUT_WR)
            except OSError:
                continue
        self._live.clear()

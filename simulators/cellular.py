"""A cellular link between two network stacks of this machine: real kernel TCP at both ends, a thin line between.

Two TUN devices, one of them in a network namespace of its own where the kit lives; every IP packet passes through
this program, which gives it rate, delay, loss and blackouts and counts it. Needs Linux and root, and the `ip` program.

Does not simulate: reordering, a change of the kit's address, radio scheduling, name service.
"""

from __future__ import annotations

import ctypes
import fcntl
import heapq
import itertools
import os
import random
import select
import struct
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

MTU_BYTES = 1400
MODEM_BUFFER_BYTES = 64 * 1024
_SET_INTERFACE = 0x400454CA  # TUNSETIFF
_TUN_WITHOUT_HEADER = 0x0001 | 0x1000  # IFF_TUN | IFF_NO_PI
_NEW_NET = 0x40000000  # CLONE_NEWNET
_LONGEST_SLEEP_S = 0.05
_READS_IN_A_ROW = 16


@dataclass(frozen=True, slots=True)
class Weather:
    """What the link does: rates in bits per second, delay one way, loss 0 to 1, a blackout after each so many bytes."""

    up_bit_per_s: float = 200_000.0
    down_bit_per_s: float = 1_000_000.0
    delay_s: float = 0.15
    loss: float = 0.0
    blackout_every_bytes: int = 0
    blackout_s: float = 0.0
    seed: int = 1


@dataclass(slots=True)
class IpCount:
    """IP bytes that went on the air, packets lost there, packets the modem's full buffer dropped, blackouts."""

    up: int = 0
    down: int = 0
    lost: int = 0
    dropped: int = 0
    blackouts: int = 0

    @property
    def total(self) -> int:
        """Return bytes both ways."""
        return self.up + self.down


@dataclass(slots=True)
class _Direction:
    source: int
    sink: int
    bit_per_s: float
    upward: bool
    free_at: float = 0.0
    on_air: list[tuple[float, int]] = field(default_factory=list)  # when a queued packet has left, its size


class CellularLink:
    """The link while the block runs: `office_address` listens here, `kit_side()` is where the kit must run."""

    def __init__(self, weather: Weather, name: str = "", network: int = 9) -> None:
        self.weather, self.count = weather, IpCount()
        self.namespace = name or f"kit-{os.getpid()}"
        self.office_address, self._kit_address = f"10.{network}.0.1", f"10.{network}.0.2"
        self._device = f"cell{network}"
        self._random = random.Random(weather.seed)
        self._stopping = threading.Event()
        self._blackout_until = self._since_blackout = 0.0
        self._arrivals: list[tuple[float, int, int, bytes, float]] = []
        self._numbers = itertools.count()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._lay(stack)
            self._laid = stack.pop_all()
        self._thread = threading.Thread(target=self._carry, name="cellular", daemon=True)
        self._thread.start()
        return self

    def _lay(self, stack: ExitStack) -> None:
        """Make devices, addresses and the kit's namespace; what was made goes away again with `stack`."""
        office_name, kit_name = f"{self._device}o", f"{self._device}k"
        _ip("netns", "add", self.namespace)
        stack.callback(_ip, "netns", "delete", self.namespace)
        self._office = _tun(office_name)
        stack.callback(os.close, self._office)
        self._kit = _tun(kit_name)
        stack.callback(os.close, self._kit)
        _ip("link", "set", kit_name, "netns", self.namespace)
        inside = ("-n", self.namespace)
        _ip("address", "add", f"{self.office_address}/24", "dev", office_name)
        _ip(*inside, "address", "add", f"{self._kit_address}/24", "dev", kit_name)
        _ip(*inside, "link", "set", "lo", "up")
        _ip("link", "set", office_name, "mtu", str(MTU_BYTES), "up")
        _ip(*inside, "link", "set", kit_name, "mtu", str(MTU_BYTES), "up")
        self._ways = (
            _Direction(self._kit, self._office, self.weather.up_bit_per_s, upward=True),
            _Direction(self._office, self._kit, self.weather.down_bit_per_s, upward=False),
        )

    def __exit__(self, *_error: object) -> None:
        self._stopping.set()
        self._thread.join(5)
        self._laid.close()

    @contextmanager
    def kit_side(self) -> Iterator[None]:
        """Let this thread, and threads it starts, open sockets on the kit's side of the link."""
        with open("/proc/thread-self/ns/net") as here:
            _enter(Path("/run/netns", self.namespace))
            try:
                yield
            finally:
                _enter(Path(f"/proc/self/fd/{here.fileno()}"))

    def _carry(self) -> None:
        while not self._stopping.is_set():
            now = time.monotonic()
            self._deliver(now)
            wait_s = _LONGEST_SLEEP_S
            if self._arrivals:
                wait_s = max(0.0, min(wait_s, self._arrivals[0][0] - now))
            readable, _writable, _broken = select.select([way.source for way in self._ways], [], [], wait_s)
            for way in self._ways:
                if way.source in readable:
                    self._take(way)

    def _deliver(self, now: float) -> None:
        while self._arrivals and self._arrivals[0][0] <= now:
            _due, _number, sink, packet, sent_at = heapq.heappop(self._arrivals)
            if sent_at < self._blackout_until:
                self.count.lost += 1
                continue
            with suppress(OSError):
                os.write(sink, packet)

    def _take(self, way: _Direction) -> None:
        for _read in range(_READS_IN_A_ROW):
            try:
                packet = os.read(way.source, 2048)
            except BlockingIOError:
                return
            if packet[0] >> 4 == 4:
                self._send(way, packet, time.monotonic())

    def _send(self, way: _Direction, packet: bytes, now: float) -> None:
        """Put one packet on the air, unless the modem is not attached or its buffer is full."""
        if now < self._blackout_until:
            self.count.lost += 1
            return
        way.on_air = [(left_at, size) for left_at, size in way.on_air if left_at > now]
        if sum(size for _left_at, size in way.on_air) + len(packet) > MODEM_BUFFER_BYTES:
            self.count.dropped += 1
            return
        way.free_at = max(way.free_at, now) + len(packet) * 8 / way.bit_per_s
        way.on_air.append((way.free_at, len(packet)))
        self._note(way, len(packet))
        if self._random.random() < self.weather.loss:
            self.count.lost += 1
        else:
            arrival = (way.free_at + self.weather.delay_s, next(self._numbers), way.sink, packet, now)
            heapq.heappush(self._arrivals, arrival)
        if way.upward:
            self._maybe_black_out(len(packet), now)

    def _note(self, way: _Direction, size: int) -> None:
        if way.upward:
            self.count.up += size
        else:
            self.count.down += size

    def _maybe_black_out(self, size: int, now: float) -> None:
        self._since_blackout += size
        if not self.weather.blackout_every_bytes or self._since_blackout < self.weather.blackout_every_bytes:
            return
        self._since_blackout = 0
        self._blackout_until = now + self.weather.blackout_s
        self.count.blackouts += 1
        for way in self._ways:  # what still waits in the modem never gets on the air
            self._note(way, -sum(size for left_at, size in way.on_air if left_at > now))
            way.on_air, way.free_at = [], 0.0


def _tun(name: str) -> int:
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, _SET_INTERFACE, struct.pack("16sH", name.encode(), _TUN_WITHOUT_HEADER))
    return device


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, timeout=10)


def _enter(namespace: Path) -> None:
    with open(namespace) as handle:
        if ctypes.CDLL(None, use_errno=True).setns(handle.fileno(), _NEW_NET):
            raise OSError(ctypes.get_errno(), "setns")

"""Endurance of the USB drivers: captures without end, faults among them, and a cable that is pulled again and again.

`make test-endurance`, or `python -m benchmarks.devices.endurance [--captures N] [--full-size N] [--plugs N]`.
First over USB/IP, then on the real libusb under the umockdev preload (a tenth of it). The simulators run in a
process of their own. Every picture is one shade further than the last, so that a picture taken twice, mixed up or
spoiled is a wrong success. Ends with 0 only when there was none, nothing took longer than its deadline, and
descriptors and threads are as many and memory about as much as after the warm-up.

Does not show: what a real kernel's USB stack leaves behind (the kernel lane attaches the devices to one).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import psutil

from benchmarks.devices.endurance_people import Checker, serve
from simulators.usb.stack import UsbBridge, bridge_is_possible
from station.devices.errors import DeviceError
from station.devices.fingerprint.interface import FingerRequest
from station.devices.fingerprint.livescan import open_scanner as open_fingerprint
from station.devices.fingerprint.uareu import open_scanner as open_uareu
from station.devices.iris.interface import IrisRequest
from station.devices.iris.livescan import open_scanner as open_iris
from station.domain.sample import Eye, Finger, Slap

_WARM_UP = 200
_GROWTH_MIB = 16.0
_LONGEST_S = 6.0
_BACK_WITHIN_S = 5.0
_OPTIONS = {"preview_rate_hz": "0", "silence_limit_s": "0.4"}
_FINGER = FingerRequest.of_single(Finger.RIGHT_INDEX, timeout_s=2)
_SLAP = FingerRequest.of_slap(Slap.LEFT_FOUR, timeout_s=2)
_EYE = IrisRequest((Eye.LEFT,), timeout_s=2)


class Endurance:
    """The three drivers, what they met, and what the process holds."""

    def __init__(self, addresses: dict[str, str], hands: Callable[[str], None]) -> None:
        finger = open_fingerprint(addresses["finger"], "finger", _OPTIONS)
        iris = open_iris(addresses["iris"], "iris", _OPTIONS)
        desk = open_uareu(addresses["desk"], "desk", {})
        self._hands = hands
        self._drivers: dict[str, Any] = {"finger": finger, "iris": iris, "desk": desk}
        self._asked: dict[str, Callable[[], Awaitable[Any]]] = {
            "finger": lambda: finger.capture(_FINGER),
            "slap": lambda: finger.capture(_SLAP),
            "iris": lambda: iris.capture(_EYE),
            "desk": lambda: desk.capture(_FINGER),
        }
        self._checkers = {name: Checker() for name in self._drivers}
        self.met: Counter[str] = Counter()
        self.longest_s = 0.0

    async def run(self, captures: int, full_size: int, plugs: int) -> dict[str, Any]:
        """Do it all and return the account."""
        started_s = time.monotonic()
        await self._captures(_WARM_UP, _WARM_UP // 20)
        before = _held()
        await self._captures(captures, full_size)
        await self._plugs(plugs)
        for driver in self._drivers.values():
            await driver.identity()
        after = _held()
        for driver in self._drivers.values():
            await driver.close()
        await asyncio.sleep(0.5)
        return {
            "seconds": round(time.monotonic() - started_s, 1),
            "met": dict(sorted(self.met.items())),
            "longest_s": round(self.longest_s, 2),
            "after warm-up": before,
            "at the end": after,
            "closed": _held(),
            "good": self._is_good(before, after, captures + full_size + plugs),
        }

    def _is_good(self, before: dict[str, float], after: dict[str, float], wanted: int) -> bool:
        return (
            not self.met["wrong"]
            and self.met["right"] >= wanted
            and self.longest_s < _LONGEST_S
            and after["descriptors"] <= before["descriptors"] + 1
            and after["threads"] <= before["threads"] + 1
            and after["rss_mib"] < before["rss_mib"] + _GROWTH_MIB
        )

    async def _captures(self, small: int, full_size: int) -> None:
        """Do so many that are right; what a fault spoils is counted and comes on top."""
        names = [("finger", "finger", "iris", "finger", "desk")[number % 5] for number in range(small)]
        for name in names + ["slap"] * full_size:
            while not await self._one(name):
                pass

    async def _one(self, name: str) -> bool:
        started_s = time.monotonic()
        try:
            capture = await self._asked[name]()
        except DeviceError as error:
            self.met[type(error).__name__] += 1
            return False
        finally:
            self.longest_s = max(self.longest_s, time.monotonic() - started_s)
        right = self._checkers["finger" if name == "slap" else name].is_right(capture.images[0].image)
        self.met["right" if right else "wrong"] += 1
        return True

    async def _plugs(self, count: int) -> None:
        for number in range(count):
            name = ("finger", "iris", "desk")[number % 3]
            self._hands(f"pull {name}")
            if await self._one(name):
                self.met["wrong"] += 1  # nobody is there to give a picture
            self._hands(f"plug {name}")
            given_up_s = time.monotonic() + _BACK_WITHIN_S
            while not await self._one(name):
                if time.monotonic() > given_up_s:
                    raise SystemExit(f"{name} did not come back within {_BACK_WITHIN_S} s")
                await asyncio.sleep(0.005)
            self.met["plug cycles"] += 1


def _held() -> dict[str, float]:
    process = psutil.Process()
    # the preload itself loses a socket now and then (see tests/contract/usb_bench.py): its lane counts the others
    preloaded = "UMOCKDEV_DIR" in os.environ
    links = []
    for entry in Path("/proc/self/fd").iterdir():
        try:
            links.append(str(entry.readlink()))
        except OSError:
            continue
    counted = [link for link in links if not (preloaded and link.startswith("socket:"))]
    return {
        "descriptors": len(counted),
        "threads": process.num_threads(),
        "rss_mib": round(process.memory_info().rss / 2**20, 1),
    }


class _Far:
    """The simulators' process; `order` waits until what was ordered is done."""

    def __init__(self) -> None:
        self._pipe, there = multiprocessing.Pipe()
        self._process = multiprocessing.get_context("spawn").Process(target=serve, args=(there,), daemon=True)
        self._process.start()
        self.host, self.port, self.remote, self.local = self._pipe.recv()

    def order(self, words: str) -> None:
        self._pipe.send(words)
        self._pipe.recv()

    def close(self) -> None:
        self._pipe.send("stop")
        self._process.join(5)

    def held(self) -> dict[str, float]:
        process = psutil.Process(self._process.pid)
        rss_mib = round(process.memory_info().rss / 2**20, 1)
        return {"descriptors": process.num_fds(), "threads": process.num_threads(), "rss_mib": rss_mib}


def _on_usbip(counts: tuple[int, int, int]) -> dict[str, Any]:
    far = _Far()
    try:
        account = asyncio.run(Endurance(far.remote, far.order).run(*counts))
        return {**account, "simulators at the end": far.held()}
    finally:
        far.close()


def _on_libusb(counts: tuple[int, int, int]) -> dict[str, Any]:
    far = _Far()
    with tempfile.TemporaryDirectory(prefix="usb") as folder:
        bridge = UsbBridge(Path(folder), far.host, far.port)
        command = [sys.executable, "-m", "benchmarks.devices.endurance", "--child", json.dumps([far.local, counts])]
        environment = {**os.environ, **bridge.environment()}
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        child = subprocess.Popen(command, env=environment, **pipes)  # type: ignore[call-overload]
        try:
            for line in child.stdout:
                if line.startswith("{"):
                    return dict(json.loads(line))
                far.order(line.strip())
                child.stdin.write("done\n")
                child.stdin.flush()
            return {"good": False, "ended": child.wait(10)}
        finally:
            child.kill()
            child.wait(5)
            bridge.close()
            far.close()


def _child(words: str) -> None:
    addresses, counts = json.loads(words)

    def order(what: str) -> None:
        print(what, flush=True)
        sys.stdin.readline()

    print(json.dumps(asyncio.run(Endurance(addresses, order).run(*counts))), flush=True)


def main() -> int:
    """Run both lanes and print the accounts."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.devices.endurance", description=__doc__)
    parser.add_argument("--captures", type=int, default=10_000)
    parser.add_argument("--full-size", type=int, default=500)
    parser.add_argument("--plugs", type=int, default=500)
    parser.add_argument("--child", default="")
    arguments = parser.parse_args()
    if arguments.child:
        _child(arguments.child)
        return 0
    counts = (arguments.captures, arguments.full_size, arguments.plugs)
    accounts = {"USB/IP": _on_usbip(counts)}
    if not bridge_is_possible():
        accounts["libusb"] = _on_libusb((counts[0] // 10, counts[1] // 10, counts[2] // 10))
    print(json.dumps(accounts, indent=1))
    return 0 if all(account["good"] for account in accounts.values()) else 1


if __name__ == "__main__":
    sys.exit(main())

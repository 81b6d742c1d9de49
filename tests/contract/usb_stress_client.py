"""Talks to a scanner through the real libusb as fast as it comes and goes; prints what it met as JSON.

Run under the preload by test_plug_cycles.py: `python -m tests.contract.usb_stress_client SECONDS`. It asks
thirty times a second, many times more often than the product: at five hundred libusb 1.0.26 itself now and then fails
its assertion in libusb_ref_device, because its list of devices is walked while a gone one is being freed.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import Counter

from station.devices.errors import DeviceError
from station.devices.fingerprint.interface import FingerRequest
from station.devices.fingerprint.livescan import open_scanner
from station.domain.sample import Finger

PAUSE_S = 0.03


async def main(seconds: float) -> None:
    """Capture until the time is up."""
    scanner = open_scanner("usb:1209:0001:FP-0001", "fp", {"silence_limit_s": "1"})
    met: Counter[str] = Counter()
    end_s = time.monotonic() + seconds
    while time.monotonic() < end_s:
        try:
            capture = await scanner.capture(FingerRequest.of_single(Finger.LEFT_THUMB, timeout_s=2))
            met["wrong" if set(capture.images[0].image.pixels) != {60} else "captures"] += 1
        except DeviceError as error:
            met[type(error).__name__] += 1
            await asyncio.sleep(PAUSE_S)
    await scanner.close()
    sys.stdout.write(json.dumps(met))


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1])))

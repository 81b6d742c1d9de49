"""Run in a process of its own under the preload: the product's drivers on `/dev` nodes; prints what they saw."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import Any

from station.devices.errors import DeviceError


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def _camera(address: str) -> dict[str, Any]:
    from station.devices.camera.system import open_camera

    camera = open_camera(address, "kamera", {"width": "640", "height": "480", "frame_timeout_s": "4"})
    first = await camera.preview()
    begin_s = time.monotonic()
    frames = [await camera.preview() for _ in range(20)]
    took_s = time.monotonic() - begin_s
    _say("READY")
    await asyncio.to_thread(sys.stdin.readline)
    gone = ""
    try:
        for _ in range(50):
            await camera.preview()
    except DeviceError as error:
        gone = error.message_id
    await camera.close()
    middle = (first.height // 2 * first.width + first.width // 2) * 3
    colour = list(first.pixels[middle : middle + 3])
    return {"size": [first.width, first.height], "colour": colour, "rate_hz": len(frames) / took_s, "gone": gone}


async def _modem(address: str) -> dict[str, Any]:
    from serial.tools import list_ports

    from station.devices.modem.at import open_modem

    port = address.removeprefix("serial:")
    found = [entry.hwid for entry in list_ports.comports() if entry.device == port]
    modem = open_modem(address, "modem", {})
    identity = await modem.identity()
    given = await modem.connect("m2m.contoh")
    ready = (await modem.readiness()).problems
    await modem.close()
    return {"imei": identity.serial, "address": given, "found": found, "problems": list(ready)}


if __name__ == "__main__":
    work = {"camera": _camera, "modem": _modem}[sys.argv[1]]
    _say(json.dumps(asyncio.run(work(sys.argv[2]))))

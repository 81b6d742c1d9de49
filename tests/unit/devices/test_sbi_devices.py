from __future__ import annotations

import asyncio
import hashlib
import threading
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulators.sbi import SbiService, TestAuthority
from station.devices.errors import BadReply, DeviceError, DeviceRefused, DeviceUnavailable, NoReply
from station.devices.fingerprint.interface import FingerPreview, FingerRequest
from station.devices.fingerprint.sbi import SbiFingerprintScanner
from station.devices.fingerprint.sbi import open_scanner as open_fingerprint
from station.devices.iris.interface import IrisRequest
from station.devices.iris.sbi import open_scanner as open_iris
from station.devices.transport.sbi_messages import BioType, chained_hash
from station.domain.clock import SystemClock
from station.domain.errors import BadInput
from station.domain.sample import Eye, Finger, GreyImage, Slap
from station.messages.catalogue import Catalogue
from tests.unit.devices.far_ends import SmallWorld

_RIGHT_HAND = FingerRequest.of_slap(Slap.RIGHT_FOUR, timeout_s=3.0)


@dataclass(frozen=True)
class _Body:
    """A person whose pictures are small noise, different for each part."""

    missing_fingers: frozenset[Finger] = field(default_factory=frozenset)

    def finger_impression(self, finger: Finger, attempt: int, defect: Any = None) -> GreyImage:
        del attempt, defect
        return _noise(int(finger), 60, 80)

    def iris_image(self, eye: Eye, attempt: int, defect: Any = None) -> GreyImage:
        del attempt, defect
        return _noise(100 + int(eye), 64, 48)


def _noise(seed: int, width: int, height: int) -> GreyImage:
    pixels = np.random.default_rng(seed).integers(0, 255, (height, width), np.uint8)
    return GreyImage(width, height, pixels.tobytes(), 500)


@lru_cache(maxsize=1)
def _authority() -> TestAuthority:
    return TestAuthority(SystemClock().now())


class _Bench:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._services: list[SbiService] = []
        self.world = SmallWorld(person=_Body())

    async def address(self, bio_type: BioType, *faults: str) -> str:
        self.world = SmallWorld(*faults, person=_Body())
        service = SbiService(self.world, bio_type, SystemClock(), _authority(), still_s=0.02)
        self._services.append(service)
        service.write_trust_file(self._folder / "trust.pem")
        return await service.start()

    async def fingers(self, *faults: str, **options: str) -> SbiFingerprintScanner:
        address = await self.address(BioType.FINGER, *faults)
        return open_fingerprint(address, "sidik", {"trust_file": str(self._folder / "trust.pem"), **options})

    async def stop(self) -> None:
        for service in self._services:
            await service.stop()

    async def start_again(self) -> None:
        await self._services[-1].start()


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[_Bench]:
    made = _Bench(tmp_path)
    yield made
    await made.stop()


async def test_a_slap_comes_as_four_believed_pictures(bench: _Bench) -> None:
    scanner = await bench.fingers()
    capture = await scanner.capture(_RIGHT_HAND)
    assert [image.fingers for image in capture.images] == [(finger,) for finger in Slap.RIGHT_FOUR.fingers]
    assert all(image.image == _noise(image.fingers[0], 60, 80) for image in capture.images)
    assert capture.device.serial == "SBI-FINGER-0001"
    assert len(capture.evidence) == 4
    assert set(capture.device_quality.values()) == {80}
    assert (await scanner.readiness()).ready


async def test_the_hash_chain_runs_on_over_captures(bench: _Bench) -> None:
    scanner = await bench.fingers()
    for slap in Slap:
        await scanner.capture(FingerRequest.of_slap(slap, timeout_s=3.0))


async def test_missing_fingers_are_excepted_and_one_finger_is_a_slap_of_one(bench: _Bench) -> None:
    scanner = await bench.fingers()
    missing = frozenset({Finger.RIGHT_RING})
    capture = await scanner.capture(FingerRequest.of_slap(Slap.RIGHT_FOUR, missing, timeout_s=3.0))
    assert len(capture.images) == 3
    single = await scanner.capture(FingerRequest.of_single(Finger.LEFT_THUMB, timeout_s=3.0))
    assert [image.fingers for image in single.images] == [(Finger.LEFT_THUMB,)]


async def test_live_frames_are_shown_while_the_hand_lies(bench: _Bench) -> None:
    scanner = await bench.fingers()
    bench.world.person = None
    seen: list[FingerPreview] = []
    with pytest.raises(NoReply):
        await scanner.capture(FingerRequest.of_slap(Slap.RIGHT_FOUR, timeout_s=0.8), seen.append)
    assert len(seen) >= 2
    assert seen[0].image.width > 50


async def test_both_eyes_or_one(bench: _Bench, tmp_path: Path) -> None:
    address = await bench.address(BioType.IRIS)
    scanner = open_iris(address, "iris", {"trust_file": str(tmp_path / "trust.pem")})
    both = await scanner.capture(IrisRequest(timeout_s=3.0))
    assert [image.eye for image in both.images] == [Eye.RIGHT, Eye.LEFT]
    assert both.images[0].image.pixels == _noise(101, 64, 48).pixels
    one = await scanner.capture(IrisRequest((Eye.LEFT,), timeout_s=3.0))
    assert [image.eye for image in one.images] == [Eye.LEFT]


@pytest.mark.parametrize(
    ("action", "expected", "message"),
    [
        ("stale seconds=600", BadReply, "sbi-stale"),
        ("early seconds=600", BadReply, "sbi-stale"),
        ("expired", BadReply, "sbi-certificate-expired"),
        ("foreign", BadReply, "sbi-untrusted"),
        ("unsigned", BadReply, "sbi-signature-wrong"),
        ("short", BadReply, "sbi-count-wrong"),
        ("extra", BadReply, "sbi-count-wrong"),
        ("transaction", BadReply, "sbi-replayed"),
        ("hash", BadReply, "sbi-hash-wrong"),
        ("version", BadReply, "sbi-version"),
        ("swapped-names", BadReply, "sbi-wrong-part"),
        ("bad-image", BadReply, "sbi-image-bad"),
        ("busy", DeviceRefused, "sbi-busy"),
        ("code number=105", DeviceRefused, "sbi-orientation"),
        ("code number=118", DeviceRefused, "sbi-request-malformed"),
        ("code number=555", DeviceRefused, "device-refused"),
        ("code number=705", DeviceUnavailable, "sbi-device-missing"),
        ("garbage", BadReply, "device-bad-reply"),
        ("cut", DeviceUnavailable, "device-unavailable"),
    ],
)
async def test_every_bad_answer_is_refused_with_its_cause_in_words(
    bench: _Bench, action: str, expected: type[DeviceError], message: str
) -> None:
    scanner = await bench.fingers(f"fingerprint capture 1 {action}")
    with pytest.raises(expected) as caught:
        await scanner.capture(_RIGHT_HAND)
    assert caught.value.message_id == message
    for language in ("id", "en"):
        assert "sidik" in Catalogue(language).error(caught.value)
    assert len((await scanner.capture(_RIGHT_HAND)).images) == 4


async def test_a_replayed_capture_is_refused(bench: _Bench) -> None:
    scanner = await bench.fingers("fingerprint capture 2 replay")
    await scanner.capture(_RIGHT_HAND)
    with pytest.raises(BadReply) as caught:
        await scanner.capture(_RIGHT_HAND)
    assert caught.value.message_id == "sbi-replayed"


@pytest.mark.parametrize(
    ("action", "problem"),
    [
        ("not-ready", "sbi-not-ready"),
        ("busy", "sbi-busy"),
        ("foreign", "sbi-untrusted"),
        ("expired", "sbi-certificate-expired"),
        ("garbage", "device-bad-reply"),
    ],
)
async def test_the_panel_says_why_the_device_cannot_capture(bench: _Bench, action: str, problem: str) -> None:
    scanner = await bench.fingers(f"fingerprint info 1 {action}")
    assert (await scanner.readiness()).problems == (problem,)
    assert (await scanner.readiness()).ready


async def test_silence_ends_at_the_deadline_and_an_unplugged_service_at_once(bench: _Bench) -> None:
    scanner = await bench.fingers("fingerprint capture 1 silence")
    begin_s = time.monotonic()
    with pytest.raises(NoReply):
        await scanner.capture(FingerRequest.of_slap(Slap.THUMBS, timeout_s=0.2))
    assert time.monotonic() - begin_s < 5
    await bench.stop()
    with pytest.raises(DeviceUnavailable):
        await scanner.capture(_RIGHT_HAND)
    await bench.start_again()
    await scanner.capture(_RIGHT_HAND)


async def test_hanging_up_cancels_the_capture_on_the_device(bench: _Bench) -> None:
    scanner = await bench.fingers()
    person, bench.world.person = bench.world.person, None
    task = asyncio.create_task(scanner.capture(FingerRequest.of_slap(Slap.RIGHT_FOUR, timeout_s=30.0)))
    await asyncio.sleep(0.3)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    bench.world.person = person
    await asyncio.sleep(0.05)
    assert len((await scanner.capture(_RIGHT_HAND)).images) == 4


async def test_a_service_is_found_among_ports_and_again_on_another(tmp_path: Path) -> None:
    clock = SystemClock()
    iris, fingers = (
        SbiService(SmallWorld(person=_Body()), bio_type, clock, _authority(), still_s=0.02)
        for bio_type in (BioType.IRIS, BioType.FINGER)
    )
    first = int((await iris.start()).rsplit(":", 1)[1])
    trust_file = str(iris.write_trust_file(tmp_path / "trust.pem"))
    scanner = open_fingerprint(f"http://127.0.0.1:{first}-{first + 60}", "sidik", {"trust_file": trust_file})
    with pytest.raises(DeviceUnavailable):
        await scanner.identity()
    for begin in (first + 1, first + 31):
        await _start_above(fingers, begin)
        assert (await scanner.identity()).serial == "SBI-FINGER-0001"
        await fingers.stop()
        with pytest.raises(DeviceUnavailable):
            await scanner.identity()
    await iris.stop()


async def _start_above(service: SbiService, first: int) -> None:
    for port in range(first, first + 30):
        try:
            await service.start(port)
        except OSError:
            continue
        return
    pytest.skip("no free port in the range")


@pytest.mark.parametrize("address", ["ftp://127.0.0.1:1", "http://127.0.0.1", "http://127.0.0.1:9-5", "http://h:1-999"])
def test_a_wrong_service_address_is_refused(address: str) -> None:
    with pytest.raises(BadInput):
        open_fingerprint(address, "sidik", {})


async def test_without_a_trust_file_nothing_is_believed(bench: _Bench) -> None:
    scanner = await bench.fingers(trust_file="/nowhere.pem")
    with pytest.raises(BadInput):
        await scanner.capture(_RIGHT_HAND)


async def test_captures_leave_no_thread_behind(bench: _Bench) -> None:
    scanner = await bench.fingers()
    await scanner.capture(_RIGHT_HAND)
    before = threading.active_count()
    for _ in range(5):
        await scanner.capture(_RIGHT_HAND)
    assert threading.active_count() <= before + 1


def test_the_hash_is_over_bytes_and_starts_from_nothing() -> None:
    first = hashlib.sha256(hashlib.sha256(b"").digest() + hashlib.sha256(b"record").digest()).hexdigest().upper()
    assert chained_hash("", b"record") == first
    assert chained_hash(first, b"next") != chained_hash("", b"next")

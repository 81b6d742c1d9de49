"""What every signature pad driver must do, whatever carries its bytes.

A driver's test module subclasses SignatureContract and offers a fixture `rig`.
"""

from __future__ import annotations

import asyncio
import time
from abc import abstractmethod
from typing import Protocol

import pytest

from station.devices.errors import DeviceError, DeviceUnavailable, NoReply
from station.devices.signature.interface import SignatureCapture, SignaturePad, SignatureRequest
from station.domain.sample import PenSample

REQUEST = SignatureRequest(("Tanda tangan",), timeout_s=8.0, finished_after_s=0.3)


class SignatureRig(Protocol):
    """A driver, and the hands that can disturb its device."""

    pad: SignaturePad
    promptly_s: float

    def nobody_signs(self) -> None:
        """Let the person before the pad not sign."""

    def somebody_signs(self) -> None:
        """Let the person sign again when asked."""

    def unplug(self) -> None:
        """Pull the pad out."""

    async def plug(self) -> None:
        """Plug the pad in again and return when the driver can reach it."""


class SignatureContract:
    """The tests; `Test...` classes inherit them."""

    @pytest.fixture
    @abstractmethod
    def rig(self) -> SignatureRig:
        """Return a driver with a working pad and a person who signs."""

    async def test_it_says_who_it_is_and_that_it_is_ready(self, rig: SignatureRig) -> None:
        identity = await rig.pad.identity()
        assert identity.make
        assert identity.model
        assert (await rig.pad.readiness()).ready

    async def test_a_signature_lies_within_the_pad_and_time_only_grows(self, rig: SignatureRig) -> None:
        seen: list[PenSample] = []
        capture = await rig.pad.capture(REQUEST, seen.append)
        area = await rig.pad.area()
        assert capture.area == area
        assert len(capture.samples) > 30
        assert tuple(seen) == capture.samples
        assert all(0 <= sample.x <= area.width and 0 <= sample.y <= area.height for sample in capture.samples)
        assert all(0 <= sample.pressure <= area.max_pressure for sample in capture.samples)
        assert any(sample.touching for sample in capture.samples)
        times = [sample.time_ms for sample in capture.samples]
        assert times[0] == 0
        assert times == sorted(times)
        assert capture.captured_at.tzinfo is not None

    async def test_two_signatures_after_each_other_are_two(self, rig: SignatureRig) -> None:
        first, second = await self._signed(rig), await self._signed(rig)
        assert first.samples[0].time_ms == second.samples[0].time_ms == 0

    async def test_text_and_clear_may_be_repeated(self, rig: SignatureRig) -> None:
        for _ in range(2):
            await rig.pad.show(("Nama Contoh", "Baris kedua"))
            await rig.pad.clear()

    async def test_without_ink_the_deadline_ends_it(self, rig: SignatureRig) -> None:
        rig.nobody_signs()
        started_s = time.monotonic()
        with pytest.raises(NoReply):
            await rig.pad.capture(SignatureRequest((), timeout_s=0.6))
        assert 0.5 < time.monotonic() - started_s < 0.6 + rig.promptly_s
        rig.somebody_signs()
        await self._signed(rig)

    async def test_a_cancelled_task_frees_the_pad(self, rig: SignatureRig) -> None:
        rig.nobody_signs()
        task = asyncio.ensure_future(rig.pad.capture(SignatureRequest((), timeout_s=20)))
        await asyncio.sleep(0.3)
        started_s = time.monotonic()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert time.monotonic() - started_s < rig.promptly_s
        rig.somebody_signs()
        await self._signed(rig)

    async def test_an_unplugged_pad_is_known_at_once_and_served_again(self, rig: SignatureRig) -> None:
        rig.nobody_signs()
        task = asyncio.ensure_future(rig.pad.capture(SignatureRequest((), timeout_s=20)))
        await asyncio.sleep(0.3)
        started_s = time.monotonic()
        rig.unplug()
        with pytest.raises(DeviceUnavailable):
            await task
        assert time.monotonic() - started_s < rig.promptly_s
        with pytest.raises(DeviceError):
            await rig.pad.identity()
        await rig.plug()
        rig.somebody_signs()
        await self._signed(rig)

    async def test_closing_in_mid_capture_tells_whoever_waits_at_once(self, rig: SignatureRig) -> None:
        rig.nobody_signs()
        task = asyncio.ensure_future(rig.pad.capture(SignatureRequest((), timeout_s=20)))
        await asyncio.sleep(0.3)
        started_s = time.monotonic()
        await rig.pad.close()
        with pytest.raises(DeviceUnavailable):
            await task
        assert time.monotonic() - started_s < rig.promptly_s
        rig.somebody_signs()
        await self._signed(rig)

    async def test_closing_twice_does_no_harm(self, rig: SignatureRig) -> None:
        await rig.pad.identity()
        await rig.pad.close()
        await rig.pad.close()

    async def _signed(self, rig: SignatureRig) -> SignatureCapture:
        capture = await rig.pad.capture(REQUEST)
        assert capture.samples
        return capture

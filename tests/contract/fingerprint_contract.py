"""What every fingerprint driver must do, whatever carries its bytes.

A driver's test module subclasses FingerprintContract and offers a fixture `rig`.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Coroutine
from typing import Any, Protocol

import pytest

from station.devices.fingerprint.interface import FingerCapture, FingerPreview, FingerprintScanner, FingerRequest
from station.domain.sample import Finger, Slap
from tests.contract.scanner_contract import ScannerContract, ScannerRig


class FingerprintRig(ScannerRig, Protocol):
    """A fingerprint driver, and the hands that can disturb its device."""

    @property
    def scanner(self) -> FingerprintScanner:
        """Return the driver under test."""


class FingerprintContract(ScannerContract):
    """The tests; `Test...` classes inherit them."""

    @pytest.fixture
    @abstractmethod
    def rig(self) -> FingerprintRig:
        """Return a driver with a working device and a person before it."""

    def capture(self, rig: FingerprintRig, timeout_s: float) -> Coroutine[Any, Any, FingerCapture]:
        """Return a capture of the thumbs, or of a finger where the glass takes one."""
        if rig.scanner.captures_slaps:
            return rig.scanner.capture(FingerRequest.of_slap(Slap.THUMBS, timeout_s=timeout_s))
        return rig.scanner.capture(FingerRequest.of_single(Finger.RIGHT_INDEX, timeout_s=timeout_s))

    async def test_a_slap_comes_with_its_fingers_resolution_and_previews(self, rig: FingerprintRig) -> None:
        if not rig.scanner.captures_slaps:
            pytest.skip("the glass takes one finger")
        previews: list[FingerPreview] = []
        capture = await rig.scanner.capture(FingerRequest.of_slap(Slap.RIGHT_FOUR, timeout_s=10), previews.append)
        assert sorted(finger for image in capture.images for finger in image.fingers) == sorted(Slap.RIGHT_FOUR.fingers)
        assert all(image.image.resolution_ppi == 500 for image in capture.images)
        assert previews
        assert all(preview.image.width <= 400 for preview in previews)
        assert capture.captured_at.tzinfo is not None

    async def test_a_slap_leaves_out_the_fingers_that_do_not_exist(self, rig: FingerprintRig) -> None:
        if not rig.scanner.captures_slaps:
            pytest.skip("the glass takes one finger")
        request = FingerRequest.of_slap(Slap.LEFT_FOUR, frozenset((Finger.LEFT_RING,)), timeout_s=10)
        capture = await rig.scanner.capture(request)
        fingers = {finger for image in capture.images for finger in image.fingers}
        assert fingers == {Finger.LEFT_LITTLE, Finger.LEFT_MIDDLE, Finger.LEFT_INDEX}

    async def test_a_single_finger_is_captured(self, rig: FingerprintRig) -> None:
        capture = await rig.scanner.capture(FingerRequest.of_single(Finger.RIGHT_INDEX, timeout_s=10))
        assert [image.fingers for image in capture.images] == [(Finger.RIGHT_INDEX,)]

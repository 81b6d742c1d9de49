"""What every iris driver must do, whatever carries its bytes.

A driver's test module subclasses IrisContract and offers a fixture `rig`.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Coroutine
from typing import Any, Protocol

import pytest

from station.devices.iris.interface import IrisCapture, IrisPreview, IrisRequest, IrisScanner
from station.domain.sample import Eye
from tests.contract.scanner_contract import ScannerContract, ScannerRig


class IrisRig(ScannerRig, Protocol):
    """An iris driver, and the hands that can disturb its device."""

    @property
    def scanner(self) -> IrisScanner:
        """Return the driver under test."""


class IrisContract(ScannerContract):
    """The tests; `Test...` classes inherit them."""

    @pytest.fixture
    @abstractmethod
    def rig(self) -> IrisRig:
        """Return a driver with a working device and a person before it."""

    def capture(self, rig: IrisRig, timeout_s: float) -> Coroutine[Any, Any, IrisCapture]:
        """Return a capture of both eyes."""
        return rig.scanner.capture(IrisRequest(timeout_s=timeout_s))

    async def test_both_eyes_come_in_order_with_previews(self, rig: IrisRig) -> None:
        previews: list[IrisPreview] = []
        capture = await rig.scanner.capture(IrisRequest(timeout_s=10), previews.append)
        assert [image.eye for image in capture.images] == [Eye.RIGHT, Eye.LEFT]
        assert capture.images[0].image != capture.images[1].image
        # a device that does not say which eye it shows says None, never the wrong one
        assert {preview.eye for preview in previews} in ({Eye.RIGHT, Eye.LEFT}, {None})
        assert capture.captured_at.tzinfo is not None

    async def test_one_eye_alone_is_captured(self, rig: IrisRig) -> None:
        capture = await rig.scanner.capture(IrisRequest((Eye.LEFT,), timeout_s=10))
        assert [image.eye for image in capture.images] == [Eye.LEFT]

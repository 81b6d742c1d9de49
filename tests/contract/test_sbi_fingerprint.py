"""The contract of fingerprint drivers, held by the SBI driver."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from station.devices.fingerprint.sbi import SbiFingerprintScanner, open_scanner
from station.devices.transport.sbi_messages import BioType
from tests.contract.fingerprint_contract import FingerprintContract
from tests.contract.sbi_rig import SbiRig


class TestSbiFingerprint(FingerprintContract):
    """The SBI driver keeps the contract."""

    @pytest.fixture
    async def rig(self, tmp_path: Path) -> AsyncIterator[SbiRig[SbiFingerprintScanner]]:
        made = SbiRig(tmp_path, BioType.FINGER, "fingerprint", open_scanner)
        await made.start()
        yield made
        await made.stop()

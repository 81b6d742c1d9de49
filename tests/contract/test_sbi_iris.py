"""The contract of iris drivers, held by the SBI driver."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from station.devices.iris.sbi import SbiIrisScanner, open_scanner
from station.devices.transport.sbi_messages import BioType
from tests.contract.iris_contract import IrisContract
from tests.contract.sbi_rig import SbiRig


class TestSbiIris(IrisContract):
    """The SBI driver keeps the contract."""

    @pytest.fixture
    async def rig(self, tmp_path: Path) -> AsyncIterator[SbiRig[SbiIrisScanner]]:
        made = SbiRig(tmp_path, BioType.IRIS, "iris", open_scanner)
        await made.start()
        yield made
        await made.stop()

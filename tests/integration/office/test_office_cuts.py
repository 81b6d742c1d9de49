"""Bytes on a link that is cut, at TCP payload level through mutual TLS: the ratchet of issue 'sync'."""

from __future__ import annotations

from pathlib import Path

import pytest

from station.office.kits import new_code
from station.office.serve import RunningOffice
from tests.integration.office.conftest import make_kit
from tests.integration.office.cut_proxy import CutProxy
from tests.integration.office.hurry import Hurry

PAYLOAD_BYTES = 2_000_000
RATE_BYTES_PER_S = 2_500_000.0


async def overhead(office: RunningOffice, folder: Path, cut_every: int, seed: int, exactly: bool = False) -> float:
    """Send one packet through a cutting proxy; return (up + down - size) / size in percent."""
    direct = make_kit(folder / f"kit-{seed}", office.url, f"KIT-{seed}", randomness=Hurry(seed))
    await direct.engine.pair(new_code(office.office, f"KIT-{seed}"))
    packet = direct.seal(PAYLOAD_BYTES, seed=seed)
    direct.queue(packet)
    with CutProxy(office.port, cut_every, seed, RATE_BYTES_PER_S, exactly=exactly) as proxy:
        kit = direct.at(f"https://127.0.0.1:{proxy.port}", Hurry(seed))
        sent = 0
        for _run in range(12):
            report = await kit.engine.run_once("lan")
            sent += report.receipts
            if sent:
                break
        assert sent == 1, report.problems
        return 100 * (proxy.total - packet.size) / packet.size


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_cuts_about_every_200_kilobytes_cost_at_most_3_5_percent(
    office: RunningOffice, tmp_path: Path, seed: int
) -> None:
    assert await overhead(office, tmp_path, 200_000, seed) <= 3.5


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_cuts_about_every_50_kilobytes_cost_at_most_9_percent(
    office: RunningOffice, tmp_path: Path, seed: int
) -> None:
    assert await overhead(office, tmp_path, 50_000, seed) <= 9.0


async def test_cuts_every_20_kilobytes_still_finish(office: RunningOffice, tmp_path: Path) -> None:
    assert await overhead(office, tmp_path, 20_000, 1, exactly=True) <= 30.0

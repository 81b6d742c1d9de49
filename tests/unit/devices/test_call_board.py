from __future__ import annotations

import asyncio

import pytest

from simulators.display import CallBoardModel
from station.devices.display.jsonlines import open_board
from station.devices.errors import BadReply, DeviceRefused, DeviceUnavailable, NoReply
from station.domain.errors import BadInput
from tests.unit.devices.far_ends import SmallWorld


async def _board(*faults: str) -> tuple[CallBoardModel, SmallWorld, str]:
    world = SmallWorld(*faults)
    model = CallBoardModel(world)
    return model, world, await model.start()


async def test_a_call_is_shown_and_brings_the_person_forward() -> None:
    model, world, address = await _board()
    board = open_board(address, "papan", {})
    await board.call(7, "CONTOH SATU")
    assert world.called == [(7, "CONTOH SATU")]
    await board.clear()
    assert model.history == [(7, "CONTOH SATU")]
    assert (await board.identity()).serial == "PP-0001"
    assert (await board.readiness()).ready
    await model.stop()


@pytest.mark.parametrize(
    ("action", "expected"),
    [("silence", NoReply), ("garbage", BadReply), ("refuse", DeviceRefused), ("cut", BadReply)],
)
async def test_every_fault_has_its_own_error(action: str, expected: type[Exception]) -> None:
    model, _world, address = await _board(f"display call 1 {action}")
    board = open_board(address, "papan", {"reply_timeout_s": "0.2"})
    with pytest.raises(expected):
        await board.call(1, "CONTOH")
    await board.call(1, "CONTOH")
    await model.stop()


async def test_a_board_that_was_switched_off_is_found_again() -> None:
    model, _world, address = await _board()
    board = open_board(address, "papan", {})
    await model.stop()
    with pytest.raises(DeviceUnavailable):
        await board.call(1, "CONTOH")
    assert (await board.readiness()).problems == ("device-unavailable",)
    await model.start()
    await board.call(1, "CONTOH")
    await model.stop()


async def test_cancelling_a_call_frees_the_caller_at_once() -> None:
    model, _world, address = await _board("display call 1 silence")
    board = open_board(address, "papan", {"reply_timeout_s": "30"})
    task = asyncio.create_task(board.call(1, "CONTOH"))
    await asyncio.sleep(0.1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await model.stop()


async def test_closing_in_mid_call_tells_whoever_waits_at_once() -> None:
    model, _world, address = await _board("display call 1 silence")
    board = open_board(address, "papan", {"reply_timeout_s": "30"})
    task = asyncio.create_task(board.call(1, "CONTOH"))
    await asyncio.sleep(0.1)
    await board.close()
    async with asyncio.timeout(0.5):
        with pytest.raises(DeviceUnavailable):
            await task
    await board.call(1, "CONTOH")
    await model.stop()


def test_a_wrong_address_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(BadInput):
        open_board("http://127.0.0.1", "papan", {})

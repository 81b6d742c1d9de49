"""The page printer on a bad network and a bad day: no answer is believed that is none, no card printed twice."""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
import threading
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from station.devices.errors import BadReply, DeviceError, DeviceRefused, NoReply, OutcomeUnknown
from station.devices.printer import ipp
from station.devices.printer.interface import CardPosition, PrinterActivity
from station.devices.printer.ipp_link import IppLink
from station.devices.printer.ipp_messages import IppRequests
from station.domain.errors import BadInput
from station.keys.certificates import Authority, create_authority
from tests.contract.printer_contract import FACE
from tests.contract.test_printer_drivers import IppRig


@pytest.fixture
async def rig() -> AsyncIterator[IppRig]:
    made = IppRig()
    await made.start()
    yield made
    await made.stop()


@pytest.mark.parametrize("fault", ["garbage", "truncated", "other-number", "half-page", "lost-command", "silence"])
async def test_a_question_with_a_bad_answer_is_refused_and_may_be_repeated(rig: IppRig, fault: str) -> None:
    rig.strike(f"ipp get-printer-attributes 1 {fault}")
    with pytest.raises((BadReply, NoReply)):
        await rig.printer.status()
    assert (await rig.printer.status()).activity is PrinterActivity.READY


@pytest.mark.parametrize("fault", ["lost-reply", "garbage", "truncated", "other-number"])
async def test_a_job_whose_answer_was_lost_is_found_by_its_name_and_followed(rig: IppRig, fault: str) -> None:
    rig.strike(f"ipp print-job 1 {fault}")
    await rig.printer.print_card("i-1:print:1", FACE, None, 10.0)
    assert len(rig.mechanism.output) == rig.mechanism.tallies.picked == 1


@pytest.mark.parametrize("fault", ["lost-command", "silence", "half-page"])
async def test_a_job_that_nobody_knows_stays_open_and_is_not_sent_again(rig: IppRig, fault: str) -> None:
    rig.strike(f"ipp print-job 1 {fault}")
    with pytest.raises(OutcomeUnknown):
        await rig.printer.print_card("i-1:print:1", FACE, None, 10.0)
    await asyncio.sleep(0.2)
    assert (rig.mechanism.tallies.picked, rig.mechanism.output) == (0, [])
    assert (await rig.printer.status()).last_operation == ""


async def test_a_busy_printer_refuses_and_nothing_is_printed(rig: IppRig) -> None:
    rig.strike("ipp print-job 1 busy")
    with pytest.raises(DeviceRefused) as caught:
        await rig.printer.print_card("i-1:print:1", FACE, None, 10.0)
    assert caught.value.message_id == "printer-busy"
    assert rig.mechanism.tallies.picked == 0


async def test_the_operation_is_known_to_a_station_that_was_restarted(rig: IppRig) -> None:
    await rig.printer.print_card("i-1:print:1", FACE, None, 10.0)
    another = ipp.open_printer(rig.far_end.address, "pencetak", {"reply_timeout_s": "1"})
    status = await another.status()
    assert (status.last_operation, status.last_operation_done) == ("i-1:print:1", True)
    assert status.card_position is CardPosition.UNKNOWN
    with pytest.raises(DeviceRefused):
        await another.print_card("i-1:print:1", FACE, None, 10.0)
    await another.close()


async def test_a_job_that_has_not_begun_at_the_deadline_is_withdrawn(rig: IppRig) -> None:
    rig.far_end.jobs.pause()
    with pytest.raises(DeviceRefused) as caught:
        await rig.printer.print_card("i-1:print:1", FACE, None, 0.3)
    assert caught.value.message_id == "printer-job-withdrawn"
    rig.far_end.jobs.start()
    await asyncio.sleep(0.3)
    assert rig.mechanism.tallies.picked == 0


async def test_a_job_that_is_printing_at_the_deadline_is_left_alone_and_stays_open(rig: IppRig) -> None:
    rig.far_end.jobs.print_s = 1.0
    with pytest.raises(OutcomeUnknown):
        await rig.printer.print_card("i-1:print:1", FACE, None, 0.4)
    async with asyncio.timeout(5):
        while not rig.mechanism.output:  # noqa: ASYNC110 - the thing watched is a simulator's state
            await asyncio.sleep(0.05)
    assert (await rig.printer.status()).last_operation_done


async def test_a_size_the_printer_does_not_have_is_refused_not_replaced(rig: IppRig) -> None:
    wrong = ipp.open_printer(rig.far_end.address, "pencetak", {"media": "iso_a4_210x297mm"})
    with pytest.raises(DeviceRefused) as caught:
        await wrong.print_card("i-1:print:1", FACE, None, 5.0)
    assert caught.value.message_id == "printer-media-refused"
    assert rig.mechanism.tallies.picked == 0
    await wrong.close()


async def test_two_sides_are_refused_by_a_printer_of_one(rig: IppRig) -> None:
    with pytest.raises(DeviceRefused) as caught:
        await rig.printer.print_card("i-1:print:1", FACE, FACE, 5.0)
    assert caught.value.message_id == "printer-no-format"


async def test_an_ipps_address_without_a_certificate_is_unavailable_not_a_fault(rig: IppRig) -> None:
    secure = ipp.open_printer(rig.far_end.address.replace("ipp://", "ipps://"), "pencetak", {"reply_timeout_s": "1"})
    with pytest.raises(DeviceError):
        await secure.status()
    await secure.close()


async def test_a_secure_line_that_breaks_after_the_job_went_out_leaves_its_outcome_unknown(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    root = create_authority("OTORITAS UJI", now)
    server = Authority(root).issue_to_server(("127.0.0.1",), now)
    (tmp_path / "root.pem").write_bytes(root.certificate_pem)
    (tmp_path / "server.pem").write_bytes(server.key_pem + server.certificate_pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "server.pem")
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def take_and_babble() -> None:
            plain, _address = listener.accept()
            with context.wrap_socket(plain, server_side=True) as secure:
                secure.recv(65536)
                os.write(secure.fileno(), b"\x17\x03\x03\x00\x20" + bytes(32))

        far_end = threading.Thread(target=take_and_babble)
        far_end.start()
        address = f"ipps://127.0.0.1:{listener.getsockname()[1]}/ipp/print"
        link = IppLink(address, "pencetak", 5.0, str(tmp_path / "root.pem"))
        job = IppRequests(link.printer_uri, "station").print_job("i-1:print:1", FACE, "image/png", "")
        with pytest.raises(OutcomeUnknown):
            await link.ask("print", job, physical=True)
        await link.close()
        far_end.join()


@pytest.mark.parametrize("address", ["tcp://1.2.3.4:5", "ipp://", "ipp://host:99999/", "pencetak"])
def test_a_wrong_address_is_bad_input(address: str) -> None:
    with pytest.raises(BadInput):
        ipp.open_printer(address, "pencetak", {})

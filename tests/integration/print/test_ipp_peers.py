"""IPP held to by programs not written here: `ipptool` asks our printer, our driver prints on `ippeveprinter`."""

from __future__ import annotations

import asyncio
import re
import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from station.devices.errors import DeviceRefused, DeviceUnavailable, OutcomeUnknown
from station.devices.printer import ipp
from station.devices.printer.interface import CardPrinter
from tests.contract.printer_contract import FACE
from tests.contract.test_printer_drivers import IppRig
from tests.integration.print.foreign_printer import foreign_printer, why_not

_SUITES = Path("/usr/share/cups/ipptool")
_no_tool = "" if shutil.which("ipptool") and _SUITES.is_dir() else "ipptool is not installed (package cups-ipp-utils)"
pytestmark = pytest.mark.peers
needs_ipptool = pytest.mark.skipif(bool(_no_tool), reason=_no_tool)
needs_printer = pytest.mark.skipif(bool(why_not()), reason=why_not())
_PAGES = {"a4": (595, 842), "letter": (612, 792)}
_WORKS = 'echo "ATTR: job-impressions-completed=1" >&2\n'


@pytest.fixture
async def rig() -> AsyncIterator[IppRig]:
    made = IppRig()
    await made.start()
    made.far_end.jobs.print_s = 0.5
    yield made
    await made.stop()


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """The suites of CUPS with documents, which Debian's package leaves out."""
    for path in _SUITES.glob("*.test"):
        shutil.copy(path, tmp_path / path.name)
    picture = Image.new("RGB", (1035, 661), (200, 220, 240))
    picture.save(tmp_path / "card.png")
    picture.save(tmp_path / "color.jpg")
    picture.convert("L").save(tmp_path / "gray.jpg")
    for name, size in _PAGES.items():
        page = Canvas(str(tmp_path / f"document-{name}.pdf"), pagesize=size)
        page.drawString(50, 50, "SPESIMEN")
        page.save()
        (tmp_path / f"document-{name}.ps").write_text("%!PS-Adobe-3.0\nshowpage\n")
    return tmp_path


async def _asked(suite: Path, address: str, name: str) -> str:
    command = ["ipptool", "-tI", "-f", str(suite / "card.png"), address, f"./{name}.test"]
    run = await asyncio.to_thread(
        subprocess.run, command, cwd=suite, capture_output=True, text=True, timeout=100, check=False
    )
    return run.stdout + run.stderr


def _count(report: str, verdict: str) -> int:
    return len(re.findall(rf"\[{verdict}\]", report))


_SUITES_PASSED = [
    ("ipp-1.1", 29),
    ("ipp-2.0", 30),
    ("print-job-and-wait", 2),
    ("create-job", 2),
    ("validate-job", 1),
]


@needs_ipptool
@pytest.mark.parametrize(("name", "least"), _SUITES_PASSED)
async def test_ipptool_finds_nothing_wrong_with_our_printer(rig: IppRig, suite: Path, name: str, least: int) -> None:
    report = await _asked(suite, rig.far_end.address, name)
    assert _count(report, "FAIL") == 0, report
    assert "cannot be read" not in report
    assert _count(report, "PASS") >= least


@needs_ipptool
async def test_only_the_claim_to_be_ipp_everywhere_is_refused_to_us(rig: IppRig, suite: Path) -> None:
    report = await _asked(suite, rig.far_end.address, "ipp-everywhere")
    failed = [line.strip() for line in report.splitlines() if line.rstrip().endswith("[FAIL]")]
    assert [line.partition(" - ")[0] for line in failed] == ["PWG 5100.14 section 5.1/5.2"]
    assert "GOT: ipp-features-supported" not in report


@needs_ipptool
async def test_ipptool_would_have_found_a_wrong_answer(rig: IppRig, suite: Path) -> None:
    rig.strike("ipp get-jobs 2 other-number")
    assert _count(await _asked(suite, rig.far_end.address, "ipp-1.1"), "FAIL") >= 1


@needs_ipptool
async def test_a_jammed_printer_says_so_to_a_stranger(rig: IppRig, suite: Path) -> None:
    rig.jam_at_print()
    report = await _asked(suite, rig.far_end.address, "print-job-and-wait")
    assert "aborted" in report
    command = ["ipptool", "-tv", rig.far_end.address, "./get-printer-attributes.test"]
    run = await asyncio.to_thread(subprocess.run, command, cwd=suite, capture_output=True, text=True, check=False)
    assert "printer-state (enum) = stopped" in run.stdout
    assert "printer-state-reasons (keyword) = media-jam-error" in run.stdout


@needs_printer
async def test_our_driver_prints_on_a_printer_not_written_here(tmp_path: Path) -> None:
    with foreign_printer(tmp_path, 'echo "ATTR: marker-levels=79,54" >&2\n' + _WORKS) as (address, spool):
        printer = _driver(address)
        assert (await printer.readiness()).ready
        await printer.print_card("i-1:print:1", FACE, None, 20.0)
        assert [path.read_bytes() for path in spool.glob("*.png")] == [FACE]
        with pytest.raises(DeviceRefused) as caught:
            await printer.print_card("i-1:print:1", FACE, None, 20.0)
        assert caught.value.code == "duplicate-operation"
        await printer.print_card("i-2:print:1", FACE, None, 20.0)
        assert (await printer.status()).last_operation == "i-2:print:1"
        assert len(list(spool.glob("*.png"))) == 2
        await printer.close()
    with pytest.raises(DeviceUnavailable):
        await printer.status()


@needs_printer
@pytest.mark.parametrize(
    ("script", "error", "message_id"),
    [
        ('echo "STATE: +media-jam" >&2\nsleep 2\nexit 1\n', DeviceRefused, "printer-card-jam"),
        ('echo "STATE: +cover-open" >&2\nsleep 2\nexit 1\n', DeviceRefused, "printer-cover-open"),
        ("sleep 0.5\nexit 1\n", OutcomeUnknown, "printer-job-aborted"),
        ("sleep 0.5\nexit 0\n", OutcomeUnknown, "printer-unproven"),
        ("sleep 8\n" + _WORKS, OutcomeUnknown, "device-outcome-unknown"),
    ],
)
async def test_trouble_of_a_printer_not_written_here_is_told_as_it_is(
    tmp_path: Path, script: str, error: type[Exception], message_id: str
) -> None:
    with foreign_printer(tmp_path, script) as (address, _spool):
        printer = _driver(address)
        with pytest.raises(error) as caught:
            await printer.print_card("i-1:print:1", FACE, None, 5.0)
        assert getattr(caught.value, "message_id", "") == message_id
        await printer.close()


def _driver(address: str) -> CardPrinter:
    return ipp.open_printer(address, "pencetak", {"poll_s": "0.1"})

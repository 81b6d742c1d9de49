"""`station check` at a terminal and without one: who draws, who presses Enter, what the printed checklist says."""

from __future__ import annotations

import asyncio
import os
import pty
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from pypdf import PdfReader

from simulators.people import Person, make_person
from simulators.serial_pad import SerialPadModel
from tests.unit.devices.far_ends import SmallWorld

_DEADLINE_S = 60.0
DAY = date(2026, 7, 20)


@dataclass
class _Desk:
    """A kit with a signature pad, and the terminal of whoever checks it."""

    folder: Path
    world: SmallWorld
    screen: str = ""

    async def station(self, *arguments: str, terminal: int | None = None) -> tuple[int, str]:
        """Run the command; with `terminal` its standard input and errors are that one."""
        command = [sys.executable, "-m", "station", "--config", str(self.folder / "kit.toml"), *arguments]
        end = asyncio.subprocess.DEVNULL if terminal is None else terminal
        environment = {**os.environ, "STATION_PASSWORD": "kata-sandi-contoh-1"}
        child = await asyncio.create_subprocess_exec(
            *command, stdin=end, stdout=asyncio.subprocess.PIPE, stderr=end, env=environment
        )
        async with asyncio.timeout(_DEADLINE_S):
            told, _errors = await child.communicate()
        return child.returncode or 0, told.decode()

    async def check_at_a_terminal(self, typed: bytes = b"") -> str:
        """Check the kit; `typed` is typed when the stroke is asked for. Return the printed checklist."""
        master, slave = pty.openpty()
        loop = asyncio.get_running_loop()
        self.screen = ""

        def shown() -> None:
            self.screen += os.read(master, 4096).decode()
            if "Goreskan pena" in self.screen and typed and not asked.is_set():
                os.write(master, typed)
                asked.set()

        asked = asyncio.Event()
        loop.add_reader(master, shown)
        try:
            await self.station("check", "--pdf", str(self.folder / "cek.pdf"), terminal=slave)
        finally:
            loop.remove_reader(master)
            os.close(slave)
            os.close(master)
        return self.printed()

    def printed(self) -> str:
        """Return the words of the checklist."""
        pages = PdfReader(self.folder / "cek.pdf").pages
        return " ".join(" ".join(page.extract_text().split()) for page in pages)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[_Desk]:
    world = SmallWorld()
    pad = SerialPadModel(world, speed=10.0)
    (tmp_path / "frasa").write_text("frasa sandi contoh")
    (tmp_path / "kit.toml").write_text(
        '[kit]\nid = "KIT-UJI"\ntpm = "off"\npassphrase_file = "frasa"\n'
        f'[[device]]\nkind = "signature"\ndriver = "serial"\naddress = "{await pad.start()}"\nname = "Papan"\n'
    )
    made = _Desk(tmp_path, world)
    assert (await made.station("setup", "--name", "Admin Contoh", "--login", "admin"))[0] == 0
    yield made
    await pad.stop()


def _person() -> Person:
    return make_person(5, 0, DAY)


async def test_a_stroke_is_asked_for_and_passes(desk: _Desk) -> None:
    desk.world.person = _person()
    printed = await desk.check_at_a_terminal()
    assert "Goreskan pena pada Papan. Batas 20 detik; Enter melewati." in desk.screen
    assert "Goresan (titik, ukuran, tekanan)" in printed
    assert "TIDAK DIUJI" not in printed


async def test_enter_passes_the_pen_over_and_the_checklist_says_so(desk: _Desk) -> None:
    printed = await desk.check_at_a_terminal(typed=b"\n")
    assert "uji pena dilewati petugas" in printed


async def test_without_a_terminal_nobody_is_asked_and_the_checklist_says_so(desk: _Desk) -> None:
    desk.world.person = _person()
    _code, told = await desk.station("check", "--pdf", str(desk.folder / "cek.pdf"))
    assert "[!] Uji pena" in told
    assert "cek dijalankan tanpa petugas" in desk.printed()

"""The province's share-out by keyboard: files in, figures, shares, approval by the head, papers on disk."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from station.bootstrap import StationServices
from station.domain.staff import Role
from station.ledger.accounts import Party, PartyKind
from station.ledger.posting import Document as Paper
from station.registers.usage_report import build_usage_report
from station.registers.workbook import write_xlsx
from station.ui.app import StationApp
from station.ui.dialogs.notice import Notice
from station.ui.screens.province import ProvinceScreen
from tests.ui.ui_bench import PASSWORD, add_staff, make_services, settle, sign_in


@pytest.fixture
def services(tmp_path: Path) -> StationServices:
    found = make_services(tmp_path / "data")
    add_staff(found)
    custodian = found.staff.sign_in("wati", PASSWORD)
    assert custodian.has(Role.CUSTODIAN)
    today = found.clock.now().date()
    centre = Party(PartyKind.CENTRE, "Pusat")
    found.blanks.receive(custodian, Paper("1/BAST", today), centre, 300, 300, None)
    for name in ("KABUPATEN CONTOH", "KOTA MISAL"):
        head = replace(found.registers.head, config=replace(found.registers.head.config, regency=name))
        document = build_usage_report(found.blanks.usage_month(today.year, today.month), head)
        write_xlsx(document, tmp_path / f"{name}.xlsx")
    (tmp_path / "rusak.xlsx").write_bytes(b"bukan buku kerja")
    return found


def shown(app: StationApp, widget_id: str) -> str:
    return str(app.screen.query_one(widget_id, Static).render())


async def form(pilot: Pilot[None], *numbers: str) -> None:
    for number in numbers:
        await pilot.press(*number, "tab")
    await pilot.press("ctrl+s")
    await settle(pilot)


async def test_a_share_out_is_made_approved_and_written_by_keyboard(services: StationServices) -> None:
    app = StationApp(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await sign_in(pilot, "wati")
        await pilot.press("5", "p")
        await settle(pilot)
        assert isinstance(app.screen, ProvinceScreen)
        assert "Belum ada porsi" in shown(app, "#province-lead")
        await pilot.press("t")
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        await pilot.press("2")
        await settle(pilot)
        assert isinstance(app.screen, Notice)
        assert "rusak.xlsx" in "".join(str(part.render()) for part in app.screen.query(Static))
        await pilot.press("enter")
        await settle(pilot)
        await pilot.press("f")
        await settle(pilot)
        await form(pilot, "400", "5")
        await pilot.press("j")
        await settle(pilot)
        await form(pilot, "250", "20", "200", "30")
        (made,) = services.province.share_outs()
        assert [share.pieces for share in made.allocation.shares] == [105, 20]
        await pilot.press("u")
        await settle(pilot)
        await form(pilot, "230")
        assert "belum dibagi 0" in shown(app, "#province-sum")
        await pilot.press("s")
        await settle(pilot)
        await pilot.press(*"joko", "enter", *PASSWORD, "enter")
        await settle(pilot)
        assert "DISETUJUI" in shown(app, "#province-lead")
        await pilot.press("c")
        await settle(pilot)
        await pilot.press("space", "down", "space", "enter")
        await settle(pilot)
        assert "langkah selesai 2 dari 19" in shown(app, "#province-sum")
        await pilot.press("w")
        await settle(pilot)
        await form(pilot, "009/BAST/2026")
        assert isinstance(app.screen, Notice)
    papers = sorted(path.name for path in (services.config.data_dir / "laporan").glob("*.pdf"))
    assert [name[: name.index("-20")] for name in papers] == [
        "bast", "bast", "gabungan-blangko", "langkah-distribusi", "porsi-pembagian", "prakiraan-kebutuhan",
    ]  # fmt: skip

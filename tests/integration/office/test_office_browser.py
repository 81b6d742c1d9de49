"""The office's pages in a real browser: sign-in by its form, every part painted, nothing from outside asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from station.office import accounts
from station.office.ledger_intake import note_conflict
from station.office.serve import RunningOffice
from tests.integration.office.chromium import Chromium, is_installed, sign_in
from tests.integration.office.conftest import TestKit

PASSWORD = "kata-sandi-contoh"
pytestmark = [
    pytest.mark.peers,
    pytest.mark.skipif(not is_installed(), reason="chromium of Debian is not installed"),
]


async def test_a_person_signs_in_settles_a_conflict_and_leaves(
    paired: TestKit, office: RunningOffice, tmp_path: Path
) -> None:
    accounts.create_account(office.office, "admin", "Administrator Contoh", PASSWORD, administrator=True)
    paired.queue(paired.seal())
    await paired.engine.run_once("lan")
    with office.office.database.write() as connection:
        note_conflict(office.office, connection, "KIT-1", "negative-stock", {"account": "room:Satu", "balance": -2})
    with Chromium(tmp_path / "profile") as browser:
        sign_in(browser, office.url, "admin", "kata sandi salah")
        browser.wait_for("document.querySelector('[role=alert]')")
        sign_in(browser, office.url, "admin", PASSWORD)
        browser.wait_for("document.querySelector('#kits')")
        page = str(browser.evaluate("document.body.innerText"))
        assert "KIT-1" in page
        assert "Ruang Satu: -2 keping." in page
        assert "Diterima kantor, diolah" in page
        assert "office-" not in page, "every word is in the catalogue"
        assert browser.evaluate("document.body.scrollWidth <= 1280"), "nothing sticks out"
        asked = browser.evaluate("performance.getEntriesByType('resource').map(one => one.name)")
        assert [address for address in asked if not address.startswith(office.url)] == []
        for part in ("today", "conflicts", "kits", "statuses", "blanks"):
            assert browser.evaluate(f"document.getElementById('{part}').getBoundingClientRect().height > 30")
        browser.picture(tmp_path / "page.png")
        assert (tmp_path / "page.png").stat().st_size > 20_000, "something was painted"
        browser.evaluate("document.querySelector('#conflicts form').requestSubmit()")
        browser.wait_for("document.querySelector('#conflicts .empty')")
        browser.evaluate("document.querySelector('header form').requestSubmit()")
        browser.wait_for("location.pathname === '/sign-in'")
        browser.go(f"{office.url}/dashboard", "location.pathname === '/sign-in'")

"""The page of the field staff in a real browser: registered by its form, changed, and every word in the catalogue."""

from __future__ import annotations

from pathlib import Path

import pytest

from station.office import accounts, field_staff
from station.office.serve import RunningOffice
from tests.integration.office.chromium import Chromium, is_installed, sign_in
from tests.integration.office.conftest import TestKit

PASSWORD = "kata-sandi-contoh"
pytestmark = [
    pytest.mark.peers,
    pytest.mark.skipif(not is_installed(), reason="chromium of Debian is not installed"),
]
FILL = """
const form = [...document.forms].find(one => one.elements.action && one.elements.action.value === 'add');
form.elements.name.value = 'Sari Contoh';
form.elements.login.value = 'sari';
form.elements.password.value = 'kata-sandi-petugas';
form.elements.operator_perekaman.checked = true;
form.elements.penyelia.checked = true;
form.requestSubmit();
"""


async def test_staff_are_registered_and_closed_by_the_forms(
    paired: TestKit, office: RunningOffice, tmp_path: Path
) -> None:
    assert paired.engine.status().paired
    accounts.create_account(office.office, "admin", "Administrator Contoh", PASSWORD, administrator=True)
    with Chromium(tmp_path / "profile") as browser:
        sign_in(browser, office.url, "admin", PASSWORD)
        browser.wait_for("document.querySelector('#kits')")
        browser.go(f"{office.url}/dashboard/staff", "document.querySelector('#staff')")
        browser.evaluate(FILL)
        browser.wait_for("document.querySelector('#staff td.ok')")
        page = str(browser.evaluate("document.body.innerText"))
        assert "Sari Contoh" in page
        assert "KIT-1" in page, "the kit was told at once"
        assert "office-" not in page, "every word is in the catalogue"
        assert browser.evaluate("document.body.scrollWidth <= 1280"), "nothing sticks out"
        browser.picture(tmp_path / "page.png")
        assert (tmp_path / "page.png").stat().st_size > 20_000, "something was painted"
        browser.evaluate("document.querySelector('details').open = true")
        browser.evaluate("document.querySelector('details form:last-child').requestSubmit()")
        browser.wait_for("document.querySelector('#staff td.warn')")
    (sari,) = field_staff.list_staff(office.office)
    assert (sari.login, sari.roles, sari.active) == ("sari", ("operator_perekaman", "penyelia"), False)

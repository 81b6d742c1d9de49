"""The office's pages: sign-in, what they show and what they never show, health and metrics."""
# ruff: noqa: ASYNC212 - the server runs in its own thread, a blocking browser is fine here

from __future__ import annotations

import io
import re
import ssl
from collections.abc import Iterator

import httpx
import pytest
from python_calamine import CalamineWorkbook

from station.domain.clock import local_date
from station.office import accounts
from station.office.dashboard import COOKIE
from station.office.intake import IntakeWorker
from station.office.kits import QUARANTINED, record_evidence
from station.office.ledger_intake import note_conflict
from station.office.serve import RunningOffice
from station.office.tables import kit
from station.sync import wire
from tests.integration.office.conftest import TestKit

PASSWORD = "kata-sandi-contoh"


@pytest.fixture
def browser(office: RunningOffice) -> Iterator[httpx.Client]:
    accounts.create_account(office.office, "admin", "Administrator Contoh", PASSWORD, administrator=True)
    accounts.create_account(office.office, "lihat", "Pembaca Contoh", PASSWORD, administrator=False)
    trusted = ssl.create_default_context(cafile=str(office.office.secrets.authority_file))
    with httpx.Client(base_url=office.url, verify=trusted, trust_env=False) as client:
        yield client


def sign_in(browser: httpx.Client, login: str = "admin", password: str = PASSWORD) -> httpx.Response:
    return browser.post("/sign-in", data={"login": login, "password": password})


def test_nothing_is_shown_without_signing_in(browser: httpx.Client) -> None:
    reply = browser.get("/dashboard")
    assert (reply.status_code, reply.headers["location"]) == (303, "/sign-in")
    assert sign_in(browser, password="salah").status_code == 403


def test_five_wrong_passwords_lock_the_account(browser: httpx.Client) -> None:
    for _turn in range(5):
        assert sign_in(browser, password="salah").status_code == 403
    assert "dikunci" in sign_in(browser).text


async def test_the_page_shows_kits_statuses_and_no_person(paired: TestKit, browser: httpx.Client) -> None:
    packet = paired.seal()
    paired.queue(packet)
    await paired.engine.run_once("lan")
    assert sign_in(browser).status_code == 303
    page = browser.get("/dashboard").text
    assert "KIT-1" in page
    assert "Diterima kantor, diolah" in page
    assert "http" not in page.replace("http-equiv", ""), "no outside resources"
    assert packet.manifest.packet_id in browser.get("/dashboard/packets.csv").text


async def test_today_is_shown_by_school_and_kit(paired: TestKit, browser: httpx.Client, office: RunningOffice) -> None:
    today = local_date(office.office.clock.now(), office.office.zone).isoformat()
    for session_id, school, day in (
        ("s1", "SMAN 1 CONTOH", today),
        ("s2", "SMKN 2 CONTOH", today),
        ("s3", "X", "2026-01-05"),
    ):
        paired.say("session", wire.dumps({"session_id": session_id, "school": school, "day": day}))
    for _packet in range(2):
        paired.queue(paired.seal(2_000))
    await paired.engine.run_once("lan")
    sign_in(browser)
    assert "(kit belum memberi tahu sekolahnya)" in browser.get("/dashboard").text
    worker = IntakeWorker(office.office)
    for _event in range(3):
        worker._event_step()
    page = browser.get("/dashboard").text
    assert "belum memberi tahu" not in page
    assert rows_of(page, "today") == [["SMAN 1 CONTOH", "KIT-1", "2", "2"], ["SMKN 2 CONTOH", "KIT-1", "0", "0"]]


def rows_of(page: str, section: str) -> list[list[str]]:
    """Return the first four cells of each row of a section's table."""
    table = page.split(f'id="{section}"')[1].split("</section>", maxsplit=1)[0]
    return [re.findall(r"<td[^>]*>([^<]*)", row)[:4] for row in table.split("<tr>")[2:]]


def test_a_session_ends_and_a_forged_one_never_begins(browser: httpx.Client, office: RunningOffice) -> None:
    sign_in(browser)
    forged = browser.cookies[COOKIE][:-4] + "AAAA"
    browser.cookies.clear()
    browser.cookies.set(COOKIE, forged)
    assert browser.get("/dashboard").status_code == 303
    assert accounts.open_session(office.office, "") is None


async def test_an_administrator_settles_conflicts_and_releases_kits(
    paired: TestKit, browser: httpx.Client, office: RunningOffice
) -> None:
    assert paired.engine.status().paired
    with office.office.database.write() as connection:
        note_conflict(office.office, connection, "KIT-1", "serial-twice", {"serial": "04AA"})
        record_evidence(office.office, connection, "KIT-1", "fork", b"x", "y")
        connection.execute(kit.update().values(state=QUARANTINED, reason="office-ledger-forked"))
    sign_in(browser, "lihat")
    page = browser.get("/dashboard").text
    assert "04AA" in page
    assert "<button>Selesai" not in page
    assert browser.post("/dashboard/kit", data={"kit": "KIT-1", "action": "release"}).status_code == 400
    browser.cookies.clear()
    sign_in(browser)
    page = browser.get("/dashboard").text
    token = page.split('name="token" value="')[1].split('"')[0]
    conflict = page.split('name="conflict" value="')[1].split('"')[0]
    browser.post("/dashboard/conflict", data={"token": token, "kit": "KIT-1", "conflict": conflict})
    browser.post("/dashboard/kit", data={"token": token, "kit": "KIT-1", "action": "release"})
    page = browser.get("/dashboard").text
    assert "04AA" not in page
    assert "Dikarantina" not in page


def test_forms_of_another_site_are_refused(browser: httpx.Client) -> None:
    sign_in(browser)
    assert browser.post("/dashboard/kit", data={"kit": "KIT-1", "token": "0" * 64}).status_code == 400


async def test_health_and_metrics_speak_of_machines_only(paired: TestKit, browser: httpx.Client) -> None:
    paired.queue(paired.seal())
    await paired.engine.run_once("lan")
    assert browser.get("/health").text == "database: ok\nstorage: ok\ndisk: ok\n"
    metrics = browser.get("/metrics")
    assert metrics.headers["content-type"].startswith("application/openmetrics-text")
    assert 'office_kit_packets{kit="KIT-1"} 1' in metrics.text
    assert metrics.text.endswith("# EOF\n")


def test_the_first_administrator_is_made_once(office: RunningOffice) -> None:
    path = accounts.first_administrator(office.office)
    assert path is not None
    login, password = path.read_text().split()
    assert accounts.sign_in(office.office, login, password).administrator
    assert accounts.first_administrator(office.office) is None


async def test_lists_are_downloaded_as_csv_and_xlsx(paired: TestKit, browser: httpx.Client) -> None:
    packet = paired.seal()
    paired.queue(packet)
    await paired.engine.run_once("lan")
    assert browser.get("/dashboard/packets.xlsx").status_code == 303, "not without signing in"
    sign_in(browser)
    reply = browser.get("/dashboard/packets.xlsx")
    assert "daftar-paket.xlsx" in reply.headers["content-disposition"]
    rows = CalamineWorkbook.from_filelike(io.BytesIO(reply.content)).get_sheet_by_index(0).to_python()
    assert rows[0][:3] == ["Kit", "Paket", "Sesi"]
    assert rows[1][:2] == ["KIT-1", packet.manifest.packet_id]
    assert browser.get("/dashboard/blanks.xlsx").content.startswith(b"PK")
    assert browser.get("/dashboard/blanks.csv").text.endswith("Kit,Tempat,Keping\r\n")
    for absent in ("packets.exe", "secrets.csv"):
        assert browser.get(f"/dashboard/{absent}").status_code == 400


async def test_a_kit_is_revoked_from_the_page_only_with_a_reason(paired: TestKit, browser: httpx.Client) -> None:
    assert paired.engine.status().paired
    sign_in(browser)
    token = browser.get("/dashboard").text.split('name="token" value="')[1].split('"')[0]
    form = {"token": token, "kit": "KIT-1", "action": "revoke"}
    assert browser.post("/dashboard/kit", data=form).status_code == 400
    assert browser.post("/dashboard/kit", data={**form, "action": "", "reason": "x"}).status_code == 400
    assert browser.post("/dashboard/kit", data={**form, "reason": "hilang"}).status_code == 303
    assert "hilang (admin)" in browser.get("/dashboard").text

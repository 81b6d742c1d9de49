"""No way in for strangers, nothing lost when something is wrong, and an error that says what."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from station.domain.clock import OffsetClock, SystemClock
from station.domain.errors import Refused
from station.keys.certificates import Authority, create_authority, make_request
from station.keys.keystore import write_durably
from station.keys.tls import client_context
from station.office import incoming, tables
from station.office.kits import new_code, revoke
from station.office.serve import RunningOffice
from station.sync.connection import Endpoint, HttpConnection, LinkLost
from station.sync.session import Visit
from station.sync.trust import Trust, load_trust
from station.sync.wire import LedgerHead, SessionClaim, sign_session
from tests.integration.office.conftest import TestKit, make_kit
from tests.integration.office.hurry import Hurry

NOBODY_THERE = 9  # the discard port: refused at once


def visit(kit: TestKit, office: RunningOffice, trust: Trust | None = None) -> Visit:
    known = trust or load_trust(kit.folder / "trust")
    endpoint = Endpoint(office.url, known.context())
    return Visit(endpoint, known, kit.keys.signer, LedgerHead(0, b""), SystemClock(), Hurry(1))


def refused_reason(call: Visit, method: str, target: str, body: bytes = b"") -> tuple[object, object]:
    with pytest.raises(Refused) as refused:
        call.call(method, target, body)
    call.close()
    return refused.value.params["status"], refused.value.params["reason"]


async def second_kit(office: RunningOffice, folder: Path) -> TestKit:
    kit = make_kit(folder / "kit-2", office.url, "KIT-2")
    await kit.engine.pair(new_code(office.office, "KIT-2"))
    return kit


async def test_without_a_certificate_only_the_pairing_door_is_open(paired: TestKit, office: RunningOffice) -> None:
    context = client_context(paired.folder / "trust" / "authority.pem")
    with HttpConnection(Endpoint(office.url, context)) as connection:
        reply = connection.request("GET", "/v1/feed?after=0")
    assert (reply.status, reply.headers["station-reason"]) == (403, "office-certificate-missing")


async def test_a_certificate_of_another_authority_opens_nothing(paired: TestKit, office: RunningOffice) -> None:
    foreign = Authority(create_authority("office", datetime.now(UTC)))
    key, request = make_request("KIT-1")
    write_durably(paired.folder / "trust" / "kit.key", key)
    write_durably(paired.folder / "trust" / "kit.pem", foreign.issue_to_kit(request, "KIT-1", datetime.now(UTC)))
    with pytest.raises(LinkLost):
        visit(paired, office).call("GET", "/v1/feed?after=0")


async def test_an_expired_certificate_is_refused_and_renewed_by_signature(
    paired: TestKit, office: RunningOffice
) -> None:
    trust = paired.folder / "trust"
    key, request = make_request("KIT-1")
    long_ago = datetime.now(UTC) - timedelta(days=200)
    write_durably(trust / "kit.key", key)
    write_durably(trust / "kit.pem", office.office.secrets.authority.issue_to_kit(request, "KIT-1", long_ago))
    assert "sync-certificate-expired" in [warning.message_id for warning in paired.engine.status().warnings]
    with pytest.raises(LinkLost):
        visit(paired, office).call("GET", "/v1/feed?after=0")

    report = await paired.engine.run_once("lan")

    assert report.problems == ()
    assert "sync-certificate-expired" not in [warning.message_id for warning in paired.engine.status().warnings]


async def test_a_revoked_kit_cannot_renew(paired: TestKit, office: RunningOffice) -> None:
    revoke(office.office, "KIT-1", "stolen")
    with pytest.raises(Refused) as refused:
        await paired.engine.renew()
    assert refused.value.params["reason"] == "office-kit-revoked"


async def test_a_session_of_one_kit_is_worth_nothing_over_anothers_certificate(
    paired: TestKit, office: RunningOffice, tmp_path: Path
) -> None:
    other = await second_kit(office, tmp_path)
    own = load_trust(paired.folder / "trust")
    claim = SessionClaim("KIT-1", datetime.now(UTC), own.certificate.fingerprint[:16], LedgerHead(0, b""))
    stolen = sign_session(paired.keys.signer, claim)
    context = load_trust(other.folder / "trust").context()
    with HttpConnection(Endpoint(office.url, context)) as connection:
        reply = connection.request("GET", "/v1/feed?after=0", {"Authorization": stolen})
    assert (reply.status, reply.headers["station-reason"]) == (403, "office-certificate-other-kit")


@pytest.mark.usefixtures("paired")
async def test_a_session_signed_by_another_key_is_refused(office: RunningOffice, tmp_path: Path) -> None:
    other = await second_kit(office, tmp_path)
    forged = replace(load_trust(other.folder / "trust"), kit_id="KIT-1")
    assert refused_reason(visit(other, office, forged), "GET", "/v1/feed?after=0")[0] == 422


async def test_a_packet_of_another_kit_is_refused_and_steps_aside(
    paired: TestKit, office: RunningOffice, tmp_path: Path
) -> None:
    other = await second_kit(office, tmp_path)
    stolen = paired.seal()
    item = other.queue(stolen)
    good = other.queue(other.seal(seed=2))
    for _try in range(3):
        report = await other.engine.run_once("lan")
    assert other.outbox_states() == {item: "set_aside", good: "delivered"}
    assert [problem.params["status"] for problem in report.problems] == [422]
    with office.office.database.read() as connection:
        assert {row.kind for row in connection.execute(select(tables.evidence))} == {"packet"}


@pytest.mark.parametrize("place", [20, 5_000, -10])
async def test_a_changed_byte_anywhere_in_a_packet_is_found(paired: TestKit, office: RunningOffice, place: int) -> None:
    packet = paired.seal()
    content = bytearray(packet.path.read_bytes())
    content[place] ^= 1
    packet.path.write_bytes(bytes(content))
    paired.queue(packet)
    report = await paired.engine.run_once("lan")
    assert report.receipts == 0
    assert report.problems[0].params["status"] in {422, 400}
    with office.office.database.read() as connection:
        assert connection.execute(select(tables.packet)).all() == []


async def test_a_kit_with_a_wrong_clock_syncs_and_is_told(office: RunningOffice, tmp_path: Path) -> None:
    kit = make_kit(tmp_path / "kit", office.url, clock=OffsetClock(timedelta(days=-400)))
    await kit.engine.pair(new_code(office.office, "KIT-1"))
    kit.queue(kit.seal())
    report = await kit.engine.run_once("lan")
    assert (report.receipts, report.problems) == (1, ())
    assert kit.engine.status().clock_offset_s == pytest.approx(400 * 86400, abs=60)
    assert "sync-clock-wrong" in [warning.message_id for warning in kit.engine.status().warnings]


async def test_a_full_disk_at_the_office_loses_nothing(paired: TestKit, monkeypatch: pytest.MonkeyPatch) -> None:
    item = paired.queue(paired.seal())
    with monkeypatch.context() as full:
        full.setattr(incoming, "FREE_BYTES_MIN", 2**62)
        report = await paired.engine.run_once("lan")
        assert [problem.params["reason"] for problem in report.problems] == ["office-disk-full"]
        assert paired.outbox_states() == {item: "waiting"}
    assert (await paired.engine.run_once("lan")).receipts == 1


async def test_a_half_open_upload_is_taken_over(paired: TestKit, office: RunningOffice) -> None:
    packet = paired.seal(100_000)
    paired.queue(packet)
    trust = load_trust(paired.folder / "trust")
    half_open = HttpConnection(Endpoint(office.url, trust.context()))
    claim = SessionClaim("KIT-1", datetime.now(UTC), trust.certificate.fingerprint[:16], LedgerHead(0, b""))
    headers = {"Authorization": sign_session(paired.keys.signer, claim), "Tus-Resumable": "1.0.0"}
    created = _created(half_open, packet.manifest.packet_id, packet.size, headers)
    assert created == 201
    content = packet.path.read_bytes()
    _send_half(half_open, packet.manifest.packet_id, content[:40_000], packet.size)

    report = await paired.engine.run_once("lan")
    half_open.close()

    assert report.receipts == 1
    assert report.bytes_on_wire < packet.size - 40_000 + 8_000, "what had arrived is not sent again"


async def test_bytes_beyond_the_durable_offset_are_cut_back(paired: TestKit, office: RunningOffice) -> None:
    packet = paired.seal(100_000)
    name = packet.manifest.packet_id
    incoming.begin(office.office, "KIT-1", name, packet.size)
    file = incoming.PartialFile(office.office, "KIT-1", name, 0)
    file.append(packet.path.read_bytes()[:30_000])
    file.path.write_bytes(file.path.read_bytes() + b"never vouched for" * 1000)
    assert incoming.settle(office.office, "KIT-1", name).offset == 30_000
    assert file.path.stat().st_size == 30_000
    paired.queue(packet)
    assert (await paired.engine.run_once("lan")).receipts == 1


@pytest.mark.parametrize("target", ["/v1/batches", "/v1/pair", "/v1/renew"])
def test_nonsense_is_refused_and_never_an_inner_error(paired: TestKit, office: RunningOffice, target: str) -> None:
    noise = random.Random(7)
    call = visit(paired, office)
    for size in (0, 1, 10, 300):
        status, _reason = refused_reason(call, "POST", target, noise.randbytes(size))
        assert status in {400, 403, 422}, size
        call = visit(paired, office)


def test_malformed_requests_are_refused(paired: TestKit, office: RunningOffice) -> None:
    names = {
        ("POST", "/v1/batches", b"x" * (9 * 1024 * 1024)): 413,
        ("GET", "/v1/feed?after=-1", b""): 400,
        ("GET", "/v1/feed?after=1e9", b""): 400,
        ("GET", "/v1/packets/..%2f..%2fkeys/receipt", b""): 404,
        ("GET", "/v1/packets/%00/receipt", b""): 404,
        ("DELETE", "/v1/packets/" + "0" * 32, b""): 404,
        ("PATCH", "/v1/packets/" + "0" * 32, b"x"): 400,
        ("POST", "/v1/packets", b""): 400,
        ("GET", "/nothing", b""): 404,
    }
    for (method, target, body), expected in names.items():
        assert refused_reason(visit(paired, office), method, target, body)[0] == expected, target


def _created(connection: HttpConnection, name: str, size: int, headers: dict[str, str]) -> int:
    import base64

    metadata = f"packet {base64.b64encode(name.encode()).decode()}"
    lines = {**headers, "Upload-Length": str(size), "Upload-Metadata": metadata}
    return connection.request("POST", "/v1/packets", lines).status


def _send_half(connection: HttpConnection, name: str, part: bytes, size: int) -> None:
    """Begin a PATCH and fall silent in the middle, as a link that died unnoticed."""

    def pieces() -> object:
        yield part
        raise InterruptedError

    lines = {
        "Tus-Resumable": "1.0.0",
        "Content-Type": "application/offset+octet-stream",
        "Upload-Offset": "0",
        "Content-Length": str(size),
    }
    with pytest.raises(InterruptedError):
        connection.stream("PATCH", f"/v1/packets/{name}", lines, pieces())  # type: ignore[arg-type]

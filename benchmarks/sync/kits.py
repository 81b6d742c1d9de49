"""What one kit's contact costs an office with 10 to 2,000 kits: session, a batch with one event, a page of the feed.

`python -m benchmarks.sync.kits [--postgres]`. The functions behind the HTTP routes, real signatures and certificates.
The offices stand side by side and are asked in turn, so that what else the machine does hits all alike; medians of
wall time in milliseconds, and the ratio to the smallest office.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from station.keys.certificates import facts_of, make_request
from station.keys.signing import SoftwareSigner
from station.office import batches, feed, tables
from station.office.context import Office
from station.office.kits import identify
from station.office.serve import ServeOptions, open_office
from station.sync.wire import Batch, Event, LedgerHead, SessionClaim, encode_batch, sign_session
from tests.integration.office.postgres import private_postgres

OFFICES = (10, 100, 500, 2000)
CONTACTS = 400
ITEMS_EACH = 20


@dataclass(frozen=True)
class Member:
    """A kit of the office: its name, key, certificate and session."""

    kit_id: str
    signer: SoftwareSigner
    certificate: bytes
    session: str

    def batch(self, number: int) -> bytes:
        """Return a batch never sent before, with one event."""
        event = Event(f"{number:032x}", "note", datetime.now(UTC), b"\xa0")
        return encode_batch(self.signer, Batch(self.kit_id, f"{number:032x}", b"", LedgerHead(0, b""), (event,)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgres", action="store_true", help="on a private PostgreSQL instead of SQLite")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        offices = []
        for kits in OFFICES:
            url = None
            if arguments.postgres:
                url = stack.enter_context(private_postgres()).url
            office = open_office(ServeOptions(Path(name, str(kits)), database_url=url), serving=False)
            stack.callback(office.close)
            offices.append((office, _members(office, kits)))
        _show(_measure(offices))


def _show(medians: list[tuple[float, float]]) -> None:
    for kits, (contact_ms, page_ms) in zip(OFFICES, medians, strict=True):
        ratio, page_ratio = contact_ms / medians[0][0], page_ms / medians[0][1]
        contact, page = f"{contact_ms:.2f} ms ({ratio:.2f}x)", f"{page_ms:.2f} ms ({page_ratio:.2f}x)"
        print(f"{kits:>5} kits: contact {contact}, feed page {page}")


def _measure(offices: list[tuple[Office, list[Member]]]) -> list[tuple[float, float]]:
    """Return the median milliseconds of a contact, and of its feed page, in each office."""
    seconds: list[list[tuple[float, float]]] = [[] for _office in offices]
    for turn in range(CONTACTS):
        for (office, members), taken in zip(offices, seconds, strict=True):
            taken.append(_contact(office, members[turn * 7 % len(members)], turn))
    return [
        (1000 * statistics.median(each[0] for each in taken), 1000 * statistics.median(each[1] for each in taken))
        for taken in seconds
    ]


def _contact(office: Office, member: Member, turn: int) -> tuple[float, float]:
    batch = member.batch(turn)
    started = time.perf_counter()
    known = identify(office, member.session, member.certificate)
    batches.take(office, known, batch)
    before_page = time.perf_counter()
    with office.database.read() as connection:
        feed.page(connection, member.kit_id, ITEMS_EACH - 10)
        feed.acknowledged(connection, member.kit_id)
    ended = time.perf_counter()
    return ended - started, ended - before_page


def _members(office: Office, kits: int) -> list[Member]:
    """Make kits with rows of a working day; they share one signing key, since making keys is not measured."""
    signer, now = SoftwareSigner.generate(), datetime.now(UTC)
    _key, request = make_request("KIT")
    members, rows, items = [], [], []
    for number in range(kits):
        kit_id = f"KIT-{number}"
        certificate = office.secrets.authority.issue_to_kit(request, kit_id, now)
        rows.append(
            {
                "kit_id": kit_id, "state": "paired", "signing_public": signer.public_der, "sealing_recipient": "x" * 62,
                "certificate": certificate, "certificate_until": "", "prints_at": kit_id, "feed_n": ITEMS_EACH,
                "paired_at": "", "last_seen_at": "",
            }
        )  # fmt: skip
        items += [
            {"kit_id": kit_id, "n": n, "kind": "status", "body": bytes(120), "at": now.isoformat()}
            for n in range(1, ITEMS_EACH + 1)
        ]
        claim = SessionClaim(kit_id, now, facts_of(certificate).fingerprint[:16], LedgerHead(0, b""))
        members.append(Member(kit_id, signer, certificate, sign_session(signer, claim)))
    with office.database.write() as connection:
        connection.execute(tables.kit.insert(), rows)
        connection.execute(tables.feed.insert(), items)
    return members


if __name__ == "__main__":
    main()

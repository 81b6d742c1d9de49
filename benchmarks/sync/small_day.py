"""A day of small data in bytes: 60 cards in the blank book and 60 statuses, over mutual TLS through a counting proxy.

`python -m benchmarks.sync.small_day [--visits 1]`. Nothing but small things goes: no packet. Beside it stand the same
day as JSON, which is what clients of today send, and the identifiers and times alone, which nothing can make smaller.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from station.domain.clock import SystemClock
from station.domain.staff import Actor, Role
from station.keys.signing import verify
from station.ledger.accounts import Party, PartyKind
from station.ledger.batch import encode_batch
from station.ledger.book import BlankBook
from station.ledger.entry import entry_values
from station.ledger.posting import Document
from station.office import feed
from station.office.kits import new_code
from station.office.serve import RunningOffice, ServeOptions
from station.sync import wire
from tests.integration.office.conftest import TestKit, make_kit
from tests.integration.office.cut_proxy import CutProxy

ITEMS = 60
PURPOSES = {False: wire.FEED_PAGE, True: wire.FEED_PAGE_IN_COLUMNS}
CUSTODIAN = Actor("c" * 32, "Pengelola Contoh", frozenset({Role.CUSTODIAN}))
CENTRE = Party(PartyKind.CENTRE, "Pusat")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visits", type=int, default=1, help="how many visits the day is spread over")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        asyncio.run(_day(Path(name), arguments.visits))


async def _day(folder: Path, visits: int) -> None:
    with RunningOffice(ServeOptions(folder / "office", port=0, intake=False)) as office:
        kit = make_kit(folder / "kit", office.url)
        await kit.engine.pair(new_code(office.office, "KIT-1"))
        with CutProxy(office.port, 0, 1, 1e9) as proxy:
            kit.at(f"https://127.0.0.1:{proxy.port}")
            kit.use_book(
                BlankBook(kit.database, kit.keys.signer, SystemClock(), kit.ids, "KIT-1", ZoneInfo("Asia/Makassar"))
            )
            kit.book.receive(CUSTODIAN, Document("B", date(2026, 1, 5)), CENTRE, 100, 1, None)
            await kit.engine.run_once("lan")  # yesterday's visit: the TLS session is known
            for visit in range(visits):
                _work(office, kit, visit, ITEMS // visits)
                before = proxy.up, proxy.down
                report = await kit.engine.run_once("lan")
                assert (report.ledger_entries, report.feed_items) == (ITEMS // visits, ITEMS // visits), report
                up, down = proxy.up - before[0], proxy.down - before[1]
                print(f"visit {visit + 1}: {up} bytes up, {down} down, {up + down} in all")
        _show_content(office, kit)


def _show_content(office: RunningOffice, kit: TestKit) -> None:
    entries = kit.book.entries_after(1)
    with office.office.database.read() as connection:
        items, _last = feed.page(connection, "KIT-1", 0)
    previous = kit.book.entries_after(0, 1)[0].hash
    page = wire.FeedPage("KIT-1", 0, ITEMS, tuple(items), items[0].at)
    print("content, deflated CBOR without signatures; the day in rows, and in columns:")
    for name, in_columns in (("rows", False), ("columns", True)):
        ledger = len(encode_batch("KIT-1", previous, entries, in_columns))
        signed = wire.encode_page(office.office.secrets.signer, replace(page, in_columns=in_columns))
        statuses = len(verify(signed, office.office.secrets.signer.public_der, PURPOSES[in_columns]).payload)
        print(f"  {name:<8} ledger {ledger}, feed {statuses}, in all {ledger + statuses}")
    plain = [json.dumps([str(value) for value in entry_values(entry)]) for entry in entries]
    statuses_json = [json.dumps(wire.loads(item.body)) for item in items]
    print(f"  as JSON  ledger {sum(map(len, plain))}, feed {sum(map(len, statuses_json))}")
    print(f"  random identifiers alone: ledger {12 * len(entries)}, feed {16 * len(items)}")


def _work(office: RunningOffice, kit: TestKit, visit: int, count: int) -> None:
    for number in range(count):
        kit.book.receive(CUSTODIAN, Document(f"B-{visit}-{number}", date(2026, 1, 5)), CENTRE, 1, 1 + number, None)
    with office.office.database.write() as connection:
        for number in range(count):
            now = datetime.now(UTC)
            body = {
                "nik": f"{6311010101080000 + visit * 1000 + number}", "packet_id": kit.ids.new(),
                "status": "PRINT_READY_RECORD", "at": now.isoformat(), "note": "",
            }  # fmt: skip
            feed.append(connection, "KIT-1", "status", wire.dumps(body), now)


if __name__ == "__main__":
    main()

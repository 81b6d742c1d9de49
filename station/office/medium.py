"""Takes what kits brought on a USB medium by the same path as the link, and writes receipts and feed back."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from station.domain.errors import BadInput, StationError
from station.keys.keystore import write_durably
from station.keys.sealing import open_sealed, seal
from station.office import batches, feed, incoming, receive
from station.office.context import Office
from station.office.kits import KnownKit, find_kit
from station.sync.medium import BATCH, CURSOR, PAGE, REPLY, ROOT
from station.sync.wire import FeedPage, encode_page, is_packet_id


@dataclass(frozen=True, slots=True)
class MediumTaken:
    """What a medium held: packets taken (new or known), and why others were refused."""

    packets: int
    batches: int
    refused: tuple[tuple[str, str], ...]


def take_medium(office: Office, folder: Path) -> MediumTaken:
    """Take everything from a medium; one bad file never stops the others. Raises BadInput when nothing is there."""
    if not (folder / ROOT).is_dir():
        raise BadInput("office-medium-empty", path=str(folder))
    packets, taken_batches, refused = 0, 0, []
    for place in sorted(path for path in (folder / ROOT).iterdir() if path.is_dir()):
        try:
            with office.database.read() as connection:
                known = find_kit(connection, place.name)
        except StationError as error:
            refused.append((place.name, error.message_id))
            continue
        for path in sorted(place.glob("*.packet")):
            try:
                _take_packet(office, known, path)
                packets += 1
            except StationError as error:
                refused.append((path.name, error.message_id))
        try:
            taken_batches += _take_batch(office, known, place)
            _write_feed(office, known, place)
        except StationError as error:
            refused.append((place.name, error.message_id))
    return MediumTaken(packets, taken_batches, tuple(refused))


def _take_packet(office: Office, known: KnownKit, path: Path) -> None:
    packet_id = path.stem
    if not is_packet_id(packet_id):
        return
    receipt = receive.existing_receipt(office, known.kit_id, packet_id)
    if receipt is None:
        incoming.begin(office, known.kit_id, packet_id, path.stat().st_size)
        copy = incoming.partial_path(office, known.kit_id, packet_id)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
        _sync(copy)
        receipt = receive.take(office, known, packet_id, copy)
    write_durably(path.with_suffix(".receipt"), receipt)


def _take_batch(office: Office, known: KnownKit, place: Path) -> int:
    path = place / BATCH
    if not path.exists():
        return 0
    message = open_sealed(path.read_bytes(), office.secrets.sealing_identity)
    write_durably(place / REPLY, batches.take(office, known, message))
    return 1


def _write_feed(office: Office, known: KnownKit, place: Path) -> None:
    cursor = place / CURSOR
    after = int(cursor.read_bytes() or b"0") if cursor.exists() else 0
    with office.database.write() as connection:
        items, last = feed.page(connection, known.kit_id, after)
        if items:
            feed.note_served(connection, known.kit_id, items[-1].number)
    page = FeedPage(known.kit_id, after, last, tuple(items), office.clock.now())
    signed = encode_page(office.secrets.signer, page)
    write_durably(place / PAGE, seal(signed, (known.sealing_recipient,)))


def _sync(path: Path) -> None:
    import os

    with open(path, "r+b") as file:
        os.fsync(file.fileno())

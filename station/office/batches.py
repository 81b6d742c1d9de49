"""Takes ledger entries and events of a kit; the same batch again gets the same signed answer."""

from __future__ import annotations

from sqlalchemy import Connection, select

from station.domain.errors import NotAllowed, StationError
from station.office.context import Office
from station.office.database import insert_new
from station.office.kits import KnownKit, find_kit, require_ledger_rights
from station.office.ledger_intake import take_entries
from station.office.tables import batch, event
from station.sync.wire import Batch, BatchReply, Event, decode_batch, encode_reply, is_packet_id

WAITING = "waiting"


def take(office: Office, known: KnownKit, message: bytes) -> bytes:
    """Verify and book a batch and return the signed answer; a part that is refused never blocks the other parts."""
    content = decode_batch(message, known.signing_public)
    if content.kit_id != known.kit_id:
        raise NotAllowed("office-batch-other-kit")
    problems: list[str] = []
    with office.database.write() as connection:
        earlier = _earlier(connection, content)
        if earlier is not None:
            return earlier
        for outgoing in content.events:
            _take_event(office, connection, known.kit_id, outgoing, problems)
        present = find_kit(connection, known.kit_id)
        seq = present.ledger.seq
        if content.ledger:
            try:
                require_ledger_rights(present)
                seq = take_entries(office, connection, present, content.ledger, message)
            except StationError as error:
                problems.append(error.message_id)
        reply = BatchReply(known.kit_id, content.batch_id, seq, tuple(problems), office.clock.now())
        signed = encode_reply(office.secrets.signer, reply)
        at = office.clock.now().isoformat()
        insert_new(connection, batch, kit_id=known.kit_id, batch_id=content.batch_id, reply=signed, at=at)
    return signed


def _earlier(connection: Connection, content: Batch) -> bytes | None:
    query = select(batch.c.reply).where(batch.c.kit_id == content.kit_id, batch.c.batch_id == content.batch_id)
    found = connection.execute(query).scalar()
    return None if found is None else bytes(found)


def _take_event(office: Office, connection: Connection, kit_id: str, outgoing: Event, problems: list[str]) -> None:
    if not is_packet_id(outgoing.event_id) or len(outgoing.topic) > 32:
        problems.append("office-event-malformed")
        return
    insert_new(
        connection,
        event,
        kit_id=kit_id,
        event_id=outgoing.event_id,
        topic=outgoing.topic,
        body=outgoing.body,
        at=outgoing.at.isoformat(),
        work=WAITING,
        work_at=office.clock.now().isoformat(),
        tries=0,
    )

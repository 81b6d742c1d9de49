"""Sends signed letters to kits through their feeds: anew when their content changes, and before the last one ends."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

import cbor2
from sqlalchemy import Connection, select, update

from station.keys.letters import Letter, seal_letter
from station.office import feed
from station.office.context import Office
from station.office.database import insert_new
from station.office.tables import letter
from station.sync.wire import dumps

LIFE = timedelta(days=14)
RENEW_BEFORE = timedelta(days=7)
_NEVER = b""


def send_letter(
    office: Office,
    connection: Connection,
    kind: str,
    subject: str,
    kit_id: str,
    recipient: str,
    content: dict[str, Any],
    life: timedelta = LIFE,
    renews: bool = True,
) -> bool:
    """Put a letter into a kit's feed when the kit has not this very content, or its letter ends soon.

    The number is taken in the caller's transaction and is never lower than the seconds since 1970: an office restored
    from a backup goes on above what its kits have seen. Returns whether one was sent.
    """
    now = office.clock.now()
    digest = content_digest(content)
    known = connection.execute(
        select(letter).where(letter.c.kit_id == kit_id, letter.c.subject == subject).with_for_update()
    ).first()
    if known is not None and bytes(known.digest) == digest and not (renews and ends_soon(known.expires_at, now)):
        return False
    serial = max(int(now.timestamp()), 0 if known is None else int(known.serial) + 1)
    values = {
        "serial": serial,
        "digest": digest,
        "issued_at": now.isoformat(),
        "expires_at": (now + life).isoformat(),
    }
    if known is None:
        if not insert_new(connection, letter, kit_id=kit_id, subject=subject, **values):
            return False  # another worker was first
    else:
        connection.execute(
            update(letter).where(letter.c.kit_id == kit_id, letter.c.subject == subject).values(**values)
        )
    written = Letter(kit_id, serial, now, now + life, content)
    sealed = seal_letter(kind, written, office.secrets.signer, recipient)
    feed.append(connection, kit_id, kind, dumps({"sealed": sealed}), now)
    return True


def content_digest(content: dict[str, Any]) -> bytes:
    """Return what tells two contents of a letter apart."""
    return hashlib.sha256(cbor2.dumps(content, canonical=True)).digest()


def ends_soon(expires_at: str, now: datetime) -> bool:
    """Tell whether a letter is to be renewed by now."""
    return datetime.fromisoformat(expires_at) - now <= RENEW_BEFORE


def forget_sent(connection: Connection, kit_id: str, subject: str) -> None:
    """Let the next round write this letter to the kit again, whatever it has."""
    key = (letter.c.kit_id == kit_id, letter.c.subject == subject)
    connection.execute(update(letter).where(*key).values(digest=_NEVER))

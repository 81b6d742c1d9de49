"""A numbered stream for each kit, without gaps: the number is taken in the transaction that writes the item."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from station.domain.errors import NotFound
from station.office.tables import feed, kit
from station.sync.wire import FeedItem

PAGE_ITEMS = 200
MOST_SET_BACK = 1_000_000
PAGE_BYTES = 512 * 1024


def append(connection: Connection, kit_id: str, kind: str, body: bytes, at: datetime) -> int:
    """Add an item for a kit and return its number; joins the caller's transaction."""
    statement = update(kit).where(kit.c.kit_id == kit_id).values(feed_n=kit.c.feed_n + 1).returning(kit.c.feed_n)
    number = connection.execute(statement).scalar()
    if number is None:
        raise NotFound("office-kit-unknown", kit=kit_id)
    connection.execute(feed.insert().values(kit_id=kit_id, n=number, kind=kind, body=body, at=at.isoformat()))
    return int(number)


def page(connection: Connection, kit_id: str, after: int) -> tuple[list[FeedItem], int]:
    """Return the items after a number, bounded in count and bytes, and the newest number there is."""
    last = int(connection.execute(select(kit.c.feed_n).where(kit.c.kit_id == kit_id)).scalar() or 0)
    query = select(feed).where(feed.c.kit_id == kit_id, feed.c.n > after).order_by(feed.c.n).limit(PAGE_ITEMS)
    items: list[FeedItem] = []
    total = 0
    for row in connection.execute(query):
        total += len(row.body)
        if items and total > PAGE_BYTES:
            break
        items.append(FeedItem(int(row.n), row.kind, datetime.fromisoformat(row.at), bytes(row.body)))
    return items, last


def acknowledged(connection: Connection, kit_id: str) -> int:
    """Return the newest number a kit is known to have applied."""
    return int(connection.execute(select(kit.c.feed_acknowledged).where(kit.c.kit_id == kit_id)).scalar() or 0)


def acknowledge(connection: Connection, kit_id: str, number: int) -> None:
    """Note that a kit has applied everything up to a number."""
    connection.execute(
        update(kit)
        .where(kit.c.kit_id == kit_id, kit.c.feed_acknowledged < number, kit.c.feed_n >= number)
        .values(feed_acknowledged=number)
    )


def served(connection: Connection, kit_id: str) -> int:
    """Return the newest number that was handed to a kit."""
    return int(connection.execute(select(kit.c.feed_served).where(kit.c.kit_id == kit_id)).scalar() or 0)


def note_served(connection: Connection, kit_id: str, number: int) -> None:
    """Note, before it leaves, that everything up to a number was handed to a kit."""
    connection.execute(update(kit).where(kit.c.kit_id == kit_id, kit.c.feed_served < number).values(feed_served=number))


def follow(connection: Connection, kit_id: str, number: int) -> None:
    """Go on above what a kit has applied, when that is more than was ever handed to it.

    Then this office was set back to an older copy: what it wrote since has numbers the kit has seen already and would
    pass over, so everything not handed out moves above the kit's number, in order and without a gap. Joins the caller's
    transaction.
    """
    row = connection.execute(select(kit.c.feed_served).where(kit.c.kit_id == kit_id).with_for_update()).one()
    step = number - int(row.feed_served)
    if not 0 < step <= MOST_SET_BACK:
        return
    unseen = (feed.c.kit_id == kit_id, feed.c.n > row.feed_served)
    connection.execute(update(feed).where(*unseen).values(n=-(feed.c.n + step)))  # aside first: numbers are unique
    connection.execute(update(feed).where(feed.c.kit_id == kit_id, feed.c.n < 0).values(n=-feed.c.n))
    connection.execute(update(kit).where(kit.c.kit_id == kit_id).values(feed_n=kit.c.feed_n + step, feed_served=number))

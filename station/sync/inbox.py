"""Applies what the office sent, each item once: item and cursor move in one transaction.

An item that cannot be applied is set aside with its reason, and the rest goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from station.domain.clock import Clock
from station.domain.errors import BadInput, StationError, StorageFailure
from station.store import records
from station.store.database import Database
from station.store.records import InboxItem
from station.sync import wire
from station.sync.wire import FeedItem

# Connection is SQLAlchemy's; sync only passes it through.
Handler = Callable[[Any, dict[str, Any], datetime], None]
_CURSOR = "feed_cursor"


class Inbox:
    """The receiving end of this kit's feed."""

    def __init__(self, database: Database, handlers: Mapping[str, Handler], clock: Clock) -> None:
        self._database, self._clock = database, clock
        self._handlers: dict[str, Handler] = {"status": self.apply_status, **handlers}

    def cursor(self) -> int:
        """Return the number of the last item applied or set aside."""
        with self._database.read() as connection:
            return int((records.get_state(connection, _CURSOR) or b"0").decode())

    def apply(self, item: FeedItem) -> StationError | None:
        """Apply one item; return why it was set aside, or None. Raises StorageFailure when nothing can be kept."""
        if item.number <= self.cursor():
            return None
        inbox_item = InboxItem(item.number, item.kind, item.body, item.at)
        try:
            with self._database.write() as connection:
                self._hand_over(connection, inbox_item)
                records.put_state(connection, _CURSOR, str(item.number).encode())
        except StorageFailure:
            raise
        except StationError as error:
            return self._set_aside(inbox_item, error)
        except (KeyError, TypeError, ValueError) as error:
            return self._set_aside(inbox_item, BadInput("sync-item-malformed", reason=type(error).__name__))
        return None

    def retry_refused(self) -> int:
        """Try everything that was set aside again; return how many were applied."""
        with self._database.read() as connection:
            refused = records.refused_inbox(connection)
        applied = 0
        for item, _reason in refused:
            try:
                with self._database.write() as connection:
                    self._hand_over(connection, item)
                    records.forget_refused(connection, item.number)
            except (StationError, KeyError, TypeError, ValueError):
                continue
            applied += 1
        return applied

    def apply_status(self, connection: Any, body: dict[str, Any], at: datetime) -> None:
        """Note a record's status; a code this program does not know is kept as it came."""
        moment = datetime.fromisoformat(str(body["at"]))
        note = str(body.get("note", ""))
        records.set_status(connection, str(body["nik"]), str(body["packet_id"]), str(body["status"]), moment, note, at)

    def _hand_over(self, connection: Any, item: InboxItem) -> None:
        handler = self._handlers.get(item.kind)
        if handler is None:
            raise BadInput("sync-item-unknown", kind=item.kind)
        body = wire.loads(item.body)
        if not isinstance(body, dict):
            raise BadInput("sync-item-malformed", reason="map")
        handler(connection, body, item.at)

    def _set_aside(self, item: InboxItem, error: StationError) -> StationError:
        with self._database.write() as connection:
            records.refuse_inbox(connection, item, error.message_id)
            records.put_state(connection, _CURSOR, str(item.number).encode())
        return error

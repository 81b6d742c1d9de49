"""One visit to the office over one link: a signed session, reconnected after cuts, with a bound on cuts in a row."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import chain, repeat

from station.domain.clock import Clock
from station.domain.errors import Refused, StationError
from station.keys.signing import Signer
from station.sync.connection import Endpoint, HttpConnection, LinkLost, Reply
from station.sync.trust import Trust
from station.sync.upload import PieceSize, Upload, refusal, upload
from station.sync.wire import LedgerHead, SessionClaim, sign_session

_OK, _UNAUTHORIZED = 200, 401
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 30.0
CUTS_WITHOUT_PROGRESS = 6
_NO_USE = {"sync-tls-refused", "sync-office-not-trusted"}
_TRY_AGAIN = {"office-offset-differs", "office-upload-busy"}


class Paused(StationError):
    """Someone asked sync to stop; everything acknowledged stays acknowledged."""


@dataclass(slots=True)
class BackOff:
    """Waits between tries: doubling from the first, with jitter; progress starts it anew."""

    randomness: random.Random
    tries: int = 0
    first_s: float = FIRST_PAUSE_S
    longest_s: float = LONGEST_PAUSE_S

    def next_s(self) -> float:
        """Return the next pause in seconds."""
        ceiling = min(self.longest_s, self.first_s * 2.0 ** min(self.tries, 32))
        self.tries += 1
        return ceiling * self.randomness.uniform(0.5, 1.0)

    def reset(self) -> None:
        """Start from the beginning: something went through, or the link came up."""
        self.tries = 0


@dataclass(slots=True)
class Visit:
    """Speaks to the office for one kit; blocking, for one worker thread."""

    endpoint: Endpoint
    trust: Trust
    signer: Signer
    head: LedgerHead
    clock: Clock
    randomness: random.Random
    stop: threading.Event = field(default_factory=threading.Event)
    clock_offset: timedelta = timedelta(0)
    pieces: PieceSize = field(default_factory=PieceSize)
    _connection: HttpConnection | None = None
    _introduced: bool = False
    _broken_off: bool = False
    _wire_before: int = 0

    def __post_init__(self) -> None:
        self._wire_before = self.endpoint.count.total

    @property
    def wire_bytes(self) -> int:
        """Return the bytes of this visit on the wire, both ways."""
        return self.endpoint.count.total - self._wire_before

    @property
    def local_address(self) -> str:
        """Return this machine's address on the present connection, empty without one."""
        connection = self._connection
        return "" if connection is None else connection.local_address

    def break_off(self) -> None:
        """End the visit from another thread: the link is known to be gone, nobody need wait for its silence."""
        self._broken_off = True
        connection = self._connection
        if connection is not None:
            connection.break_off()

    def call(self, method: str, target: str, body: bytes = b"") -> bytes:
        """Send a small request, as often as the link needs, and return the reply's body.

        Every such request may be repeated: the office knows a batch by its identifier.
        """

        def ask(connection: HttpConnection) -> Reply:
            reply = connection.request(method, target, self._introduction(), body)
            if reply.status != _OK:
                raise refusal(reply)
            return reply

        return self._persist(ask).body

    def send_file(self, item: Upload) -> Reply:
        """Send what is left of a file over as many connections as it takes."""
        asked = replace(item, announce=False)
        tries = chain([item], repeat(asked))
        return self._persist(lambda connection: upload(connection, next(tries), self._introduction, self.pieces))

    def close(self) -> None:
        """End the visit; the TLS session is remembered in the endpoint."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _persist(self, action: Callable[[HttpConnection], Reply]) -> Reply:
        pauses = BackOff(self.randomness)
        cuts, clock_learnt = 0, False
        while not self.stop.is_set():
            before = self.pieces.total_bytes
            try:
                return action(self._connected())
            except LinkLost as error:
                self.close()
                if error.message_id in _NO_USE or self._broken_off:
                    raise
                cuts = 1 if self.pieces.total_bytes > before else cuts + 1
                if cuts == 1:
                    pauses.reset()
                self.pieces.cut()
                if cuts >= CUTS_WITHOUT_PROGRESS:
                    raise
                self.stop.wait(pauses.next_s())
            except Refused as error:
                if error.params.get("reason") in _TRY_AGAIN and cuts < CUTS_WITHOUT_PROGRESS:
                    cuts += 1
                    continue
                if clock_learnt or not self._learn_time(error):
                    raise
                clock_learnt = True
        raise Paused("sync-paused")

    def _connected(self) -> HttpConnection:
        if self._connection is None or not self._connection.usable:
            self.close()
            self._introduced = False
            return HttpConnection(self.endpoint, self._hold)
        return self._connection

    def _hold(self, connection: HttpConnection) -> None:
        self._connection = connection
        if self._broken_off:
            connection.break_off()

    def _introduction(self) -> dict[str, str]:
        """Return the session header for the first request of a connection, nothing for the next ones."""
        if self._introduced:
            return {}
        self._introduced = True
        at = self.clock.now() + self.clock_offset
        claim = SessionClaim(self.trust.kit_id, at, self.trust.certificate.fingerprint[:16], self.head)
        return {"Authorization": sign_session(self.signer, claim)}

    def _learn_time(self, error: Refused) -> bool:
        """Take the office's time when it refused ours; tell whether that is worth another try."""
        if error.params.get("status") != _UNAUTHORIZED:
            return False
        self._introduced = False
        if error.params.get("reason") == "office-clock-wrong":
            office_time = datetime.fromtimestamp(int(str(error.params.get("office_time") or 0)), UTC)
            self.clock_offset = office_time - self.clock.now()
        return True

"""Blocking calls to the PC/SC service, with its error codes sorted into what matters here.

Used from one thread. pyscard is imported at the first call, because it looks for the
service's socket in the environment then. The numbers are those of PC/SC, part 5.
"""

from __future__ import annotations

import contextlib
from enum import Enum
from typing import Any


class Trouble(Enum):
    """What can stand between us and a card."""

    NO_SERVICE = "service"
    NO_READER = "reader"
    AMBIGUOUS = "ambiguous"
    NO_CARD = "card"
    CARD_MUTE = "mute"
    CARD_WAS_RESET = "reset"
    IN_USE = "use"
    STALE_HANDLE = "stale"
    OTHER = "other"


_TROUBLES = {
    0x8010001D: Trouble.NO_SERVICE, 0x8010001E: Trouble.NO_SERVICE, 0x80100003: Trouble.STALE_HANDLE,
    0x80100006: Trouble.NO_SERVICE, 0x80100013: Trouble.NO_SERVICE, 0x80100014: Trouble.NO_SERVICE,
    0x80100009: Trouble.NO_READER, 0x80100017: Trouble.NO_READER, 0x8010002E: Trouble.NO_READER,
    0x8010000C: Trouble.NO_CARD, 0x80100069: Trouble.NO_CARD, 0x80100065: Trouble.CARD_MUTE,
    0x80100066: Trouble.CARD_MUTE, 0x80100067: Trouble.CARD_MUTE, 0x80100010: Trouble.CARD_MUTE,
    0x80100068: Trouble.CARD_WAS_RESET, 0x8010000B: Trouble.IN_USE,
}  # fmt: skip
_SERVICE_LOST = frozenset((Trouble.NO_SERVICE, Trouble.STALE_HANDLE))
_TIMED_OUT = 0x8010000A
_MASK = 0xFFFFFFFF


class PcscError(Exception):
    """A call failed; `code` is the number of PC/SC, 0 when the trouble is ours."""

    def __init__(self, trouble: Trouble, code: int) -> None:
        super().__init__(f"{trouble.value} {code:#x}")
        self.trouble = trouble
        self.code = code


class PcscService:
    """One context of the service, made when needed and again after the service was restarted."""

    def __init__(self) -> None:
        self._context: Any | None = None

    def reader_names(self) -> list[str]:
        """Return the names of all readers; an empty list when there is none."""
        scard = _scard()
        for attempt in range(2):
            code, names = scard.SCardListReaders(self._established(), [])
            if code == scard.SCARD_S_SUCCESS:
                return [str(name) for name in names]
            trouble = _TROUBLES.get(code & _MASK, Trouble.OTHER)
            if trouble is Trouble.NO_READER:
                return []
            self.release()
            if attempt == 1 or trouble not in _SERVICE_LOST:
                raise PcscError(trouble, code & _MASK)
        raise PcscError(Trouble.OTHER, 0)

    def card_present(self, reader: str) -> bool:
        """Tell whether a card is in the reader."""
        return bool(self._state(reader, 0, 0.0) & _scard().SCARD_STATE_PRESENT)

    def wait_for_change(self, reader: str, present: bool, timeout_s: float) -> bool:
        """Wait until a card is there (or gone); return whether it is so now."""
        scard = _scard()
        state = self._state(reader, 0, 0.0)
        if bool(state & scard.SCARD_STATE_PRESENT) is present:
            return True
        state = self._state(reader, state & ~scard.SCARD_STATE_CHANGED, timeout_s)
        return bool(state & scard.SCARD_STATE_PRESENT) is present

    def connect(self, reader: str) -> tuple[Any, bytes]:
        """Connect to the card and return the handle and the answer to reset."""
        scard = _scard()
        protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
        code, card, protocol = scard.SCardConnect(self._established(), reader, scard.SCARD_SHARE_EXCLUSIVE, protocols)
        self._check(code)
        header = scard.SCARD_PCI_T1 if protocol == scard.SCARD_PROTOCOL_T1 else scard.SCARD_PCI_T0
        return (card, header), self._answer_to_reset(card)

    def transmit(self, handle: Any, apdu: bytes) -> bytes:
        """Exchange one command."""
        card, header = handle
        code, answer = _scard().SCardTransmit(card, header, list(apdu))
        self._check(code)
        return bytes(answer)

    def reset(self, handle: Any) -> bytes:
        """Warm-reset the card and return its answer to reset."""
        scard = _scard()
        card, _header = handle
        protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
        code, _protocol = scard.SCardReconnect(card, scard.SCARD_SHARE_EXCLUSIVE, protocols, scard.SCARD_RESET_CARD)
        self._check(code)
        return self._answer_to_reset(card)

    def disconnect(self, handle: Any) -> None:
        """Let the card go and take its power; a card that has gone already is no error."""
        scard = _scard()
        scard.SCardDisconnect(handle[0], scard.SCARD_UNPOWER_CARD)

    def release(self) -> None:
        """Give the context back."""
        context, self._context = self._context, None
        if context is not None:
            with contextlib.suppress(Exception):
                _scard().SCardReleaseContext(context)

    def _established(self) -> Any:
        if self._context is None:
            scard = _scard()
            code, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
            self._check(code)
            self._context = context
        return self._context

    def _state(self, reader: str, known: int, timeout_s: float) -> int:
        scard = _scard()
        code, states = scard.SCardGetStatusChange(self._established(), round(timeout_s * 1000), [(reader, known)])
        if code & _MASK == _TIMED_OUT:
            return known
        self._check(code)
        state = int(states[0][1])
        if state & (scard.SCARD_STATE_UNKNOWN | scard.SCARD_STATE_UNAVAILABLE):
            raise PcscError(Trouble.NO_READER, 0)
        return state

    def _answer_to_reset(self, card: Any) -> bytes:
        code, _reader, _state, _protocol, answer = _scard().SCardStatus(card)
        self._check(code)
        return bytes(value & 0xFF for value in answer)

    def _check(self, code: int) -> None:
        if code & _MASK == 0:
            return
        trouble = _TROUBLES.get(code & _MASK, Trouble.OTHER)
        if trouble in _SERVICE_LOST:
            self.release()
        raise PcscError(trouble, code & _MASK)


def _scard() -> Any:
    from smartcard import scard

    return scard

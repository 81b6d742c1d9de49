"""A secure access module: host end of the secure channel, signer, keeper of the (test) master keys.

Does not simulate: certification, hardware protection, or counters that run out by age.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature

from simulators.cards.chip import Refusal
from simulators.cards.test_authority import signer_certificate
from simulators.cards.test_keys import TEST_MASTER_KEYS, TEST_PIN, TEST_SIGNING_SCALAR, card_keys
from station.domain.errors import Tampered
from station.print.chip import ocp1_wire as wire
from station.print.chip.ocp1_wire import Instruction, SamState, StatusWord
from station.print.chip.scp03 import HostSession, SessionKeys

ANSWER_TO_RESET = bytes.fromhex("3B8A800153544E2D53414D2D543178")
PIN_TRIES = 3


class Sam:
    """A module with test keys; PIN, tries, binding and counters survive loss of power."""

    def __init__(
        self,
        serial: bytes = bytes.fromhex("5354455354303031"),
        pin: str = TEST_PIN,
        random_bytes: Callable[[int], bytes] = secrets.token_bytes,
        session_limit: int = 2**32 - 1,
        certificate: bytes | None = None,
    ) -> None:
        self.serial = serial
        self.tries = PIN_TRIES
        self.bound_to = b""
        self.sessions = 0
        self.signatures = 0
        self._pin = pin.encode()
        self._random = random_bytes
        self._session_limit = session_limit
        self._signing_key = ec.derive_private_key(TEST_SIGNING_SCALAR, ec.SECP256R1())
        self._certificate = signer_certificate() if certificate is None else certificate
        self._lock = threading.RLock()
        self._reset()

    @property
    def answer_to_reset(self) -> bytes:
        """Return the ATR."""
        return ANSWER_TO_RESET

    def power_on(self) -> bytes:
        """Reset and return the ATR."""
        self.power_off()
        return ANSWER_TO_RESET

    def power_off(self) -> None:
        """Forget activation and session."""
        with self._lock:
            self._reset()

    def process(self, apdu: bytes) -> bytes:
        """Answer one command with data and status word."""
        with self._lock:
            try:
                return self._dispatch(apdu) + b"\x90\x00"
            except Refusal as refusal:
                return refusal.status_word.to_bytes(2, "big")

    def _reset(self) -> None:
        self._active = False
        self._card: tuple[int, bytes] | None = None
        self._challenge = b""
        self._session: HostSession | None = None

    def _dispatch(self, apdu: bytes) -> bytes:
        if len(apdu) < 4:
            raise Refusal(StatusWord.WRONG_LENGTH)
        data = apdu[5 : 5 + apdu[4]] if len(apdu) > 5 else b""
        match apdu[1]:
            case Instruction.SELECT:
                return self._select(data)
            case Instruction.SAM_STATUS:
                return self._state().encode()
            case Instruction.SAM_ACTIVATE:
                return self._activate(data)
            case Instruction.GET_DATA if apdu[2] == wire.SIGNER_CERTIFICATE:
                start = apdu[3] * wire.CERTIFICATE_PART_BYTES
                return self._certificate[start : start + wire.CERTIFICATE_PART_BYTES]
            case Instruction.GET_DATA:
                point = (serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
                return self._signing_key.public_key().public_bytes(*point)
        if self.tries == 0:
            raise Refusal(StatusWord.BLOCKED)
        if not self._active:
            raise Refusal(StatusWord.SECURITY_STATUS)
        return self._dispatch_active(apdu, data)

    def _dispatch_active(self, apdu: bytes, data: bytes) -> bytes:
        match apdu[1]:
            case Instruction.SAM_CARD:
                return self._select_card(apdu[2], data)
            case Instruction.INITIALIZE_UPDATE:
                self._challenge = self._random(8)
                return self._challenge
            case Instruction.EXTERNAL_AUTHENTICATE:
                return self._authenticate(apdu[2], data)
            case Instruction.SAM_WRAP:
                return self._open_session().wrap(data)
            case Instruction.SAM_UNWRAP:
                return self._unwrap(data)
            case Instruction.SAM_SIGN:
                return self._sign(data)
        raise Refusal(StatusWord.UNKNOWN_INSTRUCTION)

    def _select(self, name: bytes) -> bytes:
        if name != wire.SAM_APPLICATION:
            raise Refusal(StatusWord.FILE_MISSING)
        return b""

    def _state(self) -> SamState:
        return SamState(
            self.serial.hex().upper(),
            self._active,
            test_keys=True,
            blocked=self.tries == 0,
            pin_tries=self.tries,
            sessions=self.sessions,
            signatures=self.signatures,
        )

    def _activate(self, data: bytes) -> bytes:
        if self.tries == 0:
            raise Refusal(StatusWord.BLOCKED)
        if not data or len(data) <= data[0]:
            raise Refusal(StatusWord.WRONG_LENGTH)
        pin, station = data[1 : 1 + data[0]], data[1 + data[0] :]
        if pin != self._pin:
            self.tries -= 1
            raise Refusal(StatusWord.PIN_TRIES | self.tries if self.tries else StatusWord.BLOCKED)
        if self.bound_to not in (b"", station):
            raise Refusal(StatusWord.CONDITIONS)
        self.tries, self.bound_to, self._active = PIN_TRIES, station, True
        return b""

    def _select_card(self, key_set: int, serial: bytes) -> bytes:
        if key_set not in TEST_MASTER_KEYS or not 4 <= len(serial) <= 10:
            raise Refusal(StatusWord.WRONG_DATA)
        self._card, self._session = (key_set, serial), None
        return b""

    def _authenticate(self, level: int, answer: bytes) -> bytes:
        if self._card is None or not self._challenge or len(answer) < 29:
            raise Refusal(StatusWord.CONDITIONS)
        if self.sessions >= self._session_limit:
            raise Refusal(StatusWord.CONDITIONS)
        challenge, self._challenge = self._challenge, b""
        keys = SessionKeys.derive(card_keys(*self._card), challenge, answer[13:21])
        card, host = keys.cryptograms(challenge, answer[13:21])
        if card != answer[21:29]:
            raise Refusal(StatusWord.SECURITY_STATUS)
        self.sessions += 1
        self._session = HostSession(keys, level)
        return self._session.authenticate(host)

    def _open_session(self) -> HostSession:
        if self._session is None:
            raise Refusal(StatusWord.CONDITIONS)
        return self._session

    def _unwrap(self, data: bytes) -> bytes:
        session = self._open_session()
        try:
            return session.unwrap(data[:-2], int.from_bytes(data[-2:], "big"))
        except Tampered as error:
            self._session = None
            raise Refusal(StatusWord.SECURITY_STATUS) from error

    def _sign(self, digest: bytes) -> bytes:
        if len(digest) != 32:
            raise Refusal(StatusWord.WRONG_LENGTH)
        self.signatures += 1
        r, s = decode_dss_signature(self._signing_key.sign(digest, ec.ECDSA(Prehashed(hashes.SHA256()))))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

"""A secure session between card and secure access module; this program only carries the bytes between them."""

from __future__ import annotations

from station.devices.errors import DeviceError, DeviceRefused, DeviceUnavailable
from station.devices.smartcard.interface import CardChannel, ResponseApdu
from station.print.chip import ocp1_wire as wire
from station.print.chip.ocp1_wire import Instruction, StatusWord
from station.print.chip.profile import CHIP as CARD
from station.print.chip.profile import MODULE as SAM
from station.print.chip.scp03 import FULL_SECURITY

_MESSAGES = {
    StatusWord.NO_SPACE: "chip-full",
    StatusWord.SECURITY_STATUS: "chip-security-status",
    StatusWord.BLOCKED: "sam-blocked",
    StatusWord.CONDITIONS: "chip-conditions",
    StatusWord.WRONG_DATA: "chip-wrong-data",
    StatusWord.FILE_MISSING: "chip-foreign",
}
_PIN_MASK, _TRIES_MASK = 0xFFF0, 0x000F


def require(device: str, command: str, answer: ResponseApdu) -> bytes:
    """Return the data of a good answer; raises DeviceRefused with the operator's words otherwise."""
    if answer.ok:
        return answer.data
    code = f"{answer.status_word:04X}"
    if answer.status_word & _PIN_MASK == StatusWord.PIN_TRIES:
        tries = answer.status_word & _TRIES_MASK
        raise DeviceRefused(device, command, code, "sam-pin-wrong", tries=tries)
    known = {int(word): message for word, message in _MESSAGES.items()}
    raise DeviceRefused(device, command, code, known.get(answer.status_word))


async def exchange(device: str, name: str, channel: CardChannel, command: bytes) -> bytes:
    """Send one command and return its data; raises DeviceRefused on any other status word."""
    try:
        answer = await channel.transmit(command)
    except DeviceError as error:
        if device == SAM:  # whatever reader it sits in, the trouble is the module's, not the card's
            raise DeviceUnavailable(SAM, name, error.message_id) from error
        raise
    return require(device, name, answer)


class SecureSession:
    """An authenticated, encrypted session; every command passes through the module twice."""

    def __init__(self, sam: CardChannel, card: CardChannel) -> None:
        self._sam = sam
        self._card = card

    async def open(self, serial: bytes, key_set: int) -> None:
        """Authenticate both ends with the card's own keys of `key_set`."""
        await exchange(SAM, "select-card", self._sam, wire.command(0x80, Instruction.SAM_CARD, key_set, 0, serial))
        challenge = await exchange(
            SAM, "challenge", self._sam, wire.command(0x80, Instruction.INITIALIZE_UPDATE, 0, 0, le=True)
        )
        update = wire.command(0x80, Instruction.INITIALIZE_UPDATE, key_set, 0, challenge, le=True)
        answer = await exchange(CARD, "initialize-update", self._card, update)
        check = wire.command(0x80, Instruction.EXTERNAL_AUTHENTICATE, FULL_SECURITY, 0, answer, le=True)
        authenticate = await exchange(SAM, "authenticate", self._sam, check)
        await exchange(CARD, "external-authenticate", self._card, authenticate)

    async def transmit(self, name: str, plain: bytes) -> bytes:
        """Send one plain command under protection and return the plain answer."""
        wrap = wire.command(0x80, Instruction.SAM_WRAP, 0, 0, _without_le(plain), le=True)
        protected = await exchange(SAM, "wrap", self._sam, wrap)
        answer = await self._card.transmit(protected + b"\x00")
        data = require(CARD, name, answer)
        body = data + answer.status_word.to_bytes(2, "big")
        return await exchange(SAM, "unwrap", self._sam, wire.command(0x80, Instruction.SAM_UNWRAP, 0, 0, body, le=True))

    async def read(self, file: wire.ElementaryFile) -> bytes:
        """Return the whole content of a file."""
        await self.transmit("select", wire.select_file(file))
        content = b""
        while len(content) < wire.FILE_BYTES[file]:
            part = await self.transmit("read", wire.read_binary(len(content)))
            content += part
            if len(part) < wire.MOST_READ_BYTES:
                break
        return content


def _without_le(plain: bytes) -> bytes:
    return plain[:4] if len(plain) <= 5 else plain[: 5 + plain[4]]

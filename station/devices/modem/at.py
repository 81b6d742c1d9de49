"""An M2M modem driven by AT commands (3GPP TS 27.007) on a serial line.

Data itself flows through the network interface the modem's USB function gives to the
system; these commands only bring the packet data context up and down and tell its
state. Byte counters are not standardised: the two common vendor commands are known.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Mapping

from station.devices.errors import BadReply, DeviceError, DeviceRefused, DeviceUnavailable, NoReply
from station.devices.identity import DeviceIdentity, Readiness
from station.devices.modem.at_codec import AtCommand, fields
from station.devices.modem.at_line import AtLine
from station.devices.modem.conditions import SIM_PROBLEMS, readiness_of, require_apn, require_pin
from station.devices.modem.interface import (
    AccessTechnology,
    DataCounters,
    LinkListener,
    NetworkState,
    RegistrationState,
    SimState,
)

_CONTEXT = 1
_REGISTRATION_POLL_S = 1.0
_ACTIVATION_LIMIT_S = 150.0  # 3GPP TS 24.008 lets the network take this long
_SIM_ERRORS = {"10": SimState.ABSENT, "11": SimState.PIN_NEEDED, "12": SimState.PUK_NEEDED}
# 3GPP TS 27.007, <AcT> of +CREG and +COPS.
_TECHNOLOGIES = {
    **dict.fromkeys((0, 1, 3), AccessTechnology.G2),
    **dict.fromkeys((2, 4, 5, 6), AccessTechnology.G3),
    **dict.fromkeys((7, 9, 10), AccessTechnology.G4),
}


class AtModem:
    """A `Modem` on a pyserial address."""

    def __init__(self, address: str, name: str, baud: int = 115200, reply_timeout_s: float = 3.0) -> None:
        self._name = name
        self._line = AtLine(address, name, baud, reply_timeout_s)
        self._baseline = DataCounters(0, 0)

    @property
    def unasked(self) -> tuple[str, ...]:
        """Return the newest codes the modem sent by itself, oldest first; at most 64."""
        return tuple(self._line.unasked)

    def watch_link(self, listener: LinkListener | None) -> None:
        """Tell `listener` when the modem says by itself that it is registered, or no longer."""
        self._line.watch_link(listener)

    async def identity(self) -> DeviceIdentity:
        """Return maker, model, IMEI as serial, firmware."""
        make, model, firmware, imei = [
            await self._text(command) for command in ("AT+CGMI", "AT+CGMM", "AT+CGMR", "AT+CGSN")
        ]
        return DeviceIdentity(make, model, imei, firmware)

    async def readiness(self) -> Readiness:
        """Return every reason why no data can flow now."""
        try:
            sim = await self.sim_state()
            network = await self.network()
        except DeviceError as error:
            return Readiness((error.message_id,))
        return readiness_of(sim, network)

    async def sim_state(self) -> SimState:
        """Return the state of the SIM."""
        try:
            lines = await self._line.ask(AtCommand("AT+CPIN?", "+CPIN:"))
        except DeviceRefused as error:
            if error.code in _SIM_ERRORS:
                return _SIM_ERRORS[error.code]
            raise
        try:
            return SimState(lines[0])
        except (IndexError, ValueError) as error:
            raise BadReply(self._name, "AT+CPIN?") from error

    async def enter_pin(self, pin: str) -> None:
        """Unlock the SIM once; a wrong PIN is `modem-pin-wrong`. Never repeated by itself."""
        require_pin(pin)
        try:
            await self._line.ask(AtCommand(f'AT+CPIN="{pin}"', repeatable=False))
        except DeviceRefused as error:
            if error.code == "16":
                raise DeviceRefused(self._name, "AT+CPIN", "16", "modem-pin-wrong") from error
            raise

    async def network(self) -> NetworkState:
        """Return registration, technology, operator and signal."""
        registration, technology = await self._registration()
        operator = ""
        current = await self._fields("AT+COPS?", "+COPS:", timeout_s=30.0)
        if len(current) >= 3:
            operator = current[2]
        if len(current) >= 4 and technology is AccessTechnology.NONE:
            technology = _TECHNOLOGIES.get(self._number(current[3], "AT+COPS?"), technology)
        attached = await self._fields("AT+CGATT?", "+CGATT:")
        return NetworkState(registration, technology, operator, await self._signal_dbm(), attached[:1] == ["1"])

    async def connect(self, apn: str, timeout_s: float = 60.0) -> str:
        """Attach and activate a packet data context within `timeout_s`; return the address given by the network.

        Raises DeviceRefused `modem-sim-not-ready` or `modem-denied`, NoReply `modem-not-registered` at the deadline.
        """
        require_apn(apn)
        deadline_s = time.monotonic() + timeout_s
        sim = await self.sim_state()
        if sim is not SimState.READY:
            raise DeviceRefused(self._name, "connect", sim.value, SIM_PROBLEMS[sim])
        await self._await_registration(deadline_s)
        await self._before(deadline_s, "AT+CGATT=1")
        await self._before(deadline_s, f'AT+CGDCONT={_CONTEXT},"IP","{apn}"')
        await self._before(deadline_s, f"AT+CGACT=1,{_CONTEXT}")
        self._baseline = DataCounters(0, 0)
        self._baseline = await self.counters()
        given = await self._fields(f"AT+CGPADDR={_CONTEXT}", "+CGPADDR:")
        if len(given) < 2 or not given[1]:
            raise BadReply(self._name, "AT+CGPADDR")
        return given[1]

    async def disconnect(self) -> None:
        """Deactivate the context; may be repeated."""
        await self._line.ask(AtCommand(f"AT+CGACT=0,{_CONTEXT}", timeout_s=40.0))

    async def counters(self) -> DataCounters:
        """Return bytes sent and received since `connect`; zero where the modem counts nothing."""
        sent, received = await self._raw_counters()
        return DataCounters(max(0, sent - self._baseline.sent_bytes), max(0, received - self._baseline.received_bytes))

    async def close(self) -> None:
        """Give the port back; may be called twice. The context stays as it is."""
        await self._line.close()

    async def _registration(self) -> tuple[RegistrationState, AccessTechnology]:
        best, technology = RegistrationState.UNKNOWN, AccessTechnology.NONE
        for name in ("CEREG", "CGREG", "CREG"):  # from 4G down to 2G; the first that is registered counts
            try:
                parts = await self._fields(f"AT+{name}?", f"+{name}:")
            except DeviceRefused:
                continue
            try:
                state = RegistrationState(self._number(parts[1], name))
            except (IndexError, ValueError) as error:
                raise BadReply(self._name, f"AT+{name}?") from error
            best = state
            if state.registered:
                if len(parts) >= 5:
                    technology = _TECHNOLOGIES.get(self._number(parts[4], name), AccessTechnology.NONE)
                break
        return best, technology

    async def _await_registration(self, deadline_s: float) -> None:
        closings = self._line.closings
        while True:
            state, _technology = await self._registration()
            if state.registered:
                return
            if state is RegistrationState.DENIED:
                raise DeviceRefused(self._name, "connect", "denied", "modem-denied")
            if time.monotonic() + _REGISTRATION_POLL_S > deadline_s:
                raise NoReply(self._name, "connect", "modem-not-registered")
            await asyncio.sleep(_REGISTRATION_POLL_S)
            if closings != self._line.closings:
                raise DeviceUnavailable(self._name, "connect")

    async def _before(self, deadline_s: float, text: str) -> None:
        left_s = deadline_s - time.monotonic()
        if left_s <= 0:
            raise NoReply(self._name, "connect")
        await self._line.ask(AtCommand(text, timeout_s=min(left_s, _ACTIVATION_LIMIT_S)))

    async def _signal_dbm(self) -> int | None:
        parts = await self._fields("AT+CSQ", "+CSQ:")
        level = self._number(parts[0], "AT+CSQ") if parts else 99
        # 27.007: 0 is -113 dBm or less, each step 2 dB, 31 is -51 dBm or more, 99 not known
        return -113 + 2 * level if 0 <= level <= 31 else None

    async def _raw_counters(self) -> tuple[int, int]:
        try:
            parts = await self._fields("AT+QGDCNT?", "+QGDCNT:")
            return self._number(parts[0], "AT+QGDCNT?"), self._number(parts[1], "AT+QGDCNT?")
        except DeviceRefused:
            pass  # another vendor
        except IndexError as error:
            raise BadReply(self._name, "AT+QGDCNT?") from error
        try:
            parts = await self._fields("AT^DSFLOWQRY", "^DSFLOWQRY:")
            return int(parts[1], 16), int(parts[2], 16)
        except DeviceRefused:
            return 0, 0
        except (IndexError, ValueError) as error:
            raise BadReply(self._name, "AT^DSFLOWQRY") from error

    async def _text(self, command: str) -> str:
        lines = await self._line.ask(AtCommand(command, ""))
        if not lines:
            raise BadReply(self._name, command)
        return re.sub(r"^\+?[A-Z]+: ?", "", lines[0]).strip('"')

    async def _fields(self, command: str, prefix: str, timeout_s: float | None = None) -> list[str]:
        lines = await self._line.ask(AtCommand(command, prefix, timeout_s=timeout_s))
        if not lines:
            raise BadReply(self._name, command)
        return fields(lines[0])

    def _number(self, text: str, command: str) -> int:
        if not re.fullmatch(r"\d{1,18}", text):
            raise BadReply(self._name, command)
        return int(text)


def open_modem(address: str, name: str, options: Mapping[str, str]) -> AtModem:
    """Make the driver; options `baud` (115200) and `reply_timeout_s` (3) for ordinary commands."""
    return AtModem(address, name, int(options.get("baud", "115200")), float(options.get("reply_timeout_s", "3")))

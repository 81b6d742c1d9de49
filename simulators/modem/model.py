"""An AT modem as a state machine: SIM, registration, signal, attachment, one packet data context.

Transport-neutral: `feed` takes bytes, `send` gives them out. Replies follow V.250 and
3GPP TS 27.007/27.005 as a common 4G module words them, so that foreign AT clients
(gammu, ModemManager) find their way too. A call to `*99***n#` answers CONNECT and leaves the line to data.

Faults, by command name (`modem CGACT 1 ...`): `silence`; `cme code=N`; `garbage`;
`truncated`; `chatter` unasked codes between the reply's lines; `late seconds=N`;
`cut` the line is lost. Of the state: `no-signal seconds=N` the network is lost, `no-sim
seconds=N` the SIM is out, from this command on; the first command after N seconds finds
all well again (0: it stays so).

Does not simulate: voice, SMS delivery, PPP framing, USSD, cell changes, roaming charges.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from simulators.far_end import Surroundings
from simulators.faults import Fault
from simulators.modem.replies import FIXED_REPLIES
from station.domain.clock import Clock


class DataPath(Protocol):
    """The relay that carries data while the context is active."""

    sent_bytes: int
    received_bytes: int

    def bring_up(self) -> None:
        """Let data flow."""

    def bring_down(self) -> None:
        """Stop all data."""


# Lines of a reply and its final result.
_Answer = tuple[list[str], str]


@dataclass(slots=True)
class Registration:
    """How the modem stands with the network; `stat` and `technology` are the numbers of 27.007."""

    stat: int = 1
    technology: int = 7
    operator: str = "CONTOH SELULER"
    signal: int = 17


class ModemModel:
    """The modem behind the line. `search_s`: how long it searches before it is registered."""

    def __init__(
        self, world: Surroundings, clock: Clock, path: DataPath | None = None, pin: str = "", search_s: float = 0.0
    ) -> None:
        self._world = world
        self._clock = clock
        self._path = path
        self._pin = pin
        self._registered_at_s = clock.monotonic_s() + search_s
        self.network = Registration()
        self.sim_present = True
        self.pin_open = not pin
        self.pin_tries = 3
        self.attached = True
        self.active = False
        self.contexts: dict[int, str] = {}
        self.active_context = 0
        self.echo = True
        self.numeric_errors = False
        self.vendor = "quectel"
        self._buffer = bytearray()
        self._mends: list[tuple[float, Callable[[], None]]] = []
        self.send: Callable[[bytes], None] = lambda _data: None
        self.send_later: Callable[[float, bytes], None] = lambda _delay_s, data: self.send(data)
        self.hang_up: Callable[[], None] = lambda: None
        self.commands: list[str] = []

    def feed(self, data: bytes) -> None:
        """Take what the computer sends."""
        if self.echo:
            self.send(data)
        self._buffer += data
        while (end := self._buffer.find(b"\r")) >= 0:
            line = bytes(self._buffer[:end]).decode("ascii", "replace").strip("\n ")
            del self._buffer[: end + 1]
            if line:
                self._command_line(line)
        del self._buffer[:-2048]

    def unasked(self, text: str) -> None:
        """Say something nobody asked for."""
        self.send(f"\r\n{text}\r\n".encode())

    def lose_signal(self) -> None:
        """Drive into a valley: no signal, registration and context gone."""
        self.network.signal = 99
        self.network.stat = 2
        self._deactivate()
        for name in ("CREG", "CGREG"):
            self.unasked(f"+{name}: 2")

    def find_signal(self, signal: int = 17) -> None:
        """Come out of the valley."""
        self.network.signal = signal
        self.network.stat = 1
        for name in ("CREG", "CGREG"):
            self.unasked(f'+{name}: 1,"1A2B","01C3D4E5",7')

    def pull_sim(self) -> None:
        """Take the SIM out."""
        self.sim_present = False
        self._deactivate()
        self.unasked("+QUSIM: 0")

    def insert_sim(self) -> None:
        """Put the SIM back."""
        self.sim_present = True
        self.unasked("+QUSIM: 1")

    def _harm_state(self, fault: Fault) -> None:
        harm, mend = {
            "no-signal": (self.lose_signal, self.find_signal),
            "no-sim": (self.pull_sim, self.insert_sim),
        }[fault.action]
        harm()
        if seconds := fault.number("seconds", 0.0):
            self._mends.append((self._clock.monotonic_s() + seconds, mend))

    def _mend_state(self) -> None:
        now_s = self._clock.monotonic_s()
        due = [mend for at_s, mend in self._mends if at_s <= now_s]
        self._mends = [entry for entry in self._mends if entry[0] > now_s]
        for mend in due:
            mend()

    def _command_line(self, line: str) -> None:
        self.commands.append(line)
        if not line.upper().startswith("AT"):
            return
        body = line[2:]
        name = re.sub(r"[=?].*", "", body).lstrip("+^").upper()
        fault = self._world.faults.take("modem", name or "AT")
        action = fault.action if fault else ""
        self._mend_state()
        if fault is not None and action in ("no-signal", "no-sim"):
            self._harm_state(fault)
        lines, final = self._execute(body)
        if action == "silence":
            return
        if action == "cut":
            self.hang_up()
            return
        if fault and action == "cme":
            lines, final = [], self._error(int(fault.number("code", 3)))
        reply = _reply(lines, final, chatter=action == "chatter")
        if action == "garbage":
            reply = bytes((byte * 7 + 131) % 256 for byte in reply)
        elif action == "truncated":
            reply = reply[: max(1, len(reply) // 2)]
        if fault and action == "late":
            self.send_later(fault.number("seconds", 5.0), reply)
        else:
            self.send(reply)

    def _execute(self, body: str) -> _Answer:
        upper = body.upper()
        if upper in ("", "Z", "&F", "E0", "E1", "V1", "Q0", "X4", "&C1", "&D1"):
            self.echo = {"E0": False, "E1": True, "Z": True, "&F": True}.get(upper, self.echo)
            return [], "OK"
        if upper.startswith("+CMEE="):
            self.numeric_errors = upper[6:] == "1"
            return [], "OK"
        if upper.startswith("+CPIN"):
            return self._sim(body)
        if upper in FIXED_REPLIES:
            return list(FIXED_REPLIES[upper]), "OK"
        for kind in (
            self._registration_command,
            self._attach_command,
            self._context_command,
            self._context_query,
            self._counter_query,
        ):
            answer = kind(upper, body)
            if answer is not None:
                return answer
        return [], "ERROR"

    def _sim(self, body: str) -> _Answer:
        if not self.sim_present:
            return [], self._error(10)
        if body == "+CPIN?":
            state = "READY" if self.pin_open else "SIM PIN" if self.pin_tries else "SIM PUK"
            return [f"+CPIN: {state}"], "OK"
        given = body.partition("=")[2].strip('"')
        if self.pin_open:
            return [], self._error(3)
        if not self.pin_tries:
            return [], self._error(12)
        if given != self._pin:
            self.pin_tries -= 1
            return [], self._error(16 if self.pin_tries else 12)
        self.pin_open, self.pin_tries = True, 3
        return [], "OK"

    def _registration_command(self, upper: str, _body: str) -> _Answer | None:
        registered = self._registered()
        if re.fullmatch(r"\+C(|G|E)REG=[0-2]", upper):
            return [], "OK"
        if match := re.fullmatch(r"(\+C(?:|G|E)REG)\?", upper):
            cell = f',"1A2B","01C3D4E5",{self.network.technology}' if registered else ""
            return [f"{match[1]}: 2,{self._stat()}{cell}"], "OK"
        if upper == "+CSQ":
            return [f"+CSQ: {self.network.signal},99"], "OK"
        if upper == "+COPS?":
            operator = f',0,"{self.network.operator}",{self.network.technology}' if registered else ""
            return [f"+COPS: 0{operator}"], "OK"
        return None

    def _attach_command(self, upper: str, _body: str) -> _Answer | None:
        registered = self._registered()
        if upper == "+CGATT?":
            return [f"+CGATT: {int(self.attached and registered)}"], "OK"
        if upper not in ("+CGATT=0", "+CGATT=1"):
            return None
        wanted = upper.endswith("1")
        if wanted and not registered:
            return [], self._error(30)
        self.attached = wanted
        if not wanted:
            self._deactivate()
        return [], "OK"

    def _context_command(self, upper: str, body: str) -> _Answer | None:
        if match := re.fullmatch(r'\+CGDCONT=(\d),"IP","([^"]*)".*', body, re.IGNORECASE):
            self.contexts[int(match[1])] = match[2]
            return [], "OK"
        if re.fullmatch(r"\+CGACT=0(,\d)?|H0?", upper):
            self._deactivate()
            return [], "OK"
        dialled = re.fullmatch(r"DT?\*99\*\*\*(\d)#", upper)
        wanted = dialled or re.fullmatch(r"\+CGACT=1,(\d)", upper)
        if wanted is None:
            return None
        if not self._registered() or not self.attached:
            return [], self._error(148)
        if not self.contexts.get(int(wanted[1])):
            return [], self._error(33)
        self._activate(int(wanted[1]))
        return [], "CONNECT 150000000" if dialled else "OK"

    def _context_query(self, upper: str, _body: str) -> _Answer | None:
        number, address = self.active_context, "10.64.17.8" if self.active else ""
        apn = self.contexts.get(number, "")
        given = f'+CGCONTRDP: {number},5,"{apn}","10.64.17.8.255.255.255.252","10.64.17.1","10.64.0.53"'
        answers = {
            "+CGDCONT?": [f'+CGDCONT: {one},"IP","{name}","0.0.0.0",0,0' for one, name in self.contexts.items()],
            "+CGACT?": [f"+CGACT: {one},{int(self.active and one == number)}" for one in self.contexts],
            "+CGPADDR=1": [f'+CGPADDR: 1,"{address}"'],
            "+CGCONTRDP": [given] if self.active else [],
            f"+CGCONTRDP={number}": [given] if self.active else [],
        }
        return (answers[upper], "OK") if upper in answers else None

    def _counter_query(self, upper: str, _body: str) -> _Answer | None:
        sent, received = (self._path.sent_bytes, self._path.received_bytes) if self._path is not None else (0, 0)
        if upper == "+QGDCNT?" and self.vendor == "quectel":
            return [f"+QGDCNT: {sent},{received}"], "OK"
        if upper == "^DSFLOWQRY" and self.vendor == "huawei":
            flow = f"0000003C,{sent:016X},{received:016X}"
            return [f"^DSFLOWQRY:{flow},{flow}"], "OK"
        return None

    def _registered(self) -> bool:
        return self._stat() in (1, 5)

    def _stat(self) -> int:
        if not self.sim_present or not self.pin_open:
            return 0
        if self.network.stat == 1 and self._clock.monotonic_s() < self._registered_at_s:
            return 2
        return self.network.stat

    def _activate(self, context: int) -> None:
        self.active, self.active_context = True, context
        if self._path is not None:
            self._path.bring_up()

    def _deactivate(self) -> None:
        self.active = False
        if self._path is not None:
            self._path.bring_down()

    def _error(self, code: int) -> str:
        return f"+CME ERROR: {code}" if self.numeric_errors else "ERROR"


def _reply(lines: list[str], final: str, *, chatter: bool) -> bytes:
    out = [f"\r\n{line}\r\n" for line in lines]
    if chatter:
        out = ["\r\n+CREG: 1\r\n", *out, '\r\n+CGEV: NW MODIFY 1,3\r\n\r\n+CGREG: 1,"1A2B","01C3D4E5",7\r\nRING\r\n']
    return "".join([*out, f"\r\n{final}\r\n"]).encode()

"""What every modem driver says alike: which state keeps data from flowing, what a PIN and an APN look like."""

from __future__ import annotations

import re

from station.devices.identity import Readiness
from station.devices.modem.interface import NetworkState, RegistrationState, SimState
from station.domain.errors import BadInput

SIM_PROBLEMS = {
    SimState.ABSENT: "modem-sim-absent",
    SimState.PIN_NEEDED: "modem-pin-needed",
    SimState.PUK_NEEDED: "modem-puk-needed",
}
_APN = re.compile(r"[A-Za-z0-9.-]{1,100}")
_PIN = re.compile(r"\d{4,8}")


def readiness_of(sim: SimState, network: NetworkState) -> Readiness:
    """Return every reason why no data can flow, with operator, technology and signal beside it."""
    problems = [SIM_PROBLEMS[sim]] if sim in SIM_PROBLEMS else []
    if network.registration is RegistrationState.DENIED:
        problems.append("modem-denied")
    elif not network.registration.registered:
        problems.append("modem-not-registered")
    if network.signal_dbm is None:
        problems.append("modem-no-signal")
    details = {
        "modem-operator": network.operator or "-",
        "modem-technology": network.technology.value,
        "modem-signal-dbm": "-" if network.signal_dbm is None else str(network.signal_dbm),
    }
    return Readiness(tuple(problems), details)


def require_pin(pin: str) -> None:
    """Raise BadInput unless the text can be the PIN of a SIM card."""
    if not _PIN.fullmatch(pin):
        raise BadInput("modem-pin-malformed")


def require_apn(apn: str) -> None:
    """Raise BadInput unless the text can be an access point name."""
    if not _APN.fullmatch(apn):
        raise BadInput("modem-apn-malformed", apn=apn)

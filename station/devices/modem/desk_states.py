"""What ModemManager and NetworkManager report, turned into the words of the modem interface; pure.

Numbers are those of the enumerations MMModemState, MMModemLock, MMModem3gppRegistrationState,
MMModemAccessTechnology and NMDeviceStateReason.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from station.devices.modem.interface import AccessTechnology, NetworkState, RegistrationState, SimState

MODEM_DISABLED, MODEM_REGISTERED = 3, 8
_MODEM_FAILED, _MODEM_LOCKED = -1, 2
_SIM_MISSING = 2
_LOCK_SIM_PIN = 2
_NO_LOCK = {0, 1, 3, 5}  # PIN2 and PUK2 do not keep data from flowing
_HOME_OR_ROAMING = {1: 1, 5: 5, 9: 1, 10: 5}  # 9, 10: registered, calls over 3G not preferred
_G2, _G3, _G4 = 0b0001_1110, 0b0011_1110_0000, 0b11_1100_0000_0000_0000
_ATTACHED = 2
_NETWORK_REFUSALS = {29: "modem-apn-refused", 30: "modem-not-registered", 31: "modem-denied"}
_NETWORK_REFUSALS |= {32: "modem-not-registered", 33: "modem-not-registered"}


def sim_state_of(modem: Mapping[str, Any]) -> SimState:
    """Return the state of the SIM from the properties of a modem."""
    state, lock = int(modem.get("State", 0)), int(modem.get("UnlockRequired", 0))
    if state == _MODEM_FAILED and int(modem.get("StateFailedReason", 0)) == _SIM_MISSING:
        return SimState.ABSENT
    if state != _MODEM_LOCKED and lock in _NO_LOCK:
        return SimState.READY
    return SimState.PIN_NEEDED if lock == _LOCK_SIM_PIN else SimState.PUK_NEEDED


def network_of(modem: Mapping[str, Any], cellular: Mapping[str, Any]) -> NetworkState:
    """Return registration, technology, operator and signal; `cellular` is empty while a modem is locked."""
    number = int(cellular.get("RegistrationState", 4))
    number = _HOME_OR_ROAMING.get(number, number if number <= RegistrationState.DENIED.value else 4)
    registration = RegistrationState(number)
    technologies = int(modem.get("AccessTechnologies", 0))
    return NetworkState(
        registration=registration,
        technology=_technology(technologies) if registration.registered else AccessTechnology.NONE,
        operator=str(cellular.get("OperatorName") or cellular.get("OperatorCode") or ""),
        signal_dbm=_signal_dbm(modem.get("SignalQuality")) if registration.registered else None,
        attached=int(cellular.get("PacketServiceState", 0)) == _ATTACHED,
    )


def refusal_words(reason: int) -> str | None:
    """Return the message for the reason with which NetworkManager gave a connection up, None for the general one."""
    return _NETWORK_REFUSALS.get(reason)


def _technology(flags: int) -> AccessTechnology:
    for mask, technology in ((_G4, AccessTechnology.G4), (_G3, AccessTechnology.G3), (_G2, AccessTechnology.G2)):
        if flags & mask:
            return technology
    return AccessTechnology.NONE


def _signal_dbm(quality: Any) -> int | None:
    """Undo ModemManager's percentage: it takes -113 dBm for 0 and -51 dBm for 100, in steps of 2 dB (27.007, +CSQ)."""
    percent = int(quality[0]) if quality else 0
    return -113 + 2 * round(percent * 31 / 100) if percent else None

"""What ModemManager and NetworkManager report reads as the AT driver's words would say it."""

from __future__ import annotations

from typing import Any

import pytest

from station.devices.modem.at_codec import link_news
from station.devices.modem.conditions import readiness_of
from station.devices.modem.desk_states import network_of, refusal_words, sim_state_of
from station.devices.modem.interface import AccessTechnology, NetworkState, RegistrationState, SimState
from station.devices.modem.system import open_modem

GOOD: dict[str, Any] = {"State": 8, "UnlockRequired": 1, "AccessTechnologies": 1 << 14, "SignalQuality": [54, True]}
HOME: dict[str, Any] = {"RegistrationState": 1, "OperatorName": "CONTOH SELULER", "PacketServiceState": 2}


@pytest.mark.parametrize(
    ("modem", "expected"),
    [
        (GOOD, SimState.READY),
        ({"State": -1, "StateFailedReason": 2}, SimState.ABSENT),
        ({"State": 2, "UnlockRequired": 2}, SimState.PIN_NEEDED),
        ({"State": 2, "UnlockRequired": 4}, SimState.PUK_NEEDED),
        ({"State": 8, "UnlockRequired": 3}, SimState.READY),  # only PIN2 is asked for
        ({}, SimState.READY),
    ],
)
def test_the_state_of_the_sim(modem: dict[str, Any], expected: SimState) -> None:
    assert sim_state_of(modem) is expected


def test_a_modem_at_home() -> None:
    expected = NetworkState(RegistrationState.HOME, AccessTechnology.G4, "CONTOH SELULER", -79, attached=True)
    assert network_of(GOOD, HOME) == expected
    assert readiness_of(SimState.READY, expected).ready


@pytest.mark.parametrize("level", range(1, 32))
def test_the_percentage_gives_the_dbm_of_the_modem_back(level: int) -> None:
    state = network_of({**GOOD, "SignalQuality": [level * 100 // 31, True]}, HOME)  # as ModemManager counts
    assert state.signal_dbm == -113 + 2 * level


@pytest.mark.parametrize("number", [0, 2, 3, 4, 6, 7, 8, 11])
def test_nothing_is_said_of_technology_and_signal_where_there_is_no_registration(number: int) -> None:
    state = network_of(GOOD, {**HOME, "RegistrationState": number})
    assert not state.registration.registered
    assert (state.technology, state.signal_dbm) == (AccessTechnology.NONE, None)


@pytest.mark.parametrize(("flag", "technology"), [(3, "2G"), (5, "3G"), (9, "3G"), (14, "4G"), (16, "4G"), (0, "-")])
def test_technologies(flag: int, technology: str) -> None:
    assert network_of({**GOOD, "AccessTechnologies": 1 << flag}, HOME).technology.value == technology


def test_a_locked_modem_has_no_network() -> None:
    state = network_of({"State": 2}, {})
    assert (state.registration, state.operator, state.signal_dbm) == (RegistrationState.UNKNOWN, "", None)


def test_the_reasons_of_network_manager() -> None:
    assert refusal_words(29) == "modem-apn-refused"
    assert refusal_words(31) == "modem-denied"
    assert refusal_words(1) is None


@pytest.mark.parametrize("address", ["system", "dbus:", "serial:/dev/ttyUSB2"])
def test_an_address_that_is_no_bus_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="not an address"):
        open_modem(address, "modem", {})


@pytest.mark.parametrize(
    ("line", "news"),
    [
        ("+CREG: 2", False),
        ('+CREG: 1,"1A2B","01C3D4E5",7', True),
        ("+CEREG: 5", True),
        ("+CGEV: NW DEACT IP,1", False),
        ("+CGEV: ME PDN DEACT 1", False),
        ("+CGEV: NW MODIFY 1,3", None),
        ("RING", None),
    ],
)
def test_news_of_the_network_in_unasked_codes(line: str, news: bool | None) -> None:
    assert link_news(line) is news

"""A revoked card signer travels from the centre with its policy to the station, in the words both really speak."""

from __future__ import annotations

from pathlib import Path

import cbor2
import httpx

from simulators.cards.test_authority import SIGNER_SERIAL
from simulators.centre.server import CentreOptions, RunningCentre
from station.office.centre_link import HttpCentre
from tests.unit.print.print_bench import NOW, PrintBench, PrintWorld


def test_a_revocation_at_the_centre_reaches_the_station_with_the_policy(tmp_path: Path) -> None:
    population = tmp_path / "penduduk.json"
    population.write_text("[]", encoding="utf-8")
    bench = PrintBench(PrintWorld(1), tmp_path / "station.db")
    with RunningCentre(CentreOptions(population, tmp_path / "centre")) as running:
        link = HttpCentre(running.url)
        key = link.public_key()
        bench.queue._trust._centre_key = lambda: key
        before = link.policy()
        serial = cbor2.dumps({"serial": f"{SIGNER_SERIAL:x}"})
        assert httpx.post(f"{running.url}/v1/card-signers/revoked", content=serial, trust_env=False).status_code == 200
        after = link.policy()
        link.close()
    assert after["number"] == before["number"] + 1, "the office passes on what has a new number"
    for policy in (before, after, before):
        with bench.database.write() as connection:
            bench.queue.apply_policy(connection, policy, NOW)
    trust = bench.queue.card_trust()
    assert len(trust.authorities) == 1
    assert trust.revoked == frozenset({f"{SIGNER_SERIAL:x}"})
    assert trust.test
    bench.close()

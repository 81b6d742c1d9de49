"""`python -m simulators.centre`: serves the national side until it is told to stop.

Does not simulate: anything beyond simulators.centre.server.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from simulators.centre.server import CentreOptions, make_server


def main() -> None:
    """Read the arguments and serve."""
    parser = argparse.ArgumentParser(prog="python -m simulators.centre")
    parser.add_argument("--population", "--people-file", type=Path, required=True, help="JSON list of biodata")
    parser.add_argument("--data", type=Path, required=True, help="folder for enrolments and the signing key")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8550)
    parser.add_argument("--delay-s", type=float, default=0.2, help="seconds between receipt and decision")
    arguments = parser.parse_args()
    options = CentreOptions(arguments.population, arguments.data, arguments.host, arguments.port, arguments.delay_s)
    make_server(options)[1].run()


if __name__ == "__main__":
    main()

"""One office worker that only receives: what it receives is opened by others. A process of `benchmarks.sync.office`."""

from __future__ import annotations

import argparse
from pathlib import Path

from station.office.serve import ServeOptions, make_server, open_office

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--database")
    arguments = parser.parse_args()
    options = ServeOptions(arguments.data, port=arguments.port, database_url=arguments.database, intake=False)
    office = open_office(options)
    try:
        make_server(office, options).run()
    finally:
        office.close()

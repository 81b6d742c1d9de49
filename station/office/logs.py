"""Structured logs: one JSON line an event on standard error; identifiers of kits and packets, never of persons."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime

FIELDS = "station_fields"


class JsonLines(logging.Formatter):
    """Writes a record as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        entry: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **getattr(record, FIELDS, {}),
        }
        if record.exc_info and record.exc_info[0] is not None:
            entry["error"] = record.exc_info[0].__name__
        return json.dumps(entry)


def log_to_standard_error(level: int = logging.INFO) -> None:
    """Send the office's and the server's logs to standard error as JSON lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    for name in ("station.office", "uvicorn.error"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [handler], False
        logger.setLevel(level)


def fields(**values: object) -> dict[str, dict[str, object]]:
    """Return the `extra` argument that carries fields of an event."""
    return {FIELDS: values}

"""Small words around values: moments, spans of time and sizes as operators read them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from station.messages.catalogue import Catalogue

_ZONE_WORDS = {"Asia/Jakarta": "WIB", "Asia/Pontianak": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}


def clock_words(moment: datetime, zone: ZoneInfo) -> str:
    """Return the local time as `08.00 WITA`."""
    local = moment.astimezone(zone)
    return f"{local:%H.%M} {_ZONE_WORDS.get(zone.key, local.tzname() or '')}".rstrip()


def moment_words(moment: datetime, zone: ZoneInfo) -> str:
    """Return the local date and time as `16-07-2017 08.00`."""
    return f"{moment.astimezone(zone):%d-%m-%Y %H.%M}"


def span_words(catalogue: Catalogue, span: timedelta) -> str:
    """Return how long ago something was: minutes, hours or days."""
    minutes = max(0, int(span.total_seconds() // 60))
    if minutes < 1:
        return catalogue.text("ui-span-now")
    if minutes < 60:
        return catalogue.text("ui-span-minutes", count=minutes)
    if minutes < 48 * 60:
        return catalogue.text("ui-span-hours", count=minutes // 60)
    return catalogue.text("ui-span-days", count=minutes // (24 * 60))


def size_words(catalogue: Catalogue, size_bytes: int) -> str:
    """Return a size in B, kB or MB with the language's decimal sign."""
    if size_bytes < 1000:
        return f"{size_bytes} B"
    if size_bytes < 1_000_000:
        return f"{catalogue.number(size_bytes / 1000)} kB"
    return f"{catalogue.number(size_bytes / 1_000_000, 1)} MB"


def feed_words(catalogue: Catalogue, feed: Mapping[str, int]) -> str:
    """Say what came from the office, kind by kind, not only how much: the operator waits for one kind of answer."""
    parts = []
    for kind, count in sorted(feed.items()):
        name = f"ui-feed-{kind}"
        parts.append(f"{catalogue.text(name if catalogue.has(name) else 'ui-feed-other')} {count}")
    return ", ".join(parts)

"""The entries of one language, each parsed when it is first said.

A session says some tens of the two thousand messages; parsing all of them took a good
part of the start. The files are only cut into entries here, at lines that begin an
entry; the Fluent parser sees an entry, and the messages it refers to, when asked for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from fluent.runtime import FluentBundle, FluentResource

_HEAD = re.compile(r"^(-?[A-Za-z][A-Za-z0-9_-]*) *=", re.MULTILINE)
_REFERENCE = re.compile(r"\{\s*(-?[A-Za-z][A-Za-z0-9_-]*)")


class Entries:
    """Messages of one language by identifier; safe to use from several threads."""

    def __init__(self, language: str, paths: Iterable[Path]) -> None:
        self._bundle = FluentBundle([language], use_isolating=False)
        self._sources: dict[str, str] = {}
        self._parsed: set[str] = set()
        for path in paths:
            self._cut(path.read_text(encoding="utf-8"))

    def has(self, message_id: str) -> bool:
        """Tell whether there is such a message."""
        return message_id in self._sources

    def text(self, message_id: str, arguments: dict[str, Any]) -> str | None:
        """Return the message with its arguments filled in, None when there is none."""
        if message_id not in self._sources:
            return None
        self._parse(message_id)
        if not self._bundle.has_message(message_id):
            return None
        pattern = self._bundle.get_message(message_id).value
        if pattern is None:
            return None
        words, _problems = self._bundle.format_pattern(pattern, arguments)
        return str(words)

    def _cut(self, content: str) -> None:
        heads = list(_HEAD.finditer(content))
        for head, following in zip(heads, [*heads[1:], None], strict=True):
            end = len(content) if following is None else following.start()
            self._sources.setdefault(head.group(1), content[head.start() : end])

    def _parse(self, message_id: str) -> None:
        """Give the bundle the entry and what it refers to; twice at once by two threads does no harm."""
        waiting, given = [message_id], set[str]()
        while waiting:
            name = waiting.pop()
            if name in self._parsed or name in given or name not in self._sources:
                continue
            source = self._sources[name]
            self._bundle.add_resource(FluentResource(source))
            waiting += _REFERENCE.findall(source)
            given.add(name)
        self._parsed |= given

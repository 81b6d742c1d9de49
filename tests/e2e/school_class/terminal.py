"""The terminal of the typist: tmux with the app in it. Keys go in one by one, the screen comes out as text."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from pathlib import Path

LOOK_EVERY_S = 0.03
SETTLE_S = 0.25


class Terminal:
    """One tmux session of a fixed size; counts the keys and measures how soon the screen answers them."""

    def __init__(self, name: str, size: tuple[int, int], typing_s: float) -> None:
        self._name = name
        self._size = size
        self._typing_s = typing_s
        self.keys = 0
        self.lags_s: list[float] = []

    def open(self, command: str) -> None:
        """Start the command in the terminal."""
        width, height = self._size
        self._tmux("new-session", "-d", "-s", self._name, "-x", str(width), "-y", str(height), command)

    def close(self) -> None:
        """End the terminal and what runs in it."""
        subprocess.run(["tmux", "kill-session", "-t", self._name], check=False, capture_output=True)

    @property
    def alive(self) -> bool:
        """Tell whether the app still runs."""
        known = subprocess.run(["tmux", "has-session", "-t", self._name], check=False, capture_output=True)
        return known.returncode == 0

    def lines(self) -> list[str]:
        """Return what is on the screen, line by line, without trailing blanks."""
        return [line.rstrip() for line in self._tmux("capture-pane", "-p", "-t", self._name).splitlines()]

    def press(self, *keys: str, timed: bool = False) -> None:
        """Press keys at the typist's speed; `timed` keeps how long the screen took to change after each."""
        for key in keys:
            before = self.lines() if timed else []
            started_s = time.monotonic()
            self._tmux("send-keys", "-t", self._name, key)
            self.keys += 1
            if timed:
                self._measure(before, started_s)
            time.sleep(max(0.0, self._typing_s - (time.monotonic() - started_s)))

    def type(self, text: str, timed: bool = False) -> None:
        """Type text, one key a character."""
        for character in text:
            before = self.lines() if timed else []
            started_s = time.monotonic()
            self._tmux("send-keys", "-t", self._name, "-l", character)
            self.keys += 1
            if timed:
                self._measure(before, started_s)
            time.sleep(max(0.0, self._typing_s - (time.monotonic() - started_s)))

    def wait(self, seen: Callable[[list[str]], bool], timeout_s: float, what: str) -> list[str]:
        """Look until the screen shows what is waited for; raises TimeoutError with the screen."""
        ends_at = time.monotonic() + timeout_s
        while time.monotonic() < ends_at:
            lines = self.lines()
            if seen(lines):
                return lines
            time.sleep(LOOK_EVERY_S)
        raise TimeoutError(f"waited {timeout_s:g} s for {what}; the screen shows:\n" + "\n".join(self.lines()))

    def keep(self, path: Path, lines: list[str]) -> None:
        """Write a screen to a file."""
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def _measure(self, before: list[str], started_s: float) -> None:
        ends_at = started_s + SETTLE_S * 4
        while time.monotonic() < ends_at:
            if self.lines() != before:
                self.lags_s.append(time.monotonic() - started_s)
                return

    def _tmux(self, *arguments: str) -> str:
        return subprocess.run(["tmux", *arguments], check=True, capture_output=True, text=True).stdout

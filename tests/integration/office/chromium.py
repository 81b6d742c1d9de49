"""Drives Debian's Chromium without a window over its debugging pipe: zero-terminated JSON on two descriptors."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

_PATIENCE_S = 60.0


class ChromiumSilent(Exception):
    """The browser did not answer in time or ended."""


class Chromium:
    """One browser with one page; use as a context manager."""

    def __init__(self, profile: Path, width: int = 1280, height: int = 800) -> None:
        read_end, self._to = os.pipe()
        self._from, write_end = os.pipe()
        ends = [fcntl.fcntl(end, fcntl.F_DUPFD, 20) for end in (read_end, write_end)]
        command = [
            "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
            "--ignore-certificate-errors", "--remote-debugging-pipe", f"--user-data-dir={profile}", "about:blank",
        ]  # fmt: skip
        self._process = subprocess.Popen(
            ["bash", "-c", f'exec "$@" 3<&{ends[0]} 4>&{ends[1]}', "chromium", *command],
            pass_fds=ends,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for end in (read_end, write_end, *ends):
            os.close(end)
        self._number, self._rest, self._session = 0, b"", ""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = str(self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"])
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def __enter__(self) -> Chromium:  # noqa: PYI034 - final in practice
        return self

    def __exit__(self, *_error: object) -> None:
        os.close(self._to)
        os.close(self._from)
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def call(self, method: str, **params: object) -> dict[str, Any]:
        """Send one command and return its result."""
        self._number += 1
        message: dict[str, object] = {"id": self._number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        while (answer := self._receive()).get("id") != self._number:
            continue
        if "error" in answer:
            raise ChromiumSilent(f"{method}: {answer['error']}")
        result: dict[str, Any] = answer["result"]
        return result

    def evaluate(self, script: str) -> Any:
        """Return the value of a script on the page."""
        return self.call("Runtime.evaluate", expression=script, returnByValue=True)["result"].get("value")

    def go(self, url: str, then: str = "document.readyState === 'complete'") -> None:
        """Open an address and wait until a condition on the page holds."""
        self.call("Page.navigate", url=url)
        self.wait_for(then)

    def wait_for(self, condition: str) -> None:
        """Ask the page until the condition holds; raises ChromiumSilent after the deadline."""
        deadline = time.monotonic() + _PATIENCE_S
        while not self.evaluate(f"Boolean({condition})"):
            if time.monotonic() > deadline:
                raise ChromiumSilent(f"{condition} on {self.evaluate('location.href')}")
            select.select([], [], [], 0.05)

    def picture(self, path: Path) -> None:
        """Write what the window shows as PNG."""
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"]))

    def _receive(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._from], [], [], _PATIENCE_S)
            block = os.read(self._from, 65536) if ready else b""
            if not block:
                raise ChromiumSilent("the browser says nothing")
            self._rest += block
        message, _, self._rest = self._rest.partition(b"\0")
        answer: dict[str, Any] = json.loads(message)
        return answer


def sign_in(browser: Chromium, url: str, login: str, password: str) -> None:
    """Fill the sign-in form in and send it, as a person does."""
    browser.go(f"{url}/sign-in", "document.querySelector('input[name=password]')")
    for name, value in (("login", login), ("password", password)):
        browser.evaluate(f"document.querySelector('input[name={name}]').value = {json.dumps(value)}")
    browser.evaluate("document.querySelector('form').requestSubmit()")


def is_installed() -> bool:
    """Tell whether Chromium is there."""
    return shutil.which("chromium") is not None

"""`python -m simulators.control_screen`: a second terminal beside the app, to let things go wrong on a running bench.

Shows who stands before the kit, which faults wait and which have struck. Takes the number of a fault, a line of the
fault language, `unplug KIND`, `plug KIND`, `leave`, `staff NAME`; Enter alone looks again, `q` ends.

Does not simulate: anything; it asks the bench over its control port.
"""

from __future__ import annotations

import argparse
import json
import socket
import sys
from pathlib import Path
from typing import Any

from simulators.known_faults import KNOWN_FAULTS

_CLEAR = "\x1b[2J\x1b[H"
_HELP = "number or line of the fault language | unplug KIND | plug KIND | leave | staff NAME | Enter: look | q"
_SHOWN_STRUCK = 4
_TIMEOUT_S = 10.0


class Hands:
    """The control port of one bench; raises ConnectionError when it has gone."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=_TIMEOUT_S)
        self._lines = self._socket.makefile("rb")

    def ask(self, operation: str, **settings: str) -> dict[str, Any]:
        """Let the bench do something and return its answer."""
        self._socket.sendall(json.dumps({"op": operation, **settings}).encode() + b"\n")
        line = self._lines.readline()
        if not line:
            raise ConnectionError("the bench has gone")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def close(self) -> None:
        """Let go of the bench."""
        self._lines.close()
        self._socket.close()


def screen(hands: Hands) -> str:
    """Return what there is to see."""
    seen = hands.ask("look")
    waiting, struck = (hands.ask(what).get("faults", []) for what in ("waiting", "struck"))
    lines = [f"{number:3}  {words:<62} {line}" for number, (words, line) in enumerate(KNOWN_FAULTS, start=1)]
    lines += ["", "before the kit: " + ("somebody" if seen.get("somebody") else "nobody")]
    lines += [f"waiting: {line}" for line in waiting]
    lines += [f"struck:  {line}" for line in struck[-_SHOWN_STRUCK:]]
    return "\n".join(lines)


def obey(hands: Hands, typed: str) -> str:
    """Do what was typed and return what became of it."""
    word, _space, rest = typed.partition(" ")
    if typed.isdigit():
        if not 1 <= int(typed) <= len(KNOWN_FAULTS):
            return f"there is no fault {typed}"
        line = KNOWN_FAULTS[int(typed) - 1][1]
        return _told(hands.ask("fault", line=line), line)
    if word in ("unplug", "plug"):
        return _told(hands.ask(word, kind=rest.strip()), typed)
    if word == "leave":
        return _told(hands.ask("leave"), typed)
    if word == "staff":
        return _told(hands.ask("staff", who=rest.strip()), typed)
    return _told(hands.ask("fault", line=typed), typed)


def _told(answer: dict[str, Any], what: str) -> str:
    return f"done: {what}" if answer.get("ok") else f"refused: {answer.get('reason')}"


def main() -> int:
    """Show the screen and do what is typed until `q` or the end of the input."""
    parser = argparse.ArgumentParser(prog="python -m simulators.control_screen", description=__doc__)
    parser.add_argument("--dir", type=Path, default=Path("bench"), help="folder of the bench (default: bench)")
    folder: Path = parser.parse_args().dir
    try:
        hands = Hands(int(json.loads((folder / "bench.json").read_text())["control_port"]))
    except (OSError, ValueError, KeyError) as error:
        sys.stderr.write(f"no bench runs in {folder}: {error}\n")
        return 2
    told = ""
    try:
        while True:
            sys.stdout.write(f"{_CLEAR if sys.stdout.isatty() else ''}{screen(hands)}\n\n{told}\n{_HELP}\n> ")
            sys.stdout.flush()
            typed = sys.stdin.readline()
            if not typed or typed.strip() == "q":
                return 0
            told = obey(hands, typed.strip()) if typed.strip() else ""
    except (ConnectionError, TimeoutError):
        sys.stderr.write("the bench has gone\n")
        return 1
    except KeyboardInterrupt:
        return 0
    finally:
        hands.close()


if __name__ == "__main__":
    sys.exit(main())

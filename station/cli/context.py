"""What every command needs: the settings, the unlocked kit, the person who acts."""

from __future__ import annotations

import argparse
import getpass
import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import singledispatch
from pathlib import Path
from typing import TYPE_CHECKING, Any

from station.config import KitConfig, load_config
from station.domain.errors import BadInput, NotAllowed
from station.domain.staff import Actor
from station.messages.catalogue import Catalogue

if TYPE_CHECKING:
    from station.bootstrap import StationServices

_PLACES = (Path("kit.toml"), Path("bench/kit.toml"))


def settings(arguments: argparse.Namespace) -> KitConfig:
    """Return kit.toml: the one named, or ./kit.toml, or the bench's, or the user's own."""
    if arguments.config is not None:
        return load_config(arguments.config)
    for place in _PLACES:
        if place.exists():
            return load_config(place)
    from platformdirs import user_config_path

    return load_config(user_config_path("station") / "kit.toml")


@contextmanager
def opened(arguments: argparse.Namespace, catalogue: Catalogue) -> Iterator[StationServices]:
    """Unlock the kit and hand over its services; close them in the end."""
    from station.bootstrap import open_station

    config = settings(arguments)
    services = open_station(config, passphrase(config, catalogue), catalogue)
    try:
        yield services
    finally:
        services.close()


def passphrase(config: KitConfig, catalogue: Catalogue) -> str:
    """Return the kit's passphrase: from the file kit.toml names, or asked for at the terminal."""
    if config.passphrase_file is not None:
        return config.passphrase_file.read_text(encoding="utf-8").strip()
    if not sys.stdin.isatty():
        raise NotAllowed("cli-no-terminal-for-passphrase")
    return getpass.getpass(catalogue.text("cli-ask-passphrase") + " ")


def settings_if_any(arguments: argparse.Namespace) -> KitConfig | None:
    """Return kit.toml, or None on a laptop that has none yet; one that is named or broken still raises BadInput."""
    try:
        return settings(arguments)
    except BadInput as error:
        if arguments.config is None and error.message_id == "config-missing":
            return None
        raise


def passphrase_of_backup(kit_id: str, here: KitConfig | None, catalogue: Catalogue) -> str:
    """Return the passphrase of the kit that made a backup: STATION_BACKUP_PASSPHRASE, this kit's own, or asked for."""
    given = os.environ.get("STATION_BACKUP_PASSPHRASE")
    if given is not None:
        return given
    if here is not None and here.kit_id == kit_id and here.passphrase_file is not None:
        return passphrase(here, catalogue)
    if not sys.stdin.isatty():
        raise NotAllowed("cli-no-terminal-for-backup")
    return getpass.getpass(catalogue.text("cli-ask-backup-passphrase", kit=kit_id) + " ")


def ask_recovery_code(catalogue: Catalogue) -> str:
    """Return the code that opens the kit's keys on another machine: STATION_RECOVERY_CODE, or asked for."""
    given = os.environ.get("STATION_RECOVERY_CODE")
    if given is not None:
        return given
    if not sys.stdin.isatty():
        raise NotAllowed("cli-no-terminal-for-recovery-code")
    return getpass.getpass(catalogue.text("cli-ask-recovery-code") + " ")


def sign_in(services: StationServices, arguments: argparse.Namespace, catalogue: Catalogue) -> Actor:
    """Sign in the person who acts: `--login` and a password asked for, or STATION_LOGIN and STATION_PASSWORD."""
    login = getattr(arguments, "login", None) or os.environ.get("STATION_LOGIN")
    if not login:
        raise NotAllowed("cli-login-needed")
    password = os.environ.get("STATION_PASSWORD")
    if password is None:
        if not sys.stdin.isatty():
            raise NotAllowed("cli-no-terminal-for-password", variable="STATION_PASSWORD")
        password = getpass.getpass(catalogue.text("cli-ask-password", login=login) + " ")
    return services.staff.sign_in(login, password)


def new_password(login: str, catalogue: Catalogue) -> str:
    """Return a password to set: STATION_PASSWORD, or asked for twice at the terminal."""
    given = os.environ.get("STATION_PASSWORD")
    if given is not None:
        return given
    if not sys.stdin.isatty():
        raise NotAllowed("cli-no-terminal-for-password", variable="STATION_PASSWORD")
    first = getpass.getpass(catalogue.text("cli-ask-password", login=login) + " ")
    if first != getpass.getpass(catalogue.text("cli-password-twice") + " "):
        raise BadInput("cli-passwords-differ")
    return first


def second_person(services: StationServices, login: str | None, catalogue: Catalogue) -> Actor | None:
    """Sign in the one who confirms, when named: STATION_SECOND_PASSWORD or asked for."""
    if login is None:
        return None
    password = os.environ.get("STATION_SECOND_PASSWORD")
    if password is None:
        if not sys.stdin.isatty():
            raise NotAllowed("cli-no-terminal-for-password", variable="STATION_SECOND_PASSWORD")
        password = getpass.getpass(catalogue.text("cli-ask-password", login=login) + " ")
    return services.staff.sign_in(login, password)


def put(arguments: argparse.Namespace, result: object, words: str) -> None:
    """Print the result: JSON where asked for, otherwise the words."""
    if getattr(arguments, "json", False):
        print(json.dumps(plain(result), ensure_ascii=False, indent=1))
    elif words:
        print(words)


@singledispatch
def plain(value: object) -> Any:
    """Return a value as JSON can hold it: dataclasses as objects, enumerations by value, dates in ISO 8601."""
    if is_dataclass(value) and not isinstance(value, type):
        return plain({field.name: getattr(value, field.name) for field in fields(value)})
    return value


@plain.register
def _(value: Enum) -> Any:
    return value.value


@plain.register(date)
@plain.register(datetime)
def _(value: date) -> Any:
    return value.isoformat()


@plain.register
def _(value: dict) -> Any:  # type: ignore[type-arg]
    return {str(plain(key)): plain(item) for key, item in value.items()}


@plain.register(list)
@plain.register(tuple)
@plain.register(set)
@plain.register(frozenset)
def _(value: Iterable[object]) -> Any:
    return [plain(item) for item in value]


@plain.register
def _(value: bytes) -> Any:
    return value.hex()


@plain.register
def _(value: Path) -> Any:
    return str(value)

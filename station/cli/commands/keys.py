"""`station keys`: what opens this kit's keys; new locks on them; the way back in after a repair of the laptop."""

from __future__ import annotations

import argparse

from station.cli.adder import Adder
from station.cli.context import ask_recovery_code, passphrase, put, settings
from station.keys.keystore import facts_of_keystore, relock_keystore
from station.keys.locks import new_recovery_code
from station.keys.tpm import find_tpm
from station.messages.catalogue import Catalogue

_KEYSTORE = "keys.json"


def add_keys(command: Adder) -> None:
    """Say the arguments."""
    command.child("show").runs(_show)
    command.child("protect").runs(_protect)
    command.child("recover").runs(_recover)


def _show(arguments: argparse.Namespace, catalogue: Catalogue) -> int:
    config = settings(arguments)
    facts = facts_of_keystore(config.data_dir / _KEYSTORE)
    lines = [
        catalogue.text("cli-keys-tpm" if facts.needs_tpm else "cli-keys-no-tpm"),
        catalogue.text("cli-keys-code" if facts.has_recovery_code else "cli-keys-no-code"),
    ]
    if not facts.needs_tpm and find_tpm(config.tpm) is not None:
        lines.append(catalogue.text("cli-keys-tpm-unused"))
    put(arguments, facts, "\n".join(lines))
    return 0


def _protect(arguments: argparse.Namespace, catalogue: Catalogue) -> int:
    """Lock the keys anew as kit.toml says, with a fresh recovery code."""
    config = settings(arguments)
    path, tpm, code = config.data_dir / _KEYSTORE, find_tpm(config.tpm), new_recovery_code()
    secret = passphrase(config, catalogue)
    relock_keystore(path, secret, tpm, code, opened_by_tpm=tpm)
    done = catalogue.text("cli-keys-tpm" if tpm is not None else "cli-keys-no-tpm")
    words = f"{done}\n{catalogue.text('ui-recovery-code-text', code=code)}"
    put(arguments, {"needs_tpm": tpm is not None, "recovery_code": code}, words)
    return 0


def _recover(arguments: argparse.Namespace, catalogue: Catalogue) -> int:
    """Lock the keys anew for this machine and the passphrase given, opened by the recovery code."""
    config = settings(arguments)
    tpm, code = find_tpm(config.tpm), ask_recovery_code(catalogue)
    relock_keystore(config.data_dir / _KEYSTORE, passphrase(config, catalogue), tpm, code, opened_by=code)
    put(arguments, {"needs_tpm": tpm is not None}, catalogue.text("cli-keys-recovered"))
    return 0

"""`station backup`, `restore`, `verify`, `packet`: what is kept outside the database."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from station.cli.adder import Adder
from station.cli.context import (
    ask_recovery_code,
    opened,
    passphrase,
    passphrase_of_backup,
    put,
    settings_if_any,
    sign_in,
)
from station.keys.tpm import AUTOMATIC, Tpm, find_tpm
from station.messages.catalogue import Catalogue


def add_backup(command: Adder) -> None:
    """Say the arguments of `station backup`."""
    command.runs(_backup)
    command.takes("session")
    command.takes("--to", type=Path, default=None)
    command.takes("--login", default=None)


def add_restore(command: Adder) -> None:
    """Say the arguments of `station restore`."""
    command.runs(_restore)
    command.takes("file", type=Path)
    command.takes("--into", type=Path, required=True)
    command.takes("--recovery", action="store_true")


def add_verify(command: Adder) -> None:
    """Say the arguments of `station verify`."""
    command.runs(_verify)
    command.takes("file", type=Path)
    command.takes("--recovery", action="store_true")


def add_packet(command: Adder) -> None:
    """Say the arguments of `station packet`."""
    for name, work in (("inspect", _inspect), ("verify", _verify_packet)):
        child = command.child(name)
        child.runs(work)
        child.takes("file", type=Path)


def _backup(arguments: argparse.Namespace, catalogue: Catalogue) -> int:
    with opened(arguments, catalogue) as services:
        actor = sign_in(services, arguments, catalogue)
        target = arguments.to or Path(services.config.capture.backup_dirs[0])
        report = services.backup.make(actor, arguments.session, target)
        words = catalogue.text("cli-backed-up", path=str(report.path), members=report.members, packets=report.packets)
        put(arguments, report, words)
    return 0


def _restore(arguments: argparse.Namespace, catalogue: Catalogue) -> int:
    """Restore on any laptop: it needs no kit.toml yet, only the passphrase of the kit that made the backup."""
    from station.capture.backup import Backup, prove

    kit_id, here = prove(arguments.file).kit_id, settings_if_any(arguments)
    tpm, secret, code = _keys_for(kit_id, arguments, catalogue)
    verdict = Backup.restore(arguments.file, arguments.into, secret, tpm, code)
    words = [
        catalogue.text("cli-restored", path=str(arguments.into), members=verdict.members, packets=verdict.packets),
        catalogue.text("cli-restored-next", path=str(arguments.into.absolute()), kit=kit_id),
        catalogue.text("cli-restored-since", at=verdict.made_at.astimezone(None if here is None else here.time_zone)),
    ]
    put(arguments, verdict, "\n".join(words))
    return 0


def _verify(arguments: argparse.Namespace, catalogue: Catalogue) -> int:
    """Prove with this kit's own keys, or, for a backup of another kit, with that kit's passphrase; nothing is made."""
    from station.capture.backup import prove, prove_with_passphrase

    kit_id, here = prove(arguments.file).kit_id, settings_if_any(arguments)
    if here is not None and here.kit_id == kit_id and (here.data_dir / "keys.json").exists():
        with opened(arguments, catalogue) as services:
            verdict = services.backup.verify(arguments.file)
    else:
        tpm, secret, code = _keys_for(kit_id, arguments, catalogue)
        with tempfile.TemporaryDirectory() as scratch:
            verdict = prove_with_passphrase(arguments.file, secret, Path(scratch), tpm, code)
    put(arguments, verdict, catalogue.text("cli-backup-proven", members=verdict.members, packets=verdict.packets))
    return 0


def _keys_for(kit_id: str, arguments: argparse.Namespace, catalogue: Catalogue) -> tuple[Tpm | None, str, str]:
    """Return this laptop's TPM, a passphrase, and the recovery code where asked for.

    The passphrase is that of the kit that made the backup; with a recovery code it is the one this laptop will have.
    """
    here = settings_if_any(arguments)
    tpm = find_tpm(AUTOMATIC if here is None else here.tpm)
    if arguments.recovery and here is not None:
        return tpm, passphrase(here, catalogue), ask_recovery_code(catalogue)
    code = ask_recovery_code(catalogue) if arguments.recovery else ""
    return tpm, passphrase_of_backup(kit_id, here, catalogue), code


def _inspect(arguments: argparse.Namespace, catalogue: Catalogue) -> int:
    from station.capture.packet import read_outer

    manifest = read_outer(arguments.file)
    lines = [
        catalogue.text("cli-packet-kit", kit=manifest.kit_id, number=manifest.kit_sequence),
        catalogue.text("cli-packet-sealed", size=manifest.sealed_size, at=manifest.sealed_at),
        catalogue.text("cli-packet-recipients", count=len(manifest.recipients)),
        catalogue.text("cli-packet-unverified"),
    ]
    put(arguments, manifest, "\n".join(lines))
    return 0


def _verify_packet(arguments: argparse.Namespace, catalogue: Catalogue) -> int:
    from station.capture.packet import verify_outer

    with opened(arguments, catalogue) as services:
        manifest = verify_outer(arguments.file, services.keys.signer.public_der)
        words = catalogue.text("cli-packet-whole", kit=manifest.kit_id, number=manifest.kit_sequence)
        put(arguments, manifest, words)
    return 0

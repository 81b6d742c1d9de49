"""`station backup`, `restore`, `verify`, `packet`: what is kept outside the database."""

from __future__ import annotations

import argparse
from pathlib import Path

from station.cli.adder import Adder
from station.cli.context import ask_recovery_code, opened, passphrase, put, settings, sign_in
from station.keys.tpm import find_tpm
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
    from station.capture.backup import Backup

    config = settings(arguments)
    secret = passphrase(config, catalogue)
    code = ask_recovery_code(catalogue) if arguments.recovery else ""
    verdict = Backup.restore(arguments.file, arguments.into, secret, find_tpm(config.tpm), code)
    put(arguments, verdict, catalogue.text("cli-restored", path=str(arguments.into), members=verdict.members))
    return 0


def _verify(arguments: argparse.Namespace, catalogue: Catalogue) -> int:
    with opened(arguments, catalogue) as services:
        verdict = services.backup.verify(arguments.file)
        words = catalogue.text("cli-backup-proven", members=verdict.members, packets=verdict.packets)
        put(arguments, verdict, words)
    return 0


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

"""What the rehearsal found: counts, seconds, invariants; as JSON and as a page a newcomer understands."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from station.messages.catalogue import Catalogue


@dataclass(slots=True)
class BlankCount:
    """Pieces as the blank book has them at the end of the day."""

    received: int = 0
    issued: int = 0
    printed: int = 0
    spoiled: int = 0
    left: int = 0
    store: int = 0


@dataclass(slots=True)
class RehearsalReport:
    """The day in figures; `invariants` maps a name to whether it held."""

    students: int = 0
    recorded: int = 0
    refused: int = 0
    postponed: int = 0
    under_age_waiting: int = 0
    packets: int = 0
    acknowledged: int = 0
    duplicates: int = 0
    print_ready: int = 0
    printed: int = 0
    spoiled: int = 0
    handed_over: int = 0
    blanks: BlankCount = field(default_factory=BlankCount)
    bytes_sealed: int = 0
    bytes_on_wire: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    cpu_seconds: float = 0.0
    peak_rss_mib: float = 0.0
    refusals: dict[str, int] = field(default_factory=dict)
    troubles: list[str] = field(default_factory=list)
    faults_struck: list[str] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)
    invariants: dict[str, bool] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """Tell whether every invariant held."""
        return bool(self.invariants) and all(self.invariants.values())

    def as_dict(self) -> dict[str, Any]:
        """Return the report as JSON can hold it, seconds rounded to hundredths."""
        data = asdict(self)
        data["seconds"] = {name: round(value, 2) for name, value in self.seconds.items()}
        data["cpu_seconds"] = round(self.cpu_seconds, 2)
        data["peak_rss_mib"] = round(self.peak_rss_mib, 1)
        data["passed"] = self.passed
        return data


def summary(report: RehearsalReport, catalogue: Catalogue) -> str:
    """Return the day on one page."""
    say, blanks = catalogue.text, report.blanks
    lines = [
        say("rehearse-title"),
        "",
        say(
            "rehearse-people",
            students=report.students,
            recorded=report.recorded,
            refused=report.refused,
            postponed=report.postponed,
        ),
        *(f"  - {say('rehearse-gate-' + cause)}: {count}" for cause, count in sorted(report.refusals.items())),
        say(
            "rehearse-sync",
            packets=report.packets,
            acknowledged=report.acknowledged,
            sealed=report.bytes_sealed / 2**20,
            wire=report.bytes_on_wire / 2**20,
        ),
        say(
            "rehearse-centre",
            ready=report.print_ready,
            duplicates=report.duplicates,
            waiting=report.under_age_waiting,
        ),
        say("rehearse-cards", printed=report.printed, spoiled=report.spoiled, handed=report.handed_over),
        say(
            "rehearse-blanks",
            received=blanks.received,
            issued=blanks.issued,
            printed=blanks.printed,
            spoiled=blanks.spoiled,
            left=blanks.left,
            store=blanks.store,
        ),
        *_list(say("rehearse-troubles"), report.troubles),
        *_list(say("rehearse-documents"), report.documents),
        "",
        say("rehearse-time", seconds=sum(report.seconds.values()), cpu=report.cpu_seconds, rss=report.peak_rss_mib),
        "  " + "  ".join(f"{say('rehearse-phase-' + name)} {value:.1f} s" for name, value in report.seconds.items()),
        "",
        say("rehearse-invariants"),
        *(f"  {'[v]' if held else '[X]'} {say('invariant-' + name)}" for name, held in report.invariants.items()),
        "",
        say("rehearse-passed" if report.passed else "rehearse-failed"),
    ]
    return "\n".join(lines)


def _list(title: str, items: list[str]) -> list[str]:
    return ["", title, *(f"  - {item}" for item in items)] if items else []

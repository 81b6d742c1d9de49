"""What an interrupted blank means: the recovery table as data, and the pure decision over its witnesses.

Witnesses: the last durable step, the printer's counter since the reservation, whether a
card is inside, whether the printer complains, and the chip's own mark.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from station.domain.card import SpoilCause
from station.domain.errors import StationError
from station.print.states import IntentState


class Delta(Enum):
    """How far the printer's counter moved since the reservation."""

    ZERO = "zero"
    MOVED = "moved"
    BROKEN = "broken"


class ChipMatch(Enum):
    """Whose chip is in the encoder."""

    UNREAD = "unread"
    MINE = "mine"
    OTHER = "other"


class Decision(Enum):
    """What follows; the words are in the catalogue under `recovery-<value>`."""

    NOT_CONSUMED = "not-consumed"
    FOREIGN_CARD = "foreign-card"
    ADOPT = "adopt"
    CONTINUE = "continue"
    PRINT = "print"
    NEVER_BEGAN = "never-began"
    SEE_OUT = "see-out"
    WAIT = "wait"
    SPOIL_STUCK = "spoil-stuck"
    SPOIL_OTHER = "spoil-other"
    ASK_HOPPER = "ask-hopper"
    ASK_CARD = "ask-card"
    ASK_CONFIRM = "ask-confirm"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was seen after the interruption.

    `begun` tells that the printer knows the last command sent, `finished` that it rests after completing it.
    """

    reachable: bool
    inside: bool = False
    complaint: bool = False
    busy: bool = False
    delta: Delta = Delta.ZERO
    chip: ChipMatch = ChipMatch.UNREAD
    begun: bool = True
    finished: bool = False
    cause: SpoilCause = SpoilCause.JAM


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table; None means any."""

    last: frozenset[IntentState]
    decision: Decision
    inside: bool | None = None
    complaint: bool | None = None
    delta: Delta | None = None
    chip: ChipMatch | None = None
    begun: bool | None = None
    finished: bool | None = None

    def fits(self, last: IntentState, seen: Evidence) -> bool:
        """Tell whether this line applies."""
        pairs = (
            (self.inside, seen.inside),
            (self.complaint, seen.complaint),
            (self.delta, seen.delta),
            (self.chip, seen.chip),
            (self.begun, seen.begun),
            (self.finished, seen.finished),
        )
        return last in self.last and all(wanted is None or wanted == found for wanted, found in pairs)


_S = IntentState
RECOVERY_TABLE: tuple[Rule, ...] = (
    Rule(frozenset({_S.RESERVED}), Decision.FOREIGN_CARD, inside=True),
    Rule(frozenset({_S.RESERVED}), Decision.NOT_CONSUMED, inside=False),
    Rule(frozenset({_S.FEED_SENT}), Decision.SPOIL_STUCK, inside=True, complaint=True),
    Rule(frozenset({_S.FEED_SENT}), Decision.ADOPT, inside=True),
    Rule(frozenset({_S.FEED_SENT}), Decision.ASK_CARD, inside=False, delta=Delta.MOVED),
    Rule(frozenset({_S.FEED_SENT}), Decision.ASK_HOPPER, inside=False),
    Rule(frozenset({_S.DOCKED, _S.ENCODED}), Decision.SPOIL_STUCK, inside=True, complaint=True),
    Rule(frozenset({_S.DOCKED, _S.ENCODED}), Decision.SPOIL_OTHER, inside=True, chip=ChipMatch.OTHER),
    Rule(frozenset({_S.DOCKED}), Decision.CONTINUE, inside=True),
    Rule(frozenset({_S.ENCODED}), Decision.PRINT, inside=True),
    Rule(frozenset({_S.DOCKED, _S.ENCODED}), Decision.ASK_CARD, inside=False),
    Rule(frozenset({_S.PRINT_SENT}), Decision.SPOIL_STUCK, inside=True, complaint=True),
    Rule(frozenset({_S.PRINT_SENT}), Decision.NEVER_BEGAN, inside=True, begun=False),
    Rule(frozenset({_S.PRINT_SENT}), Decision.WAIT, inside=True),
    Rule(frozenset({_S.PRINT_SENT}), Decision.SEE_OUT, inside=False, delta=Delta.MOVED, complaint=False, finished=True),
    Rule(frozenset({_S.PRINT_SENT}), Decision.ASK_CONFIRM, inside=False, delta=Delta.MOVED),
    Rule(frozenset({_S.PRINT_SENT}), Decision.ASK_CARD, inside=False),
    Rule(frozenset({_S.EJECTED}), Decision.ASK_CONFIRM),
)
QUESTIONS = frozenset({Decision.ASK_HOPPER, Decision.ASK_CARD, Decision.ASK_CONFIRM, Decision.WAIT})


def decide(last: IntentState, seen: Evidence) -> Decision:
    """Return what the table says; `last` is the last step that was made durable, never UNRESOLVED."""
    if not seen.reachable:
        return Decision.UNREACHABLE
    if seen.busy and last is not IntentState.EJECTED:
        return Decision.WAIT
    for rule in RECOVERY_TABLE:
        if rule.fits(last, seen):
            return rule.decision
    return Decision.UNREACHABLE


class AnswerKind(Enum):
    """What an operator can say after looking."""

    CARD_GOOD = "card-good"
    CARD_SPOILED = "card-spoiled"
    CARD_MISSING = "card-missing"
    HOPPER_COUNT = "hopper-count"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class OperatorAnswer:
    """One answer: the serial of a good card, the cause of a spoiled one, or the blanks counted in the hopper."""

    kind: AnswerKind
    serial: str = ""
    cause: SpoilCause = SpoilCause.PRINT_FAILED
    counted: int = 0


@dataclass(frozen=True, slots=True)
class RecoveryDecision:
    """What was decided for one intent; `question` is left when a person must look first.

    `problem` is what kept an automatic decision from being carried out, such as a module that is locked.
    """

    intent_id: str
    job_id: str
    name: str
    serial: str
    last_step: IntentState
    decision: Decision
    state: IntentState
    problem: StationError | None = None

    @property
    def question(self) -> bool:
        """Tell whether an operator's answer is needed."""
        return self.decision in QUESTIONS and self.state not in (
            IntentState.OK,
            IntentState.SPOILED,
            IntentState.NOT_CONSUMED,
        )

    @property
    def answers(self) -> tuple[AnswerKind, ...]:
        """Return the answers that fit, the likeliest first; empty where nothing is asked.

        A card can be good only once the printer is known to have printed it, the hopper tells something only while
        nothing but the feed was commanded, a card inside the printer is not missing, one set aside is so already.
        """
        if not self.question:
            return ()
        if self.decision is Decision.WAIT:
            return (AnswerKind.CARD_SPOILED, AnswerKind.LATER)
        aside = self.state is IntentState.UNRESOLVED
        fitting = (
            (AnswerKind.HOPPER_COUNT, self.last_step is IntentState.FEED_SENT),
            (AnswerKind.CARD_GOOD, self.decision is Decision.ASK_CONFIRM),
            (AnswerKind.CARD_SPOILED, True),
            (AnswerKind.CARD_MISSING, True),
            (AnswerKind.LATER, not aside),
        )
        return tuple(kind for kind, fits in fitting if fits)

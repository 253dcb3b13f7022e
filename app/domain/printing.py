"""The life of a print job: what may follow what, so that a label is printed once or somebody knows.

Who prints, and how a printer is asked, is the spooler's business (`devices`).
"""

from collections.abc import Mapping
from enum import StrEnum


class PrintState(StrEnum):
    """Where a label stands between being wanted and being known to stick on a carton."""

    QUEUED = "QUEUED"
    """Wanted; no byte has left."""
    SENDING = "SENDING"
    """Claimed and rendered; bytes may be on their way. From here on nothing is resent by itself."""
    SENT = "SENT"
    """All bytes have left; the printer's counter was not read yet."""
    CONFIRMED = "CONFIRMED"
    """Printed: the counter went up, or the printed label was scanned."""
    PARTIAL = "PARTIAL"
    """The counter went up by less than was sent."""
    UNKNOWN = "UNKNOWN"
    """The connection broke after the first byte; the label may be there or not."""
    UNVERIFIED = "UNVERIFIED"
    """Sent to a printer that cannot answer; only a scan of the label can tell."""
    VOIDED = "VOIDED"
    """Given up or destroyed; its uid is never valid again."""
    REPRINTED = "REPRINTED"
    """Replaced by a reprint with its own number; this one's paper is to be destroyed."""
    CANCELLED = "CANCELLED"
    """Taken back before a byte had left."""


_BY_A_PERSON = frozenset({PrintState.CONFIRMED, PrintState.VOIDED, PrintState.REPRINTED})

_NEXT: Mapping[PrintState, frozenset[PrintState]] = {
    PrintState.QUEUED: frozenset({PrintState.SENDING, PrintState.CANCELLED}),
    PrintState.SENDING: frozenset(
        {PrintState.SENT, PrintState.CONFIRMED, PrintState.PARTIAL, PrintState.UNKNOWN, PrintState.QUEUED}
    ),
    PrintState.SENT: frozenset(
        {PrintState.CONFIRMED, PrintState.PARTIAL, PrintState.UNKNOWN, PrintState.UNVERIFIED, PrintState.QUEUED}
    ),
    PrintState.CONFIRMED: frozenset({PrintState.VOIDED, PrintState.REPRINTED}),
    PrintState.PARTIAL: _BY_A_PERSON,
    PrintState.UNKNOWN: _BY_A_PERSON | {PrintState.PARTIAL, PrintState.QUEUED},
    PrintState.UNVERIFIED: _BY_A_PERSON,
    PrintState.VOIDED: frozenset(),
    PrintState.REPRINTED: frozenset(),
    PrintState.CANCELLED: frozenset(),
}


def may_follow(state: PrintState, following: PrintState) -> bool:
    """Whether a print job may go from one state to the other.

    Back to QUEUED only while no byte was written, or when the printer's counter and its empty buffer prove that nothing
    was printed; whoever moves a job back has that proof. The database keeps the same table (`advance_print_job`).
    """
    return following in _NEXT[state]


def needs_a_person(state: PrintState) -> bool:
    """Whether somebody has to look at the label and decide."""
    return state in {PrintState.PARTIAL, PrintState.UNKNOWN, PrintState.UNVERIFIED}

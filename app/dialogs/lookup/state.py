"""The cursor of look-up: what a code may stand for, as long as one of several is to be chosen."""

from dataclasses import dataclass

from app.domain.scanning import Candidate


@dataclass(frozen=True, slots=True)
class LookupState:
    """`offered` are the records among which a person is asked to choose; empty otherwise."""

    offered: tuple[Candidate, ...] = ()

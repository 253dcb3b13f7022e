"""The one place in which dialogs are executed: each event is one transaction of at most four round trips.

lock the run, store the scan and resolve its code · read the facts · step, then its commands · append the step, commit.
A repeated event gets the prompt it got the first time. UNDO is understood here, for every dialog alike, and so is what
goes beyond somebody's limit: a supervisor is asked, and what was wished is done as it was wished.
"""

from dataclasses import dataclass, replace
from uuid import UUID

import msgspec

from app.database import dialogs as store
from app.dialogs.definition import AnyDialog, Effect, Where, sub_request
from app.dialogs.dialog import Event, Key, Level, Outcome, Prompt, Result, Scanned, Started
from app.dialogs.grammar import refused, warning
from app.dialogs.limits import NEEDS_APPROVAL, asking_supervisor
from app.domain.codes import COMMAND_PREFIX, as_kept, read_code
from app.domain.errors import Refusal
from app.domain.scanning import Reading, Scan
from app.services.printing import JOB
from app.services.work import UnitOfWork, Worker

UNDO = "UNDO"
_TAKEN_BACK = ("stock", "document", "task", "parcel", "shipment")
"""What a step may have changed: whoever shows any of it looks again."""


@dataclass(frozen=True, slots=True)
class ScanInput:
    """A scan before its code was looked up: what the lane hands over."""

    scan: Scan

    @property
    def event_id(self) -> UUID:
        """The scan's id."""
        return self.scan.event_id


Input = ScanInput | Event


@dataclass(frozen=True, slots=True)
class _Held:
    """An event whose posting goes beyond what the person may: it waits for a supervisor."""

    event: Event

    def meaning(self, event: Event) -> Event:
        """What happens now: with any news, such as the approval, what was wished for; or what stood there before."""
        if isinstance(event, Result):
            return self.event
        return Started(event.event_id) if _command(event) == "CANCEL" else event


@dataclass(frozen=True, slots=True)
class _Done:
    """What a step came to, before it is stored; `held` waits for a supervisor."""

    state: object
    prompt: Prompt
    verdict: str
    effects: tuple[Effect, ...] = ()
    held: _Held | None = None


class Runner:
    """One conversation of one person at one station."""

    def __init__(self, worker: Worker, dialog: AnyDialog, *, warehouse: UUID, station: str) -> None:
        self._worker = worker
        self._dialog = dialog
        self.warehouse = warehouse
        self._station = station
        self.run: UUID | None = None
        self.recovered = False
        """Whether something was left in the middle and goes on."""
        self.round_trips = 0
        """Of the last step."""
        self.prompt = Prompt("dialog.opening")
        self.about: UUID | None = None
        """The document in hand."""
        self._held: _Held | None = None

    def open(self) -> None:
        """Open the conversation or take it up where it was left; the first event should be `Started`."""
        beginning = self._dialog.start()
        found = self._worker.run(
            lambda unit: store.open_run(
                unit.session,
                capability=self._dialog.capability,
                version=self._dialog.version,
                warehouse=self.warehouse,
                state=msgspec.to_builtins(beginning),
            )
        )
        self._held = None
        self.run, self.warehouse = found.run, found.warehouse
        self.recovered = found.recovered and msgspec.convert(found.state, self._dialog.state) != beginning
        if found.prompt:
            self.prompt = msgspec.convert(found.prompt, Prompt)

    def handle(self, event: Input) -> Prompt:
        """Execute one event and return what to show.

        Raises a Fault when the database cannot be reached; the same event may then be handled again.
        """
        assert self.run is not None
        meaning = read_code(event.scan.raw, event.scan.symbology) if isinstance(event, ScanInput) else None
        with self._worker.database.open_session() as session:
            begun = store.begin_step(
                session,
                run=self.run,
                event=event.event_id,
                scan=as_kept(event.scan) if isinstance(event, ScanInput) else None,
                lookups=meaning.lookups if meaning else (),
            )
            if begun.repeated:
                session.rollback()
                self.prompt = msgspec.convert(begun.repeated, Prompt)
                return self.prompt
            where = Where(self.run, begun.warehouse, begun.person, self._station)
            state = msgspec.convert(begun.state, self._dialog.state)
            known = _as_event(event, meaning.reading(begun.candidates) if meaning else None)
            known = self._held.meaning(known) if self._held else known
            unit = UnitOfWork(session, known.event_id)
            try:
                done = self._decide(unit, where, state, known)
            except Refusal as refusal:
                session.rollback_to_savepoint()
                unit.changes.clear()
                done = self._refused(refusal, known)
            store.finish_step(session, run=self.run, event=event.event_id, step=_to_store(known, done))
            self.round_trips = session.round_trips
        self.about = self._dialog.about(state if done.state is None else done.state)
        self.prompt, self._held = done.prompt, done.held
        self._worker.tell(unit.changes)
        return done.prompt

    def _refused(self, refusal: Refusal, event: Event) -> _Done:
        if refusal.code == NEEDS_APPROVAL and "request" in refusal.facts:
            return _Done(None, asking_supervisor(self.prompt, refusal), "refused", held=_Held(event))
        return _Done(None, replace(self.prompt, feedback=refused(refusal)), "refused", held=self._held)

    def _decide(self, unit: UnitOfWork, where: Where, state: object, event: Event) -> _Done:
        if _command(event) == UNDO:
            return self._undo(unit, where, event)
        outcome, effects = self._step(unit, where, state, event)
        did_something = bool(effects) or outcome.state != state
        verdict = "ok" if did_something and not isinstance(event, Started) else "shown"
        if _is_error(outcome.prompt):
            verdict = "refused"
        return _Done(outcome.state, outcome.prompt, verdict, effects)

    def _step(
        self, unit: UnitOfWork, where: Where, state: object, event: Event
    ) -> tuple[Outcome[object, object], tuple[Effect, ...]]:
        """Step and execute until nothing more follows from the commands' results."""
        effects: list[Effect] = []
        following: Event | None = event
        outcome: Outcome[object, object] = Outcome(state, self.prompt)
        while following is not None:
            facts = self._dialog.facts(unit, where, outcome.state, following)
            outcome = self._dialog.step(outcome.state, following, facts)
            following = None
            for number, command in enumerate(outcome.commands):
                part = UnitOfWork(
                    unit.session, sub_request(event.event_id, f"{len(effects)}.{number}"), changes=unit.changes
                )
                effect = self._dialog.execute(part, where, command)
                effects.append(effect)
                following = effect.result or following
        return outcome, tuple(effects)

    def _undo(self, unit: UnitOfWork, where: Where, event: Event) -> _Done:
        undone = store.undo_step(unit.session, run=where.run, request=unit.request_id)
        for kind in _TAKEN_BACK:
            unit.changed(kind)
        for job in undone.jobs:
            unit.changed(JOB, job)
        for truck in undone.trucks:
            unit.changed("appointment", truck)
        state = msgspec.convert(undone.state, self._dialog.state)
        outcome, effects = self._step(unit, where, state, Started(event.event_id))
        said = warning("dialog.undone_label", label=undone.paper) if undone.paper else warning("dialog.undone")
        prompt = replace(outcome.prompt, feedback=said)
        return _Done(outcome.state, prompt, "shown", (Effect(postings=undone.postings), *effects))


def _as_event(event: Input, reading: Reading | None) -> Event:
    if isinstance(event, ScanInput):
        assert reading is not None
        kept = as_kept(event.scan)
        return Scanned(kept, replace(reading, raw=kept.raw))
    return event


def _command(event: Event) -> str:
    """The command that an event gives: by key, or by scanning a command barcode, whatever word it carries."""
    if isinstance(event, Key):
        return event.command
    if isinstance(event, Scanned) and (text := event.reading.raw.strip().upper()).startswith(COMMAND_PREFIX):
        return text.removeprefix(COMMAND_PREFIX)
    return ""


def as_key(event: Event) -> Event:
    """A scanned command barcode as the key that it stands for; any other event as it is."""
    command = _command(event)
    return Key(event.event_id, command) if isinstance(event, Scanned) and command else event


def _is_error(prompt: Prompt) -> bool:
    return prompt.feedback is not None and prompt.feedback.level is Level.ERROR


def _to_store(event: Event, done: _Done) -> store.FinishedStep:
    documents = [effect.document for effect in done.effects if effect.document]
    tasks = [effect.task for effect in done.effects if effect.task]
    return store.FinishedStep(
        event=msgspec.to_builtins(event) | {"type": type(event).__name__},
        state=None if done.state is None else msgspec.to_builtins(done.state),
        prompt=msgspec.to_builtins(done.prompt),
        verdict=done.verdict,
        postings=tuple(posting for effect in done.effects for posting in effect.postings),
        outside=next((effect.outside for effect in done.effects if effect.outside), ""),
        finished=done.prompt.finished,
        document=documents[-1] if documents else None,
        task=tasks[-1] if tasks else None,
    )

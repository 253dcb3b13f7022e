"""One lane a conversation: one thread that takes events strictly in order, and never judges without the database.

After a refusal, what was scanned before the person could see it is kept as "not used" and said so: those scans were
made for a context that no longer holds. With the database away, scans are refused audibly.
"""

import queue
import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

from app.database import dialogs as store
from app.dialogs.dialog import Key, Level, Prompt, Result, Started, Weighed
from app.dialogs.grammar import error, refused, warning
from app.dialogs.journal import Journal
from app.dialogs.runner import Input, Runner, ScanInput
from app.domain.codes import as_kept
from app.domain.equipment import Weight
from app.domain.errors import Fault, Refusal
from app.domain.people import ApprovalWish
from app.domain.scanning import Scan
from app.services import clock, sign_on
from app.services.work import Worker, wait_before_retry

_TRIES = 3
_OPEN_AGAIN_S = 1.0
_LOOK_AGAIN_S = 5.0
_FINISH_S = 5.0
_NAMED_UNUSED = 5  # scans that were not used are named up to here, and counted beyond
_SHOWN_EVERY = 50


@dataclass(frozen=True, slots=True)
class _Approval:
    """A supervisor's badge and PIN on the way to be checked; never written down anywhere."""

    badge: str = field(repr=False)
    pin: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Arrived:
    event: Input | _Approval
    at_s: float


class Lane:
    """Takes scans, keys, weights and results from any thread; gives prompts on its own."""

    def __init__(
        self,
        worker: Worker,
        runner: Runner,
        journal: Journal,
        *,
        show: Callable[[Prompt], None],
        wants: Mapping[str, Callable[[Prompt], None]] | None = None,
        on_defect: Callable[[Exception], None] | None = None,
        on_stop: Callable[["Lane"], object] | None = None,
    ) -> None:
        """`show` gets every prompt; `wants[what]` is called when a prompt waits for `what` (weight, print_job, …)."""
        self._worker = worker
        self._runner = runner
        self._journal = journal
        self._show = show
        self._wants = wants or {}
        self._on_defect = on_defect
        self._on_stop = on_stop
        self._queue: queue.Queue[_Arrived | None] = queue.Queue()
        self._refused_at_s = float("-inf")
        self._open = False
        self._stops_at_s = float("inf")
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="lane", daemon=True)

    def start(self) -> None:
        """Open the conversation and show its prompt."""
        self._thread.start()
        self._put(Started(uuid.uuid4()))

    @property
    def prompt(self) -> Prompt:
        """What was shown last; a lane that was stopped shows nothing, and waits for nothing."""
        return Prompt("") if self._stop.is_set() else self._runner.prompt

    def stop(self) -> None:
        """End after what has arrived, as far as a few seconds take it; the conversation stays open in the database.

        What is left then, or without the database, stays in the journal and counts as not used when it goes on.
        """
        self._stops_at_s = clock.monotonic_s() + _FINISH_S
        self._stop.set()
        self._queue.put(None)
        self._thread.join(10)
        self._journal.close()
        if self._on_stop is not None:
            self._on_stop(self)

    def scan(self, raw: str, symbology: str = "", source: str = "keyboard") -> None:
        """A scan arrives: it is written down before anything else."""
        self.take(Scan(uuid.uuid4(), raw, symbology, source))

    def take(self, scan: Scan) -> None:
        """A scan that has its event id already arrives."""
        self._journal.append(as_kept(scan))
        self._put(ScanInput(scan))

    def key(self, command: str, text: str = "") -> None:
        """A command, a choice or a typed answer."""
        self._put(Key(uuid.uuid4(), command, text))

    def weigh(self, weight: Weight) -> None:
        """The scale's answer to a prompt that waits for a weight."""
        self._put(Weighed(uuid.uuid4(), weight))

    def tell(self, kind: str, about: UUID, state: str = "", facts: Mapping[str, str] | None = None) -> None:
        """Something outside ended; heard only while the prompt waits for it."""
        if self._runner.prompt.waiting == kind:
            self._put(Result(uuid.uuid4(), kind, about, state, facts or {}))

    def news(self, kind: str, about: UUID) -> None:
        """Somebody else changed a document; heard while it is the one in hand."""
        if self._runner.about == about:
            self._put(Result(uuid.uuid4(), kind, about, "changed", {}))

    def approve(self, badge: str, pin: str) -> None:
        """A supervisor approves what the prompt waits for."""
        self._put(_Approval(badge, pin))

    def fault(self, fault: Fault | Refusal) -> None:
        """A device could not do what the prompt waits for: shown, nothing changes."""
        self._tell(replace(self._runner.prompt, feedback=refused(fault)))

    def _put(self, event: Input | _Approval) -> None:
        self._queue.put(_Arrived(event, clock.monotonic_s()))

    def _work(self) -> None:
        while (arrived := self._next()) is not None:
            if self._stop.is_set() and (not self._open or clock.monotonic_s() > self._stops_at_s):
                return
            try:
                self._handle(arrived)
            except Fault as fault:
                self._away(fault)
            except Refusal as refusal:
                self.fault(refusal)
            except Exception as error:  # noqa: BLE001  (a defect must not end the lane; it is reported)
                self._defect(error)

    def _next(self) -> _Arrived | None:
        """What arrived; while the prompt waits for a label, a fresh look every few seconds, should a hint be lost."""
        while True:
            try:
                return self._queue.get(timeout=_LOOK_AGAIN_S)
            except queue.Empty:
                if self._runner.prompt.waiting in ("print_job", "carrier"):
                    return _Arrived(Started(uuid.uuid4()), clock.monotonic_s())

    def _handle(self, arrived: _Arrived) -> None:
        event = arrived.event
        if not self._open:
            self._open_run()
            if not isinstance(event, Started):
                self._set_aside(event, arrived.at_s)
            return
        if isinstance(event, _Approval):
            event = self._approved(event)
        if isinstance(event, ScanInput):
            if arrived.at_s < self._refused_at_s:
                self._set_aside(event, arrived.at_s)
                return
            self._journal.sync()
            event = ScanInput(replace(event.scan, age_s=clock.monotonic_s() - arrived.at_s))
        prompt = self._handle_patiently(event)
        if isinstance(event, ScanInput):
            self._journal.settle(event.event_id)
        self._present(prompt)

    def _approved(self, approval: _Approval) -> Result:
        """The supervisor's word as an event; whoever may not, or mistypes, is refused before any dialog hears of it."""
        asked = self._runner.prompt
        wish = ApprovalWish(
            UUID(asked.facts["request"]), asked.facts["permission"], self._runner.warehouse, asked.facts["content"]
        )
        person = sign_on.approve(self._worker, badge=approval.badge, pin=approval.pin, wish=wish)
        return Result(uuid.uuid4(), "approval", wish.request, "approved", {"person": person})

    def _handle_patiently(self, event: Input) -> Prompt:
        """The same event again when the connection broke or work collided: repeating it cannot do it twice."""
        for attempt in range(_TRIES - 1):
            try:
                return self._runner.handle(event)
            except Fault as fault:
                if not fault.retry:
                    raise
                wait_before_retry(attempt)
        return self._runner.handle(event)

    def _open_run(self) -> None:
        self._runner.open()
        for scan in self._journal.left_over():
            if not any(isinstance(one, _Arrived) and _is(one.event, scan) for one in tuple(self._queue.queue)):
                self._keep_unused(scan)
        prompt = self._runner.handle(Started(uuid.uuid4()))
        self._open = True
        if self._runner.recovered:
            prompt = replace(prompt, feedback=warning("dialog.recovered"))
        self._present(prompt)

    def _set_aside(self, event: Input | _Approval, at_s: float) -> None:
        """Keep a scan that was made before its verdict could be seen as not used, and say so."""
        if not isinstance(event, ScanInput):
            return
        kept = as_kept(event.scan)
        self._keep_unused(replace(kept, age_s=clock.monotonic_s() - at_s))
        self._add_unused(kept.raw)

    def _add_unused(self, raw: str) -> None:
        """Say of one more scan that it was not used: one message for all of them, shown when the flood pauses.

        The verdict stays the one that was shown: it becomes no younger, or a flood would never be judged again.
        """
        shown = self._runner.prompt.feedback or error("scan.not_used")
        if len(shown.unused) < _NAMED_UNUSED:
            said = replace(shown, unused=(*shown.unused, raw))
        else:
            said = replace(shown, more_unused=shown.more_unused + 1)
        self._runner.prompt = replace(self._runner.prompt, feedback=said)
        if len(said.unused) == 1 or self._queue.empty() or said.more_unused % _SHOWN_EVERY == 0:
            self._show(self._runner.prompt)

    def _keep_unused(self, scan: Scan) -> None:
        self._worker.run(lambda unit: store.store_unused_scan(unit.session, run=self._runner.run, scan=scan))
        self._journal.settle(scan.event_id)

    def _present(self, prompt: Prompt) -> None:
        """Show a step's prompt and have what it waits for begin."""
        self._tell(prompt)
        wanted = self._wants.get(prompt.waiting)
        if wanted is not None and not self._stop.is_set():
            wanted(prompt)

    def _tell(self, prompt: Prompt) -> None:
        self._runner.prompt = prompt
        self._show(prompt)
        if prompt.feedback is not None and prompt.feedback.level is Level.ERROR:
            self._refused_at_s = clock.monotonic_s()

    def _away(self, fault: Fault) -> None:
        """Say that nothing is judged now, and open the conversation afresh as soon as that is possible."""
        self._open = False
        self.fault(fault)
        if fault.retry and not self._stop.wait(_OPEN_AGAIN_S):
            self._put(Started(uuid.uuid4()))

    def _defect(self, error: Exception) -> None:
        self._open = False
        self.fault(Fault("program.defect", retry=False, kind=type(error).__name__))
        if self._on_defect is not None:
            self._on_defect(error)


def _is(event: Input | _Approval, scan: Scan) -> bool:
    return isinstance(event, ScanInput) and event.event_id == scan.event_id

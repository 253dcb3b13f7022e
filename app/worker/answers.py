"""Files in which carriers answer: tracking numbers matched with what was asked; what is wrong stands beside them."""

import logging
from pathlib import Path

from app.connectors.inbox import Inbox
from app.domain.carriers import Answer, CarrierSetup, read_answers, route_of
from app.domain.errors import Refusal
from app.services import clock
from app.services.carriers import errands, requests, setting_up
from app.services.carriers.consigning import label_of, of_bid
from app.services.shipping import tracking
from app.services.work import UnitOfWork, Worker
from app.texts import Texts

_log = logging.getLogger(__name__)


class AnswerFiles:
    """Looks into the folders in which carriers answer. A line that is wrong does not keep the others waiting."""

    def __init__(self, worker: Worker, texts: Texts) -> None:
        self._worker = worker
        self._texts = texts
        self._inboxes: dict[str, Inbox] = {}

    def work(self) -> None:
        """Read what lies there whole."""
        for carrier in self._worker.run(setting_up.in_use):
            folder = carrier.text("answers")
            if carrier.kind == "file" and folder and Path(folder).is_dir():
                inbox = self._inboxes.setdefault(folder, Inbox(Path(folder)))
                for path in inbox.whole_files(clock.monotonic_s()):
                    self._take(carrier, inbox, path)

    def _take(self, carrier: CarrierSetup, inbox: Inbox, path: Path) -> None:
        try:
            answers = read_answers(carrier, path.read_bytes())
        except OSError as later:
            _log.warning("%s is read later: %s", path.name, later)
            return
        except Refusal as refusal:
            self._note(carrier, path.name, Answer(0, "", ""), refusal)
            inbox.refused(path, self._words(refusal))
            return
        faults = [words for answer in answers if (words := self._one(carrier, path.name, answer))]
        put = inbox.refused if faults and len(faults) == len(answers) else inbox.done
        put(path, "\n".join(faults))

    def _one(self, carrier: CarrierSetup, file: str, answer: Answer) -> str:
        """Take one line; what is wrong with it, in words, which people also see on the shipping desk."""

        def work(unit: UnitOfWork) -> None:
            if answer.event:
                tracking.take(unit, answer, carrier=carrier, now=clock.now())
                return
            told = {"reference": answer.reference, "answer": answer.tracking, "fault": answer.fault}
            if requests.confirmed(unit, carrier=carrier.code, **told):
                return
            told_of = of_bid(errands.bid_of(unit, carrier=carrier.code, reference=answer.reference))
            route = route_of(carrier, told_of.receiver)
            label = label_of(told_of, carrier=carrier, tracking=answer.tracking, route=route)
            errands.take_answer(unit, answer, carrier=carrier, label=label.fields)

        try:
            self._worker.run(work)
        except Refusal as refusal:
            self._note(carrier, file, answer, refusal)
            return f"{answer.line}: {self._words(refusal)}"
        return ""

    def _note(self, carrier: CarrierSetup, file: str, answer: Answer, refusal: Refusal) -> None:
        facts = {name: str(value) for name, value in refusal.facts.items()}
        said = {
            "line": answer.line, "reference": answer.reference, "tracking": answer.tracking, "fault": refusal.code,
            "facts": facts,
        }  # fmt: skip
        self._worker.run(lambda unit: requests.note(unit, carrier=carrier.code, file=file, said=said))

    def _words(self, refusal: Refusal) -> str:
        text, remedy = self._texts.error(refusal.code, refusal.facts)
        return f"{text}\n    {remedy}"

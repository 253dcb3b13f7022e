"""The outbox: carriers are asked for what was wanted, outside of every transaction, and their answers are stored.

What was asked and never answered, because the carrier or this program died in between, is recovered: the carrier is
asked what became of it before anything is bought again.
"""

import logging
import threading
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar
from uuid import uuid5

from app.connectors.carriers import Carrier
from app.domain.carriers import Buying, CarrierSetup, Consignment, Doing, Done, Unanswered
from app.domain.errors import Fault, Refusal
from app.services.carriers import errands, setting_up
from app.services.carriers.consigning import consignment_from, of_bid, pickup_from
from app.services.carriers.errands import Errand
from app.services.shipping import papers
from app.services.work import UnitOfWork, Worker

T = TypeVar("T")
ANSWER_S = 20.0
LEASE_S = 45
"""How long an errand is one caller's: longer than a carrier may take, so that no two ask for the same."""
_FIRST_RETRY_S, _LAST_RETRY_S = 5, 300

_log = logging.getLogger(__name__)


class Outbox:
    """Asks carriers for what is due. `carrier_of` makes a carrier of its set-up; it may take `answer_s` to answer."""

    def __init__(
        self,
        worker: Worker,
        carrier_of: Callable[[CarrierSetup], Carrier],
        *,
        now: Callable[[], datetime],
        answer_s: float = ANSWER_S,
        lease_s: int = LEASE_S,
    ) -> None:
        self._worker = worker
        self._carrier_of = carrier_of
        self._now = now
        self._answer_s = answer_s
        self._lease_s = lease_s

    def work(self) -> None:
        """Do every errand that is due, one after the other; what is overdue becomes unknown."""
        self._worker.run(errands.miss_answers)
        while errand := self._worker.run(lambda unit: errands.claim(unit, seconds=self._lease_s)):
            self._run(errand)

    def _run(self, errand: Errand) -> None:
        try:
            setup = setting_up.read(errand.carrier)
            carrier = self._carrier_of(setup)
            if errand.kind == "buy":
                self._buy(errand, setup, carrier)
            elif errand.kind == "papers":
                self._worker.run(lambda unit: self._print(unit, errand, setup))
            else:
                done = self._in_time(lambda: self._do(errand, carrier))
                self._worker.run(lambda unit: errands.settle_doing(unit, errand, done, carrier=setup, now=self._now()))
        except (Fault, Refusal) as stopped:
            self._later(errand, stopped)

    def _buy(self, errand: Errand, setup: CarrierSetup, carrier: Carrier) -> None:
        assert errand.purchase is not None
        consignment = of_bid(errand.purchase)
        answer = self._in_time(lambda: _bought(carrier, consignment, recover=errand.recover))
        self._worker.run(
            lambda unit: errands.settle(unit, errand, answer, carrier=setup, consignment=consignment, now=self._now())
        )

    def _print(self, unit: UnitOfWork, errand: Errand, setup: CarrierSetup) -> None:
        """Want the papers printed that the rules want, once: under a request of their own, settled with them."""
        assert errand.purchase is not None
        once = UnitOfWork(unit.session, uuid5(errand.subject, "papers"), unit.changes)
        papers.print_papers(once, errand.purchase.parcel, printer=errand.purchase.printer)
        errands.settle_doing(unit, errand, Done(), carrier=setup, now=self._now())

    def _do(self, errand: Errand, carrier: Carrier) -> Doing:
        if errand.kind == "manifest":
            cartons = [consignment_from(one) for one in errand.content["cartons"]]
            return carrier.manifest(str(errand.content["number"]), cartons)
        if errand.kind == "pickup":
            return carrier.pickup(pickup_from(errand.content))
        if errand.kind == "left_out":
            carton = consignment_from(errand.content["carton"])
            return carrier.withdraw(str(errand.content["manifest"]), carton, request=errand.reference)
        assert errand.purchase is not None
        return carrier.void(of_bid(errand.purchase), request=errand.reference)

    def _later(self, errand: Errand, stopped: Fault | Refusal) -> None:
        """Nothing was done; it is tried again a while later. Whoever was overtaken leaves it to the other."""
        if stopped.code == "carriers.overtaken":
            _log.warning("the answer to errand %s came too late; another one has asked", errand.id)
            return
        wait = min(_FIRST_RETRY_S * 2 ** min(errand.tries - 1, 10), _LAST_RETRY_S)
        self._worker.run(
            lambda unit: errands.later(unit, errand, fault=stopped.code, facts=stopped.facts, seconds=wait)
        )

    def _in_time(self, ask: Callable[[], T]) -> T | Unanswered:
        """The answer, if it comes in time; else nobody knows. A call that hangs is left to itself."""
        answers: list[T] = []
        raised: list[BaseException] = []

        def call() -> None:
            try:
                answers.append(ask())
            except BaseException as problem:  # noqa: BLE001  (handed on to the caller below)
                raised.append(problem)

        thread = threading.Thread(target=call, name="carrier asked", daemon=True)
        thread.start()
        thread.join(self._answer_s)
        if raised:
            raise raised[0]
        return answers[0] if answers else Unanswered("carriers.no_answer")


def _bought(carrier: Carrier, consignment: Consignment, *, recover: bool) -> Buying:
    """What became of a label that was asked for before; it is bought where certainly none was."""
    if recover and (found := carrier.recover(consignment)) is not None:
        return found
    return carrier.buy(consignment)

"""The ledger against a model: random days of several people, compared with a few dictionaries after every step."""

from collections import defaultdict
from collections.abc import Callable
from contextlib import ExitStack
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from app.database import server
from app.database.session import Session
from app.domain.errors import Refusal
from tests.support import NIL, Site, copy_of, furnish, post

BINS = ("R01", "R02", "R03")
quantities = st.integers(1, 6)
people = st.integers(0, 1)


class Day(RuleBasedStateMachine):
    """A day in the warehouse with one item, one purchase order, two customers' orders and two people."""

    cluster_url = ""

    @initialize()
    def open(self) -> None:
        self.stack = ExitStack()
        self.site: Site = self.stack.enter_context(copy_of(furnish(self.cluster_url)))
        self.sessions = [self.site.station("bench1", "OPERATOR1"), self.site.station("dock1", "MANAGER1")]
        self.inbound = self.site.purchase_line("WIDGET", 30)
        self.orders = [self.site.order_line("WIDGET", 8), self.site.order_line("WIDGET", 8)]
        self.on_hand: dict[str, int] = defaultdict(int)
        self.held: dict[tuple[UUID, str], int] = defaultdict(int)
        self.done: dict[tuple[UUID, str], int] = defaultdict(int)
        self.postings: list[tuple[UUID, str, str, str, int, UUID | None]] = []
        self.undone: set[UUID] = set()

    def teardown(self) -> None:
        if hasattr(self, "stack"):
            try:
                assert self.site.prove() == []
            finally:
                self.stack.close()

    def free(self, place: str) -> int:
        return self.on_hand[place] - sum(qty for (_, where), qty in self.held.items() if where == place)

    def attempt(self, who: int, work: Callable[[Session], object], *, allowed: bool) -> object:
        """Do it, and find that the ledger allows exactly what the model does."""
        try:
            with self.sessions[who].transaction() as session:
                answer = work(session)
        except Refusal:
            assert not allowed
            return None
        assert allowed
        return answer

    def goods(
        self, who: int, kind: str, source: str, target: str, qty: int, line: UUID | None, *, allowed: bool
    ) -> None:
        posting = self.attempt(
            who,
            lambda session: post(session, self.site, kind, "WIDGET", source, target, qty, line=line),
            allowed=allowed,
        )
        if isinstance(posting, UUID):
            self.postings.append((posting, kind, source, target, qty, line))
            self.book(kind, source, target, qty, line)

    def book(self, kind: str, source: str, target: str, qty: int, line: UUID | None) -> None:
        if source not in ("SUPPLIER", "CUSTOMER"):
            self.on_hand[source] -= qty
        if target not in ("SUPPLIER", "CUSTOMER"):
            self.on_hand[target] += qty
        if line and kind in ("pick", "pack", "ship"):
            self.held[line, source] -= qty if source != "CUSTOMER" else 0
            self.held[line, target] += qty if target != "CUSTOMER" else 0

    def beyond(self, line: UUID, kind: str, qty: int, asked: int) -> bool:
        done = sum(p[4] for p in self.postings if p[0] not in self.undone and p[1] == kind and p[5] == line)
        return done + qty > asked

    @rule(qty=quantities)
    def receive(self, qty: int) -> None:
        allowed = not self.beyond(self.inbound, "receipt", qty, 30)
        self.goods(1, "receipt", "SUPPLIER", "DOCK1", qty, self.inbound, allowed=allowed)

    @rule(who=people, qty=quantities, into=st.sampled_from(BINS))
    def put_away(self, who: int, qty: int, into: str) -> None:
        self.goods(who, "putaway", "DOCK1", into, qty, None, allowed=self.free("DOCK1") >= qty)

    @rule(who=people, qty=quantities, source=st.sampled_from(BINS), into=st.sampled_from(BINS))
    def move(self, who: int, qty: int, source: str, into: str) -> None:
        self.goods(who, "move", source, into, qty, None, allowed=source != into and self.free(source) >= qty)

    @rule(who=people, qty=quantities, place=st.sampled_from(BINS), order=people)
    def reserve(self, who: int, qty: int, place: str, order: int) -> None:
        line = self.orders[order]
        mine = sum(held for (owner, _), held in self.held.items() if owner == line)
        shipped = sum(p[4] for p in self.postings if p[0] not in self.undone and p[1] == "ship" and p[5] == line)
        allowed = self.free(place) >= qty and mine + shipped + qty <= 8
        self.attempt(who, lambda session: self.site.reserve(session, line, "WIDGET", place, qty), allowed=allowed)
        self.held[line, place] += qty if allowed else 0

    @rule(who=people, qty=quantities, place=st.sampled_from((*BINS, "TOTE", "STAGE1")), order=people)
    def release(self, who: int, qty: int, place: str, order: int) -> None:
        key = {"line": self.orders[order], "location": self.site.places[place], "trace": NIL, "unit": NIL}
        given = self.attempt(who, lambda session: session.call("release_stock", **key, qty=Decimal(qty)), allowed=True)
        assert given == min(qty, self.held[self.orders[order], place])
        self.held[self.orders[order], place] -= min(qty, self.held[self.orders[order], place])

    @rule(
        who=people,
        qty=quantities,
        order=people,
        step=st.sampled_from([*(("pick", place, "TOTE") for place in BINS), ("pack", "TOTE", "STAGE1"),
                              ("ship", "STAGE1", "CUSTOMER")]),
    )  # fmt: skip
    def send(self, who: int, qty: int, order: int, step: tuple[str, str, str]) -> None:
        kind, source, target = step
        line = self.orders[order]
        allowed = self.held[line, source] >= qty and not self.beyond(line, kind, qty, 8)
        self.goods(who, kind, source, target, qty, line, allowed=allowed)

    @rule(pick=st.integers(0, 1000))
    def reverse(self, pick: int) -> None:
        if not self.postings:
            return
        posting, kind, source, target, qty, line = self.postings[pick % len(self.postings)]
        allowed = posting not in self.undone and (
            target == "CUSTOMER"
            or (self.held[line, target] if kind in ("pick", "pack") and line else self.free(target)) >= qty
        )
        request = uuid4()
        done = self.attempt(
            1,
            lambda session: session.call("reverse_posting", request=request, posting=posting, reason="UNDO"),
            allowed=allowed,
        )
        if done:
            self.undone.add(posting)
            self.book(kind, target, source, qty, line)

    @rule()
    def seal(self) -> None:
        self.site.seal()

    @invariant()
    def the_books_agree(self) -> None:
        if not hasattr(self, "site"):
            return
        with self.site.desk.transaction() as session:
            rows = session.rows("SELECT l.name, b.on_hand, b.reserved FROM stock_balance b JOIN location l"
                                " ON l.id = b.location_id")  # fmt: skip
        for row in rows:
            held = sum(qty for (_, where), qty in self.held.items() if where == row["name"])
            assert (row["on_hand"], row["reserved"]) == (self.on_hand[row["name"]], held), row["name"]


@pytest.mark.filterwarnings("ignore:.*:hypothesis.errors.NonInteractiveExampleWarning")
def test_any_day_of_the_warehouse_agrees_with_the_model(embedded_server: server.Attachment) -> None:
    day = type("DayHere", (Day,), {"cluster_url": embedded_server.url})
    run_state_machine_as_test(
        day,
        settings=settings(
            max_examples=8,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )

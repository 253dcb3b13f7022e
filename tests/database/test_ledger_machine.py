"""The ledger against a model: random days of several people, compared with a few dictionaries after every step.

The model knows shelves: a place of WH001 by its name, `R01/sold` and `R01/gadget` for what lies there of a customer's
and of kits, `THERE` for the dock of WH002.
"""

from collections import defaultdict
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
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
OUTSIDE = ("SUPPLIER", "CUSTOMER")
HOLDING = ("pick", "pack", "ship", "transfer_out", "transfer_in")
WHOLE = ("ship", "kit")
ASKED = (8, 8, 10)
IN_A_KIT = 2
quantities = st.integers(1, 6)
people = st.integers(0, 1)


@dataclass
class Posted:
    """One posting of the model; `left` is what was not taken back of it."""

    id: UUID
    kind: str
    source: str
    target: str
    left: int
    line: UUID | None


def size(kind: str, shelf: str) -> int:
    """How many lie on a shelf for each that was posted: a kit is made of several pieces."""
    return IN_A_KIT if kind == "kit" and not shelf.endswith("gadget") else 1


class Day(RuleBasedStateMachine):
    """A day with one item and its kit, a purchase order, two customers' orders, a transfer, a return, two people."""

    cluster_url = ""

    @initialize()
    def open(self) -> None:
        self.stack = ExitStack()
        self.site: Site = self.stack.enter_context(copy_of(furnish(self.cluster_url)))
        self.sessions = [self.site.station("bench1", "OPERATOR1"), self.site.station("dock1", "MANAGER1")]
        self.inbound = self.site.purchase_line("WIDGET", 30)
        self.orders = [self.site.order_line("WIDGET", 8), self.site.order_line("WIDGET", 8), self.transfer()]
        self.back = self.site.document("return", ("WIDGET", 6))[0]
        with self.site.desk.transaction() as session:
            session.call(
                "save_bom", item=self.site.items["GADGET"], makes=Decimal(1), items=[self.site.items["WIDGET"]],
                qtys=[Decimal(IN_A_KIT)],
            )  # fmt: skip
        self.on_hand: dict[str, int] = defaultdict(int)
        self.held: dict[tuple[UUID, str], int] = defaultdict(int)
        self.done: dict[tuple[UUID, str], int] = defaultdict(int)
        self.postings: list[Posted] = []
        for place in BINS:
            self.site.put("WIDGET", place, 12)
            self.on_hand[place] = 12
        with self.site.desk.transaction() as session:
            self.site.reserve(session, self.orders[2], "WIDGET", "R01", 7)
        self.held[self.orders[2], "R01"] = 7
        self.goods(0, "transfer_out", "R01", "TRANSIT", 5, self.orders[2], allowed=True)

    def transfer(self) -> UUID:
        """The line of a released transfer to WH002."""
        with self.site.desk.transaction() as session:
            made = session.call(
                "create_transfer",
                warehouse=self.site.warehouse,
                to_warehouse=self.site.warehouses["WH002"],
                reference="",
                due=None,
                items=[self.site.items["WIDGET"]],
                uoms=["each"],
                qtys=[ASKED[2]],
            )
            session.call("decide_document", document=made, decision="released", version=1)
            row = session.row("SELECT id FROM document_line WHERE document_id = %(made)s", made=made)
        assert row is not None
        return UUID(str(row["id"]))

    def teardown(self) -> None:
        if hasattr(self, "stack"):
            try:
                assert self.site.prove() == []
                with self.site.desk.transaction() as session:
                    assert session.rows("SELECT rule, offender FROM prove_deep()") == []
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
            self.note(posting, kind, source, target, qty, line)

    def note(self, posting: UUID, kind: str, source: str, target: str, qty: int, line: UUID | None = None) -> None:
        self.postings.append(Posted(posting, kind, source, target, qty, line))
        self.book(kind, source, target, qty, line)

    def book(self, kind: str, source: str, target: str, qty: int, line: UUID | None) -> None:
        for shelf, change in ((source, -qty), (target, qty)):
            if shelf in OUTSIDE:
                continue
            self.on_hand[shelf] += change * size(kind, shelf)
            if line and kind in HOLDING and shelf != "THERE":
                self.held[line, shelf] += change

    def beyond(self, line: UUID, kind: str, qty: int, asked: int) -> bool:
        return self.done_of(line, kind) + qty > asked

    def done_of(self, line: UUID, *kinds: str) -> int:
        return sum(one.left for one in self.postings if one.kind in kinds and one.line == line)

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

    @rule(who=people, qty=quantities, place=st.sampled_from(BINS), order=st.integers(0, 2))
    def reserve(self, who: int, qty: int, place: str, order: int) -> None:
        line = self.orders[order]
        mine = sum(held for (owner, where), held in self.held.items() if owner == line and where != "TRANSIT")
        allowed = self.free(place) >= qty and mine + self.done_of(line, "ship", "transfer_out") + qty <= ASKED[order]
        self.attempt(who, lambda session: self.site.reserve(session, line, "WIDGET", place, qty), allowed=allowed)
        self.held[line, place] += qty if allowed else 0

    @rule(who=people, qty=quantities, place=st.sampled_from((*BINS, "TOTE", "STAGE1")), order=st.integers(0, 2))
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

    @rule(qty=quantities, source=st.sampled_from(BINS))
    def send_away(self, qty: int, source: str) -> None:
        line = self.orders[2]
        allowed = self.held[line, source] >= qty and not self.beyond(line, "transfer_out", qty, ASKED[2])
        self.goods(0, "transfer_out", source, "TRANSIT", qty, line, allowed=allowed)

    @rule(qty=quantities)
    def arrive(self, qty: int) -> None:
        line = self.orders[2]
        answer = self.attempt(
            1,
            lambda session: session.call(
                "post_moves",
                request=uuid4(),
                kind="transfer_in",
                warehouse=self.site.warehouses["WH002"],
                items=[self.site.items["WIDGET"]],
                qtys=[qty],
                from_locations=[self.site.places["TRANSIT"]],
                to_locations=[self.site.other_places["DOCK1"]],
                lines=[line],
            ),
            allowed=self.held[line, "TRANSIT"] >= qty,
        )
        if isinstance(answer, dict):
            self.note(UUID(answer["posting"]), "transfer_in", "TRANSIT", "THERE", qty, line)

    @rule(qty=quantities, place=st.sampled_from(BINS), sells=st.booleans())
    def change_owner(self, qty: int, place: str, *, sells: bool) -> None:
        customer = self.site.partners["SHOPPER"]
        source, target = (place, f"{place}/sold") if sells else (f"{place}/sold", place)
        before, after = (NIL, customer) if sells else (customer, NIL)
        posting = self.attempt(
            1,
            lambda session: post(
                session, self.site, "owner", "WIDGET", place, place, qty,
                reason="SOLD" if sells else "BOUGHT", from_owners=[before], to_owners=[after],
            ),
            allowed=self.free(source) >= qty,
        )  # fmt: skip
        if isinstance(posting, UUID):
            self.note(posting, "owner", source, target, qty)

    @rule(who=people, kits=st.integers(1, 2), place=st.sampled_from(BINS))
    def make_kits(self, who: int, kits: int, place: str) -> None:
        answer = self.attempt(
            who,
            lambda session: session.call(
                "post_kit",
                request=uuid4(),
                warehouse=self.site.warehouse,
                items=[self.site.items["WIDGET"], self.site.items["GADGET"]],
                qtys=[Decimal(IN_A_KIT * kits), Decimal(kits)],
                locations=[self.site.places[place]] * 2,
                produced=[False, True],
            ),
            allowed=self.free(place) >= IN_A_KIT * kits,
        )
        if isinstance(answer, dict):
            self.note(UUID(answer["posting"]), "kit", place, f"{place}/gadget", kits)

    @rule(qty=quantities)
    def come_back(self, qty: int) -> None:
        allowed = not self.beyond(self.back, "return_in", qty, 6)
        self.goods(1, "return_in", "CUSTOMER", "DOCK1", qty, self.back, allowed=allowed)

    @rule(qty=quantities, place=st.sampled_from(BINS))
    def send_back(self, qty: int, place: str) -> None:
        posting = self.attempt(
            1,
            lambda session: post(session, self.site, "return_out", "WIDGET", place, "SUPPLIER", qty, reason="RETURNED"),
            allowed=self.free(place) >= qty,
        )
        if isinstance(posting, UUID):
            self.note(posting, "return_out", place, "SUPPLIER", qty)

    def can_give_back(self, one: Posted, qty: int) -> bool:
        if one.target in OUTSIDE:
            return True
        if one.line and one.kind in HOLDING and one.target != "THERE":
            return self.held[one.line, one.target] >= qty
        return self.free(one.target) >= qty * size(one.kind, one.target)

    def took_back(self, one: Posted, qty: int) -> None:
        one.left -= qty
        self.book(one.kind, one.target, one.source, qty, one.line)

    @rule(pick=st.integers(0, 1000))
    def reverse(self, pick: int) -> None:
        if not self.postings:
            return
        one = self.postings[pick % len(self.postings)]
        done = self.attempt(
            1,
            lambda session: session.call("reverse_posting", request=uuid4(), posting=one.id, reason="UNDO"),
            allowed=one.left > 0 and self.can_give_back(one, one.left),
        )
        if done:
            self.took_back(one, one.left)

    @rule(pick=st.integers(0, 1000), qty=st.integers(1, 3))
    def reverse_a_part(self, pick: int, qty: int) -> None:
        if not self.postings:
            return
        one = self.postings[pick % len(self.postings)]
        done = self.attempt(
            1,
            lambda session: session.call(
                "reverse_lines", request=uuid4(), posting=one.id, lines=[1], qtys=[Decimal(qty)], reason="UNDO"
            ),
            allowed=one.kind not in WHOLE and one.left >= qty and self.can_give_back(one, qty),
        )
        if done:
            self.took_back(one, qty)

    @rule()
    def seal(self) -> None:
        self.site.seal()

    @invariant()
    def the_books_agree(self) -> None:
        if not hasattr(self, "site"):
            return
        with self.site.desk.transaction() as session:
            rows = session.rows(
                "SELECT CASE WHEN l.warehouse_id = %(here)s THEN l.name ELSE 'THERE' END"
                " || CASE WHEN i.sku = 'GADGET' THEN '/gadget' WHEN b.owner_id <> nil() THEN '/sold' ELSE '' END"
                " AS shelf, b.on_hand, b.reserved FROM stock_balance b JOIN location l ON l.id = b.location_id"
                " JOIN item i ON i.id = b.item_id",
                here=self.site.warehouse,
            )
        assert {row["shelf"] for row in rows} >= {shelf for shelf, qty in self.on_hand.items() if qty}
        for row in rows:
            held = sum(qty for (_, where), qty in self.held.items() if where == row["shelf"])
            assert (row["on_hand"], row["reserved"]) == (self.on_hand[row["shelf"]], held), row["shelf"]


@pytest.mark.filterwarnings("ignore:.*:hypothesis.errors.NonInteractiveExampleWarning")
def test_any_day_of_the_warehouse_agrees_with_the_model(embedded_server: server.Attachment) -> None:
    day = type("DayHere", (Day,), {"cluster_url": embedded_server.url})
    run_state_machine_as_test(
        day,
        settings=settings(
            max_examples=8,
            stateful_step_count=40,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )

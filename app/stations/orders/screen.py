"""The order desk, live: the board, exceptions, backorders, when carriers leave; and one order in its lines."""

from collections.abc import Callable, Sequence
from uuid import UUID

from PySide6.QtCore import Signal

from app.dialogs.dialog import Feedback, Level
from app.domain.order_desk import Trouble
from app.services import clock, order_board, order_desk, order_entry
from app.services.carriers.requests import REQUEST
from app.services.changes import PURCHASE
from app.services.order_board import DeskLine, Listed, TroubleRow
from app.services.order_entry import OrderDetail
from app.services.printing import JOB
from app.services.shipping import SHIPMENT
from app.services.shipping.tracking import TRACKING
from app.stations.kit.decision_rows import WHY, decision_records
from app.stations.kit.desk import Answers, Booking, Command, DeskScreen, DeskWork, Question, Sheet, page_of, timeline_of
from app.stations.kit.evidence import EvidencePaper
from app.stations.kit.kit import Kit
from app.stations.kit.record_table import Query, Record
from app.stations.orders.bulk import Bulk
from app.stations.orders.changing import Changing
from app.stations.orders.making import Making
from app.stations.orders.rows import (
    BACKORDERS,
    LINES,
    ORDERS,
    TROUBLES,
    backorder_record,
    explained_words,
    leaves_words,
    line_record,
    order_record,
    stage_words,
    trouble_record,
    wished_words,
)
from app.stations.orders.times import Times
from app.stations.orders.urgency import Urgencies

NAME = "orders"
_KINDS = frozenset({"document", "stock", "task", "parcel", "cut_off", order_desk.ORDER, JOB, PURCHASE, REQUEST,
                    SHIPMENT, TRACKING})  # fmt: skip
_SOLVED_AT = {
    **dict.fromkeys((Trouble.PRINT_DOUBTFUL, Trouble.PRINT_WAITS), "printing"),
    **dict.fromkeys((Trouble.LABEL_UNKNOWN, Trouble.LABEL_REFUSED, Trouble.LABEL_WAITS, Trouble.UNLABELLED,
                     Trouble.LEFT_BEHIND, Trouble.CARRIER, Trouble.DELIVERY), "shipments"),
    Trouble.STALLED: "waves",
    Trouble.COUNT: "stock",
}  # fmt: skip
"""At which other desk an exception is solved."""


class OrdersScreen(DeskScreen):
    """The board in front, what waits for somebody beside it; an order opens into its lines, and a line into its why.

    `other_asked` names another desk, where an exception is solved, and what it shall show.
    """

    other_asked = Signal(str, str)

    def __init__(self, kit: Kit, work: DeskWork) -> None:
        super().__init__(kit, NAME, work, kinds=_KINDS)
        self.ended = False
        """Whether orders that ended lately are on the board, too."""
        self.seen: OrderDetail | None = None
        """The order that is looked into, as it was read last."""
        self.making = Making(self, self.look_into)
        self.changing = Changing(self, self._in_sight, self.look_into)
        self.evidence = EvidencePaper(self, lambda row: _listed(row).row.number)
        self._after_looking: Callable[[], object] | None = None
        self._on_board: tuple[Listed, ...] = ()
        self.on_code = self.making.take_code
        self.show_front(self._board(), self._troubles(), self._backorders(), Times(self).sheet())

    def look_into(self, number: str) -> None:
        """Show the lines of an order."""
        self.start(lambda: self.work.run(lambda unit: order_entry.look_into(unit, number)), self._lay_lines)

    def explain(self, number: str, line: int) -> None:
        """Show why a line got its goods, and why not others."""

        def read() -> tuple[order_board.Explained, ...]:
            return self.work.run(lambda unit: order_board.explain(unit, number, line))

        self.start(read, lambda found: self._lay_why(number, line, found))

    # - sheets -

    def _board(self) -> Sheet:
        def read() -> Sequence[Record]:
            found = self.work.run(lambda unit: order_board.board(unit, self.warehouse, ended=self.ended))
            self._on_board, now = found, clock.now()
            return [order_record(one, now, self.texts) for one in found]

        def nothing(query: Query) -> str:
            return self.hint("orders.no_match" if query.text else "orders.empty", text=query.text)

        bulk = Bulk(self, lambda rows: tuple(_listed(row).row.number for row in rows))
        return Sheet(
            "orders.board",
            self.words("orders.board"),
            ORDERS,
            page_of(ORDERS, read),
            nothing,
            (
                Command("NEW_ORDER", self.making.ask_whose, lambda _rows: self.hindered("plan_order")),
                *self.one_of(Command("OPEN_ORDER", lambda rows: self.look_into(_listed(rows[0]).row.number))),
                *bulk.commands(),
                *self.one_of(
                    Command(
                        "CANCEL_ORDER",
                        lambda rows: self.changing.ask_cancel(_listed(rows[0]).row.number),
                        lambda _rows: self.hindered("plan_order"),
                    )
                ),
                *self.one_of(self.evidence.command()),
                Command("SHOW_ENDED", lambda _rows: self._turn_ended()),
                Urgencies(self).command(),
            ),
            facts=self._board_facts,
            opened=lambda record: self.look_into(_listed(record).row.number),
        )

    def _board_facts(self) -> str:
        if not self._fronts:
            return ""
        found = self._on_board
        late, short = sum(one.late for one in found), sum(bool(one.missing) for one in found)
        return self.words("orders.board_facts", count=len(found), late=late, short=short)

    def _turn_ended(self) -> None:
        self.ended = not self.ended
        self.refresh()

    def _troubles(self) -> Sheet:
        told: list[Trouble] = []

        def read() -> Sequence[Record]:
            found = self.work.run(lambda unit: order_board.troubles(unit, self.warehouse))
            now = clock.now()
            told[:] = [one.kind for one in found]
            return [trouble_record(n, one, now, self.texts) for n, one in enumerate(found)]

        bulk = Bulk(self, lambda rows: tuple(dict.fromkeys(one.number for row in rows if (one := _trouble(row)).order)))
        return Sheet(
            "orders.troubles",
            self.words("orders.troubles"),
            TROUBLES,
            page_of(TROUBLES, read),
            lambda _query: self.hint("orders.no_troubles"),
            facts=lambda: self._counted_troubles(told),
            commands=(
                *self.one_of(
                    Command("SOLVE", lambda rows: self._solve(_trouble(rows[0])), self._solvable),
                    Command("COUNTED", lambda rows: self._ask_counted(_trouble(rows[0])), self._not_to_count),
                ),
                *bulk.commands(),
                *self.one_of(
                    Command(
                        "CANCEL_ORDER",
                        lambda rows: self.changing.ask_cancel(_trouble(rows[0]).number),
                        lambda rows: self.hindered("plan_order") or self._no_order(rows),
                    )
                ),
            ),
            opened=lambda record: self._solve(_trouble(record)),
        )

    def _counted_troubles(self, kinds: Sequence[Trouble]) -> str:
        """How many of each kind, the worst first; nothing where one kind alone is on the list."""
        counts = [(self.words(f"orders.trouble_{kind}"), kinds.count(kind)) for kind in Trouble if kind in kinds]
        each = (f"{words} {count}".replace(" ", "\u00a0") for words, count in counts)
        return "   ".join(each) if len(counts) > 1 else ""

    def _solvable(self, rows: Sequence[Record]) -> str:
        return self.hint("orders.put_away_there") if _trouble(rows[0]).goods else ""

    def _no_order(self, rows: Sequence[Record]) -> str:
        return "" if _trouble(rows[0]).order else self.hint("orders.no_order_there")

    def _solve(self, one: TroubleRow) -> None:
        """Go where it is solved: another desk; or the order's lines, with an address that is wrong its form at once."""
        if one.kind in _SOLVED_AT:
            self.other_asked.emit(_SOLVED_AT[one.kind], one.about)
            return
        if one.goods is not None:
            return
        self.look_into(one.number)
        if one.kind is Trouble.ADDRESS:
            self._after_looking = lambda: self.command("CHANGE_ORDER")

    def _not_to_count(self, rows: Sequence[Record]) -> str:
        counts = _trouble(rows[0]).kind is Trouble.COUNT
        return self.hindered("count") if counts else self.hint("orders.no_count")

    def _ask_counted(self, one: TroubleRow) -> None:
        facts = {"sku": str(one.facts["sku"]), "place": one.about}
        location, item = UUID(one.facts["location"]), UUID(one.facts["item"])

        def book(_answers: Answers, request: UUID) -> Booking:
            return Booking(
                request,
                lambda: self.work.run(lambda unit: order_desk.end_count(unit, location=location, item=item)),
                lambda _none: Feedback(Level.OK, "orders.counted", facts),
            )

        told = self.words("orders.told_counted")
        self.ask(Question(self.words("orders.ask_counted", **facts), (), lambda _answers: told, book))

    def _backorders(self) -> Sheet:
        def read() -> Sequence[Record]:
            found = self.work.run(lambda unit: order_board.backorders(unit, self.warehouse))
            return [backorder_record(one, line) for one in found for line in one.lines if line.progress.open]

        bulk = Bulk(self, lambda rows: tuple(dict.fromkeys(_detail(row).row.number for row in rows)))
        return Sheet(
            "orders.backorders",
            self.words("orders.backorders"),
            BACKORDERS,
            page_of(BACKORDERS, read),
            lambda _query: self.hint("orders.no_backorders"),
            (
                *self.one_of(Command("OPEN_ORDER", lambda rows: self.look_into(_detail(rows[0]).row.number))),
                *bulk.commands(),
                *self.one_of(
                    Command(
                        "CANCEL_ORDER",
                        lambda rows: self.changing.ask_cancel(_detail(rows[0]).row.number),
                        lambda _rows: self.hindered("plan_order"),
                    )
                ),
            ),
            opened=lambda record: self.look_into(_detail(record).row.number),
        )

    def _lines(self, number: str) -> Sheet:
        def read() -> Sequence[Record]:
            self.seen = self.work.run(lambda unit: order_entry.look_into(unit, number))
            return [line_record(one, self.texts) for one in self.seen.lines]

        bulk = Bulk(self, lambda _rows: (number,))
        return Sheet(
            "orders.lines",
            self.words("orders.title", number=number),
            LINES,
            page_of(LINES, read),
            lambda _query: self.hint("no_rows"),
            (
                *self.one_of(Command("EXPLAIN_LINE", lambda rows: self.explain(number, _line(rows[0]).line))),
                *self.changing.commands(),
                *bulk.commands(),
                Command("TIMELINE", lambda _rows: self.lay_over(timeline_of(self, kind="order", number=number))),
            ),
            facts=lambda: self._facts(self._in_sight()),
            opened=lambda record: self.explain(number, _line(record).line),
        )

    # - inside -

    def _in_sight(self) -> OrderDetail:
        assert self.seen is not None
        return self.seen

    def _lay_lines(self, seen: OrderDetail) -> None:
        self.seen = seen
        self.lay_over(self._lines(seen.row.number))
        after, self._after_looking = self._after_looking, None
        if after is not None:
            after()

    def _facts(self, seen: OrderDetail) -> str:
        """Everything that an order says beside its lines, in a sentence or two."""
        listed, head = order_board.listed(seen), seen.head
        parts = [
            seen.row.customer,
            stage_words(listed, self.texts),
            leaves_words(listed, clock.now(), self.texts)[0],
            " · ".join(part for part in (seen.row.carrier_name, seen.row.service_name) if part),
            self.words("orders.goods_of", owner=seen.owner_name) if seen.owner else "",
            self.words("orders.complete_only") if head.complete_only else "",
            self.words("orders.is_priority", priority=head.priority) if head.priority else "",
            ", ".join(head.ship_to.lines),
            *(f"{self.texts.word('hold', one.kind)}: {one.note} ({one.person})" for one in seen.holds),
            self.words("orders.is_gift") if head.gift else "",
            self.words("orders.gift", note=head.gift_note) if head.gift_note else "",
            head.note,
            ", ".join(
                self.words("orders.line_wishes", line=line.line, wish=wish)
                for line in seen.lines
                if (wish := wished_words(line, self.texts))
            ),
            self.words("orders.in_hands", person=seen.row.hands) if seen.row.hands else "",
        ]
        return "   ·   ".join(part for part in parts if part)

    def _lay_why(self, number: str, line: int, found: tuple[order_board.Explained, ...]) -> None:
        if not found:
            return
        newest = found[0]
        records = decision_records(newest.decision, self.texts)
        told = " ".join(explained_words(one, self.texts) for one in found[:3])
        self.lay_over(
            Sheet(
                "orders.why",
                self.words("orders.why_line", number=number, line=line, sku=newest.line.sku),
                WHY,
                page_of(WHY, lambda: records),
                lambda _query: self.hint("orders.nothing_considered"),
                facts=lambda: told,
            )
        )


def _listed(record: Record) -> Listed:
    assert isinstance(record.made_of, Listed)
    return record.made_of


def _trouble(record: Record) -> TroubleRow:
    assert isinstance(record.made_of, TroubleRow)
    return record.made_of


def _detail(record: Record) -> OrderDetail:
    assert isinstance(record.made_of, OrderDetail)
    return record.made_of


def _line(record: Record) -> DeskLine:
    assert isinstance(record.made_of, DeskLine)
    return record.made_of

"""What a planner can do with claims, and what is asked before: release, reserve, promise, other goods, exchange."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from uuid import UUID

from app.dialogs.dialog import Feedback, Level
from app.domain.errors import Refusal
from app.domain.values import format_quantity, parse_quantity
from app.services import claims
from app.services.claims import PROMISED, RESERVED, WANTED, Claim, FreeGoods, ItemClaims, OtherItem
from app.stations.kit.desk import Answers, Booking, Command, DeskScreen, Field, Question
from app.stations.kit.record_table import Record

BEST, FROM_STOCK = "0", "stock"


class Planning:
    """The commands of the sheet of claims on a desk; `seen` is the item that it is about, as it was read last."""

    def __init__(self, desk: DeskScreen, seen: Callable[[], ItemClaims]) -> None:
        self._desk, self._look = desk, seen

    def commands(self) -> tuple[Command, ...]:
        """Release, reserve, promise, other goods; and exchange, which needs two claims."""
        single = self._desk.one_of(
            Command("RELEASE_CLAIM", self._release, lambda rows: self._needs(rows, "release", RESERVED, PROMISED)),
            Command("RESERVE", self._reserve, lambda rows: self._needs(rows, "reserve", WANTED, PROMISED)),
            Command("PROMISE", self._promise, lambda rows: self._needs(rows, "promise", WANTED)),
            Command("OTHER_GOODS", self._other_goods, lambda rows: self._needs(rows, "other_goods", RESERVED)),
        )
        substitute = self._desk.one_of(Command("SUBSTITUTE", self._substitute, self._no_substitute))
        return (*single, Command("EXCHANGE", self._exchange, self._exchange_hindered), *substitute)

    # - what stands in the way -

    def _needs(self, rows: Sequence[Record], what: str, *kinds: str) -> str:
        claim = claim_of(rows[0])
        if why := self._desk.hindered("allocate"):
            return why
        if claim.claim not in kinds:
            return self._desk.hint(f"claims.cannot_{what}")
        if what == "other_goods" and claim.document_kind != "order":
            return self._desk.hint("claims.orders_only")
        return ""

    def _exchange_hindered(self, rows: Sequence[Record]) -> str:
        pair = [claim_of(row) for row in rows]
        if why := self._desk.hindered("allocate"):
            return why
        if len(pair) != 2 or any(one.claim != RESERVED or one.document_kind != "order" for one in pair):
            return self._desk.hint("claims.cannot_exchange")
        return ""

    def _no_substitute(self, rows: Sequence[Record]) -> str:
        claim = claim_of(rows[0])
        if why := self._desk.hindered("plan_order"):
            return why
        if claim.claim != WANTED or claim.document_kind != "order":
            return self._desk.hint("claims.cannot_substitute")
        return "" if self._seen.others else self._desk.hint("claims.no_others")

    # - questions -

    def _release(self, rows: Sequence[Record]) -> None:
        claim, seen = claim_of(rows[0]), self._seen
        place, item = self._desk.warehouse, seen.item.id

        def book(answers: Answers, request: UUID) -> Booking:
            qty, reason = self._quantity(answers, most=claim.qty), answers["reason"]
            if not reason:
                raise Refusal("stock.reason_missing")
            return Booking(
                request,
                lambda: self._desk.work.run(lambda unit: claims.release(unit, claim, qty=qty, reason=reason)),
                lambda _answer: self._done("released", claim, qty),
                undo=lambda _answer, _request: self._desk.work.run(
                    lambda unit: claims.restore(unit, claim, warehouse=place, item=item, qty=qty)
                ),
            )

        self._ask("release", claim, (self._quantity_field(claim.qty), self._desk.reason_field(seen.reasons)), book)

    def _reserve(self, rows: Sequence[Record]) -> None:
        claim, seen = claim_of(rows[0]), self._seen
        if not seen.free:
            self._desk.say(Feedback(Level.WARNING, "claims.nothing_free", {"sku": seen.item.sku}))
            return
        place, item = self._desk.warehouse, seen.item.id

        def book(answers: Answers, request: UUID) -> Booking:
            qty, goods = self._quantity(answers), seen.free[int(answers["goods"])]
            return Booking(
                request,
                lambda: self._desk.work.run(
                    lambda unit: claims.reserve(unit, claim, goods, warehouse=place, item=item, qty=qty)
                ),
                lambda _answer: self._done("reserved", claim, qty),
                undo=lambda _answer, _request: self._desk.work.run(
                    lambda unit: claims.unreserve(unit, claim, goods, qty=qty)
                ),
            )

        most = min(claim.qty, seen.free[0].free)
        fields = (self._quantity_field(most), self._goods_field(seen))
        self._ask("reserve", claim, fields, book)

    def _promise(self, rows: Sequence[Record]) -> None:
        claim, seen = claim_of(rows[0]), self._seen
        place, item = self._desk.warehouse, seen.item.id

        def book(answers: Answers, request: UUID) -> Booking:
            qty = self._quantity(answers)
            inbound = None if answers["source"] == FROM_STOCK else UUID(answers["source"])
            return Booking(
                request,
                lambda: self._desk.work.run(
                    lambda unit: claims.promise(unit, claim, warehouse=place, item=item, qty=qty, inbound=inbound)
                ),
                lambda _answer: self._done("promised", claim, qty),
                undo=lambda _answer, _request: self._desk.work.run(
                    lambda unit: claims.take_promise_back(unit, claim.line, qty)
                ),
            )

        fields = (self._quantity_field(claim.qty), self._source_field(seen))
        self._ask("promise", claim, fields, book)

    def _substitute(self, rows: Sequence[Record]) -> None:
        claim, seen, words = claim_of(rows[0]), self._seen, self._desk.words
        offered = tuple((str(n), f"{one.words} · {one.name}") for n, one in enumerate(seen.others))
        most = format_quantity(min(claim.qty, seen.others[0].available))
        fields = (
            Field("other", words("claims.which_item"), BEST, offered, wide=True),
            self._quantity_field(min(claim.qty, seen.others[0].available)),
            Field("goods", words("claims.how_many_others"), most),
            self._desk.reason_field(seen.reasons),
        )

        def asked(answers: Answers) -> tuple[OtherItem, Decimal, Decimal]:
            if not answers["goods"]:
                raise Refusal("stock.quantity_missing")
            other = seen.others[int(answers["other"])]
            return other, self._quantity(answers, most=claim.qty), parse_quantity(answers["goods"])

        def told(answers: Answers) -> str:
            other, qty, goods = asked(answers)
            facts = {"amount": format_quantity(qty, claim.unit), "sku": seen.item.sku, "document": claim.document,
                     "goods": format_quantity(goods, other.unit), "other": other.sku, "note": other.note}  # fmt: skip
            return words("claims.told_substitute", **facts)

        def book(answers: Answers, request: UUID) -> Booking:
            other, qty, goods = asked(answers)
            if not answers["reason"]:
                raise Refusal("stock.reason_missing")
            reason, run = answers["reason"], self._desk.work.run
            facts = {"document": claim.document, "sku": seen.item.sku, "other": other.sku}
            return Booking(
                request,
                lambda: run(
                    lambda unit: claims.substitute(unit, claim, other, qty=qty, goods=goods, reason=reason),
                    request_id=request,
                ),
                lambda line: Feedback(Level.OK, "claims.substituted", {**facts, "line": str(line)}),
            )

        title = words("claims.ask_substitute", document=claim.document, customer=claim.customer, sku=seen.item.sku)
        self._desk.ask(Question(title, fields, told, book))

    def _other_goods(self, rows: Sequence[Record]) -> None:
        claim, seen = claim_of(rows[0]), self._seen
        if not seen.free:
            self._desk.say(Feedback(Level.WARNING, "claims.nothing_free", {"sku": seen.item.sku}))
            return

        def book(answers: Answers, request: UUID) -> Booking:
            qty, goods = self._quantity(answers, most=claim.qty), seen.free[int(answers["goods"])]
            return self._exchanging(request, claim, goods, qty)

        most = min(claim.qty, seen.free[0].free)
        fields = (self._quantity_field(most), self._goods_field(seen))
        self._ask("other_goods", claim, fields, book)

    def _exchange(self, rows: Sequence[Record]) -> None:
        mine, theirs = (claim_of(row) for row in rows)
        most = min(mine.qty, theirs.qty)

        def book(answers: Answers, request: UUID) -> Booking:
            return self._exchanging(request, mine, theirs, self._quantity(answers, most=most))

        def said(answers: Answers) -> str:
            qty = format_quantity(self._quantity(answers, most=most), mine.unit)
            facts = {
                "amount": qty,
                "mine": _goods(mine),
                "first": mine.document,
                "theirs": _goods(theirs),
                "second": theirs.document,
            }
            return self._desk.words("claims.told_exchange", **facts)

        title = self._desk.words("claims.ask_exchange", first=mine.document, second=theirs.document)
        self._desk.ask(Question(title, (self._quantity_field(most),), said, book))

    def _exchanging(self, request: UUID, claim: Claim, goods: FreeGoods | Claim, qty: Decimal) -> Booking:
        run = self._desk.work.run
        return Booking(
            request,
            lambda: run(lambda unit: claims.exchange(unit, claim, goods, qty=qty)),
            lambda _answer: self._done("exchanged", claim, qty),
            undo=lambda _answer, _request: run(lambda unit: claims.exchange_back(unit, claim, goods, qty=qty)),
        )

    # - parts of them -

    @property
    def _seen(self) -> ItemClaims:
        return self._look()

    def _ask(
        self, what: str, claim: Claim, fields: tuple[Field, ...], book: Callable[[Answers, UUID], Booking]
    ) -> None:
        title = self._desk.words(
            f"claims.ask_{what}", document=claim.document, customer=claim.customer, sku=self._seen.item.sku
        )
        self._desk.ask(Question(title, fields, self._said(what, claim), book))

    def _said(self, what: str, claim: Claim) -> Callable[[Answers], str]:
        seen = self._seen

        def said(answers: Answers) -> str:
            most = claim.qty if what in ("release", "other_goods") else None
            amount = format_quantity(self._quantity(answers, most=most), claim.unit)
            goods = _goods(seen.free[int(answers["goods"])]) if "goods" in answers else _goods(claim)
            facts = {"amount": amount, "document": claim.document, "goods": goods, "sku": seen.item.sku}
            return self._desk.words(f"claims.told_{what}", **facts)

        return said

    def _quantity_field(self, most: Decimal) -> Field:
        caption = self._desk.words("claims.how_much", unit=self._seen.item.unit)
        return Field("quantity", caption, format_quantity(most))

    def _goods_field(self, seen: ItemClaims) -> Field:
        offered = tuple(
            (str(n), f"{_goods(one)} · {format_quantity(one.free, seen.item.unit)}") for n, one in enumerate(seen.free)
        )
        return Field("goods", self._desk.words("claims.which_goods"), BEST, offered, wide=True)

    def _source_field(self, seen: ItemClaims) -> Field:
        left = format_quantity(seen.item.available, seen.item.unit)
        offered = [(FROM_STOCK, self._desk.words("claims.from_stock", amount=left))]
        for one in seen.expected:
            day = one.due.isoformat() if one.due else "–"
            amount = format_quantity(one.qty, seen.item.unit)
            offered.append(
                (str(one.line), self._desk.words("claims.from_inbound", number=one.number, day=day, amount=amount))
            )
        return Field("source", self._desk.words("claims.source"), FROM_STOCK, tuple(offered), wide=True)

    def _quantity(self, answers: Answers, *, most: Decimal | None = None) -> Decimal:
        if not answers["quantity"]:
            raise Refusal("stock.quantity_missing")
        qty = parse_quantity(answers["quantity"], decimals=self._seen.item.decimals)
        if most is not None and qty > most:
            raise Refusal("claims.more_than_claimed", quantity=format_quantity(qty), claimed=format_quantity(most))
        return qty

    def _done(self, what: str, claim: Claim, qty: Decimal) -> Feedback:
        facts = {"amount": format_quantity(qty, claim.unit), "sku": self._seen.item.sku, "document": claim.document}
        return Feedback(Level.OK, f"claims.{what}", facts)


def claim_of(record: Record) -> Claim:
    """The claim that a row shows."""
    assert isinstance(record.made_of, Claim)
    return record.made_of


def _goods(goods: FreeGoods | Claim) -> str:
    """Goods as a planner tells them apart: place, lot or serial number with its date, handling unit."""
    lot = goods.lot or goods.serial
    if lot and goods.expiry:
        lot = f"{lot} ({goods.expiry.isoformat()})"
    return " · ".join(part for part in (goods.place, lot, goods.handling_unit) if part)

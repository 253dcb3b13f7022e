"""What a client does with each document of the neutral workload, one transaction a step, timed.

The steps are the program's own: the same imports, allocation and postings that people cause, whole documents at a time.
Nothing is printed and nothing weighed.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from time import perf_counter
from typing import TypeVar
from uuid import UUID

from app.database import orders as order_store
from app.database import workload as store
from app.database.orders import NewDocument, NewLine
from app.database.workload import PlayGround, PlayLine
from app.domain.catalog import Barcode, PackUnit, ProductData
from app.domain.errors import Fault, Refusal
from app.domain.orders import AsnData, OrderData, PurchaseOrderData
from app.domain.setup_kinds import SetupRecord
from app.domain.sites import WarehouseData
from app.domain.values import Finding
from app.services import allocation
from app.services.importing import import_files
from app.services.work import UnitOfWork, Worker
from app.services.workload.reading import Hot, Order, Product, Receipt

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Records:
    """Records to import as if a file had brought them."""

    products: tuple[ProductData, ...] = ()
    warehouses: tuple[WarehouseData, ...] = ()
    name: str = "workload"
    purchase_orders: tuple[PurchaseOrderData, ...] = ()
    orders: tuple[OrderData, ...] = ()
    asns: tuple[AsnData, ...] = ()
    setup: tuple[SetupRecord, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(slots=True)
class Tally:
    """What one client did: seconds of each operation, documents, lines, repeated transactions, and what went wrong."""

    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    docs: int = 0
    lines: int = 0
    retries: int = 0
    refused: int = 0
    errors: list[str] = field(default_factory=list)

    @contextmanager
    def timed(self, operation: str) -> Iterator[None]:
        """Note how long an operation took."""
        began = perf_counter()
        yield
        self.took[operation].append(perf_counter() - began)


class Player:
    """One client: it does documents, and keeps the tally."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self.tally = Tally()
        self.ground: PlayGround | None = None

    def look_around(self) -> PlayGround:
        """Read the ids that the workload's words stand for."""
        self.ground = self._worker.run(lambda unit: store.read_ground(unit.session))
        return self.ground

    def _do(self, operation: str, work: Callable[[UnitOfWork], T]) -> T:
        """One timed transaction; every try but the first is a retry."""
        tries = 0

        def tried(unit: UnitOfWork) -> T:
            nonlocal tries
            tries += 1
            return work(unit)

        try:
            with self.tally.timed(operation):
                return self._worker.run(tried)
        finally:
            self.tally.retries += tries - 1

    def play(self, documents: Sequence[T], do: Callable[[T], int]) -> None:
        """Do documents one after another; `do` returns how many lines it did. What goes wrong is counted, and named."""
        for document in documents:
            try:
                self.tally.lines += do(document)
                self.tally.docs += 1
            except (Refusal, Fault) as stopped:
                self.tally.errors.append(str(stopped))

    # - W1 -

    def create_products(self, products: Sequence[Product]) -> int:
        """Create a batch of items with bar codes and cases, by the import that files go through."""
        records = Records(products=tuple(_record(product) for product in products))
        result = self._do("create", lambda unit: import_files(unit, [records]))
        if not result.applied:
            raise Refusal("workload.not_imported", finding=str(result.plan.findings[0].finding.code))
        return len(products)

    # - W2 -

    def receive(self, receipt: Receipt) -> int:
        """Order from a supplier, receive everything, put it into the bins."""
        ground, wanted = self._known(), receipt.lines
        items = [ground.items[line.sku] for line in wanted]
        lines = tuple(
            NewLine(n, item, "each", Decimal(line.qty), price=line.unit_cost)
            for n, (item, line) in enumerate(zip(items, wanted, strict=True), start=1)
        )
        order = self._enter("po_entry", order_store.PURCHASE_ORDER, receipt.ref, receipt.supplier, lines)
        ordered = self._lines(order)
        came = [
            PlayLine(item, line.qty, ground.supplier, ground.dock, line=row, value=line.qty * line.unit_cost)
            for item, line, row in zip(items, wanted, ordered, strict=True)
        ]
        self._post("receive", "receipt", came, document=order)
        stored = [
            PlayLine(item, line.qty, ground.dock, ground.bins[line.putaway_bin])
            for item, line in zip(items, wanted, strict=True)
        ]
        self._post("putaway_done", "putaway", stored)
        return len(wanted)

    # - W3 -

    def fulfil(self, order: Order) -> int:
        """Take a customer's order, reserve, pick, pack one carton, ship."""
        ground = self._known()
        lines = tuple(
            NewLine(n, ground.items[line.sku], "each", Decimal(line.qty)) for n, line in enumerate(order.lines, start=1)
        )
        document = self._enter("order_entry", order_store.ORDER, order.ref, order.customer, lines)
        short = self._do("reserve", lambda unit: allocation.allocate_order(unit, document)).short
        if short:
            raise Refusal("stock.not_enough", sku=short[0].sku)
        tote = self._do("take", lambda unit: store.take_order(unit.session, ground.warehouse, document))
        self._do("pick", lambda unit: store.pick_all(unit.session, document, tote))
        parcel = self._do("pack", lambda unit: self._pack(unit, document, order.ref))
        self._do("ship_done", lambda unit: store.ship(unit.session, unit.request_id, parcel))
        return len(order.lines)

    def _pack(self, unit: UnitOfWork, document: UUID, ref: str) -> UUID:
        ground, session = self._known(), unit.session
        parcel, carton = store.open_carton(session, document, ground.staging)
        goods = [
            PlayLine(
                each["item"], each["qty"], each["location"], ground.staging, each["line"], each["unit"], to_unit=carton
            )
            for each in store.reserved_goods(session, document)
        ]
        store.post(session, unit.request_id, "pack", ground.warehouse, goods, document=document)
        store.seal_carton(session, parcel, tracking=f"T-{ref}")
        return parcel

    # - W4 -

    def look(self, barcode: str, past: datetime) -> int:
        """Everything on hand now and then, one item by its bar code, totals by item; returns the rows of the first."""
        ground = self._known()
        rows = self._do("on_hand", lambda unit: store.on_hand(unit.session, ground.warehouse))
        self._do("on_hand_past", lambda unit: store.on_hand_as_of(unit.session, ground.warehouse, past))
        self._do("totals", lambda unit: store.by_item(unit.session, ground.warehouse))
        found = self._do(
            "look_up", lambda unit: store.item_by_barcode(unit.session, barcode.zfill(14), ground.warehouse)
        )
        if not found:
            raise Refusal("workload.unknown_code", barcode=barcode)
        return len(rows)

    # - W7 -

    def grab(self, line: UUID, hot: Hot) -> None:
        """Reserve one unit of the hot item again and again; to be refused is the answer when all is given out."""
        ground = self._known()
        item, place = ground.items[hot.sku], ground.bins[hot.bin]
        for _ in range(hot.attempts_per_process):
            try:
                self._do(
                    "reserve",
                    lambda unit: store.reserve(unit.session, ground, line=line, item=item, place=place, qty=1),
                )
            except Refusal as refusal:
                if refusal.code != "stock.not_enough":
                    self.tally.errors.append(str(refusal))
                self.tally.refused += 1
            except Fault as fault:
                self.tally.errors.append(str(fault))
            self.tally.docs += 1
            self.tally.lines += 1

    # - the past -

    def post_past(self, kind: str, lines: Sequence[PlayLine], effective: datetime) -> None:
        """Post moves that happened at a time in the past."""
        warehouse = self._known().warehouse
        self._do(
            f"post_{kind}",
            lambda unit: store.post(unit.session, unit.request_id, kind, warehouse, lines, effective=effective),
        )

    # - inside -

    def order_line(self, ref: str, customer: str, item: UUID, qty: int) -> UUID:
        """A released order of one line; returns the line."""
        order = self._enter("order_entry", order_store.ORDER, ref, customer, (NewLine(1, item, "each", Decimal(qty)),))
        return self._lines(order)[0]

    def _known(self) -> PlayGround:
        return self.ground or self.look_around()

    def _enter(self, operation: str, kind: str, ref: str, partner: str, lines: tuple[NewLine, ...]) -> UUID:
        ground = self._known()
        document = NewDocument(
            kind=kind,
            warehouse=ground.warehouse,
            partner=ground.partners[partner],
            reference=ref,
            number=ref,
            due=None,
            lines=lines,
        )
        return self._do(operation, lambda unit: order_store.add_documents(unit.session, [document])[0])

    def _lines(self, document: UUID) -> list[UUID]:
        return self._worker.run(lambda unit: store.lines_of(unit.session, document))

    def _post(self, operation: str, kind: str, lines: Sequence[PlayLine], *, document: UUID | None = None) -> None:
        warehouse = self._known().warehouse
        self._do(
            operation,
            lambda unit: store.post(unit.session, unit.request_id, kind, warehouse, lines, document=document),
        )


def _record(product: Product) -> ProductData:
    return ProductData(
        sku=product.sku,
        name=product.name,
        base_unit=product.uom,
        alternates=tuple(PackUnit(pack.unit, Fraction(pack.factor)) for pack in product.alt_uoms),
        barcodes=(Barcode("gtin", product.barcode.zfill(14)),),
        weight_g=Decimal(product.weight_g),
    )

"""A packing bench with picked goods, a printer played by hand, and a scale that says what it is told."""

import itertools
import uuid
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from app.database import people, printing
from app.database.session import Row
from app.dialogs.dialog import Prompt, Result, Weighed
from app.domain.equipment import Weight
from app.domain.people import ApprovalWish
from app.domain.printing import PrintState
from tests.dialogs.conversation import Conversation
from tests.support import NIL, Site, pin_key, post

TARE = Decimal("0.3")
WEIGHTS = {"WIDGET": "0.500", "GADGET": "1.250", "MILK": "1.030", "DRILL": "2.100", "OIL": "1"}

_totes = itertools.count(1)


@dataclass
class Bench:
    """What tests of packing and shipping prepare and look at."""

    site: Site
    printers: dict[str, UUID] = field(default_factory=dict)

    def __post_init__(self) -> None:
        with self.site.desk.transaction() as session:
            for sku, kg in WEIGHTS.items():
                session.change("UPDATE item SET weight_mean_kg = %(kg)s WHERE sku = %(sku)s", kg=Decimal(kg), sku=sku)
        self.add_printer("zebra_1")

    def add_printer(self, name: str) -> UUID:
        """One more label printer."""
        with self.site.desk.transaction() as session:
            made = printing.save_printer(session, name=name, dpi=203, confirms="odometer", serial="")
        self.printers[name] = made
        return made

    def row(self, sql: str, **parameters: object) -> Row:
        """The one row of a query at the admin's desk."""
        with self.site.desk.transaction() as session:
            row = session.row(sql, **parameters)
        assert row is not None
        return row

    def order(self, *lines: tuple[str, object]) -> tuple[str, list[UUID]]:
        """A released customer order: its number, and its lines."""
        made = self.site.document("order", *lines)
        number = self.row(
            "SELECT number FROM document WHERE id = (SELECT document_id FROM document_line WHERE id = %(line)s)",
            line=made[0],
        )["number"]
        return str(number), made

    def tote(self) -> tuple[str, UUID]:
        """A new tote on the cart: its number, and its handling unit."""
        number = f"TOTE-{next(_totes)}"
        with self.site.desk.transaction() as session:
            row = session.row(
                "SELECT (create_handling_unit('tote', %(warehouse)s, %(place)s, %(number)s)).id",
                warehouse=self.site.warehouse,
                place=self.site.places["TOTE"],
                number=number,
            )
        assert row is not None
        return number, row["id"]

    def pick(self, tote: UUID, line: UUID, sku: str, qty: object, *, lot: str = "", serial: str = "") -> None:
        """Goods of an order line are put into R01, reserved, and picked into the tote."""
        expiry = "2099-12-31" if lot == "GOOD" or lot.startswith("LOT") else "2020-01-31" if lot else None
        trace = self.site.trace(sku, lot=lot, serial=serial, expiry=expiry) if lot or serial else None
        self.site.put(sku, "R01", qty, trace=trace)
        with self.site.desk.transaction() as session:
            self.site.reserve(session, line, sku, "R01", qty, trace or NIL)
            post(session, self.site, "pick", sku, "R01", "TOTE", qty, line=line, trace=trace, to_units=[tote])

    def picked(self, *lines: tuple[str, object]) -> tuple[str, str]:
        """An order whose every line lies picked in one tote: (number of the order, number of the tote)."""
        number, made = self.order(*lines)
        name, tote = self.tote()
        for (sku, qty), line in zip(lines, made, strict=True):
            self.pick(tote, line, sku, qty)
        return number, name

    def decide(self, number: str, decision: str) -> None:
        """The office changes its mind about an order."""
        with self.site.desk.transaction() as session:
            row = session.row("SELECT id, version FROM document WHERE number = %(number)s", number=number)
            assert row is not None
            session.call("decide_document", document=row["id"], decision=decision, version=row["version"])

    def parcels(self, number: str) -> list[Row]:
        """The parcels of an order, oldest first."""
        with self.site.desk.transaction() as session:
            return session.rows(
                "SELECT p.*, u.sscc, u.id AS unit FROM parcel p JOIN handling_unit u ON u.id = p.handling_unit_id"
                " JOIN document d ON d.id = p.document_id WHERE d.number = %(number)s ORDER BY p.id",
                number=number,
            )

    def jobs(self) -> list[Row]:
        """Every label on the journal, oldest first."""
        with self.site.desk.transaction() as session:
            return session.rows("SELECT id, template, label_uid, state, content, reprint_no FROM print_job ORDER BY id")

    def print_label(self, job: UUID, end: PrintState = PrintState.CONFIRMED) -> None:
        """Take one label as far as the printer's spooler would."""
        worker = self.site.login("worker_1")
        with worker.transaction() as session:
            row = session.row("SELECT printer_id FROM print_job WHERE id = %(job)s", job=job)
            assert row is not None
            fence = printing.lease(session, row["printer_id"], holder="spooler", seconds=30)
            assert fence is not None
            printing.begin_sending(session, job, fence=fence, sent=b"^XA", printer_serial="S1", count_before=7)
            printing.advance(session, job, PrintState.SENT, fence=fence)
            if end is not PrintState.SENT:
                printing.advance(session, job, end, fence=fence)
        worker.close()

    def print_all(self, end: PrintState = PrintState.CONFIRMED) -> None:
        """Print every waiting label."""
        for job in self.jobs():
            if job["state"] == "QUEUED":
                self.print_label(job["id"], end)


def put_on_scale(talk: Conversation, kg: object, *, capturable: bool = True) -> Prompt:
    """The scale offers a weight."""
    return talk.handle(Weighed(uuid.uuid4(), Weight("scale_1", Decimal(str(kg)), capturable, capturable)))


def news_of_print(talk: Conversation) -> Prompt:
    """Somebody says that a label has moved on; the dialog looks for itself."""
    return talk.handle(Result(uuid.uuid4(), "print_job", uuid.uuid4(), "", {}))


def approve(talk: Conversation, site: Site, badge: str = "MANAGER1") -> Prompt:
    """A supervisor approves what the prompt asks for, with their own badge and PIN."""
    asked = talk.prompt.facts
    wish = ApprovalWish(UUID(asked["request"]), asked["permission"], site.warehouse, asked["content"])
    with talk.worker.database.transaction() as session:
        people.approve(session, badge=badge, pin_key=pin_key(), wish=wish)
    return talk.handle(Result(uuid.uuid4(), "approval", wish.request, "approved", {"person": badge}))


def count(talk: Conversation) -> tuple[str, str]:
    assert talk.prompt.count is not None
    return talk.prompt.count.done, talk.prompt.count.total


def packed_and_closed(bench: Bench, packer: Conversation) -> str:
    """An order of two widgets and a gadget in a closed carton whose labels wait for the printer; returns its number."""
    number, tote = bench.picked(("WIDGET", 2), ("GADGET", 1))
    packer.scan(tote)
    for sku in ("WIDGET", "WIDGET", "GADGET"):
        packer.scan(sku)
    packer.key("CLOSE_BOX")
    put_on_scale(packer, TARE + Decimal("2.250"))
    assert packer.said == "packing.carton_closed"
    return number


def on_the_scale(bench: Bench, packer: Conversation, *lines: tuple[str, int]) -> str:
    """A carton with all goods of an order is to be weighed; returns the order's number."""
    number, tote = bench.picked(*lines)
    packer.scan(tote)
    for sku, qty in lines:
        for _ in range(qty):
            packer.scan(sku)
    packer.key("CLOSE_BOX")
    return number


def labelled(bench: Bench, packer: Conversation) -> str:
    """An order in one labelled carton; returns its number."""
    number = packed_and_closed(bench, packer)
    bench.print_all()
    news_of_print(packer)
    packer.scan(bench.parcels(number)[0]["tracking"])
    return number

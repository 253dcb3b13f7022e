"""A present in two cartons: folded as the picture says, a sample and the note put in, photographed, weighed, proven."""

import io
import uuid
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pypdfium2
import zxingcpp
from PIL import Image

from app.devices.labels import picture
from app.dialogs.dialog import Weighed
from app.dialogs.packing import PACKING
from app.domain.equipment import Weight
from app.domain.policies import Scope
from app.reports.carton_evidence import write_evidence
from app.services import evidence, packaging, policies
from app.services.packaging import EXTRA
from app.services.products import images, looking
from app.services.work import UnitOfWork, Worker
from app.texts import Texts
from tests.dialogs.bench import TARE, WEIGHTS, Bench, news_of_print, put_on_scale
from tests.dialogs.conversation import Conversation
from tests.fixtures_database import warehouse  # noqa: F401  (pytest finds fixtures by their name here)
from tests.support import Site

NOTE = "Happy birthday, dear Grandma!"
COMES_TO_REST = ((-1200, 0), (-900, 2010), (-700, 2100), (-500, 2040), (-200, 2050), (0, 2050))


def test_a_gift_goes_out_in_two_cartons_and_its_evidence_tells_how(warehouse: Site, tmp_path: Path) -> None:  # noqa: F811  (the fixture)
    bench = Bench(warehouse)
    packer = Conversation(warehouse.station("bench1", "OPERATOR1"), PACKING, warehouse)
    office = Worker(warehouse.login("desk_manager"), packer.worker.changes)
    office.run(set_up)
    warehouse.put("MILK", "R02", 5, trace=warehouse.trace("MILK", lot="GOOD", expiry="2099-12-31"))
    number, tote = bench.picked(("WIDGET", 2), ("GADGET", 1))
    make_it_a_gift(bench, number)
    fill_the_first_carton(packer, tote)
    pack_the_second(bench, packer)
    paper = tmp_path / "evidence.pdf"
    write(packer, number, paper)
    read_back(bench, number, paper)
    assert warehouse.prove() == []


def set_up(unit: UnitOfWork) -> None:
    """The office: how it is folded (with a picture), a sample out of the stock, a photo of what is worth more."""
    told = {"extra_kind": "instruction", "name": "Fold the flaps inwards", "moment": "start", "answer": "key"}
    packaging.save(part(unit, 1), EXTRA, None, {"code": "FOLD", **told})
    fold = packaging.found(unit, EXTRA, "FOLD")
    packaging.keep_picture(part(unit, 2), fold, images.prepare(drawn("teal")))
    sample = {"extra_kind": "insert", "name": "Milk to taste", "moment": "close", "answer": "scan"}
    packaging.save(part(unit, 3), EXTRA, None, {"code": "TASTE", **sample, "insert_sku": "MILK", "from_stock": True})
    photo = {"extra_kind": "photo", "name": "From above", "moment": "close", "answer": "key"}
    packaging.save(part(unit, 4), EXTRA, None, {"code": "PROOF", **photo})
    first = [{"field": "first_order", "operator": "is", "value": True}]
    rules = [{"name": code, "when": when, "then": {"extra": code}}
             for code, when in (("FOLD", []), ("TASTE", first), ("PROOF", []))]  # fmt: skip
    begun = policies.begin(unit, capability="extras", scope=Scope.COMPANY, name="")
    policies.save(unit, {"rules": rules}, capability="extras", version=begun.version, scope=begun.scope,
                  scope_id=begun.scope_id)  # fmt: skip


def part(unit: UnitOfWork, n: int) -> UnitOfWork:
    return UnitOfWork(unit.session, uuid.uuid5(unit.request_id, str(n)), unit.changes)


def make_it_a_gift(bench: Bench, number: str) -> None:
    with bench.site.superuser() as connection:
        connection.execute(
            "INSERT INTO customer_order (document_id, gift_note) SELECT id, %s FROM document WHERE number = %s"
            " ON CONFLICT (document_id) DO UPDATE SET gift_note = excluded.gift_note",
            [NOTE, number],
        )


def fill_the_first_carton(packer: Conversation, tote: str) -> None:
    """It is read first; one widget goes in, then the sample, the photo and the note; it weighs what it should."""
    shown = packer.scan(tote).extra
    assert shown and shown.name == "Fold the flaps inwards"
    assert packer.worker.run(lambda unit: looking.picture_of(unit, shown.picture)).startswith(b"\xff\xd8")
    assert packer.key("CONFIRM").instruction == "packing.scan_unit"
    packer.scan("WIDGET")
    assert packer.key("NEW_BOX").instruction == "packing.extra_insert_scan"
    assert packer.scan("MILK").instruction == "packing.extra_photo"
    packer.key("ENTER", taken(packer, "navy"))
    note = packer.prompt
    assert (note.instruction, note.extra and note.extra.words) == ("packing.extra_gift_prints", NOTE)
    assert packer.key("CONFIRM").instruction == "packing.at_weight"


def pack_the_second(bench: Bench, packer: Conversation) -> None:
    """The first is sealed and proven by its label; the second is photographed, too, but nothing more is put in."""
    put_on_scale(packer, TARE + kg("WIDGET") + kg("MILK"))
    assert packer.said == "packing.carton_closed", packer.prompt.feedback
    prove_label(bench, packer)
    assert packer.said == "packing.next_carton"
    packer.scan("WIDGET")
    packer.scan("GADGET")
    assert packer.key("CLOSE_BOX").instruction == "packing.extra_photo"
    packer.key("ENTER", taken(packer, "olive"))
    gross = TARE + kg("WIDGET") + kg("GADGET")
    packer.handle(Weighed(uuid.uuid4(), Weight("scale_1", gross, stable=True, capturable=True, curve=COMES_TO_REST)))
    assert packer.said == "packing.carton_closed", packer.prompt.feedback
    prove_label(bench, packer)
    assert packer.said == "packing.order_packed"
    uids = [job["label_uid"] for job in bench.jobs()]
    assert len([uid for uid in uids if uid.startswith("GIFT-")]) == 1


def prove_label(bench: Bench, packer: Conversation) -> None:
    bench.print_all()
    news_of_print(packer)
    packer.scan(str(packer.prompt.facts["tracking"]))


def write(packer: Conversation, number: str, path: Path) -> None:
    found = packer.worker.run(lambda unit: evidence.of_code(unit, packer.runner.warehouse, number))
    labels = evidence.drawn(found, picture)
    write_evidence(path, found.cartons, Texts.load(), photos=found.photos, labels=labels, printed_at=datetime.now(UTC))


def read_back(bench: Bench, number: str, path: Path) -> None:
    """The paper says what was done, and its codes are those of the cartons."""
    document = pypdfium2.PdfDocument(path)
    words = "\n".join(page.get_textpage().get_text_range() for page in document)
    codes = {code.text for page in document for code in zxingcpp.read_barcodes(page.render(scale=4).to_pil())}
    document.close()
    for said in (
        "Fold the flaps inwards",
        "scanned: MILK",
        "booked out of the stock",
        "photographed",
        "kept and unchanged",
    ):
        assert said in words, said
    assert words.count("Carton evidence") >= 2
    for parcel in bench.parcels(number):
        assert parcel["sscc"] in codes and parcel["tracking"] in codes and parcel["sscc"] in words
    assert f"GIFT-{number}" in codes


def kg(sku: str) -> Decimal:
    return Decimal(WEIGHTS[sku])


def drawn(colour: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(out, "PNG")
    return out.getvalue()


def taken(packer: Conversation, colour: str) -> str:
    """A photo, kept as the screen keeps it before it tells."""
    return packer.worker.run(lambda unit: images.keep(unit, images.prepare(drawn(colour)))).sha256

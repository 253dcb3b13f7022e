"""What the bench asks for beside goods: instructions, inserts, photos and the gift note, each once, at its moment."""

import io
from decimal import Decimal
from typing import Any

import pytest
from PIL import Image

from app.database import policies
from app.database.session import new_request
from app.dialogs.dialog import Count, Key
from app.domain.errors import Refusal
from app.domain.printing import PrintState
from app.services.products import images
from app.services.work import UnitOfWork
from tests.dialogs.bench import TARE, Bench, news_of_print, put_on_scale
from tests.dialogs.conversation import Conversation


def photographed() -> bytes:
    """What a camera would bring."""
    out = io.BytesIO()
    Image.new("RGB", (320, 240), "navy").save(out, "PNG")
    return out.getvalue()


GIFT_WORDS = "Happy birthday, dear Grandma!"


def extra(bench: Bench, code: str, kind: str, **values: object) -> None:
    """An extra that is set up, and a rule that asks for it in every order (or by `when`)."""
    when = values.pop("when", [])
    sku = values.pop("sku", None)
    item = bench.row("SELECT id FROM item WHERE sku = %(sku)s", sku=sku)["id"] if sku else None
    row = {"code": code, "kind": kind, "name": f"The {code.lower()}", "item_id": item, **values}
    names = ", ".join(row)
    with bench.site.superuser() as connection:
        connection.execute(
            f"INSERT INTO pack_extra ({names}) VALUES ({', '.join(['%s'] * len(row))})",  # noqa: S608  (own words)
            list(row.values()),
        )
    rules[code] = {"name": code, "when": when, "then": {"extra": code}}
    with bench.site.desk.transaction() as session:
        policies.save(session, "extras", {"rules": list(rules.values())})


rules: dict[str, Any] = {}


@pytest.fixture(autouse=True)
def _no_rules() -> None:
    rules.clear()


def gift(bench: Bench, number: str, **head: object) -> None:
    """The order is a present, or must leave complete."""
    values = {"gift_note": GIFT_WORDS, "complete_only": False} | head
    with bench.site.superuser() as connection:
        connection.execute(
            "INSERT INTO customer_order (document_id, gift_note, complete_only)"
            " SELECT id, %(gift_note)s, %(complete_only)s FROM document WHERE number = %(number)s"
            " ON CONFLICT (document_id) DO UPDATE SET gift_note = excluded.gift_note,"
            " complete_only = excluded.complete_only",
            values | {"number": number},
        )


def done(bench: Bench, number: str) -> list[tuple[str, str, str]]:
    """What was noted of an order's cartons: code, goods, how."""
    with bench.site.desk.transaction() as session:
        rows = session.rows(
            "SELECT e.code, e.sku, e.answer FROM parcel_extra e JOIN parcel p ON p.id = e.parcel_id"
            " JOIN document d ON d.id = p.document_id WHERE d.number = %(number)s ORDER BY e.id",
            number=number,
        )
    return [(row["code"], row["sku"], row["answer"]) for row in rows]


def test_what_is_to_be_read_comes_before_the_first_unit_and_with_the_goods_it_is_about(
    bench: Bench, packer: Conversation
) -> None:
    extra(bench, "FOLD", "instruction", moment="start", words="Fold the flaps inwards")
    extra(bench, "UPRIGHT", "instruction", moment="goods", answer="scan",
          when=[{"field": "sku", "operator": "is", "value": "GADGET"}])  # fmt: skip
    extra(bench, "NO_TAPE", "instruction", answer="shown", words="no tape")
    number, tote = bench.picked(("WIDGET", 1), ("GADGET", 2))
    prompt = packer.scan(tote)
    assert prompt.instruction == "packing.extra_instruction_key"
    assert prompt.extra and (prompt.extra.name, prompt.extra.words) == ("The fold", "Fold the flaps inwards")
    assert packer.scan("WIDGET").feedback.code == "packing.extra_first"  # type: ignore[union-attr]
    prompt = packer.key("CONFIRM")
    assert (prompt.instruction, prompt.note) == ("packing.scan_unit", "The no_tape no tape")
    assert packer.scan("WIDGET").instruction == "packing.scan_unit"
    prompt = packer.scan("GADGET")
    assert prompt.feedback and prompt.feedback.code == "packing.packed"
    assert prompt.instruction == "packing.extra_instruction_scan"
    assert packer.key("CONFIRM").feedback.code == "packing.scan_the_extra"  # type: ignore[union-attr]
    assert packer.scan("upright").instruction == "packing.scan_unit"
    assert packer.scan("GADGET").instruction == "packing.all_packed"
    assert done(bench, number) == [("FOLD", "", "key"), ("UPRIGHT", "GADGET", "scan")]
    assert packer.runner.round_trips <= 4


def test_inserts_photo_and_gift_note_come_before_the_scale_and_weigh_along(bench: Bench, packer: Conversation) -> None:
    extra(bench, "FLYER", "insert", weight_kg=Decimal("0.02"))
    extra(bench, "PROOF", "photo")
    extra(bench, "SAMPLE", "insert", answer="scan", sku="GADGET", from_stock=True)
    bench.site.put("GADGET", "R02", 5)
    number, tote = bench.picked(("WIDGET", 2))
    gift(bench, number)
    assert packer.scan(tote).marks == ("packing.mark_gift",)
    packer.scan("WIDGET")
    packer.scan("WIDGET")
    prompt = packer.key("CLOSE_BOX")
    assert (prompt.instruction, prompt.facts["amount"]) == ("packing.extra_insert_key", "1 × The flyer")
    assert [job["label_uid"] for job in bench.jobs()] == [f"GIFT-{number}"]
    packer.key("CANCEL")
    packer.key("CLOSE_BOX")
    assert packer.key("CONFIRM").instruction == "packing.extra_photo"
    assert packer.prompt.waiting == "photo"
    with bench.site.desk.transaction() as session:
        unit = UnitOfWork(session, new_request())
        photo = images.keep(unit, images.prepare(photographed())).sha256
    packer.handle(Key(new_request(), "ENTER", photo))
    assert packer.prompt.instruction == "packing.extra_insert_scan"
    assert packer.scan("WIDGET").feedback.code == "packing.extra_first"  # type: ignore[union-attr]
    assert packer.scan("GADGET").instruction == "packing.extra_gift_prints"
    bench.print_all()
    assert news_of_print(packer).instruction == "packing.extra_gift"
    assert packer.scan(f"GIFT-{number}").instruction == "packing.at_weight"
    assert len(bench.jobs()) == 1
    prompt = put_on_scale(packer, TARE + 2 * Decimal("0.5") + Decimal("1.25") + Decimal("0.02"))
    assert prompt.feedback and prompt.feedback.code == "packing.carton_closed"
    assert done(bench, number) == [("FLYER", "", "key"), ("PROOF", "", "photo"), ("SAMPLE", "", "scan"),
                                   ("GIFT", "", "scan")]  # fmt: skip
    assert bench.row("SELECT sum(qty) AS used FROM stock_move WHERE kind = 'insert'")["used"] == 1
    assert bench.row("SELECT count(*) AS n FROM document_photo WHERE reason = 'PACKED'")["n"] == 1
    with bench.site.desk.transaction() as session:
        assert session.rows("SELECT * FROM prove()") == []


def test_a_missing_insert_holds_nothing_up_and_a_sealed_carton_takes_no_more(
    bench: Bench, packer: Conversation
) -> None:
    extra(bench, "SAMPLE", "insert", answer="key", sku="GADGET", from_stock=True)
    number, tote = bench.picked(("WIDGET", 1))
    gift(bench, number, gift_note="", complete_only=True)
    assert packer.scan(tote).marks == ("packing.mark_complete_only",)
    packer.scan("WIDGET")
    packer.key("CLOSE_BOX")
    assert packer.key("CONFIRM").instruction == "packing.at_weight"
    assert bench.row("SELECT posting_id FROM parcel_extra")["posting_id"] is None
    closed = put_on_scale(packer, TARE + Decimal("0.5") + Decimal("1.25"))
    assert closed.feedback and closed.feedback.code == "packing.carton_closed", closed.feedback
    parcel = bench.parcels(number)[0]["id"]
    with bench.site.desk.transaction() as session, pytest.raises(Refusal, match=r"packing.carton_sealed"):
        session.call("note_extra", request=new_request(), parcel=parcel, code="SAMPLE", sku="", answer="key",
                     scanned="", sha256=None)  # fmt: skip


def test_inserts_at_the_opening_are_counted_by_scans_and_undo_takes_the_last_one_back(
    bench: Bench, packer: Conversation
) -> None:
    extra(bench, "SAMPLE", "insert", moment="start", answer="scan", sku="GADGET", quantity=2, from_stock=True)
    bench.site.put("GADGET", "R02", 5)
    _, tote = bench.picked(("WIDGET", 1))
    prompt = packer.scan(tote)
    assert (prompt.instruction, prompt.facts["amount"]) == ("packing.extra_insert_scan", "2 × The sample")
    assert packer.scan("GADGET").feedback.code == "packing.insert_counted"  # type: ignore[union-attr]
    assert (packer.prompt.count, packer.prompt.facts["amount"]) == (Count("1", "2"), "1 × The sample")
    assert packer.scan("GADGET").instruction == "packing.scan_unit"
    assert free(bench, "GADGET", "R02") == 3
    assert packer.key("UNDO").instruction == "packing.extra_insert_scan"
    assert (packer.prompt.count, free(bench, "GADGET", "R02")) == (Count("1", "2"), Decimal(4))
    packer.scan("GADGET")
    packer.scan("WIDGET")
    assert packer.key("CLOSE_BOX").instruction == "packing.at_weight", "it is asked for once"
    closed = put_on_scale(packer, TARE + Decimal("0.5") + 2 * Decimal("1.25"))
    assert closed.feedback and closed.feedback.code == "packing.carton_closed", closed.feedback
    pieces = bench.row("SELECT array_agg(quantity ORDER BY id) AS q FROM parcel_extra")["q"]
    assert pieces == [1, 1, -1, 1]
    assert bench.site.prove() == []


def test_a_gift_note_that_did_not_come_out_is_printed_again_from_where_the_person_is(
    bench: Bench, packer: Conversation
) -> None:
    number, tote = bench.picked(("WIDGET", 1))
    gift(bench, number)
    packer.scan(tote)
    packer.scan("WIDGET")
    prompt = packer.key("CLOSE_BOX")
    assert (prompt.instruction, prompt.waiting) == ("packing.extra_gift_prints", "print_job")
    bench.print_all(PrintState.UNKNOWN)
    assert news_of_print(packer).instruction == "packing.extra_gift_again"
    packer.key("REPRINT")
    prompt = packer.key("UNREADABLE")
    assert (packer.said, prompt.instruction) == ("packing.note_again", "packing.extra_gift_prints")
    bench.print_all()
    assert news_of_print(packer).instruction == "packing.extra_gift"
    assert [job["state"] for job in bench.jobs()] == ["REPRINTED", "CONFIRMED"]
    gift(bench, number, gift_note="Get well soon!")
    assert packer.key("UNDO").feedback.code == "dialog.undone_label"  # type: ignore[union-attr]
    assert packer.key("CANCEL").instruction == "packing.extra_gift_prints", "the customer's new words"
    assert bench.jobs()[-1]["content"]["note"] == "Get well soon!"
    other = bench.add_printer("zebra_2")
    packer.key("OTHER_PRINTER")
    assert packer.said == "packing.note_other_printer"
    newest = "SELECT printer_id FROM print_job ORDER BY id DESC LIMIT 1"
    assert bench.row(newest)["printer_id"] == other
    bench.print_all()
    assert packer.scan(f"GIFT-{number}").instruction == "packing.at_weight"


def free(bench: Bench, sku: str, place: str) -> Decimal:
    """What nobody claims of an item in a bin."""
    row = bench.row(
        "SELECT sum(b.on_hand - b.reserved) AS free FROM stock_balance b JOIN item i ON i.id = b.item_id"
        " JOIN location l ON l.id = b.location_id WHERE i.sku = %(sku)s AND l.name = %(place)s",
        sku=sku,
        place=place,
    )
    return Decimal(row["free"])

"""Papers of cartons and trucks: what stands on them, and that their codes can be read."""

import io
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from uuid import uuid4

import pypdfium2
import zxingcpp
from PIL import Image

from app.database.carriers import Carton
from app.database.shipping import EndOfDay, House, LeftOver, ListedCarton, Manifest, Shipment
from app.domain.carriers import Consignment, CustomsLine
from app.domain.partners import Address
from app.reports import scripts
from app.reports.cn23 import cn23_pdf
from app.reports.customs import CustomsPaper, cn22_pdf, invoice_pdf
from app.reports.end_of_day import end_of_day_pdf
from app.reports.manifest import manifest_pdf
from app.texts import Texts

TEXTS = Texts.load()
NOW = datetime(2026, 11, 23, 16, 5, tzinfo=UTC)
ZURICH = Address(name="Zürcher Handels AG", line_1="Bahnhofstrasse 1", postal_code="8001", city="Zürich", country="CH")
LAMPS = tuple(
    CustomsLine(f"Lamp {n}", Decimal(2), "each", "940521", "CN", Decimal("0.3"), Decimal("39.90")) for n in range(6)
)
CARTON = Consignment(
    "SHL1", "340123450000000017", "SO-2026-000123", ZURICH, Address(name="Blue Lamp Ltd", country="DE"), NOW,
    Decimal("1.834"), tracking="RR473124829DE", currency="EUR",
)  # fmt: skip


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def codes_of(pdf: bytes) -> list[str]:
    picture = pypdfium2.PdfDocument(pdf)[0].render(scale=3).to_pil()
    return [found.text for found in zxingcpp.read_barcodes(picture)]


def shipment(**more: object) -> Shipment:
    kept: dict[str, object] = {
        "id": uuid4(), "number": "SHP-000123", "carrier": "house", "carrier_name": "Own delivery",
        "service": "", "service_name": "",
        "truck": "HB-123", "created_at": NOW, "made_by": "Ana", "departed_at": None, "departed_by": "",
        "signed_at": None, "signed_by": "", "company": "Blue Lamp Ltd", "warehouse": "WH001", "warehouse_address": "",
        "time_zone": "Europe/Berlin", "cartons": 2, "loaded": 0, "weight_kg": Decimal(5), "photos": 0, "told": "",
        "fault": "", "facts": {},
    }  # fmt: skip
    return Shipment(**{**kept, **more})  # type: ignore[arg-type]


def carton(n: int, **more: object) -> ListedCarton:
    kept: dict[str, object] = {
        "id": uuid4(), "sscc": f"3401234500000{n:05d}", "tracking": f"SH{n:012d}", "number": f"SO-{n}", "partner": "",
        "ship_to": ZURICH, "service": "parcel", "service_name": "Parcel", "weight_kg": Decimal("2.5"),
        "loaded_at": None, "loaded_by": "",
        "left_out_at": None,
    }  # fmt: skip
    return ListedCarton(**{**kept, **more})  # type: ignore[arg-type]


def test_a_manifest_lists_its_cartons_with_their_weight_and_can_be_scanned() -> None:
    made = manifest_pdf(Manifest(shipment(), (carton(1), carton(2))), TEXTS, printed_at=NOW)
    said = text_of(made)
    for word in ("Manifest", "SHP-000123", "Own delivery", "HB-123", "2 · 5.000 kg", "SH000000000001", "SO-2"):
        assert word in said
    assert codes_of(made) == ["SHP-000123"]


def test_a_proof_of_hand_over_shows_who_signed_when_what_stayed_behind_and_the_photo() -> None:
    drawn, photo = io.BytesIO(), io.BytesIO()
    Image.new("RGBA", (200, 60), (0, 0, 120, 255)).save(drawn, "PNG")
    Image.new("RGB", (80, 60), (0, 120, 0)).save(photo, "JPEG")
    gone = shipment(
        departed_at=NOW, departed_by="Ben", signed_at=NOW, signed_by="Carl Driver", signature=drawn.getvalue()
    )
    cartons = (carton(1, loaded_at=NOW), carton(2, left_out_at=NOW))
    made = manifest_pdf(Manifest(gone, cartons, (photo.getvalue(),)), TEXTS, printed_at=NOW)
    said = text_of(made)
    for word in ("Proof of hand-over", "Carl Driver", "2026-11-23 17:05 CET", "Stayed behind", "1 · 2.500 kg"):
        assert word in said
    page = pypdfium2.PdfDocument(made)[0]
    assert sum(1 for one in page.get_objects() if one.type == 3) == 2, "the signature and the photo"


def test_an_invoice_names_goods_with_tariff_number_origin_weight_and_value() -> None:
    made = invoice_pdf(CustomsPaper(CARTON, LAMPS), TEXTS, printed_at=NOW)
    said = text_of(made)
    for word in ("Commercial invoice", "Zürcher Handels AG", "940521", "CN", "239.40 EUR", "1.800 kg", "1.834 kg"):
        assert word in said
    assert codes_of(made) == ["SO-2026-000123"]


def test_a_cn22_has_the_fields_of_the_posts_form_and_sums_up_what_has_no_room() -> None:
    made = cn22_pdf(CustomsPaper(CARTON, LAMPS), TEXTS, printed_at=NOW)
    said = text_of(made)
    for mark in ("CN 22", "(1)", "(2)", "(3)", "(4)", "(6)", "(7)", "(8)", "HS 940521", "Origin CN"):
        assert mark in said
    assert "6 Further goods" in said
    assert "239.40 EUR" in said
    assert "1.834" in said


def test_a_cn23_has_every_field_of_the_posts_form_and_its_number_can_be_scanned() -> None:
    made = cn23_pdf(CustomsPaper(CARTON, LAMPS, "DAP"), TEXTS, printed_at=NOW)
    said = text_of(made)
    for mark in ("CN 23", *(f"({n})" for n in range(1, 16)), "940521", "Lamp 5", "239.40 EUR", "1.834 kg"):
        assert mark in said
    assert codes_of(made) == ["RR473124829DE"]


def test_an_invoice_names_the_terms_of_delivery_with_their_place() -> None:
    for term, place in (("DAP", "DAP Zürich CH"), ("FCA", "FCA DE")):
        said = text_of(invoice_pdf(CustomsPaper(CARTON, LAMPS, term), TEXTS, printed_at=NOW))
        assert f"{place} (Incoterms 2020)" in " ".join(said.split())


def test_the_end_of_the_day_lists_trucks_and_what_is_left_over_with_its_reason() -> None:
    gone = shipment(departed_at=NOW, loaded=2, signed_by="Carl Driver")
    left = replace(
        Carton(**dict.fromkeys(Carton.__slots__, "")),  # type: ignore[arg-type]
        sscc="340123450000000017", number="SO-9", carrier="house", service="parcel",
        carrier_name="Own delivery", service_name="Parcel",
        weight_kg=Decimal(2), cut_off=NOW,
    )  # fmt: skip
    house = House("Blue Lamp Ltd", "WH001", "", "Europe/Berlin")
    day = EndOfDay(house, NOW.date(), (gone, shipment(number="SHP-000124")), (LeftOver(left, "no_label"),))
    said = text_of(end_of_day_pdf(day, TEXTS, printed_at=NOW))
    for word in ("End of the day", "2026-11-23", "SHP-000123", "2 / 2", "17:05", "Carl Driver", "still here",
                 "Left over", "SO-9", "340123450000000017", "No label", "Own"):  # fmt: skip
        assert word in said
    empty = text_of(end_of_day_pdf(EndOfDay(house, NOW.date(), (), ()), TEXTS, printed_at=NOW))
    assert "No truck of this day." in empty
    assert "No sealed carton is left over." in empty


def test_an_address_in_arabic_and_chinese_can_be_read_on_paper() -> None:
    riyadh = Address(name="محمد العزيز 王小明 🎁", line_1="شارع الملك فهد", city="الرياض", country="SA")
    pdf = invoice_pdf(CustomsPaper(replace(CARTON, receiver=riyadh), LAMPS), TEXTS, printed_at=NOW)
    document = pypdfium2.PdfDocument(pdf)
    pictures = [one for one in document[0].get_objects() if one.type == pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]
    assert len(pictures) >= 3, "each line in another script is drawn, letters joined and from right to left"
    assert "العزيز"[::-1] in text_of(pdf), "as it stands on the paper, from the left"
    assert scripts.is_plain("Zürich, Ελλάδα, Москва – № 5")
    assert [run for _, run in scripts._runs("王🎁", 9)] == ["王", "?"]

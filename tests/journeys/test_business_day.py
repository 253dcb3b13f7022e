"""From a truck at the dock to a labelled carton: what the demo, played through the real screens, leaves behind."""

import json
import re
from pathlib import Path

import pypdfium2
import zxingcpp
from PIL import Image

from drivers.printers.label import Label
from tests.drivers.printers.referee_tool import render_by_referee
from tests.journeys.conftest import Played, run_app

DOTS_PER_MM = 8
WANTED = {"received": 62, "put_away": 62, "picked": 11, "packed": 11, "shipped": 11, "labels_confirmed": 2}


def codes_of(picture: Image.Image) -> set[str]:
    return {code.text.replace("(", "").replace(")", "") for code in zxingcpp.read_barcodes(picture.convert("L"))}


def as_the_printer_draws(zpl: bytes, folder: Path) -> Image.Image:
    """The picture that an independent renderer makes of the bytes that arrived at the printer's port."""
    width, height = (int(re.search(rb"\^" + name + rb"(\d+)", zpl)[1]) / DOTS_PER_MM for name in (b"PW", b"LL"))  # type: ignore[index]
    folder.mkdir()
    (picture,) = render_by_referee(zpl, Label(width, height, ()), 203, folder)
    return picture


def test_a_business_day_from_the_truck_to_the_labelled_carton(day: Played) -> None:
    assert {name: int(day.summary[name]) for name in WANTED} == WANTED
    assert day.summary["prove"] == "clean"


def test_the_day_takes_a_minute_at_most_or_says_how_long(day: Played) -> None:
    assert day.summary["seconds"] > 0
    assert "the business day" in day.said


def test_each_step_left_a_picture_and_each_label_its_bytes(day: Played) -> None:
    screens = sorted(path.name for path in (day.out / "screens").glob("*.png"))
    assert len(screens) >= 20
    assert not [name for name in screens if "stuck" in name]
    assert len(list((day.out / "labels").glob("*.zpl"))) == WANTED["labels_confirmed"]
    assert len(list((day.out / "labels").glob("*.png"))) == WANTED["labels_confirmed"]


def test_the_cartons_papers_came_out_of_the_printer_of_pages(day: Played) -> None:
    papers = [pypdfium2.PdfDocument(path) for path in sorted((day.out / "papers").glob("*.pdf"))]
    words = [paper[0].get_textpage().get_text_range() for paper in papers]
    (parcel,) = day.summary["parcels"]
    assert len(words) == 3, "it goes abroad: packing list, invoice, CN23"
    titles = ("Packing list", "Commercial invoice", "CN 23")
    assert [title in said for title, said in zip(titles, words, strict=True)] == [
        True, True, True,
    ]  # fmt: skip
    assert all(parcel["document"] in said for said in words)
    assert "Own delivery · Parcel" in words[0]


def test_every_code_on_every_label_reads_back_as_what_the_database_holds(day: Played, tmp_path: Path) -> None:
    (parcel,) = day.summary["parcels"]
    read: set[str] = set()
    for number, path in enumerate(sorted((day.out / "labels").glob("*.zpl"))):
        read |= codes_of(as_the_printer_draws(path.read_bytes(), tmp_path / str(number)))
        assert codes_of(Image.open(path.with_suffix(".png"))) <= read
    assert f"00{parcel['sscc']}" in read
    assert parcel["tracking"] in read
    assert all(
        any(known in code for known in (parcel["sscc"], parcel["tracking"], parcel["document"])) for code in read
    )


def test_the_papers_name_what_was_sent(day: Played) -> None:
    text = ""
    for path in sorted(day.out.glob("*.pdf")):
        document = pypdfium2.PdfDocument(path)
        text += "".join(page.get_textpage().get_text_range() for page in document)
        document.close()
    (parcel,) = day.summary["parcels"]
    assert parcel["tracking"] in text
    assert parcel["document"] in text
    assert "FOOD-OATS-500" in text


def test_the_ledger_is_proven_by_a_second_program(day: Played) -> None:
    proven = run_app("admin", "prove", "--json", home=day.home)
    assert proven.returncode == 0, proven.stdout
    assert json.loads(proven.stdout)["prove"] == "clean"

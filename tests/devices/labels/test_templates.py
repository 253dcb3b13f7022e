"""Templates as texts: each of the program's own draws its example, and none that cannot work gets through."""

import base64
import io
import re
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from app.devices import labels
from app.domain.errors import Refusal
from tests.drivers.printers.test_zpl_writer import crc_16_xmodem

NAMES = labels.template_names()
SMALL = """
name: bin
version: 1
size_mm: [50, 30]
fields:
  address: {kind: identifier, required: true, example: A-1}
elements:
  - {kind: text, at: [2, 2], text: "{address}", height: 5}
"""


def drawn(layout: str, dpi: int = 203) -> Image.Image:
    example = labels.example_of(labels.checked_template(layout), layout)
    return Image.open(io.BytesIO(labels.picture(example, dpi))).convert("L")


@pytest.mark.parametrize("name", NAMES)
def test_every_template_draws_its_own_example_and_the_codes_are_read(name: str) -> None:
    layout = labels.template_text(name)
    example = labels.example_of(labels.checked_template(layout), layout)
    meant = sum(1 for _ in labels.label_of(example).codes)
    assert meant > 0
    assert len(zxingcpp.read_barcodes(drawn(layout))) == meant


def test_the_companys_own_text_goes_before_the_programs() -> None:
    assert drawn(SMALL).size == (400, 240)


def test_a_logo_travels_with_its_template_and_is_printed() -> None:
    logo = io.BytesIO()
    Image.new("L", (40, 40), 0).save(logo, "PNG")
    data = base64.b64encode(logo.getvalue()).decode()
    layout = SMALL + f"  - {{kind: picture, at: [30, 5], size: [10, 10], data: {data}}}\n"
    picture = drawn(layout)
    assert picture.getpixel((35 * 8, 10 * 8)) == 0
    example = labels.example_of(labels.checked_template(layout), layout)
    for dpi in (203, 300, 600):
        printed = re.findall(rb"\^GFA,\d+,\d+,\d+,:Z64:([^:]+):([0-9A-F]{4})\^FS", labels.render(example, dpi))
        assert printed
        assert all(crc_16_xmodem(packed) == int(crc, 16) for packed, crc in printed)


def test_everything_on_a_label_can_be_turned() -> None:
    def inked(layout: str) -> set[tuple[int, int]]:
        picture = drawn(
            SMALL.replace("  - {kind: text, at: [2, 2]", "  - {kind: text, rotation: 90, at: [2, 2]") + layout
        )
        return {
            (x // 8, y // 8)
            for x in range(picture.width)
            for y in range(picture.height)
            if not picture.getpixel((x, y))
        }

    before = inked("")
    rule = inked("  - {kind: line, at: [20, 3], length: 20, rotation: 90}\n") - before
    assert rule == {(20, y) for y in range(3, 23)}
    bars = inked("  - {kind: code128, at: [20, 3], height: 8, module: 0.25, code: B1, readable: 4, rotation: 90}\n")
    assert max(x for x, _ in bars - before) >= 30, "the line for people stands beside the turned bars"


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "- a list",
        "name: [unclosed",
        SMALL.replace("{address}", "{addres}"),
        SMALL.replace("at: [2, 2]", "at: [2]"),
        SMALL.replace("at: [2, 2]", "at: [2, x]"),
        SMALL.replace("height: 5", "height: tall"),
        SMALL.replace("height: 5", "height: -5"),
        SMALL.replace("height: 5", "height: 5, colour: red"),
        SMALL.replace("kind: text", "kind: hologram"),
        SMALL.replace("height: 5", "height: 5, rotation: 45"),
        SMALL.replace("identifier", "secret"),
        SMALL.replace("name: bin", "nothing: bin"),
        SMALL + '  - {kind: picture, at: [2, 2], size: [5, 5], data: "AAAA"}\n',
        SMALL + '  - {kind: code128, at: [2, 2], height: 5, gs1: ["00{address}"]}\n',
        SMALL.replace("at: [2, 2]", "at: [50, 2]"),
        SMALL.replace("height: 5", "height: 5, lines: 0"),
        SMALL.replace("height: 5", "height: .nan"),
        SMALL.replace("kind: text", "kind: [text]"),
        SMALL.replace("[50, 30]", "[0, .inf]"),
        SMALL.replace("version: 1", "version: one"),
        SMALL.replace("{kind: identifier, required: true, example: A-1}", "[identifier]"),
        SMALL.replace("required: true", "required: perhaps"),
        SMALL
        + "  - {kind: grid, at: [0, 0], columns: 9999, rows: 9999, cell: [1, 1], elements: [{kind: box, at: [0, 0]}]}",
        SMALL + "  - {kind: grid, at: [0, 0], columns: 1.5, rows: 1, cell: [1, 1], elements: []}",
        SMALL + "  - {kind: grid, at: [0, 0], columns: 1, rows: 1, cell: [1, 1], elements: [text]}",
        "name: " + "[" * 50_000,
        SMALL + "x" * 3_000_000,
    ],
)
def test_a_template_that_cannot_work_is_refused_in_words_when_it_is_brought(broken: str) -> None:
    with pytest.raises(Refusal) as refusal:
        labels.checked_template(broken)
    assert refusal.value.code == "printing.bad_template"
    why = str(refusal.value.facts["why"])
    assert len(why) < 200
    assert not re.search(r"Error|NoneType|object|\bstr\b|\bint\b|indices", why), "that is Python, not a sentence"


@pytest.mark.parametrize(
    "content", [b"", b"Dear Sir or Madam", b'{"order": {"number": "1"}}', b"\x00\x01", b"\xff\xfe"]
)
def test_a_file_that_is_no_template_is_named_and_said_to_be_none(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_bytes(content)
    with pytest.raises(Refusal) as refusal:
        labels.brought(file)
    assert refusal.value.code == "printing.template_unreadable"
    assert "letter.txt" in str(refusal.value.facts["file"])


def test_a_size_that_no_printer_has_is_refused_before_it_is_printed() -> None:
    layout = SMALL.replace("[50, 30]", "[50, 3000]")
    with pytest.raises(Refusal):
        labels.render(labels.example_of(labels.checked_template(layout), layout), 203)

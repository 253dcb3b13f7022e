"""Every label reads back what it was made of, whatever people write on it; identifiers are whole or refused."""

import io
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from app.devices import labels
from app.devices.labels.template import BadTemplate, conditions, placeholders, read_template
from app.domain.errors import Refusal
from app.domain.labels import LabelContent
from drivers.printers.label import Gs1, Text
from drivers.printers.typesetting import typeset
from tests.devices.labels.examples import EXAMPLES, HOSTILE, SSCC, TEMPLATES, names_of_people, nasty
from tests.drivers.printers.referee_tool import render_by_referee

GS = "\x1d"


def content(template: str, **fields: str) -> LabelContent:
    return LabelContent(template, "the uid", EXAMPLES[template] | fields)


def codes_in(picture: Image.Image) -> list[str]:
    """What a scanner reads, GS1 separators as U+001D."""
    return sorted(
        found.text.replace("<GS>", GS) for found in zxingcpp.read_barcodes(picture, text_mode=zxingcpp.TextMode.Plain)
    )


def codes_on(label: LabelContent) -> list[str]:
    """What the label model says that its codes hold."""
    return sorted(code.stream if isinstance(code, Gs1) else code for code in labels.label_of(label).codes)


def drawn(label: LabelContent, dpi: int = 203) -> Image.Image:
    return Image.open(io.BytesIO(labels.picture(label, dpi))).convert("L")


@pytest.mark.parametrize("dpi", [203, 300, 600])
@pytest.mark.parametrize("template", TEMPLATES)
def test_every_code_on_every_label_is_read_as_it_was_meant(template: str, dpi: int) -> None:
    label = content(template)
    assert codes_in(drawn(label, dpi)) == codes_on(label)


@pytest.mark.parametrize("dpi", [203, 300, 600])
@pytest.mark.parametrize("template", TEMPLATES)
def test_every_code_of_a_nasty_label_is_read_in_the_picture_that_an_independent_renderer_makes_of_the_bytes(
    template: str, dpi: int, tmp_path: Path
) -> None:
    label = content(template, **nasty(template))
    assert codes_on(label), "a label without a code"
    [picture] = render_by_referee(labels.render(label, dpi), labels.label_of(label), dpi, tmp_path)
    assert codes_in(picture) == codes_on(label)


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("template", TEMPLATES)
def test_no_name_breaks_a_label(template: str, name: str) -> None:
    label = content(template, **dict.fromkeys(names_of_people(template), name))
    zpl = labels.render(label, 203)
    assert (zpl.count(b"^XA"), zpl.count(b"^XZ"), zpl.count(b"~")) == (1, 1, 0)
    assert zpl.isascii()
    assert codes_in(drawn(label)) == codes_on(content(template))


def test_an_address_that_would_be_empty_boxes_is_refused() -> None:
    nowhere = "\U00012000\U00012001\U00012002"  # cuneiform, which no office has fonts for
    with pytest.raises(Refusal) as refusal:
        labels.render(content("carton", ship_to=nowhere), 203)
    assert (refusal.value.code, refusal.value.facts["characters"]) == ("printing.no_font", nowhere)


def test_a_sign_that_nothing_here_can_draw_is_named_beforehand_and_printed_as_a_question_mark() -> None:
    label = content("carton", ship_to="Box \U0001f4e6\ufe0f 深圳市 شركة")
    assert labels.undrawable(label) == "\U0001f4e6"
    texts = [line.text for text in label_texts(label) for line in typeset(text)]
    assert "Box ? 深圳市 شركة" in texts
    assert labels.undrawable(content("carton")) == ""


def test_a_long_address_is_printed_whole_in_smaller_letters() -> None:
    address = "\n".join(f"Line number {number} of a long address with many words" for number in range(8))
    texts = [line.text for text in label_texts(content("carton", ship_to=address)) for line in typeset(text)]
    assert address.splitlines() == [text for text in texts if text.startswith("Line number")]


def label_texts(label: LabelContent) -> list[Text]:
    return [element for element in labels.label_of(label).elements if isinstance(element, Text)]


@pytest.mark.parametrize("template", TEMPLATES)
def test_nothing_stands_outside_the_label(template: str) -> None:
    wordy = content(template, **dict.fromkeys(names_of_people(template), "many words " * 40))
    label = labels.label_of(wordy)
    for text in label_texts(wordy):
        for line in typeset(text):
            assert line.y_mm + line.height_mm <= label.height_mm, line.text


def test_the_carton_label_carries_its_sscc_as_gs1_128() -> None:
    [found] = zxingcpp.read_barcodes(drawn(content("carton")))
    assert (found.symbology_identifier, found.text) == ("]C1", f"(00){SSCC}")


UNIT_ALONE = dict.fromkeys(("gtin", "count", "lot", "expiry"), "")


@pytest.mark.parametrize(
    ("given", "codes"),
    [
        ({}, []),
        ({"lot": "L1", "expiry": "2027-03-31", "count": "48"}, []),
        ({"gtin": "4012345678918"}, ["0104012345678918"]),
        ({"gtin": "4012345678918", "count": "48"}, ["02040123456789183748"]),
        ({"gtin": "4012345678918", "expiry": "2027-03-31"}, ["0104012345678918", "17270331"]),
        ({"gtin": "4012345678918", "lot": "L1"}, ["0104012345678918", "10L1"]),
        (
            {"gtin": "4012345678918", "lot": "L" * 20, "expiry": "2027-03-31", "count": "12345678"},
            ["02040123456789183712345678", "1727033110" + "L" * 20],
        ),
    ],
    ids=range(7),
)
def test_a_unit_says_what_is_inside_in_bars_and_its_sscc_stands_lowest(given: dict[str, str], codes: list[str]) -> None:
    label = content("handling_unit", **(UNIT_ALONE | given))
    found = sorted(
        zxingcpp.read_barcodes(drawn(label), text_mode=zxingcpp.TextMode.Plain), key=lambda one: one.position.top_left.y
    )
    assert [one.text for one in found] == [*codes, f"00{SSCC}"]
    assert {one.symbology_identifier for one in found} == {"]C1"}


@pytest.mark.parametrize("count", ["0", "012", "123456789", "4 8", "4.5", "²"])
def test_a_count_that_no_scanner_could_tell_is_refused(count: str) -> None:
    with pytest.raises(Refusal, match=r"printing\.bad_field"):
        labels.label_of(content("handling_unit", count=count))


def test_goods_carry_gtin_expiry_and_lot_in_one_datamatrix() -> None:
    assert codes_on(content("item")) == ["01040123456789181727033110L2026-118"]
    [found] = zxingcpp.read_barcodes(drawn(content("item")))
    assert found.symbology_identifier == "]d2"


def test_goods_without_lot_and_expiry_carry_the_gtin_alone() -> None:
    assert codes_on(content("item", lot="", expiry="")) == ["0104012345678918"]


def test_goods_without_gtin_carry_their_sku() -> None:
    assert codes_in(drawn(content("item", gtin=""))) == ["PROD-003"]


def test_lot_and_serial_are_separated() -> None:
    label = content("item", serial="S1", expiry="")
    assert codes_in(drawn(label)) == [f"010401234567891810L2026-118{GS}21S1"]


@pytest.mark.parametrize(
    ("template", "field", "value", "code"),
    [
        ("carton", "sscc", "306141411234567890", "printing.bad_field"),
        ("carton", "sscc", "", "printing.field_missing"),
        ("carton", "ship_to", "  ", "printing.field_missing"),
        ("item", "gtin", "4012345678919", "printing.bad_field"),
        ("item", "expiry", "31.03.2027", "printing.bad_field"),
        ("item", "lot", "Ł-1", "printing.bad_field"),
        ("item", "lot", "A" * 81, "printing.bad_field"),
        ("item", "lot", "A" * 75, "printing.too_long"),
        ("item", "lot", "A#1", "printing.cannot_encode"),
        ("bin", "address", "WH001-" + "A" * 60, "printing.cannot_encode"),
        ("shipping", "tracking", "T" * 60, "printing.cannot_encode"),
        ("shipping", "tracking", "T\x1d1", "printing.bad_field"),
        ("nothing", "x", "y", "printing.unknown_template"),
    ],
)
def test_what_cannot_be_printed_whole_is_refused(template: str, field: str, value: str, code: str) -> None:
    with pytest.raises(Refusal) as refusal:
        labels.render(LabelContent(template, "the uid", EXAMPLES.get(template, {}) | {field: value}), 203)
    assert refusal.value.code == code


def test_a_date_that_is_none_is_refused_by_name() -> None:
    with pytest.raises(Refusal) as refusal:
        labels.label_of(content("item", expiry="2027-02-30"))
    assert refusal.value.facts == {"template": "item", "field": "expiry", "value": "2027-02-30"}


def test_copies_are_printed_by_the_printer_itself() -> None:
    assert b"^PQ3," in labels.render(LabelContent("bin", "uid", EXAMPLES["bin"], copies=3), 203)


def test_a_reprint_says_so_on_the_label() -> None:
    assert b"REPRINT 2" in labels.render(content("carton", reprint="2"), 203)
    assert b"REPRINT" not in labels.render(content("carton"), 203)


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_template_shows_every_field_that_it_declares(template: str) -> None:
    found = labels.load_template(template)
    shown = {
        name
        for element in found.elements
        for name in (*placeholders(element), *conditions(element, "when"), *conditions(element, "unless"))
    }
    assert set(found.fields) <= shown


GOOD = """
name: t
version: 1
size_mm: [50, 20]
fields:
  a: {required: true}
elements:
  - {kind: text, at: [1, 1], text: "{a}", height: 3}
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("name: t", "name: other"),
        ("size_mm: [50, 20]", "size_mm: 50"),
        ("required: true", "needed: true"),
        ("required: true", "kind: colour"),
        ("{a}", "{b}"),
        ("{a}", "{a:upside_down}"),
        ("kind: text", "kind: hologram"),
        ("height: 3", "hight: 3"),
        (", height: 3", ""),
        ("height: 3", "height: 3, when: b"),
        ("kind: text, at: [1, 1], text:", "kind: qr, at: [1, 1], code: x, gs1: [x], module:"),
        ("elements:", "elephants:"),
        ("[1, 1]", "[1, 1"),
    ],
)
def test_a_template_that_cannot_work_is_not_taken(old: str, new: str) -> None:
    assert read_template(GOOD, "t").version == 1
    assert old in GOOD
    with pytest.raises(BadTemplate, match="t:"):
        read_template(GOOD.replace(old, new), "t")


def test_a_sign_that_cannot_be_drawn_makes_no_address_smaller() -> None:
    def height(address: str) -> float:
        label = labels.label_of(content("shipping", ship_to=address))
        return max(one.height_mm for one in label.elements if isinstance(one, Text) and "Anna" in one.text)

    assert height("Anna \U0001f389 Beck\nHafen 1") == height("Anna Beck\nHafen 1")

"""The label model and its codes, before any printer."""

import io
import struct
import zlib
from time import process_time

import numpy as np
import pytest
import zxingcpp
from hypothesis import example, given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, features

from drivers.printers import code128, typefaces
from drivers.printers.label import (
    Box,
    Code128,
    Content,
    DataMatrix,
    Element,
    Gs1,
    Label,
    LabelError,
    Picture,
    QrCode,
    Text,
    dots_per_mm,
)
from drivers.printers.picture import draw
from drivers.printers.typefaces import missing_characters
from drivers.printers.typesetting import Measure, typeset
from drivers.printers.zpl.writer import render_zpl

GS1_VALUE = st.text(st.sampled_from("ABZaz019!\"%&'()*+,-./:;<=>?_"), min_size=1, max_size=12)


def picture_of(symbol: code128.Code128Symbol) -> NDArray[np.uint8]:
    """The bars of a symbol, three dots a module, with quiet zones."""
    bars = [np.full(3 * width, 0 if number % 2 == 0 else 255, np.uint8) for number, width in enumerate(symbol.bars)]
    quiet = np.full(40, 255, np.uint8)
    return np.tile(np.concatenate([quiet, *bars, quiet]), (60, 1))


def read(content: Content) -> zxingcpp.Barcode:
    """What a reader of Code 128 reads. One of everything would now and then see an EAN in the middle of the bars."""
    kind = zxingcpp.barcode_formats_from_str("Code128")
    (found,) = zxingcpp.read_barcodes(picture_of(code128.encode(content)), formats=kind)
    return found


@example("H+1w3%QCa")
@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=40))
def test_a_scanner_reads_from_code_128_what_was_encoded(text: str) -> None:
    assert read(text).bytes == text.encode()


@given(GS1_VALUE)
def test_a_scanner_reads_lot_and_serial_apart_from_gs1_128(lot: str) -> None:
    found = read(Gs1((("01", "09501101530003"), ("10", lot), ("21", "7"))))
    assert found.symbology_identifier == "]C1"
    assert found.bytes == f"010950110153000310{lot}\x1d217".encode()


def test_digits_are_packed_in_pairs() -> None:
    sscc = code128.encode(Gs1((("00", "340123450000000017"),)))
    assert sscc.zebra_data == ">;>800340123450000000017"
    assert sscc.modules == 11 * (1 + 1 + 10 + 1) + 13


def test_zebra_data_switch_sub_sets_and_escape_the_invocation_character() -> None:
    assert code128.encode(Gs1((("15", "270331"), ("10", "A>B")))).zebra_data == ">;>81527033110>6A>0B"
    assert code128.encode("12AB").zebra_data == ">:12AB"


def test_the_check_character_is_that_of_the_published_example() -> None:
    # "PJJ123C" in subset A has check 54 in the textbooks; in subset B the start value is one higher.
    assert code128.encode("PJJ123C").check == 55


@pytest.mark.parametrize("content", ["", "Grüße", "a\x1db", "\n", "x" * 81])
def test_what_code_128_cannot_hold_is_refused(content: str) -> None:
    with pytest.raises(LabelError):
        code128.encode(content)


@pytest.mark.parametrize(
    "elements", [(), (("0", "1"),), (("AB", "1"),), (("10", ""),), (("10", "ü"),), (("10", "a b"),)]
)
def test_what_no_gs1_code_may_hold_is_refused(elements: tuple[tuple[str, str], ...]) -> None:
    with pytest.raises(LabelError):
        Gs1(elements)


def test_separators_stand_only_after_elements_of_variable_length() -> None:
    content = Gs1((("01", "09501101530003"), ("3103", "001250"), ("10", "L1"), ("21", "S")))
    assert content.stream == "0109501101530003310300125010L1\x1d21S"
    assert content.readable == "(01)09501101530003(3103)001250(10)L1(21)S"


def test_a_bar_code_that_does_not_fit_its_width_is_refused_not_cut() -> None:
    label = Label(50, 30, (Code128(x_mm=0, y_mm=0, content="X" * 30, height_mm=10, width_mm=50),))
    with pytest.raises(LabelError, match="needs"):
        draw(label, 203)


@pytest.mark.parametrize(
    "code",
    [
        Code128(x_mm=10, y_mm=0, content="X" * 10, height_mm=10),
        Code128(x_mm=0, y_mm=25, content="X", height_mm=10),
        DataMatrix(x_mm=45, y_mm=0, content="carton 4711"),
        QrCode(x_mm=-1, y_mm=0, content="carton"),
    ],
)
def test_a_code_over_the_edge_is_refused_by_picture_and_printer_alike(code: Element) -> None:
    label = Label(50, 30, (code,))
    with pytest.raises(LabelError, match="edge"):
        draw(label, 203)
    with pytest.raises(LabelError, match="edge"):
        render_zpl(label, 203)


def test_too_much_for_a_data_matrix_is_refused() -> None:
    with pytest.raises(LabelError):
        draw(Label(50, 30, (DataMatrix(x_mm=0, y_mm=0, content="x" * 4000),)), 203)


def test_a_picture_in_no_known_format_is_refused() -> None:
    with pytest.raises(LabelError):
        draw(Label(50, 30, (Picture(x_mm=0, y_mm=0, width_mm=5, height_mm=5, data=b"no picture"),)), 203)


@pytest.mark.parametrize(("width", "height"), [(5_000, 4_001), (9_600, 9_600), (30_000, 30_000)])
def test_a_picture_that_would_fill_the_memory_is_refused_before_it_is_unpacked(width: int, height: int) -> None:
    logo = Picture(x_mm=5, y_mm=5, width_mm=20, height_mm=20, data=_white_png(width, height))
    with pytest.raises(LabelError, match="more than 20 million pixels"):
        render_zpl(Label(50, 50, (logo,)), 203)


def _white_png(width: int, height: int) -> bytes:
    """A picture file of a few hundred kilobytes at most, however large the picture is."""
    rows = zlib.compress((b"\0" + b"\xff" * ((width + 7) // 8)) * height)
    chunks = ((b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)), (b"IDAT", rows), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


@pytest.mark.parametrize(("words", "height_mm"), [("X", 900), ("W" * 2_000, 40)])
def test_a_text_larger_than_any_label_is_refused_not_drawn(words: str, height_mm: float) -> None:
    with pytest.raises(LabelError, match="too large for any label"):
        draw(Label(50, 50, (Text(x_mm=0, y_mm=0, text=words, height_mm=height_mm),)), 600)


def test_a_text_smaller_than_a_dot_is_no_fault() -> None:
    draw(Label(50, 50, (Text(x_mm=0, y_mm=0, text="WH001", height_mm=0.000_001),)), 203)


@pytest.mark.parametrize("words", ["W" * 300_000, "Ж" * 300_000, "W " * 150_000])
def test_a_text_without_end_is_cut_visibly_and_at_once(words: str) -> None:
    text = Text(x_mm=0, y_mm=0, text=words, height_mm=4, width_mm=40, lines=3, smallest_mm=1)
    started = process_time()
    lines = typeset(text)
    assert process_time() - started < 5
    assert lines[-1].text.endswith("...")
    assert all(Measure(line.height_mm, line.native)(line.text) <= 40 for line in lines)


def test_resolutions_are_those_of_zebra_heads() -> None:
    assert [dots_per_mm(dpi) for dpi in (203, 300, 600)] == [8, 12, 24]
    with pytest.raises(LabelError):
        dots_per_mm(96)


def test_an_absurd_label_is_refused() -> None:
    with pytest.raises(LabelError):
        Label(0, 10, ())


@given(st.text(max_size=120), st.integers(1, 4), st.floats(5, 60))
def test_a_text_never_leaves_the_width_and_the_lines_it_was_given(text: str, lines: int, width_mm: float) -> None:
    element = Text(x_mm=0, y_mm=0, text=text, height_mm=5, width_mm=width_mm, lines=lines)
    placed = typeset(element)
    assert len(placed) <= lines
    for line in placed:
        fits = Measure(line.height_mm, line.native)(line.text) <= width_mm
        assert fits or len(line.text) <= 4


def test_a_long_text_is_wrapped_then_set_smaller_then_cut_visibly() -> None:
    def lines(text: str, count: int) -> tuple[str, ...]:
        return tuple(
            line.text for line in typeset(Text(x_mm=0, y_mm=0, text=text, height_mm=4, width_mm=30, lines=count))
        )

    assert lines("Olives green marinated", 2) == ("Olives green", "marinated")
    assert lines("Olives green marinated", 1) == ("Olives green marinated",)
    assert lines("Olives green marinated in a glass of 340 g", 1)[0].endswith("...")


def test_text_outside_the_printers_font_is_a_picture_as_a_whole() -> None:
    polish, german = (typeset(Text(x_mm=0, y_mm=0, text=t, height_mm=4))[0] for t in ("Łódź 1-2", "Köln 1-2"))
    assert not polish.native
    assert german.native


WORDS_OF_THE_WORLD = (
    "Łódź Київ € Tiếng Việt Հայաստան საქართველო → ✓",
    "株式会社ストックハンド 深圳市南山区 繁體 주식회사 창고",
    "شركة التخزين המחסן",
    "กรุงเทพ ລາວ ភ្នំពេញ မြန်မာ ኢትዮጵያ",
    "हिन्दी বাংলা ਪੰਜਾਬੀ ગુજરાતી தமிழ் తెలుగు ಕನ್ನಡ മലയാളം සිංහල",
)


@pytest.mark.parametrize("words", WORDS_OF_THE_WORLD, ids=range(5))
def test_the_letters_of_the_worlds_languages_are_there(words: str) -> None:
    assert missing_characters(words) == ""
    printed = typeset(Text(x_mm=0, y_mm=0, text=words, height_mm=4))
    assert [line.text for line in printed] == [words]


def test_characters_that_no_font_has_are_named_and_printed_as_a_question_mark() -> None:
    assert missing_characters("a\U0010fffdb\U0010fffd") == ""  # not printable: nobody expects to see it
    hieroglyphs = "\U00013000\U00013001"
    assert missing_characters(f"x{hieroglyphs}x{hieroglyphs}") == hieroglyphs
    [line] = typeset(Text(x_mm=0, y_mm=0, text=f"box {hieroglyphs}\ufe0f 1\u200b2\t3", height_mm=4))
    assert line.text == "box ? 12 3"


def test_letters_that_nothing_here_shapes_count_as_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "check", lambda _feature: False)
    for cached in (typefaces._shapes, typefaces._drawn_by):
        cached.cache_clear()
    try:
        assert set(missing_characters("Łódź שלום हिन्दी 深圳")) == set("שלוםहिन्दी")
    finally:
        for cached in (typefaces._shapes, typefaces._drawn_by):
            cached.cache_clear()


def test_a_line_runs_as_its_first_letter_does_whatever_typefaces_it_needs() -> None:
    def ink(text: str) -> NDArray[np.bool_]:
        return ~np.asarray(draw(Label(60, 8, (Text(x_mm=1, y_mm=1, text=text, height_mm=5),)), 203))

    left_to_right, right_to_left = ink("Ж深שלום"), ink("שלום深Ж")
    first = ink("Ж")
    width = int(np.flatnonzero(first.any(axis=0)).max())
    assert (left_to_right[:, :width] == first[:, :width]).mean() > 0.97
    assert (right_to_left[:, :width] == first[:, :width]).mean() > 0.97, "what is read last stands leftmost"


def test_chinese_and_japanese_break_between_any_two_signs_but_not_before_a_full_stop() -> None:
    address = "大阪府大阪市北区梅田三丁目。「倉庫」入荷口"
    found = typeset(Text(x_mm=0, y_mm=0, text=address, height_mm=4, width_mm=24, lines=4, smallest_mm=4))
    assert len(found) > 1
    assert "".join(line.text for line in found) == address
    assert not any(line.text[0] in "。」" or line.text[-1] == "「" for line in found)


def test_inverse_text_is_white_on_a_filled_box() -> None:
    box = Box(x_mm=0, y_mm=0, width_mm=30, height_mm=10, filled=True)
    text = Text(x_mm=2, y_mm=2, text="COLD", height_mm=6, inverse=True)
    plain, inverse = (draw(Label(30, 10, elements), 203) for elements in ((box,), (box, text)))
    assert not np.asarray(plain).any()
    assert 500 < int(np.asarray(inverse).sum()) < 10_000


def test_a_transparent_picture_is_printed_black_on_white() -> None:
    source = Image.new("RGBA", (10, 10), (0, 0, 0, 0))
    source.paste((0, 0, 0, 255), (0, 0, 5, 10))
    file = io.BytesIO()
    source.save(file, "PNG")
    label = Label(10, 10, (Picture(x_mm=0, y_mm=0, width_mm=10, height_mm=10, data=file.getvalue()),))
    drawn = np.asarray(draw(label, 203))
    assert not drawn[:, :36].any()
    assert drawn[:, 44:].all()

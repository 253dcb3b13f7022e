"""The bytes that go to the printer."""

import base64
import re
import zlib

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image

from drivers.printers.label import Align, Box, Code128, DataMatrix, Element, Gs1, Label, Line, QrCode, Text
from drivers.printers.picture import draw
from drivers.printers.zpl.writer import ZplWriter, compressed_graphic, render_zpl

ALLOWED = {b"^XA", b"^CI", b"^PW", b"^LL", b"^LH", b"^FO", b"^A0", b"^FB", b"^FR", b"^FH", b"^FD", b"^FS", b"^GF"}
ALLOWED |= {b"^PQ", b"^XZ", b"^BY", b"^BC", b"^BX", b"^GB"}


def zpl(*elements: Element, dpi: int = 203, copies: int = 1, width_mm: float = 100) -> bytes:
    return render_zpl(Label(width_mm, 50, elements), dpi, copies)


def crc_16_xmodem(data: bytes) -> int:
    """CRC-16/XMODEM bit by bit, from its definition: polynomial 0x1021, start 0, not reflected."""
    crc = 0
    for byte in data:
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1) ^ (0x1021 if crc & 0x8000 else 0)
            crc &= 0xFFFF
    return crc


def graphics(stream: bytes) -> list[tuple[int, int, bytes]]:
    """Height, bytes a row and dots of every compressed graphic, its check sum verified."""
    found = []
    for total, same, row, text, crc in re.findall(rb"\^GFA,(\d+),(\d+),(\d+),:Z64:([^:]+):([0-9A-F]{4})\^FS", stream):
        assert total == same
        assert crc_16_xmodem(text) == int(crc, 16)
        dots = zlib.decompress(base64.b64decode(text))
        assert len(dots) == int(total)
        found.append((int(total) // int(row), int(row), dots))
    return found


def test_the_check_sum_used_as_referee_is_the_published_one() -> None:
    assert crc_16_xmodem(b"123456789") == 0x31C3


def test_a_label_is_one_format_in_dots_of_its_head() -> None:
    assert zpl(dpi=300, copies=3) == b"^XA\n^CI28\n^PW1200\n^LL600\n^LH0,0\n^PQ3,0,0,N\n^XZ\n"


def test_text_goes_out_escaped_in_font_0() -> None:
    assert b"^FO80,40^A0N,32^FH_^FDSize_5E2_7E_5F_5C K_C3_B6ln^FS" in zpl(
        Text(x_mm=10, y_mm=5, text="Size^2~_\\ Köln", height_mm=4)
    )


def test_bold_text_is_struck_twice() -> None:
    stream = zpl(Text(x_mm=10, y_mm=5, text="24", height_mm=4, bold=True))
    assert re.findall(rb"\^FO(\d+),40\^A0N,32\^FH_\^FD24", stream) == [b"80", b"81"]


def test_right_aligned_text_ends_at_the_right_edge_and_cannot_wrap() -> None:
    stream = zpl(Text(x_mm=50, y_mm=5, text="24", height_mm=4, width_mm=40, align=Align.RIGHT))
    assert b"^FO320,40^A0N,32^FB400,1,0,R,0^FH_^FD24^FS" in stream  # 320 + 400 dots = 90 mm


def test_code_128_keeps_the_places_of_absent_arguments() -> None:
    stream = zpl(Code128(x_mm=1, y_mm=1, content="A>B", height_mm=10))
    assert b"^BY3^FO8,8^BCN,80,N,N,N,N^FH_^FD>:A>0B^FS" in stream
    assert ZplWriter()._generate_arguments(["a", "b", "c", "d"], {"a": 1, "c": True}) == "1,,Y"


def test_gs1_codes_begin_with_fnc1() -> None:
    content = Gs1((("10", "L1"), ("21", "S")))
    stream = zpl(Code128(x_mm=1, y_mm=1, content=content, height_mm=10), DataMatrix(x_mm=1, y_mm=20, content=content))
    assert b"^FD>:>810L1>821S^FS" in stream
    assert b"^FO8,160^BXN,4,200,,,,_^FH_^FD_5F110L1_5F121S^FS" in stream


def test_rules_and_boxes_are_commands() -> None:
    stream = zpl(
        Line(x_mm=1, y_mm=1, length_mm=10),
        Line(x_mm=1, y_mm=1, length_mm=10, vertical=True, thickness_mm=0.5),
        Box(x_mm=1, y_mm=1, width_mm=10, height_mm=5),
        Box(x_mm=1, y_mm=1, width_mm=10, height_mm=5, filled=True),
    )
    assert re.findall(rb"\^GB([\d,]+)", stream) == [b"80,2,2", b"4,80,4", b"80,40,2", b"80,40,40"]


def test_what_the_printer_cannot_set_is_sent_as_the_very_dots_of_the_picture() -> None:
    qr_code = QrCode(x_mm=0, y_mm=0, content="https://id.example", module_mm=0.5)
    ((height, row, dots),) = graphics(zpl(qr_code))
    bits = np.unpackbits(np.frombuffer(dots, np.uint8)).reshape(height, row * 8)
    drawn = ~np.asarray(draw(Label(100, 50, (qr_code,)), 203))[:height, : row * 8]
    assert np.array_equal(bits, drawn)


@given(st.integers(1, 70), st.integers(1, 40), st.randoms(use_true_random=False))
def test_every_graphic_comes_back_dot_by_dot(width: int, height: int, random: "np.random.Generator") -> None:
    row = (width + 7) // 8
    data = bytes(random.randrange(256) for _ in range(row * height))  # type: ignore[attr-defined]  # random.Random
    picture = Image.frombytes("1", (width, height), data)
    ((rows, row_bytes, dots),) = graphics(compressed_graphic(picture).encode() + b"^FS")
    assert (rows, row_bytes) == (height, row)
    assert dots == picture.tobytes()


def test_wide_modules_of_fine_heads_are_sent_as_pictures() -> None:
    stream = zpl(Code128(x_mm=1, y_mm=1, content="12345678", height_mm=10, module_mm=0.5), dpi=600)
    assert b"^BC" not in stream
    assert graphics(stream)


@given(st.text(), st.sampled_from(Align), st.booleans())
@example("^XA^FD~JA^XZ_5E\\&", Align.CENTRE, False)
@example('~HS\r\n! U1 getvar "x"\r\n\x02\x03', Align.LEFT, True)
def test_nothing_a_text_contains_becomes_a_command(text: str, align: Align, bold: bool) -> None:
    stream = zpl(Text(x_mm=5, y_mm=5, text=text, height_mm=5, width_mm=80, lines=3, align=align, bold=bold))
    assert_harmless(stream)


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=30))
@example("^XZ~JA_5E\\&>;>8>:")
def test_nothing_a_code_contains_becomes_a_command(text: str) -> None:
    elements = (Code128(x_mm=1, y_mm=1, content=text, height_mm=5), DataMatrix(x_mm=1, y_mm=10, content=text))
    assert_harmless(zpl(*elements, QrCode(x_mm=1, y_mm=30, content=text), width_mm=200))


def assert_harmless(stream: bytes) -> None:
    assert stream.isascii()
    assert not re.search(rb"[\x00-\x09\x0b-\x1f\x7f~!]", re.sub(rb"\^FD[^^]*", b"", stream))
    assert b"~" not in stream
    assert stream.count(b"^XA") == stream.count(b"^XZ") == 1
    assert set(re.findall(rb"\^.{0,2}", stream)) <= ALLOWED
    for data in re.findall(rb"\^FD([^^]*)", stream):
        assert re.fullmatch(rb"(?:[ -\[\]`-}]|_[0-9A-F]{2})*", data)


@given(st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_categories=["C", "Z"]), min_size=1))
def test_the_printer_sets_exactly_the_text_that_was_meant(text: str) -> None:
    stream = zpl(Text(x_mm=5, y_mm=5, text=text, height_mm=5))
    (data,) = re.findall(rb"\^FH_\^FD([^^]*)", stream)
    decoded = re.sub(rb"_([0-9A-F]{2})", lambda match: bytes([int(match[1], 16)]), data)
    assert decoded.decode() == text


@pytest.mark.parametrize("copies", [0, 10_000])
def test_an_impossible_number_of_copies_is_refused(copies: int) -> None:
    with pytest.raises(ValueError, match="copies"):
        zpl(copies=copies)

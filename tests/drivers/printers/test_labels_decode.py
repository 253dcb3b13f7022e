"""Every code on a label reads back as what went in.

Read from our picture, and from an independent renderer's picture of the bytes that arrived at the printer's port.
"""

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from PIL import Image, ImageChops, ImageFilter

from drivers.printers.label import Box, Code128, Gs1, Label, LabelError, Line, Picture, Text
from drivers.printers.picture import draw
from drivers.printers.zpl.printer import ZplPrinter
from drivers.printers.zpl.writer import render_zpl
from drivers.simulators.printer import PrinterSimulator
from drivers.transports.tcp import TcpTransport

from .examples import code_label, shipping_label, sscc_label, turned_label
from .referee_tool import render_by_referee

LABELS: list[Callable[[], Label]] = [code_label, sscc_label, shipping_label, turned_label]


def read_codes(picture: Image.Image) -> list[str]:
    """What a scanner reads, sorted: the plain text, or the GS1 stream behind a `]`."""
    found = zxingcpp.read_barcodes(picture.convert("L"))
    return sorted(
        "]" + code.bytes.decode() if code.content_type == zxingcpp.ContentType.GS1 else code.text for code in found
    )


def expected_codes(label: Label) -> list[str]:
    return sorted("]" + code.stream if isinstance(code, Gs1) else code for code in label.codes)


def arrived_at_the_printer(zpl: bytes) -> bytes:
    """Send bytes over the network to a simulated printer and take what it printed."""
    with PrinterSimulator() as simulator:
        printer = ZplPrinter(TcpTransport(simulator.host, simulator.port))
        printer.open()
        printer.send(zpl)
        assert simulator.wait_for_labels(1)
        printer.close()
        (label,) = simulator.labels
    return label


@pytest.mark.parametrize("dpi", [203, 300, 600])
@pytest.mark.parametrize("make", LABELS)
def test_every_code_reads_back_from_our_picture(make: Callable[[], Label], dpi: int) -> None:
    label = make()
    assert read_codes(draw(label, dpi)) == expected_codes(label)


@pytest.mark.parametrize("make", LABELS)
def test_every_code_reads_back_from_the_bytes_at_the_printer(make: Callable[[], Label], tmp_path: Path) -> None:
    """At one resolution: the templates are read at all three."""
    label = make()
    (picture,) = render_by_referee(arrived_at_the_printer(render_zpl(label, 300)), label, 300, tmp_path)
    assert read_codes(picture) == expected_codes(label)


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_what_is_turned_keeps_its_top_left_corner(rotation: int) -> None:
    box = Box(x_mm=10, y_mm=20, width_mm=30, height_mm=8, rotation=rotation)
    ink = ImageChops.invert(draw(Label(60, 60, (box,)), 203).convert("L")).getbbox()
    width, height = (30, 8) if rotation == 180 else (8, 30)
    assert ink == (80, 160, 80 + width * 8, 160 + height * 8)


def test_a_turned_text_is_the_upright_one_turned() -> None:
    upright, turned = (
        ImageChops.invert(draw(Label(60, 60, (Text(x_mm=10, y_mm=10, text="Ab", height_mm=8, rotation=by),)), 203))
        for by in (0, 90)
    )
    seen = upright.crop(upright.getbbox()).transpose(Image.Transpose.ROTATE_270)
    assert ImageChops.difference(seen.convert("L"), turned.crop(turned.getbbox()).convert("L")).getbbox() is None


def test_nothing_is_turned_by_an_odd_angle() -> None:
    with pytest.raises(LabelError, match="45"):
        Label(60, 60, (Text(x_mm=10, y_mm=10, text="Ab", height_mm=8, rotation=45),))


@pytest.mark.parametrize("make", LABELS)
def test_our_picture_shows_what_the_printer_prints(make: Callable[[], Label], tmp_path: Path) -> None:
    label = make()
    ours = draw(label, 203).convert("L")
    (theirs,) = render_by_referee(render_zpl(label, 203), label, 203, tmp_path)
    theirs = theirs.crop((0, 0, *ours.size))
    # Letters differ by some dots; apart from that, ink of one has ink of the other within a millimetre.
    for one, other in ((ours, theirs), (theirs, ours)):
        near = other.reduce(4).filter(ImageFilter.MinFilter(5))
        stray = np.asarray(ImageChops.subtract(near, one.reduce(4))) > 128
        assert stray.mean() < 0.002


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_a_turned_bar_code_keeps_its_line_for_people(rotation: int) -> None:
    def ink(by: int) -> Image.Image:
        code = Code128(x_mm=10, y_mm=10, content="BIN-7", height_mm=8, readable_mm=4, rotation=by)
        drawn = ImageChops.invert(draw(Label(60, 60, (code,)), 203).convert("L"))
        return drawn.crop(drawn.getbbox())

    turned = {90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_90}
    assert ink(0).height > (8 + 1.5 + 2) * 8, "bars and letters"
    assert ImageChops.difference(ink(0).transpose(turned[rotation]), ink(rotation)).getbbox() is None


@pytest.mark.parametrize(("rotation", "size"), [(0, (40, 4)), (90, (4, 40)), (180, (40, 4)), (270, (4, 40))])
def test_a_rule_is_turned_too(rotation: int, size: tuple[int, int]) -> None:
    rule = Line(x_mm=10, y_mm=20, length_mm=5, thickness_mm=0.5, rotation=rotation)
    ink = ImageChops.invert(draw(Label(60, 60, (rule,)), 203).convert("L")).getbbox()
    assert ink == (80, 160, 80 + size[0], 160 + size[1])


def test_a_picture_is_turned_too_by_picture_and_printer_alike(tmp_path: Path) -> None:
    source = Image.new("L", (20, 10), 255)
    source.paste(0, (0, 0, 5, 10))  # a bar at its left end, which a quarter clockwise makes the upper one
    file = io.BytesIO()
    source.save(file, "PNG")
    logo = Picture(x_mm=5, y_mm=5, width_mm=20, height_mm=10, data=file.getvalue(), rotation=90)
    label = Label(40, 40, (logo,))
    assert ImageChops.invert(draw(label, 203).convert("L")).getbbox() == (40, 40, 120, 80)
    (theirs,) = render_by_referee(render_zpl(label, 203), label, 203, tmp_path)
    assert ImageChops.invert(theirs.convert("L")).point(lambda grey: 255 if grey > 128 else 0).getbbox() == (
        40,
        40,
        120,
        80,
    )

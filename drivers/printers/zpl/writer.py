"""A label as ZPL II for Zebra printers and those that speak like them.

The basic commands come from python-zpl2, whose gaps are closed here: it drops empty arguments, escapes nothing,
and has neither GS1 codes nor compressed graphics. Every field is sent with `^FH` and everything but letters,
digits and harmless signs in hexadecimal, so nothing that a text contains can become a command, and the stream is
pure ASCII. QR codes are always, other codes and texts where the printer's own means do not suffice, sent as pictures:
the same dots on every firmware.
"""

import base64
import binascii
import zlib
from typing import Any

from PIL import Image
from zpl2 import Zpl2

from drivers.printers import code128, matrix, picture, typesetting
from drivers.printers.label import (
    GROUP_SEPARATOR,
    Align,
    Box,
    Code128,
    Content,
    DataMatrix,
    Element,
    Gs1,
    Label,
    Line,
    Text,
    dots_per_mm,
)

_WIDEST_MODULE = 10  # of ^BY
_HARMLESS = frozenset(b" !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]`abcdefghijklmnopqrstuvwxyz{|}")
_JUSTIFY = {Align.CENTRE: "C", Align.RIGHT: "R"}


def render_zpl(label: Label, dpi: int, copies: int = 1) -> bytes:
    """Write a label as one ZPL format that prints `copies` labels on a head of `dpi` (203, 300 or 600).

    Refuses, as `LabelError`, a code that does not fit and content that a code cannot hold.
    """
    if not 1 <= copies <= 9999:
        raise ValueError(f"{copies} copies: a format prints 1 to 9999")
    scale = dots_per_mm(dpi)
    picture.refuse_cut_codes(label, scale)
    writer = ZplWriter()
    writer.label_start()
    writer.label_encoding()
    writer.print_width(round(label.width_mm * scale))
    writer.label_length(round(label.height_mm * scale))
    writer.label_home(0, 0)
    for element in label.elements:
        _write(writer, element, scale)
    writer.print_quantity(copies)
    writer.label_end()
    return bytes(writer.output()) + b"\n"


def _write(writer: "ZplWriter", element: Element, scale: int) -> None:
    x, y = round(element.x_mm * scale), round(element.y_mm * scale)
    match element:
        case _ if element.rotation:  # printers differ in where they put what they turn: a picture is exact
            for mark in picture.marks(element, scale):
                writer.graphic(mark)
        case Text():
            _write_text(writer, element, scale)
        case Line():
            width, height = picture.line_size(element, scale)
            thickness = min(width, height)
            writer.graphic_box(x, y, {"width": width, "height": height, "thickness": thickness})
        case Box():
            _write_box(writer, element, scale)
        case Code128() if picture.code128_module(element, scale) <= _WIDEST_MODULE:
            symbol = code128.encode(element.content)
            module, height = picture.code128_module(element, scale), round(element.height_mm * scale)
            writer.code_128(x + picture.code128_indent(element, scale), y, symbol, module=module, height=height)
            if element.readable:
                _write_text(writer, element.readable, scale)
        case DataMatrix() if _is_plain(element.content):
            matrix.data_matrix(element.content)  # refuses what does not fit into a symbol
            writer.data_matrix(x, y, element.content, module=picture.module_dots(element.module_mm, scale))
        case _:
            for mark in picture.marks(element, scale):
                writer.graphic(mark)


def _write_text(writer: "ZplWriter", element: Text, scale: int) -> None:
    for line in typesetting.typeset(element):
        _write_line(writer, element, line, scale)


def _write_line(writer: "ZplWriter", element: Text, line: typesetting.SetLine, scale: int) -> None:
    # In a block, which alone can be aligned, a backslash would begin a line break.
    aligned = element.align is not Align.LEFT and line.width_mm is not None
    if not line.native or (aligned and "\\" in line.text):
        writer.graphic(picture.text_mark(line, element, scale))
        return
    x, y, height = round(line.x_mm * scale), round(line.y_mm * scale), round(line.height_mm * scale)
    field: dict[str, Any] = {"font": "0", "height": height, "reverse_print": element.inverse}
    if aligned:
        x, room = _block(element.align, x, round((line.width_mm or 0) * scale))
        field |= {"in_block": True, "block_width": room, "block_lines": 1}
        field |= {"block_spaces": 0, "block_justify": _JUSTIFY[element.align], "block_left_margin": 0}
    writer.font_data(x, y, dict(field), line.text)
    if element.bold and not element.inverse:
        writer.font_data(x + typesetting.strike(height), y, dict(field), line.text)


def _block(align: Align, x: int, room: int) -> tuple[int, int]:
    """Left edge and width of a block that aligns alike and has spare room.

    A printer whose font is wider than we think would break a full line and print its parts over each other.
    """
    spare = min(x, room // 4)
    return x - spare, room + spare * (2 if align is Align.CENTRE else 1)


def _write_box(writer: "ZplWriter", element: Box, scale: int) -> None:
    width, height = round(element.width_mm * scale), round(element.height_mm * scale)
    thickness = min(width, height) if element.filled else max(1, round(element.thickness_mm * scale))
    box = {"width": width, "height": height, "thickness": thickness}
    writer.graphic_box(round(element.x_mm * scale), round(element.y_mm * scale), box)


def _is_plain(content: Content) -> bool:
    """Whether a Data Matrix command can carry this without an escape whose reading depends on the firmware."""
    data = content.stream.replace(GROUP_SEPARATOR, "") if isinstance(content, Gs1) else content
    return data.isascii() and data.isprintable() and "_" not in data


class ZplWriter(Zpl2):  # type: ignore[misc]  # python-zpl2 has no types
    """python-zpl2 with safe field data, places of arguments kept, and the commands it lacks."""

    def _generate_arguments(self, arguments: list[str], kwargs: dict[str, Any]) -> str:
        """Join the arguments in their places; an absent one keeps its comma, absent ones at the end keep none."""
        values = [kwargs.get(name) for name in arguments]
        return ",".join(_argument(value) for value in values).rstrip(",")

    def _field_data(self, data: str) -> str:
        return f"^FH_^FD{escape(data)}^FS"

    def label_length(self, dots: int) -> None:
        """Set the length of the label."""
        self._write_command(f"^LL{dots}")

    def print_quantity(self, copies: int) -> None:
        """Print this many labels of the format, without pauses."""
        self._write_command(f"^PQ{copies},0,0,N")

    def code_128(self, x: int, y: int, symbol: code128.Code128Symbol, *, module: int, height: int) -> None:
        """Print a Code 128 exactly as it was encoded: mode N, sub-sets and FNC1 by invocation codes."""
        bars = {"orientation": "N", "height": height, "interpretation_line": False}
        bars |= {"interpretation_line_above": False, "check_digits": False, "mode": "N", "module_width": module}
        self.barcode_data(x, y, "code_128", bars, symbol.zebra_data)

    def data_matrix(self, x: int, y: int, content: Content, *, module: int) -> None:
        """Print a Data Matrix of characters other than `_`, which is its escape character here: `_1` is FNC1.

        The escape character depends on the firmware when it is not named, so it always is.
        """
        data = "_1" + content.stream.replace(GROUP_SEPARATOR, "_1") if isinstance(content, Gs1) else content
        self._write_command(f"{self._field_origin(x, y)}^BXN,{module},200,,,,_{self._field_data(data)}")

    def graphic(self, mark: picture.Mark) -> None:
        """Print a picture, cut to its ink, compressed."""
        ink = mark.ink.getbbox()
        if ink is None:
            return
        left, top = max(ink[0], -mark.x), max(ink[1], -mark.y)
        field = compressed_graphic(mark.ink.crop((left, top, ink[2], ink[3])))
        reverse = self._field_reverse_print() if mark.inverse else ""
        self._write_command(f"{self._field_origin(mark.x + left, mark.y + top)}{reverse}{field}^FS")


def _argument(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "Y" if value else "N"
        case _:
            return str(value)


def escape(data: str) -> str:
    """Write field data so that no character of it is a command, an escape or a control character."""
    return "".join(chr(byte) if byte in _HARMLESS else f"_{byte:02X}" for byte in data.encode())


def compressed_graphic(ink: Image.Image) -> str:
    """Write a picture (mode "1", white is ink) as `^GFA` with `:Z64:` data and their check sum.

    The check sum is CRC-16 with polynomial 0x1021 and start 0 over the base 64 text (not over the bytes).
    """
    row = (ink.width + 7) // 8
    size = row * ink.height
    text = base64.b64encode(zlib.compress(ink.tobytes(), 9))
    return f"^GFA,{size},{size},{row},:Z64:{text.decode()}:{binascii.crc_hqx(text, 0):04X}"

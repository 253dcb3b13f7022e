"""What a label will look like, dot by dot; also the pictures of whatever a printer cannot draw by itself."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace

from PIL import Image, ImageChops

from drivers.printers import code128, matrix, typesetting
from drivers.printers.label import (
    Align,
    Box,
    Code128,
    DataMatrix,
    Element,
    Label,
    LabelError,
    Line,
    Picture,
    QrCode,
    Text,
    dots_per_mm,
)

MOST_PIXELS = 20_000_000
"""Of a picture file: more than any label has dots at 600 dots an inch that is not wider than 100 mm."""


@dataclass(frozen=True)
class Mark:
    """Ink on a label: its top left corner in dots, its dots (white is ink), and whether it turns dark into white."""

    x: int
    y: int
    ink: Image.Image
    inverse: bool = False


def draw(label: Label, dpi: int) -> Image.Image:
    """Draw a label as the printer will print it: black on white, one pixel a dot.

    Refuses what `marks` refuses, and codes over the edge. Texts are set in our stand-in for the printer's font
    (see `typesetting`); everything else is exact, but for the dots of a Data Matrix the printer encodes itself.
    """
    scale = dots_per_mm(dpi)
    refuse_cut_codes(label, scale)
    paper = Image.new("1", (round(label.width_mm * scale), round(label.height_mm * scale)))
    for element in label.elements:
        for mark in marks(element, scale):
            _put(paper, mark)
    return ImageChops.invert(paper)


def refuse_cut_codes(label: Label, scale: int) -> None:
    """Refuse a label on which a code would stand over the edge: nobody could read it."""
    width, height = round(label.width_mm * scale), round(label.height_mm * scale)
    for element in label.elements:
        if isinstance(element, Code128 | DataMatrix | QrCode):
            for mark in marks(element, scale):
                right, bottom = mark.x + mark.ink.width, mark.y + mark.ink.height
                if mark.x < 0 or mark.y < 0 or right > width or bottom > height:
                    raise LabelError(f"the code {element.content!r} stands over the edge of the label")


def _put(paper: Image.Image, mark: Mark) -> None:
    place = (mark.x, mark.y, mark.x + mark.ink.width, mark.y + mark.ink.height)
    if mark.inverse:
        paper.paste(ImageChops.logical_xor(paper.crop(place), mark.ink), place)
    else:
        paper.paste(255, place, mark.ink)


def marks(element: Element, scale: int) -> Iterator[Mark]:
    """Draw one element at `scale` dots per mm. Refuses a code that does not fit its width."""
    if element.rotation:
        yield _turned(element, scale)
        return
    x, y = round(element.x_mm * scale), round(element.y_mm * scale)
    match element:
        case Text():
            for line in typesetting.typeset(element):
                yield text_mark(line, element, scale)
        case Line():
            yield Mark(x, y, _solid(*line_size(element, scale)))
        case Box():
            yield Mark(x, y, _box(element, scale))
        case Code128():
            yield from _code128(element, scale)
        case DataMatrix():
            yield Mark(x, y, _enlarged(matrix.data_matrix(element.content), module_dots(element.module_mm, scale)))
        case QrCode():
            symbol = matrix.qr_code(element.content, element.correction)
            yield Mark(x, y, _enlarged(symbol, module_dots(element.module_mm, scale)))
        case Picture():
            yield picture_mark(element, scale)


def _code128(element: Code128, scale: int) -> Iterator[Mark]:
    """The bars, and below them the line for people."""
    module = code128_module(element, scale)
    bars = _bars(code128.encode(element.content), module, round(element.height_mm * scale))
    left = round(element.x_mm * scale) + code128_indent(element, scale)
    yield Mark(left, round(element.y_mm * scale), bars)
    if element.readable:
        yield from marks(element.readable, scale)


_CLOCKWISE = {
    90: Image.Transpose.ROTATE_270,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_90,
}


def _turned(element: Element, scale: int) -> Mark:
    """Draw an element upright, and turn it as a whole: its top left corner is where the upright one has its own."""
    upright = list(marks(replace(element, rotation=0), scale))
    left, top = min(mark.x for mark in upright), min(mark.y for mark in upright)
    right = max(mark.x + mark.ink.width for mark in upright)
    bottom = max(mark.y + mark.ink.height for mark in upright)
    sheet = Image.new("1", (right - left, bottom - top))
    for mark in upright:
        place = (mark.x - left, mark.y - top, mark.x - left + mark.ink.width, mark.y - top + mark.ink.height)
        sheet.paste(255, place, mark.ink)
    return Mark(left, top, sheet.transpose(_CLOCKWISE[element.rotation]), upright[0].inverse)


def text_mark(line: typesetting.SetLine, element: Text, scale: int) -> Mark:
    """Draw one line of a text."""
    height = line.height_mm * scale
    ink = typesetting.picture_of(line, height, bold=element.bold)
    room = round((line.width_mm or 0) * scale)
    x = round(line.x_mm * scale) + typesetting.indent(element.align, width=ink.width, room=room)
    return Mark(x, round(line.y_mm * scale) - typesetting.overhang(height), ink, element.inverse)


def picture_mark(element: Picture, scale: int) -> Mark:
    """Scale a picture file into its box, keeping its proportions, and make it black and white."""
    source = _source(element.data)
    white = Image.new("RGBA", source.size, "white")
    grey = Image.alpha_composite(white, source).convert("L")
    box = (round(element.width_mm * scale), round(element.height_mm * scale))
    factor = min(box[0] / grey.width, box[1] / grey.height)
    grey = grey.resize((max(1, round(grey.width * factor)), max(1, round(grey.height * factor))))
    ink = grey.point(lambda value: 255 if value < 128 else 0).convert("1")
    return Mark(round(element.x_mm * scale), round(element.y_mm * scale), ink)


def _source(data: bytes) -> Image.Image:
    """Read a picture file; one that would fill the memory is refused before it takes any."""
    too_large = f"a picture on the label has more than {MOST_PIXELS // 1_000_000} million pixels"
    try:
        file = Image.open(io.BytesIO(data))
        small_enough = file.width * file.height <= MOST_PIXELS
        source = file.convert("RGBA") if small_enough else None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as fault:
        raise LabelError(too_large) from fault
    except (OSError, SyntaxError, ValueError) as fault:
        raise LabelError("a picture on the label is in no known file format") from fault
    if source is None:
        raise LabelError(too_large)
    return source


def module_dots(module_mm: float, scale: int) -> int:
    """Dots of one module of a code, at least one."""
    return max(1, round(module_mm * scale))


def code128_module(element: Code128, scale: int) -> int:
    """Dots of the widest module with which a bar code fits its width; refuses when the narrowest does not."""
    widest = module_dots(element.module_mm, scale)
    if element.width_mm is None:
        return widest
    modules = code128.encode(element.content).modules + 20
    module = min(widest, int(element.width_mm * scale) // modules)
    if module < min(widest, element.smallest_module_mm * scale):
        needed = modules * element.smallest_module_mm
        raise LabelError(f"the bar code {element.content!r} needs {needed:.0f} mm, not {element.width_mm:.0f} mm")
    return module


def code128_indent(element: Code128, scale: int) -> int:
    """Dots from the element's left edge to the first bar: centred in a width, else none."""
    width = code128.encode(element.content).modules * code128_module(element, scale)
    return typesetting.indent(Align.CENTRE, width=width, room=round((element.width_mm or 0) * scale))


def line_size(element: Line, scale: int) -> tuple[int, int]:
    """Width and height of a rule in dots."""
    length, thickness = max(1, round(element.length_mm * scale)), max(1, round(element.thickness_mm * scale))
    return (thickness, length) if element.vertical else (length, thickness)


def _solid(width: int, height: int) -> Image.Image:
    return Image.new("1", (width, height), 1)


def _box(element: Box, scale: int) -> Image.Image:
    width, height = round(element.width_mm * scale), round(element.height_mm * scale)
    ink = _solid(width, height)
    line = max(1, round(element.thickness_mm * scale))
    if not element.filled and width > 2 * line and height > 2 * line:
        ink.paste(0, (line, line, width - line, height - line))
    return ink


def _bars(symbol: code128.Code128Symbol, module: int, height: int) -> Image.Image:
    ink = Image.new("1", (symbol.modules * module, height))
    x = 0
    for number, width in enumerate(symbol.bars):
        if number % 2 == 0:
            ink.paste(255, (x, 0, x + width * module, height))
        x += width * module
    return ink


def _enlarged(symbol: Image.Image, module: int) -> Image.Image:
    return symbol.resize((symbol.width * module, symbol.height * module), Image.Resampling.NEAREST)

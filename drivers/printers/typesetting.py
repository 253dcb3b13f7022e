"""Texts on labels: which line stands where and how large, and their picture.

The printer sets plain Latin text in its own scalable font 0, a condensed bold face; we know its widths (`font_0`)
but do not have it, so pictures show DejaVu Sans Condensed Bold (shipped in `fonts/`, so it is the same on every
system), squeezed and spaced alike. A text with any other character is printed as a picture, in the typefaces of
`typefaces`. A character that none of them has is printed as a question mark, never as an empty box.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

from drivers.printers import font_0, typefaces
from drivers.printers.label import Align, LabelError, Text

_UNKNOWN = "?"
# Between two of these a line may be broken; closing signs stay with what is before, opening ones with what follows.
_IDEOGRAPHS = "\u2e80-\u2fff\u3040-\u312f\u31a0-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff10-\uff5a\uff66-\uff9f"
_OPENING, _CLOSING = (
    "\u3008\u300a\u300c\u300e\u3010\uff08",
    "\u3001\u3002\u3009\u300b\u300d\u300f\u3011\u30fc\uff09\uff0c\uff1a",
)
_PIECES = re.compile(f"[{_OPENING}]*[{_IDEOGRAPHS}][{_CLOSING}]*|[^{_IDEOGRAPHS}{_OPENING}]+|.")

CAPITALS = 0.75  # height of the capitals over the height of the font
LINE_PITCH = 1.1  # from line to line over the height of the font
_POINTS = CAPITALS / 0.729  # DejaVu's size over the font height, so that its capitals (0.729 em) match
_SQUEEZE = 0.77  # DejaVu is drawn so much narrower, to look like font 0
_SAFETY = 1.02  # lines are measured a little wider than they should be
_DRAWN_LARGER = 4  # pictures of texts are drawn four times as large, then reduced: sharper edges

LONGEST_TEXT = 2_000  # characters: what comes behind is cut off, visibly; it would not fit but take minutes to try
_TOO_LARGE = "the text {!r} is too large for any label"
_LARGEST_FONT_DRAWN = 16_000  # in dots, drawn larger: 160 mm high at 600 dots an inch; FreeType knows no more
_MOST_DOTS_DRAWN = 200_000_000  # of one line of text, drawn larger: 300 mm wide and 40 mm high at 600 dots an inch


@dataclass(frozen=True)
class SetLine:
    """One line of text with its place: left edge and top of capitals, width to be aligned in, font height, in mm.

    `native` lines are in the printer's own font.
    """

    text: str
    native: bool
    x_mm: float
    y_mm: float
    height_mm: float
    width_mm: float | None


@dataclass(frozen=True)
class Measure:
    """How wide a line is at most, in mm, at a font height in mm."""

    height_mm: float
    native: bool

    def __call__(self, line: str) -> float:
        """Return the width of a line in mm."""
        if self.native:
            return sum(map(font_0.advance, line)) * self.height_mm * _SAFETY
        natural = sum(font.getlength(run) for font, run in typefaces.runs(line, 100)) / 100
        return natural * _POINTS * _SQUEEZE * self.height_mm * _SAFETY


def typeset(element: Text) -> tuple[SetLine, ...]:
    """Break, shrink or cut a text as its element asks, and place its lines."""
    said = element.text if len(element.text) <= LONGEST_TEXT else element.text[:LONGEST_TEXT] + "..."
    text = "\n".join(as_it_prints(line) for line in said.splitlines())
    native = font_0.has(text.replace("\n", ""))
    height, lines = _fitting(element, text, native=native)
    return tuple(
        SetLine(line, native, element.x_mm, element.y_mm + number * height * LINE_PITCH, height, element.width_mm)
        for number, line in enumerate(lines)
        if line.strip()
    )


def as_it_prints(line: str) -> str:
    """The line with a question mark for each run of characters that cannot be drawn here."""
    line = typefaces.printable(line)
    missing = typefaces.missing_characters(line)
    return re.sub(f"[{re.escape(missing)}]+", _UNKNOWN, line) if missing else line


def _fitting(element: Text, text: str, *, native: bool) -> tuple[float, list[str]]:
    if element.width_mm is None:
        return element.height_mm, text.split("\n")
    height = element.height_mm
    while True:
        width = Measure(height, native)
        lines = _wrapped(text, width, element.width_mm)
        if len(lines) <= element.lines and all(width(line) <= element.width_mm for line in lines):
            return height, lines
        if height <= element.smallest_mm:
            return height, _cut(lines, width, element)
        height = max(height * 0.94, element.smallest_mm)


def _wrapped(text: str, width: Measure, width_mm: float) -> list[str]:
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for gap, piece in _pieces(paragraph):
            longer = f"{line}{gap}{piece}" if line else piece
            if line and width(longer) > width_mm:
                lines.append(line)
                line = piece
            else:
                line = longer
        lines.append(line)
    return lines


def _pieces(paragraph: str) -> Iterator[tuple[str, str]]:
    """What a line may be broken between, each with the blank before it: words, and single ideographs."""
    for word in paragraph.split(" "):
        gap = " "
        for piece in _PIECES.findall(word) or [""]:
            yield gap, piece
            gap = ""


def _cut(lines: list[str], width: Measure, element: Text) -> list[str]:
    kept = lines[: element.lines]
    if len(lines) > len(kept):
        kept[-1] += "..."
    return [_cut_line(line, width, element.width_mm or 0) for line in kept]


def _cut_line(line: str, width: Measure, width_mm: float) -> str:
    if len(line) <= 4 or width(line) <= width_mm:
        return line
    whole = line.removesuffix("...")

    def shortened(length: int) -> str:
        return whole[:length].rstrip() + "..."

    fitting = bisect_right(range(1, len(whole)), width_mm, key=lambda length: width(shortened(length)))
    return shortened(max(1, fitting))


def picture_of(line: SetLine, height_dots: float, *, bold: bool) -> Image.Image:
    """Draw a line; ink is white, capitals begin `overhang(height_dots)` below the top for accents."""
    size = max(1, round(height_dots * _POINTS * _DRAWN_LARGER))
    if size > _LARGEST_FONT_DRAWN:
        raise LabelError(_TOO_LARGE.format(line.text[:20]))
    pieces = list(_native_pieces(line.text, size) if line.native else typefaces.runs(line.text, size))
    direction = typefaces.direction(line.text)
    if direction == "rtl":
        pieces.reverse()
    top = overhang(height_dots)
    lengths = [_advance(piece, font, size, native=line.native) for font, piece in pieces]
    width, height = round(sum(lengths)) + size, max(1, round((top + height_dots * 1.1) * _DRAWN_LARGER))
    if width * height > _MOST_DOTS_DRAWN:
        raise LabelError(_TOO_LARGE.format(line.text[:20]))
    large = Image.new("L", (width, height))
    pen, x, baseline = ImageDraw.Draw(large), size * 0.1, (top + height_dots * CAPITALS) * _DRAWN_LARGER
    for (font, piece), length in zip(pieces, lengths, strict=True):
        # Native characters stand in the middle of the place that font 0 gives them.
        lead = (length - font.getlength(piece)) / 2 if line.native else 0
        pen.text((x + lead, baseline), piece, fill=255, font=font, anchor="ls", direction=direction)
        x += length
    return _struck(_reduced(large), strike(height_dots) if bold else 0)


def _native_pieces(text: str, size: int) -> Iterator[tuple[ImageFont.FreeTypeFont, str]]:
    for character in text:
        yield typefaces.font(typefaces.DEJAVU, size), "—" if character == "-" else character


def _advance(piece: str, font: ImageFont.FreeTypeFont, size: int, *, native: bool) -> float:
    """How far the pen moves, in the large picture before it is squeezed."""
    if not native:
        return font.getlength(piece)
    return font_0.advance("-" if piece == "—" else piece) * size / _POINTS / _SQUEEZE


def _reduced(large: Image.Image) -> Image.Image:
    size = (max(1, round(large.width * _SQUEEZE / _DRAWN_LARGER)), max(1, round(large.height / _DRAWN_LARGER)))
    small = large.resize(size, Image.Resampling.LANCZOS)
    return small.point(lambda grey: 255 if grey >= 112 else 0).convert("1")


def _struck(line: Image.Image, distance: int) -> Image.Image:
    """Cut the picture to its ink on the right, and print it a second time `distance` dots further."""
    ink = line.getbbox()
    struck = line.crop((0, 0, (ink[2] if ink else 1) + distance, line.height))
    if distance:
        struck.paste(255, (distance, 0), struck.copy())
    return struck


def overhang(height_dots: float) -> int:
    """Dots that accents on capitals may stand above the capitals."""
    return round(height_dots * 0.25)


def strike(height_dots: float) -> int:
    """Dots to the right at which a bold text is printed a second time."""
    return max(1, round(height_dots / 28))


def indent(align: Align, *, width: int, room: int) -> int:
    """Dots from the left edge for something `width` wide in `room`; never negative."""
    spare = max(0, room - width)
    return {Align.LEFT: 0, Align.CENTRE: spare // 2, Align.RIGHT: spare}[align]

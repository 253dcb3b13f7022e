"""Texts on labels: which line stands where and how large, and their picture.

The printer sets plain Latin text in its own scalable font 0, a condensed bold face whose exact widths we do not
have. Our stand-in is DejaVu Sans Condensed Bold (shipped in `fonts/`, so it is the same on every system), squeezed
to the widths of an independent renderer's font 0; lines are measured a little wider than that, so that what fits
here fits there. Unverified on a real printer. Characters outside Latin-1 are printed as a picture; those that
DejaVu lacks (Chinese, Japanese, Korean, Thai …) are taken from a font of the system if it has one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from drivers.printers.label import Align, Text

_FONT = Path(__file__).parent / "fonts" / "DejaVuSansCondensed-Bold.ttf"
# Searched by file name in the folders where Windows and Linux keep their fonts.
_SYSTEM_FONTS = (
    *("msyhbd.ttc", "msyh.ttc", "YuGothB.ttc", "malgunbd.ttf", "LeelUIsb.ttf", "NirmalaB.ttf", "seguisym.ttf"),
    *("NotoSansCJK-Bold.ttc", "NotoSansCJK-Regular.ttc", "wqy-zenhei.ttc", "DroidSansFallbackFull.ttf"),
    *("NotoSansThai-Bold.ttf", "NotoSansDevanagari-Bold.ttf", "NotoSansSymbols2-Regular.ttf"),
)

CAPITALS = 0.75  # height of the capitals over the height of the font
LINE_PITCH = 1.1  # from line to line over the height of the font
_POINTS = CAPITALS / 0.729  # DejaVu's size over the font height, so that its capitals (0.729 em) match
_SQUEEZE = 0.77  # width of font 0 over DejaVu's [measured against zpl-renderer-js 3.4.0]
_MEASURED_WIDER = 1.06
_DRAWN_LARGER = 4  # pictures of texts are drawn four times as large, then reduced: sharper edges


@dataclass(frozen=True)
class SetLine:
    """One line of text with its place: left edge and top of capitals, width to be aligned in, font height, in mm."""

    text: str
    x_mm: float
    y_mm: float
    height_mm: float
    width_mm: float | None


def typeset(element: Text) -> tuple[SetLine, ...]:
    """Break, shrink or cut a text as its element asks, and place its lines."""
    text = "\n".join("".join(c if c.isprintable() else " " for c in line) for line in element.text.splitlines())
    height, lines = _fitting(element, text)
    return tuple(
        SetLine(line, element.x_mm, element.y_mm + number * height * LINE_PITCH, height, element.width_mm)
        for number, line in enumerate(lines)
        if line.strip()
    )


def _fitting(element: Text, text: str) -> tuple[float, list[str]]:
    if element.width_mm is None:
        return element.height_mm, text.split("\n")
    height = element.height_mm
    while True:
        lines = _wrapped(text, height, element.width_mm)
        if len(lines) <= element.lines and all(measure_mm(line, height) <= element.width_mm for line in lines):
            return height, lines
        if height <= element.smallest_mm:
            return height, _cut(lines, height, element)
        height = max(height * 0.94, element.smallest_mm)


def _wrapped(text: str, height_mm: float, width_mm: float) -> list[str]:
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}" if line else word
            if line and measure_mm(longer, height_mm) > width_mm:
                lines.append(line)
                line = word
            else:
                line = longer
        lines.append(line)
    return lines


def _cut(lines: list[str], height_mm: float, element: Text) -> list[str]:
    kept = lines[: element.lines]
    if len(lines) > len(kept):
        kept[-1] += "..."
    return [_cut_line(line, height_mm, element.width_mm or 0) for line in kept]


def _cut_line(line: str, height_mm: float, width_mm: float) -> str:
    while len(line) > 4 and measure_mm(line, height_mm) > width_mm:
        line = line.removesuffix("...")[:-1].rstrip() + "..."
    return line


def measure_mm(line: str, height_mm: float) -> float:
    """Return how wide a line will be at most, in mm, in a font of this height."""
    widths = (font.getlength(run) for font, run in _runs(line, 100))
    return sum(widths) / 100 * _POINTS * _SQUEEZE * _MEASURED_WIDER * height_mm


def is_native(line: str) -> bool:
    """Whether the printer's own font has every character: printable Latin-1."""
    return all(" " <= c <= "~" or "\u00a1" <= c <= "\u00ff" for c in line) and "\u00ad" not in line


def missing_characters(text: str) -> str:
    """Return the characters that no font here has, once each; they are printed as an empty box."""
    return "".join(dict.fromkeys(c for c in text if c.isprintable() and not c.isspace() and not _found(c)))


def picture_of(line: str, height_dots: float, *, bold: bool) -> Image.Image:
    """Draw a line; ink is white, capitals begin `overhang(height_dots)` below the top for accents."""
    size = round(height_dots * _POINTS * _DRAWN_LARGER)
    runs = tuple(_runs(line, size))
    top = overhang(height_dots)
    large_width = round(sum(font.getlength(run) for font, run in runs)) + size
    large_height = round((top + height_dots * 1.1) * _DRAWN_LARGER)
    large = Image.new("L", (large_width, large_height))
    pen, x, baseline = ImageDraw.Draw(large), size * 0.1, (top + height_dots * CAPITALS) * _DRAWN_LARGER
    for font, run in runs:
        pen.text((x, baseline), run, fill=255, font=font, anchor="ls")
        x += font.getlength(run)
    reduced = (round(large_width * _SQUEEZE / _DRAWN_LARGER), round(large_height / _DRAWN_LARGER))
    small = large.resize(reduced, Image.Resampling.LANCZOS).point(lambda grey: 255 if grey >= 112 else 0).convert("1")
    ink = small.getbbox()
    small = small.crop((0, 0, (ink[2] if ink else 1) + strike(height_dots), small.height))
    if bold:
        small.paste(255, (strike(height_dots), 0), small.copy())
    return small


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


def _runs(line: str, size: int) -> Iterator[tuple[ImageFont.FreeTypeFont, str]]:
    """Split a line where the font must change."""
    run, name = "", str(_FONT)
    for character in line:
        needed = name if character.isspace() else (_found(character) or str(_FONT))
        if needed != name and run:
            yield _font(name, size), run
            run = ""
        name = needed
        run += character
    if run:
        yield _font(name, size), run


@lru_cache(maxsize=4096)
def _found(character: str) -> str | None:
    """The first font that has this character."""
    return next((name for name in (str(_FONT), *_system_fonts()) if _has(name, character)), None)


@lru_cache(maxsize=1)
def _system_fonts() -> tuple[str, ...]:
    return tuple(name for name in _SYSTEM_FONTS if _exists(name))


def _exists(name: str) -> bool:
    try:
        _font(name, 20)
    except OSError:
        return False
    return True


def _has(name: str, character: str) -> bool:
    """Whether a font draws this character otherwise than a code point that no font has."""
    font = _font(name, 20)
    return bytes(font.getmask(character)) != bytes(font.getmask("\U0010ffff"))


@lru_cache(maxsize=64)
def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(name, size)

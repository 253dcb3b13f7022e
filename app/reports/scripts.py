"""Lines in scripts that the paper's own typeface cannot set: Chinese, Arabic, Thai and their like.

They are drawn as pictures by the typefaces of the labels, which Pillow shapes and turns as each script wants it; under
the picture stands the text itself, unseen, for whoever searches or copies, as far as the paper's typeface knows its
letters. What nobody can draw is a question mark, as on labels. The walls keep reports from the drivers' own code, so
that only the files of typefaces are shared.
"""

import importlib.util
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, features

_DOTS = 6
"""Of a picture, to a point of the paper: 432 an inch."""
_FIRST = ("DejaVuSansCondensed-Bold.ttf", "DroidSansFallbackFull.ttf", "NanumSquareB.ttf")
_TURNED = frozenset({"R", "AL"})
_TRIED_AT = 20
_NOBODYS = "\U0010ffff"
_LONGEST = 300
"""Letters of a line; a longer one is not drawn as a picture but cut."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A line as a picture: `width` and `height` in points, its base line so far above the lower edge."""

    picture: Image.Image
    width: float
    height: float
    below: float


def is_plain(text: str) -> bool:
    """Whether the paper's own typeface sets this text: Latin, Greek, Cyrillic and their signs."""
    return text.isascii() or all(_is_plain(one) for one in text)


def width_of(text: str, size: float) -> float:
    """How wide a line is that is drawn as a picture, in points."""
    return sum(font.getlength(run) for font, run in _runs(text, size)) / _DOTS


def drawn(text: str, size: float, color: str) -> Drawn:
    """A line as a picture in this colour, `size` points high."""
    pieces = list(_runs(text, size))
    turned = next((one for one in map(unicodedata.bidirectional, text) if one in {"L", *_TURNED}), "L") in _TURNED
    wide = sum(font.getlength(run) for font, run in pieces)
    high, base = round(size * _DOTS * 1.6), round(size * _DOTS * 1.15)
    ink = Image.new("L", (max(1, round(wide) + _DOTS), high))
    pen, x = ImageDraw.Draw(ink), 0.0
    direction = ("rtl" if turned else "ltr") if _shapes() else None
    for font, run in reversed(pieces) if turned else pieces:
        pen.text((x, base), run, fill=255, font=font, anchor="ls", direction=direction)
        x += font.getlength(run)
    picture = Image.new("RGB", ink.size, color)
    picture.putalpha(ink)
    return Drawn(picture, ink.width / _DOTS, high / _DOTS, (high - base) / _DOTS)


def _runs(text: str, size: float) -> Iterator[tuple[ImageFont.FreeTypeFont, str]]:
    """Split a line where the typeface changes; blanks stay with what is before them."""
    run, name, pixels = "", _FIRST[0], max(1, round(size * _DOTS))
    for character in text[:_LONGEST]:
        stays = character.isspace() or unicodedata.combining(character)
        needed = name if stays else _drawn_by(character) or _FIRST[0]
        if needed != name and run:
            yield _font(name, pixels), run
            run = ""
        name = needed
        run += character if stays or _drawn_by(character) else "?"
    if run:
        yield _font(name, pixels), run


@lru_cache(maxsize=4096)
def _is_plain(character: str) -> bool:
    if unicodedata.bidirectional(character) in _TURNED or unicodedata.combining(character):
        return False
    return character.isspace() or _has(_FIRST[0], character)


@lru_cache(maxsize=4096)
def _drawn_by(character: str) -> str:
    """The first typeface that has this character; nothing where none has."""
    return next((name for name in _names() if _has(name, character)), "")


@cache
def _folder() -> Path:
    found = importlib.util.find_spec("drivers.printers")
    return Path(found.origin).parent / "fonts" if found and found.origin else Path()


@cache
def _names() -> tuple[str, ...]:
    others = sorted(one.name for one in _folder().glob("*.ttf") if one.name not in _FIRST)
    return (*_FIRST, *others)


@cache
def _shapes() -> bool:
    """Whether Pillow can shape and turn scripts here: it needs the system's FriBiDi."""
    return bool(features.check("raqm"))


def _has(name: str, character: str) -> bool:
    """Whether a typeface draws this character otherwise than a code point that nobody has."""
    return _mask(name, character) != _mask(name, _NOBODYS)


@lru_cache(maxsize=4096)
def _mask(name: str, character: str) -> bytes:
    return bytes(
        ImageFont.truetype(str(_folder() / name), _TRIED_AT, layout_engine=ImageFont.Layout.BASIC).getmask(character)
    )


@lru_cache(maxsize=128)
def _font(name: str, pixels: int) -> ImageFont.FreeTypeFont:
    layout = ImageFont.Layout.RAQM if _shapes() else ImageFont.Layout.BASIC
    return ImageFont.truetype(str(_folder() / name), pixels, layout_engine=layout)

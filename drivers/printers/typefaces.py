"""Which typeface draws which character of a label, and which characters none can draw.

DejaVu has Latin, Greek, Cyrillic, Hebrew, Arabic, Armenian and Georgian, Droid Chinese and Japanese, NanumSquare
Korean, Noto the scripts of India, South East Asia and Ethiopia; all lie in `fonts/` with their licences, so that a
label is the same on every computer. What they lack is taken from a font of the system if it has one.
"""

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from PIL import ImageFont, features

_FOLDER = Path(__file__).parent / "fonts"
DEJAVU = str(_FOLDER / "DejaVuSansCondensed-Bold.ttf")
_NOTO = (
    *("Thai", "Lao", "Khmer", "Myanmar", "Ethiopic", "Sinhala", "Devanagari", "Bengali", "Gurmukhi", "Gujarati"),
    *("Tamil", "Telugu", "Kannada", "Malayalam"),
)
_OURS = (
    DEJAVU,
    str(_FOLDER / "DroidSansFallbackFull.ttf"),
    str(_FOLDER / "NanumSquareB.ttf"),
    *(str(_FOLDER / f"NotoSans{script}-Bold.ttf") for script in _NOTO),
)
# Searched by file name in the folders where Windows and Linux keep their fonts.
_SYSTEM_FONTS = (
    *("seguisym.ttf", "simsunb.ttf", "msjhbd.ttc", "monbaiti.ttf", "himalaya.ttf", "ebrima.ttf", "gadugi.ttf"),
    *("NotoSansSymbols2-Regular.ttf", "NotoSansCJK-Bold.ttc", "NotoSansCJK-Regular.ttc", "unifont.ttf"),
)
_JOINERS = "\u200c\u200d"
_VARIANTS = frozenset(map(chr, range(0xFE00, 0xFE10)))  # say how the sign before is to be drawn, such as in colour
_SHAPED_BLOCKS = ((0x0900, 0x0DFF), (0x1000, 0x109F), (0x1780, 0x17FF))  # of India, Myanmar, Khmer
_TRIED_AT = 20
_NOBODYS = "\U0010ffff"


def font(name: str, size: int) -> ImageFont.FreeTypeFont:
    """A typeface by its file, in pixels."""
    return _font(name, size, ImageFont.Layout.RAQM if _shapes() else ImageFont.Layout.BASIC)


def missing_characters(text: str) -> str:
    """The characters that cannot be drawn, once each: none of the typefaces has them, or nothing here shapes them."""
    return "".join(dict.fromkeys(c for c in text if c.isprintable() and not c.isspace() and not _drawn_by(c)))


def runs(line: str, size: int) -> Iterator[tuple[ImageFont.FreeTypeFont, str]]:
    """Split a line where the typeface must change; blanks and joiners stay with what is before them."""
    run, name = "", DEJAVU
    for character in line:
        stays = character.isspace() or character in _JOINERS
        needed = name if stays else (_drawn_by(character) or DEJAVU)
        if needed != name and run:
            yield font(name, size), run
            run = ""
        name = needed
        run += character
    if run:
        yield font(name, size), run


def direction(line: str) -> str | None:
    """Which way a line runs, by its first letter: `ltr` or `rtl`; None where nothing here can turn letters."""
    if not _shapes():
        return None
    strong = (unicodedata.bidirectional(character) for character in line)
    return "rtl" if next((one for one in strong if one in {"L", "R", "AL"}), "L") != "L" else "ltr"


def printable(text: str) -> str:
    """One line as it can be set: control characters are blanks, joiners stay, other invisible signs are left out."""
    return "".join(_settable(character) for character in text)


def _settable(character: str) -> str:
    if character in _VARIANTS:
        return ""
    if character.isprintable() or character in _JOINERS:
        return character
    invisible = unicodedata.category(character) == "Cf" and character != "\u00ad"
    return "" if invisible or unicodedata.combining(character) else " "


@lru_cache(maxsize=4096)
def _drawn_by(character: str) -> str | None:
    """The first typeface that has this character."""
    if _needs_shaping(character) and not _shapes():
        return None
    return next((name for name in (*_OURS, *_system_fonts()) if _has(name, character)), None)


def _needs_shaping(character: str) -> bool:
    """Whether letters of this script change with their neighbours, or run from right to left."""
    if unicodedata.bidirectional(character) in {"R", "AL"}:
        return True
    return any(begin <= ord(character) <= end for begin, end in _SHAPED_BLOCKS)


@lru_cache(maxsize=1)
def _shapes() -> bool:
    """Whether Pillow can shape and turn scripts here: it needs the system's FriBiDi."""
    return bool(features.check("raqm"))


@lru_cache(maxsize=1)
def _system_fonts() -> tuple[str, ...]:
    return tuple(name for name in _SYSTEM_FONTS if _exists(name))


def _exists(name: str) -> bool:
    try:
        _font(name, _TRIED_AT, ImageFont.Layout.BASIC)
    except OSError:
        return False
    return True


def _has(name: str, character: str) -> bool:
    """Whether a typeface draws this character otherwise than a code point that nobody has."""
    return _mask(name, character) != _empty_box(name)


@lru_cache(maxsize=64)
def _empty_box(name: str) -> bytes:
    """What a typeface draws for a code point that it does not have."""
    return _mask(name, _NOBODYS)


def _mask(name: str, character: str) -> bytes:
    return bytes(_font(name, _TRIED_AT, ImageFont.Layout.BASIC).getmask(character))


@lru_cache(maxsize=128)
def _font(name: str, size: int, layout: ImageFont.Layout) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(name, size, layout_engine=layout)

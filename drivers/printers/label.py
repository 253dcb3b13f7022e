"""What stands on a label, in millimetres from its top left corner; no printer, no language, no dots.

The same `Label` becomes ZPL (`drivers.printers.zpl.writer`) and a picture (`drivers.printers.picture`).
What belongs on which label is the caller's knowledge.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from typing import TypeAlias

ROTATIONS = (0, 90, 180, 270)
GROUP_SEPARATOR = "\x1d"
READABLE_GAP_MM = 1.5
"""Between the bars and the line for people."""

# GS1 General Specifications, figure "predefined length indicators": after these no separator follows.
_PREDEFINED_LENGTH = frozenset(
    {"00", "01", "02", "03", "04", "20", "31", "32", "33", "34", "35", "36", "41", *map(str, range(11, 20))},
)
# GS1 character set 82 of the General Specifications.
_GS1_CHARACTERS = frozenset(
    "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz",
)


class LabelError(ValueError):
    """The label cannot be printed as described: a code does not fit, or data a code cannot hold."""


class Align(Enum):
    """Where something stands in the width it was given."""

    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"


class Correction(Enum):
    """How much of a QR code may be dirty: about 7, 15, 25 or 30 per cent."""

    LOW = "L"
    MEDIUM = "M"
    QUARTILE = "Q"
    HIGH = "H"


@dataclass(frozen=True)
class Gs1:
    """A GS1 element string as (application identifier, data) pairs in the order they are printed.

    Check digits and the meaning of the data are the caller's; refused are characters outside GS1 set 82.
    """

    elements: tuple[tuple[str, str], ...]

    def __post_init__(self) -> None:
        if not self.elements:
            raise LabelError("a GS1 code needs at least one element")
        for identifier, data in self.elements:
            if not (identifier.isascii() and identifier.isdigit() and 2 <= len(identifier) <= 4):
                raise LabelError(f"not an application identifier: {identifier!r}")
            if not data or not set(data) <= _GS1_CHARACTERS:
                raise LabelError(f"({identifier}) cannot hold {data!r}")

    @property
    def stream(self) -> str:
        """The data as a scanner sends it after the symbology identifier, separators as U+001D."""
        text = "".join(self.elements[0])
        for before, element in pairwise(self.elements):
            if before[0][:2] not in _PREDEFINED_LENGTH:
                text += GROUP_SEPARATOR
            text += "".join(element)
        return text

    @property
    def readable(self) -> str:
        """The line for people: identifiers in round brackets."""
        return "".join(f"({identifier}){data}" for identifier, data in self.elements)


Content: TypeAlias = str | Gs1


@dataclass(frozen=True, kw_only=True)
class Text:
    """Words for people, any Unicode.

    `height_mm` is the height of the font (capitals are three quarters of it), `y_mm` the top of the capitals.
    With `width_mm` the text is wrapped into at most `lines` lines and aligned; what still does not fit is set
    smaller down to `smallest_mm` and in the end cut with an ellipsis. `bold` prints heavier, `inverse` white
    on whatever dark element was drawn before.
    """

    x_mm: float
    y_mm: float
    text: str
    height_mm: float
    bold: bool = False
    width_mm: float | None = None
    lines: int = 1
    smallest_mm: float = 1.8
    align: Align = Align.LEFT
    inverse: bool = False
    rotation: int = 0


@dataclass(frozen=True, kw_only=True)
class Line:
    """A straight rule, from left to right or from top to bottom."""

    x_mm: float
    y_mm: float
    length_mm: float
    thickness_mm: float = 0.3
    vertical: bool = False
    rotation: int = 0


@dataclass(frozen=True, kw_only=True)
class Box:
    """A frame whose line lies inside the given size, or a filled area."""

    x_mm: float
    y_mm: float
    width_mm: float
    height_mm: float
    thickness_mm: float = 0.3
    filled: bool = False
    rotation: int = 0


@dataclass(frozen=True, kw_only=True)
class Code128:
    """A Code 128, or a GS1-128 when the content is `Gs1`.

    With `readable_mm` the line for people stands below the bars in a font of that height, and is turned with them.

    Bars are `module_mm` wide for one module; when that is too wide for `width_mm` (quiet zones of 10 modules
    included) narrower down to `smallest_module_mm`, then refused. In a width it stands centred.
    """

    x_mm: float
    y_mm: float
    content: Content
    height_mm: float
    module_mm: float = 0.375
    smallest_module_mm: float = 0.25
    width_mm: float | None = None
    readable_mm: float | None = None
    rotation: int = 0

    @property
    def readable(self) -> Text | None:
        """The line for people, as it stands below the upright bars; None where there is to be none."""
        if self.readable_mm is None:
            return None
        return Text(
            x_mm=self.x_mm,
            y_mm=self.y_mm + self.height_mm + READABLE_GAP_MM,
            text=self.content.readable if isinstance(self.content, Gs1) else self.content,
            height_mm=self.readable_mm,
            width_mm=self.width_mm,
            align=Align.LEFT if self.width_mm is None else Align.CENTRE,
            smallest_mm=2.0,
        )


@dataclass(frozen=True, kw_only=True)
class DataMatrix:
    """A Data Matrix ECC 200, or a GS1 Data Matrix when the content is `Gs1`; a square symbol."""

    x_mm: float
    y_mm: float
    content: Content
    module_mm: float = 0.5
    rotation: int = 0


@dataclass(frozen=True, kw_only=True)
class QrCode:
    """A QR code, or a GS1 QR code when the content is `Gs1`."""

    x_mm: float
    y_mm: float
    content: Content
    module_mm: float = 0.5
    correction: Correction = Correction.MEDIUM
    rotation: int = 0


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A logo or sign: the bytes of a picture file, scaled into the box and printed in black and white.

    Whatever is darker than middle grey is printed; transparent is white.
    """

    x_mm: float
    y_mm: float
    width_mm: float
    height_mm: float
    data: bytes
    rotation: int = 0


Element: TypeAlias = Text | Line | Box | Code128 | DataMatrix | QrCode | Picture
"""`rotation` turns it, in degrees clockwise. Its place stays the top left corner of what is printed."""


@dataclass(frozen=True)
class Label:
    """One label: its size and what stands on it, drawn in this order."""

    width_mm: float
    height_mm: float
    elements: tuple[Element, ...]

    def __post_init__(self) -> None:
        if not (5 <= self.width_mm <= 300 and 5 <= self.height_mm <= 1000):
            raise LabelError(f"no label is {self.width_mm} × {self.height_mm} mm")
        for element in self.elements:
            if element.rotation not in ROTATIONS:
                raise LabelError(f"nothing is turned by {element.rotation} degrees, but by 90, 180 or 270")

    @property
    def codes(self) -> Iterator[Content]:
        """The content of every machine-readable code, in drawing order."""
        for element in self.elements:
            if isinstance(element, Code128 | DataMatrix | QrCode):
                yield element.content


def dots_per_mm(dpi: int) -> int:
    """Return the dots in a millimetre of a print head, as Zebra counts them: 203, 300 or 600 dpi are 8, 12, 24."""
    try:
        return {203: 8, 300: 12, 600: 24}[dpi]
    except KeyError:
        raise LabelError(f"no print head has {dpi} dpi; known are 203, 300 and 600") from None

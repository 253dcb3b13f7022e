"""Code 128 and GS1-128 as symbol characters: one encoding for the picture and for the printer.

Leading digits are packed in pairs (subset C), the rest follows in subset B. Going back to subset C later
would save a little width; it is left out because then every symbol can be checked with a second renderer,
which reads the change from B to C wrongly. Source: ISO/IEC 15417.
"""

import re
from dataclasses import dataclass

from drivers.printers.label import GROUP_SEPARATOR, Content, Gs1, LabelError

START_B, START_C, STOP = 104, 105, 106
CODE_B, FNC1 = 100, 102

# Widths of bar, space, bar, … for the values 0-105, and the stop pattern with its final bar.
_WIDTHS = re.findall(
    r"\d+",
    "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 "
    "113222 123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 "
    "212123 212321 232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 "
    "113123 113321 133121 313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 "
    "314111 221411 431111 111224 111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 "
    "241211 221114 413111 241112 134111 111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 "
    "214121 412121 111143 111341 131141 114113 114311 411113 411311 113141 114131 311141 411131 211412 211214 "
    "211232 2331112 ",
)


@dataclass(frozen=True)
class Code128Symbol:
    """An encoded symbol.

    `values` are the symbol characters from start to the last data character, without check and stop.
    """

    values: tuple[int, ...]

    @property
    def check(self) -> int:
        """The check character: the weighted sum modulo 103."""
        return (self.values[0] + sum(place * value for place, value in enumerate(self.values))) % 103

    @property
    def bars(self) -> tuple[int, ...]:
        """Widths in modules, bar first, bar and space in turn."""
        every = (*self.values, self.check, STOP)
        return tuple(int(width) for value in every for width in _WIDTHS[value])

    @property
    def modules(self) -> int:
        """The width without quiet zones."""
        return sum(self.bars)

    @property
    def zebra_data(self) -> str:
        """The field data of `^BC` in mode N, with Zebra's invocation codes; not yet escaped for ZPL."""
        pairs = self.values[0] == START_C
        text = ">;" if pairs else ">:"
        for value in self.values[1:]:
            if value == FNC1:
                text += ">8"
            elif pairs and value == CODE_B:
                pairs = False
                text += ">6"
            elif pairs:
                text += f"{value:02d}"
            else:
                text += chr(value + 32).replace(">", ">0")
        return text


def encode(content: Content) -> Code128Symbol:
    """Encode text of printable ASCII, or a GS1 element string.

    Refuses anything else, and more than 80 characters: no scanner is asked to read such a bar code.
    """
    is_gs1 = isinstance(content, Gs1)
    data = content.stream if isinstance(content, Gs1) else content
    if not re.fullmatch(r"[ -~]+", data.replace(GROUP_SEPARATOR, "") if is_gs1 else data):
        raise LabelError(f"Code 128 here holds printable ASCII only, not {data!r}")
    if len(data) > 80:
        raise LabelError(f"{len(data)} characters are too many for one Code 128 (80)")
    digits = _leading_pairs(data)
    values = [START_C if digits else START_B]
    if is_gs1:
        values.append(FNC1)
    taken = 0
    while taken < digits:
        if data[taken] == GROUP_SEPARATOR:
            values.append(FNC1)
            taken += 1
        else:
            values.append(int(data[taken : taken + 2]))
            taken += 2
    if digits and taken < len(data):
        values.append(CODE_B)
    values += [FNC1 if character == GROUP_SEPARATOR else ord(character) - 32 for character in data[taken:]]
    return Code128Symbol(tuple(values))


def _leading_pairs(data: str) -> int:
    """How many leading characters subset C can hold; 0 when packing them would not make the symbol shorter."""
    match = re.match(rf"(?:\d\d|{GROUP_SEPARATOR})*", data)
    length = match.end() if match else 0
    while length and data[length - 1] == GROUP_SEPARATOR:
        length -= 1
    return length if length >= 4 or length == len(data) else 0

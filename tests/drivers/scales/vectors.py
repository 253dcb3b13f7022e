"""For each protocol: messages as they stand in the vendors' texts, and what they mean.

The meaning is written down by hand, from the text, and not taken from the parser.
"""

from collections.abc import Callable
from dataclasses import dataclass

from drivers.scales.a_and_d import AAndD
from drivers.scales.hid_pos import HidPosScale
from drivers.scales.nci import Nci, Variant
from drivers.scales.pattern import PatternScale
from drivers.scales.reading import WeightKind, WeightReading
from drivers.scales.scale import ScaleProtocol
from drivers.scales.sics import Sics
from drivers.scales.sma import Sma
from drivers.scales.st_gs import StGs
from drivers.scales.toledo_8217 import Toledo8217
from drivers.scales.toledo_continuous import ToledoContinuous
from drivers.simulators.languages import PATTERN


@dataclass(frozen=True)
class Meaning:
    """What a message says: number and unit as sent, and the flags that are set."""

    value: str | None
    unit: str | None = None
    flags: frozenset[str] = frozenset()
    kind: WeightKind = WeightKind.GROSS


FLAGS = ("stable", "zero", "over", "under", "motion", "not_ready", "fault")


def meaning(reading: WeightReading) -> Meaning:
    """What a reading says, in the form of the vectors."""
    value = None if reading.value is None else str(reading.value)
    return Meaning(value, reading.unit, frozenset(flag for flag in FLAGS if getattr(reading, flag)), reading.kind)


def says(value: str | None, unit: str | None = None, *flags: str, kind: WeightKind = WeightKind.GROSS) -> Meaning:
    return Meaning(value, unit, frozenset(flags), kind)


NET, TARE = WeightKind.NET, WeightKind.TARE


@dataclass(frozen=True)
class Language:
    """One protocol with its vectors: bytes on the wire → meaning; and frames that must be refused."""

    name: str
    make: Callable[[], ScaleProtocol]
    vectors: dict[bytes, Meaning]
    refused: tuple[bytes, ...] = ()
    garbage: bytes = b"\xff\x00 9.99 kg"
    seven_bits: bool = False

    def __str__(self) -> str:
        return self.name


def hexed(text: str) -> bytes:
    return bytes.fromhex(text)


SICS = Language(
    "sics",
    Sics,
    {
        b"S S     100.00 g\r\n": says("100.00", "g", "stable", kind=NET),
        b"S D      -1.25 kg\r\n": says("-1.25", "kg", "motion", kind=NET),
        b"S S      0.000 kg\r\n": says("0.000", "kg", "stable", "zero", kind=NET),
        b"S +\r\n": says(None, None, "over", kind=NET),
        b"S -\r\n": says(None, None, "under", kind=NET),
        b"S I\r\n": says(None, None, "not_ready", kind=NET),
    },
    refused=(b"S S  1.2.3 kg\r\n", b"S S    1,25 kg\r\n"),
    garbage=b"\xff\x00 9.99 kg\r\n",
)
TOLEDO_8217 = Language(
    "toledo_8217",
    lambda: Toledo8217(default_unit="kg"),
    {
        b"\x0212.345\r": says("12.345", "kg", "stable"),
        b"\x0203.20N\r": says("3.20", "kg", "stable", kind=NET),
        b"\x0200.000\r": says("0.000", "kg", "stable", "zero"),
        b"\x0203.20LB\r": says("3.20", "lb", "stable"),
        b"\x02001250\r": says("1250", "kg", "stable"),
        b"\x02?A\r": says(None, None, "motion"),
        b"\x02?B\r": says(None, None, "over"),
        b"\x02?D\r": says(None, None, "under"),
        b"\x02?H\r": says(None, None, "fault"),
        b"\x02?P\r": says(None, None, "not_ready"),  # centre of zero alone is no weight of zero
        b"\x02?c\r": says(None, None, "motion", "over"),
    },
    refused=(b"\x021.23\r", b"\x0212.3.4\r", b"\x02?\x01\r", b"\x02-1.25\r", b"\x02\r", b"\x0212,345\r"),
    seven_bits=True,
)
NCI_VECTORS = {
    b"\n  12.34lb\r\n00\r\x03": says("12.34", "lb", "stable"),
    b"\n-  0.25kg\r\n00\r\x03": says("-0.25", "kg", "stable"),
    b"\n   0.00lb\r\n20\r\x03": says("0.00", "lb", "stable", "zero"),
    b"\n  12.34lb\r\n10\r\x03": says("12.34", "lb", "motion"),
    b"\n  12.34lb\r\n0p4\r\x03": says("12.34", "lb", "stable", kind=NET),
    b"\n  12lb  3.5oz\r\n00\r\x03": says("195.5", "oz", "stable"),
    b"\n^^^^^^^\r\n02\r\x03": says(None, None, "over"),
    b"\n_______\r\n01\r\x03": says(None, None, "under"),
    b"\n-------\r\n00\r\x03": says(None, None, "fault"),
    b"\n  12.34lb\r\n02\r\x03": says(None, None, "over"),
    b"\n  12.34lb\r\n08\r\x03": says(None, None, "fault"),
    b"\n10\r\x03": says(None, None, "motion"),
}
NCI = Language(
    "nci",
    Nci,
    NCI_VECTORS,
    refused=(
        b"\n  12.34lb\r\n0\r\x03",
        b"\n  12.34lb\r\n0p\r\x03",
        b"\n 12.34\r\n00\r\x03",
        b"\n1.2.3lb\r\n00\r\x03",
        b"\x03",
    ),
    seven_bits=True,
)
NCI_ECR = Language(
    "nci_ecr",
    lambda: Nci(variant=Variant.ECR),
    {
        b"\n 12.34LB\r\nS00\r\x03": says("12.34", "lb", "stable"),
        b"\n 12.34KG\r\nS0000\r\x03": says("12.34", "kg", "stable"),
        b"\n  0.00LB\r\nS20\r\x03": says("0.00", "lb", "stable", "zero"),
        b"\nS10\r\x03": says(None, None, "motion"),
        b"\nS02\r\x03": says(None, None, "over"),
        b"\nS01\r\x03": says(None, None, "under"),
    },
    refused=(b"\n 12.34LB\r\nS0\r\x03", b"\n 12.34LB\r\nX00\r\x03"),
    seven_bits=True,
)


def sma(status: str, kind: str, weight: str, unit: str, motion: str = " ") -> bytes:
    """S r n m f, ten characters of weight, three of unit."""
    return f"\n{status}1{kind}{motion} {weight:>10}{unit:<3}\r".encode("ascii")


DASHES = "-" * 10
SMA = Language(
    "sma",
    Sma,
    {
        sma(" ", "G", "12.345", "lb"): says("12.345", "lb", "stable"),
        sma("Z", "G", "0.000", "kg"): says("0.000", "kg", "stable", "zero"),
        sma(" ", "N", "-1.250", "kg"): says("-1.250", "kg", "stable", kind=NET),
        sma(" ", "G", "12.345", "lb", motion="M"): says("12.345", "lb", "motion"),
        sma(" ", "T", "0.500", "kg"): says("0.500", "kg", "stable", kind=TARE),
        sma(" ", "g", "12.34567", "kg"): says("12.34567", "kg", "stable"),
        sma(" ", "G", "1250", "g"): says("1250", "g", "stable"),
        sma(" ", "G", "1.00", "ct"): says("1.00", None, "stable"),
        sma("O", "G", DASHES, "lb"): says(None, None, "over"),
        sma("U", "G", DASHES, "lb"): says(None, None, "under"),
        sma("E", "G", DASHES, "lb"): says(None, None, "fault"),
        sma("T", "G", DASHES, "lb"): says(None, None, "fault"),
    },
    refused=(
        sma(" ", "G", "12.345", "lb").replace(b" \r", b"\r"),
        sma(" ", "G", "12.345", "lb").replace(b"  12", b" 12"),
        sma(" ", "G", "1  2.345", "lb"),
        sma(" ", "X", "12.345", "lb"),
        sma(" ", "G", "12.345", "\x0blb"),
    ),
    seven_bits=True,
)
TOLEDO_CONTINUOUS = Language(
    "toledo_continuous",
    ToledoContinuous,
    {
        hexed("022C3020") + b"001234000000\r": says("12.34", "kg", "stable"),
        hexed("022C2020") + b"001234000000\r": says("12.34", "lb", "stable"),
        hexed("022D3020") + b"  1234000000\r": says("1.234", "kg", "stable"),
        hexed("022D3020") + b"000000000000\r": says("0.000", "kg", "stable", "zero"),
        hexed("022D3220") + b"001234000000\r": says("-1.234", "kg", "stable"),
        hexed("022D3820") + b"001234000000\r": says("1.234", "kg", "motion"),
        hexed("022D3120") + b"001234000500\r": says("1.234", "kg", "stable", kind=NET),
        hexed("022A3021") + b"001234000000\r": says("1234", "g", "stable"),
        hexed("02283020") + b"000012000000\r": says("1.2E+3", "kg", "stable"),
        hexed("022C3020") + b"001234\r": says("12.34", "kg", "stable"),
        hexed("022C3020") + b"001234>000000\r": says("12.34", "kg", "stable"),
        hexed("022D3420") + b"999999000000\r": says(None, None, "over"),
        hexed("022D3620") + b"000100000000\r": says(None, None, "under"),
        hexed("022D7020") + b"000000000000\r": says(None, None, "not_ready"),
        hexed("022D3030") + b"001234000000\r": says(None, None, "fault"),
        hexed("022D3023") + b"001234000000\r": says("1.234", None, "stable"),
    },
    refused=(
        hexed("022C3020") + b"01234000000\r",
        hexed("022C3020") + b"00123400000\r",
        hexed("022C3020") + b"      000000\r",
        hexed("020C3020") + b"001234000000\r",
        hexed("022C3020") + b"00-234000000\r",
    ),
    seven_bits=True,
)
TOLEDO_CHECKSUM = Language(
    "toledo_continuous_checksum",
    lambda: ToledoContinuous(checksum=True),
    {
        hexed("022C3020") + b"001234000000\r\x2b": says("12.34", "kg", "stable"),
        hexed("022C3020") + b"001235000000\r\x2a": says("12.35", "kg", "stable"),
    },
    refused=(
        hexed("022C3020") + b"001235000000\r\x2b",
        hexed("022C3020") + b"001324000000\r\x2c",
        hexed("022C3020") + b"00123400000\r\x2b",
    ),
)
A_AND_D = Language(
    "a_and_d",
    AAndD,
    {
        b"ST,+00123.45  g\r\n": says("123.45", "g", "stable"),
        b"US,-00001.25 kg\r\n": says("-1.25", "kg", "motion"),
        b"ST,+00000.00 kg\r\n": says("0.00", "kg", "stable", "zero"),
        b"QT,+00000012 PC\r\n": says("12", None, "stable"),
        b"ST,OK,+0001.250 kg\r\n": says("1.250", "kg", "stable"),
        b"OL,+9999999E+19\r\n": says(None, None, "over"),
        b"OL,-9999999E+19\r\n": says(None, None, "under"),
    },
    refused=(
        b"ST,+0123.45  g\r\n",
        b"ST,+00123.45 g\r\n",
        b"ST,00123.45  g\r\n",
        b"ST,+001.3.45  g\r\n",
        b"XX,+00123.45  g\r\n",
    ),
    garbage=b"\x7f\x00 9.99 kg\r\n",
    seven_bits=True,
)
ST_GS = Language(
    "st_gs",
    StGs,
    {
        b"ST,GS,+  1.250kg\r\n": says("1.250", "kg", "stable"),
        b"ST,GS,   1.250 kg\r\n": says("1.250", "kg", "stable"),
        b"US,GS,+  1.250kg\r\n": says("1.250", "kg", "motion"),
        b"ST,NT,-  0.250kg\r\n": says("-0.250", "kg", "stable", kind=NET),
        b"ST,TR,+  0.500kg\r\n": says("0.500", "kg", "stable", kind=TARE),
        b"ST,GS,+  0.000kg\r\n": says("0.000", "kg", "stable", "zero"),
        b"ST,GS,1\xc4,   1.250 kg\r\n": says("1.250", "kg", "stable"),
        b"ST,GS,1\x84,   1.250 kg\r\n": says("1.250", "kg"),  # the lamp says that it is not stable
        b"OL,GS,+ ------kg\r\n": says(None, None, "over"),
        b"OL,GS,- ------kg\r\n": says(None, None, "under"),
        b"   1.250kg\r\n": says("1.250", "kg"),
    },
    refused=(b"ST,GS,+ 1.250kg\r\n", b"ST,GS,+  1 250kg\r\n", b"ST,XX,+  1.250kg\r\n", b"ST,GS,+  1,250kg\r\n"),
    garbage=b"\xff\x00 9.99 kg\r\n",
)
HID_POS = Language(
    "hid_pos",
    HidPosScale,
    {
        hexed("03040CFEFE01"): says("5.10", "lb", "stable"),  # a real PS60
        hexed("030403FEC200"): says("1.94", "kg", "stable"),  # a real PS60
        hexed("030303FEC200"): says("1.94", "kg", "motion"),
        hexed("030203FE0000"): says("0.00", "kg", "stable", "zero"),
        hexed("03040200E204"): says("1250", "g", "stable"),
        hexed("03040BFF6400"): says("10.0", "oz", "stable"),
        hexed("030404FF6400"): says("10.0", None, "stable"),
        hexed("030603FE0000"): says(None, None, "over"),
        hexed("030503FE0A00"): says(None, None, "under"),
        hexed("030103FE0000"): says(None, None, "fault"),
        hexed("030703FE0000"): says(None, None, "fault"),
        hexed("030803FE0000"): says(None, None, "fault"),
    },
    refused=(
        hexed("0404"),
        hexed("000000000000"),
        hexed("030000000000"),
        hexed("03040CFEFE"),
        hexed("03040C"),
        hexed("090403FEC200"),
        hexed("030203FEC200"),  # "stable at zero" with a weight
        hexed("03040CFEFE010404"),
    ),
)
PATTERN_SCALE = Language(
    "pattern",
    lambda: PatternScale(PATTERN),
    {
        b"+  1.250 kg S\r\n": says("1.250", "kg", "stable"),
        b"-  1.250 kg D\r\n": says("-1.250", "kg"),
        b"+  0.400 kg S N\r\n": says("0.400", "kg", "stable", kind=NET),
        b"+  0.000 kg S\r\n": says("0.000", "kg", "stable", "zero"),
        b"OVER\r\n": says(None, None, "over"),
        b"UNDER\r\n": says(None, None, "under"),
    },
    refused=(b"+  1.250 ct S\r\n", b"1.250 kg S\r\n", b"+  1.2.0 kg S\r\n"),
    garbage=b"\xff\x00 9.99 kg\r\n",
)

LANGUAGES = (
    SICS,
    TOLEDO_8217,
    NCI,
    NCI_ECR,
    SMA,
    TOLEDO_CONTINUOUS,
    TOLEDO_CHECKSUM,
    A_AND_D,
    ST_GS,
    HID_POS,
    PATTERN_SCALE,
)

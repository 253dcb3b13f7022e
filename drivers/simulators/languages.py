"""What simulated scales say in the languages other than MT-SICS, as data: how a reading is written, what is obeyed.

Written from the same texts as the protocols in `drivers/scales/`; see there for what is verified.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from drivers.scales.toledo_continuous import checksum
from drivers.simulators.platform import Platform, Shown

# A pattern for what the simulator of `pattern` sends.
PATTERN = (
    r"(?P<over>OVER)|(?P<under>UNDER)|(?P<sign>[+-]) {0,7}(?P<value>[0-9]{1,6}(?:[.][0-9]{1,3})?) "
    r"(?P<unit>kg|g|lb|oz) (?:(?P<stable>S)|D)(?P<net> N)?"
)


@dataclass(frozen=True, slots=True)
class Dialect:
    """One language.

    Attributes:
        weight: a reading, as bytes.
        asks: the command that asks for it; empty where the scale sends by itself.
        end: what ends a command; empty where each is one character.
        acts: commands that zero the scale, tare it or clear the tare.
        status: what answers those; empty where nothing does.
        fixed: other commands with their answers.
        unknown: the answer to what is not known.
        between: what is sent after each reading besides, as some HID scales do.
    """

    weight: Callable[[Shown], bytes]
    asks: bytes = b""
    end: bytes = b"\r"
    acts: Mapping[bytes, str] = field(default_factory=dict)
    status: Callable[[Shown], bytes] = lambda _shown: b""
    fixed: Mapping[bytes, bytes] = field(default_factory=dict)
    unknown: bytes = b""
    between: bytes = b""


class PlainLanguage:
    """A scale that speaks one of the `DIALECTS`; `every_s` is its pace where it sends by itself."""

    def __init__(self, platform: Platform, dialect: Dialect, *, every_s: float = 0.1) -> None:
        self._platform = platform
        self._dialect = dialect
        self._every_s = every_s
        self._next_at = float("-inf")
        self._between = b""
        self._heard = bytearray()
        self._out = bytearray()

    def hear(self, data: bytes, now: float) -> None:
        """Hear commands."""
        end = self._dialect.end
        self._heard += data.replace(b"\n", b"") if end else data
        commands = bytes(self._heard).split(end) if end else [bytes([byte]) for byte in self._heard] + [b""]
        self._heard = bytearray(commands.pop()[-64:])
        for command in commands:
            self._obey(command, now)

    def speak(self, now: float) -> bytes:
        """Return answers, or the reading that is due; what stands between readings comes as a message of its own."""
        if self._between:
            said, self._between = self._between, b""
            return said
        if not self._dialect.asks and now >= self._next_at:
            self._next_at = now + self._every_s
            self._between = self._dialect.between
            self._out += self.weight(now)
        said, self._out = bytes(self._out), bytearray()
        return said

    def weight(self, now: float) -> bytes:
        """One reading, unasked."""
        return self._dialect.weight(self._platform.shown(now))

    def forget(self) -> None:
        """Be switched off and on."""
        self._heard.clear()
        self._out.clear()

    def _obey(self, command: bytes, now: float) -> None:
        dialect = self._dialect
        if dialect.asks and command == dialect.asks:
            self._out += self.weight(now)
        elif command in dialect.acts:
            self._act(dialect.acts[command], now)
            self._out += dialect.status(self._platform.shown(now))
        else:
            self._out += dialect.fixed.get(command, dialect.unknown)

    def _act(self, what: str, now: float) -> None:
        if what == "clear":
            self._platform.clear_tare()
        elif self._platform.at_rest(now):
            if what == "zero":
                self._platform.zero()
            else:
                self._platform.tare()


def _sign(shown: Shown) -> str:
    return "-" if shown.number < 0 else "+"


def _places(number: Decimal) -> int:
    """Return how many decimals the display has."""
    exponent = number.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


# - Mettler 8217 -


def _weight_8217(shown: Shown) -> bytes:
    if shown.over or shown.under or not shown.at_rest or shown.number < 0:
        return _status_8217(shown)
    number = shown.number.quantize(Decimal("0.01")) if shown.unit == "lb" else shown.number
    text = f"{number:06}" if shown.unit in {"kg", "g"} else f"{number:05}"
    return f"\x02{text}{'N' if shown.net else ''}\r".encode("ascii")


def _status_8217(shown: Shown) -> bytes:
    below = shown.under or shown.number < 0
    status = 0x40 | (not shown.at_rest) | shown.over << 1 | below << 2 | shown.net << 5
    return b"\x02?" + bytes([status]) + b"\r"


# - NCI -


def _status_nci(shown: Shown) -> bytes:
    first = 0x30 | (not shown.at_rest) | (shown.number == 0) << 1
    second = 0x30 | shown.under | shown.over << 1
    more = bytes([second | 0x40, 0x34]) if shown.net else bytes([second])
    return b"\n" + bytes([first]) + more + b"\r\x03"


def _weight_nci(shown: Shown) -> bytes:
    text = "^^^^^^" if shown.over else "______" if shown.under else f"{shown.number:>7}{shown.unit}"
    return f"\n{text}\r".encode("ascii") + _status_nci(shown)


def _weight_nci_ecr(shown: Shown) -> bytes:
    if shown.over or shown.under or not shown.at_rest or shown.number < 0:
        return _status_nci_ecr(shown)
    return f"\n{shown.number:>6}{shown.unit.upper()}\r".encode("ascii") + _status_nci_ecr(shown)


def _status_nci_ecr(shown: Shown) -> bytes:
    return _status_nci(replace(shown, under=shown.under or shown.number < 0)).replace(b"\n", b"\nS")


# - SMA -


def _weight_sma(shown: Shown) -> bytes:
    status = "O" if shown.over else "U" if shown.under else "Z" if shown.number == 0 else " "
    number = "-" * 10 if status in "OU" else f"{shown.number:>10}"
    motion = " " if shown.at_rest else "M"
    return f"\n{status}1{'N' if shown.net else 'G'}{motion} {number}{shown.unit:<3}\r".encode("ascii")


# - Toledo continuous -


def _body_toledo(shown: Shown) -> bytes:
    swa = 0x28 | (2 + _places(shown.number))
    negative, out = shown.number < 0, shown.over or shown.under
    swb = 0x20 | shown.net | negative << 1 | out << 2 | (not shown.at_rest) << 3 | (shown.unit == "kg") << 4
    swc = 0x20 | {"g": 1, "oz": 3}.get(shown.unit, 0)
    digits = abs(int(shown.number.scaleb(_places(shown.number))))
    return bytes([swa, swb, swc]) + f"{digits:06}000000".encode("ascii")


def _weight_toledo(shown: Shown) -> bytes:
    return b"\x02" + _body_toledo(shown) + b"\r"


def _weight_toledo_checksum(shown: Shown) -> bytes:
    return _weight_toledo(shown) + bytes([checksum(_body_toledo(shown))])


# - A&D, ST,GS, pattern -


def _weight_a_and_d(shown: Shown) -> bytes:
    if shown.over or shown.under:
        return f"OL,{'-' if shown.under else '+'}9999999E+19\r\n".encode("ascii")
    header = "ST" if shown.at_rest else "US"
    return f"{header},{_sign(shown)}{abs(shown.number):08}{shown.unit:>3}\r\n".encode("ascii")


def _weight_st_gs(shown: Shown) -> bytes:
    header = "OL" if shown.over or shown.under else "ST" if shown.at_rest else "US"
    sign = "-" if shown.under else _sign(shown)
    kind = "NT" if shown.net else "GS"
    return f"{header},{kind},{sign}{abs(shown.number):>7}{shown.unit}\r\n".encode("ascii")


def _weight_pattern(shown: Shown) -> bytes:
    if shown.over or shown.under:
        return b"OVER\r\n" if shown.over else b"UNDER\r\n"
    rest, net = "S" if shown.at_rest else "D", " N" if shown.net else ""
    return f"{_sign(shown)}{abs(shown.number):>7} {shown.unit} {rest}{net}\r\n".encode("ascii")


# - HID -


def _weight_hid(shown: Shown) -> bytes:
    unit, exponent = {"g": (2, 0), "kg": (3, -3), "oz": (11, -1), "lb": (12, -2)}[shown.unit]
    weight = min(abs(int(shown.number.scaleb(-exponent))), 0xFFFF)
    below = shown.under or shown.number < 0
    status = 6 if shown.over else 5 if below else 3 if not shown.at_rest else 2 if weight == 0 else 4
    return bytes([3, status, unit, exponent & 0xFF]) + weight.to_bytes(2, "little")


_ZTC = {b"Z": "zero", b"T": "tare", b"C": "clear"}

DIALECTS: Mapping[str, Dialect] = {
    "toledo_8217": Dialect(_weight_8217, asks=b"W", end=b"", acts=_ZTC, status=_status_8217),
    "nci": Dialect(
        _weight_nci,
        asks=b"W",
        acts={b"Z": "zero", b"T": "tare"},
        status=_status_nci,
        fixed={b"S": b"\n00\r\x03"},
        unknown=b"\n?\r\x03",
    ),
    "nci_ecr": Dialect(
        _weight_nci_ecr,
        asks=b"W",
        acts={b"Z": "zero"},
        status=_status_nci_ecr,
        fixed={b"\x05": b"\nOPOS\r\x03"},
        unknown=b"\n?\r\x03",
    ),
    "sma": Dialect(
        _weight_sma,
        asks=b"W",
        acts=_ZTC,
        status=_weight_sma,
        fixed={b"A": b"\nSMA:2/1.0\r", b"B": b"\nMFG:Simulator\r"},
        unknown=b"\n?\r",
    ),
    "toledo_continuous": Dialect(_weight_toledo, acts=_ZTC),
    "toledo_continuous_checksum": Dialect(_weight_toledo_checksum, acts=_ZTC),
    "a_and_d": Dialect(_weight_a_and_d, asks=b"Q", acts={b"Z": "zero", b"T": "tare"}, unknown=b"EC,E01\r\n"),
    "st_gs": Dialect(_weight_st_gs),
    "hid_pos": Dialect(_weight_hid, end=b"\x02\x02", acts={b"": "zero"}, between=b"\x04\x04"),
    "pattern": Dialect(_weight_pattern),
}

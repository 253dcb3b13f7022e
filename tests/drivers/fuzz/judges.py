"""Small independent decoders: what a message says, read by columns and words and never by the parsers' patterns.

Each returns (value, unit, stable) of a message that tells a weight, or `NOTHING` for one that tells none. They believe
what they are given: whether a message may be believed at all is the parser's business, and it may refuse more.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal

Said = tuple[Decimal | None, str | None, bool]
NOTHING: Said = (None, None, False)
UNITS = ("kg", "g", "lb", "oz")


def unit_of(text: str) -> str | None:
    word = text.strip().lower()
    return word if word in UNITS else None


def number_of(text: str) -> Decimal:
    """The digits of a text, its point and its minus, whatever blanks stand between sign and digits."""
    return Decimal(text.replace(" ", "").replace("+", ""))


def low(frame: bytes) -> str:
    return "".join(chr(byte % 128) for byte in frame)


def sics(frame: bytes) -> Said:
    words = frame.decode("latin-1").split(" ")
    words = [word for word in words if word]
    if words[1] in {"+", "-", "I"} and len(words) == 2:
        return NOTHING
    unit = words[3] if len(words) > 3 and words[3] in UNITS else None
    return Decimal(words[2]), unit, words[1] == "S"


def toledo_8217(frame: bytes) -> Said:
    text = low(frame)
    if text[0] == "?":
        return NOTHING
    digits = "".join(character for character in text if character in "0123456789.")
    letters = text[len(digits) :].removeprefix("N")
    return Decimal(digits), unit_of(letters) if letters else "kg", True


def nci(frame: bytes) -> Said:
    lines = low(frame).split("\n")
    status = [ord(character) - 0x30 for character in lines[-1].rstrip("\r").removeprefix("S")]
    shown = lines[-2] if len(lines) > 2 else ""
    wrong = status[0] & 0b1100 or status[1] & 0b1111 or (len(status) > 2 and status[2] & 0b1000)
    if wrong or not shown or not any(character.isdigit() for character in shown):
        return NOTHING
    words = shown.replace("\r", "").lower()
    sign = -1 if "-" in words else 1
    stable = status[0] % 2 == 0
    words = words.replace("-", "").replace(" ", "")
    if "lb" in words and words.endswith("oz"):
        pounds, ounces = words[:-2].split("lb")
        return sign * (Decimal(pounds) * 16 + Decimal(ounces)), "oz", stable
    digits = words.rstrip("abcdefghijklmnopqrstuvwxyz")
    return sign * Decimal(digits), unit_of(words[len(digits) :]), stable


def sma(frame: bytes) -> Said:
    text = low(frame)
    if text[0] not in " Z":
        return NOTHING
    return number_of(text[5:15]), unit_of(text[15:18]), text[3] != "M"


def toledo_continuous(frame: bytes) -> Said:
    codes = [byte % 128 for byte in frame[:9]]
    if codes[1] & 4 or codes[1] & 64 or codes[2] & 16:
        return NOTHING
    whole = 0
    for code in codes[3:9]:
        whole = whole * 10 + (code - 48 if code != 32 else 0)
    value = Decimal(whole) * Decimal(10) ** (2 - codes[0] % 8) * (-1 if codes[1] & 2 else 1)
    unit = {0: "kg" if codes[1] & 16 else "lb", 1: "g"}.get(codes[2] % 8)
    return value, unit, not codes[1] & 8


def a_and_d(frame: bytes) -> Said:
    text = low(frame)
    if text.startswith("OL"):
        return NOTHING
    last = text.split(",")[-1]
    return number_of(last[:9]), unit_of(last[9:]), not text.startswith("US")


def st_gs(frame: bytes) -> Said:
    text = frame.decode("latin-1")
    if len(text) == 10 and text[2] != ",":
        return number_of(text[:8]), unit_of(text[8:]), False
    if text.startswith("OL"):
        return NOTHING
    lamp = len(text) > 8 and text[8] == "," and ord(text[7]) > 127
    begin = 9 if lamp else 6
    stable = text.startswith("ST") and (not lamp or ord(text[7]) % 128 >= 64)
    return number_of(text[begin : begin + 8]), unit_of(text[begin + 8 :]), stable


def hid_pos(frame: bytes) -> Said:
    _, status, unit, exponent, low_byte, high_byte = frame[:6]
    if status not in {2, 3, 4}:
        return NOTHING
    power = exponent - 256 if exponent > 127 else exponent
    value = Decimal(low_byte + 256 * high_byte) * Decimal(10) ** power
    return value, {2: "g", 3: "kg", 11: "oz", 12: "lb"}.get(unit), status != 3


def pattern(frame: bytes) -> Said:
    text = frame.decode("latin-1")
    if text in {"OVER", "UNDER"}:
        return NOTHING
    number, unit, rest = text[1:].strip().split(" ")[:3]
    return number_of(text[0] + number), unit_of(unit), rest == "S"


JUDGES: Mapping[str, Callable[[bytes], Said]] = {
    "sics": sics,
    "toledo_8217": toledo_8217,
    "nci": nci,
    "nci_ecr": nci,
    "sma": sma,
    "toledo_continuous": toledo_continuous,
    "toledo_continuous_checksum": toledo_continuous,
    "a_and_d": a_and_d,
    "st_gs": st_gs,
    "hid_pos": hid_pos,
    "pattern": pattern,
}

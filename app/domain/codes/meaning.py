"""From the raw characters of one scan to what they can mean.

Rules, in this order:
1. An AIM identifier in front (`]C1`), or else the symbology that the scanner named, tells how to read the rest.
2. GS1 content is believed only where the symbology says so, a group separator (U+001D) is in it, it is the bracketed
   line for people, or it is a Digital Link. Digits alone are never taken apart by guessing.
3. EAN and UPC codes are GTINs; with a wrong check digit they are nothing. Thirteen digits of unknown symbology are
   treated likewise, because they come from a keyboard or a scanner that does not name symbologies.
4. Anything else is a plain code and may be any of the schemes; the database knows which exist.

Look-up keys are in capitals, because the schemes do not tell `abc` from `ABC` (people type them); lots and serial
numbers stay as they are, because GS1 does tell them apart.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from app.domain.codes.check_digits import gs1_check_digit, has_good_check_digit, to_gtin_14
from app.domain.codes.formats import BADGE_PREFIX, COMMAND_PREFIX, without_badges
from app.domain.codes.gs1 import (
    GROUP_SEPARATOR,
    CodeFault,
    Element,
    Elements,
    read_digital_link,
    read_element_string,
    read_hri,
)
from app.domain.scanning import Candidate, Reading, Scan

SCHEMES = (
    "gtin",
    "sscc",
    "sku",
    "bin",
    "bin_name",
    "badge",
    "command",
    "document",
    "tracking",
    "article",
    "lpn",
)
"""All schemes a code can be kept under: gtin is 14 digits, sscc 18; bin is a full address, bin_name a bare name."""

LONGEST_PLAIN = 100

LookUp = tuple[str, str]

# AIM identifiers (ISO/IEC 15424) as the names that Scan.symbology uses; where the modifier does not matter, by letter.
_AIM_NAMES = {
    "C1": "gs1-128",
    "d2": "gs1-datamatrix",
    "Q3": "gs1-qr",
    "e0": "gs1-databar",
    "J1": "gs1-dotcode",
    "E0": "ean-13",
    "E3": "ean-13-add-on",
    "E4": "ean-8",
    "I1": "itf-14",
    **{"A": "code-39", "C": "code-128", "F": "codabar", "G": "code-93", "I": "itf", "J": "dotcode", "L": "pdf417"},
    **{"Q": "qr", "U": "maxicode", "d": "datamatrix", "z": "aztec"},
}
_GS1_NAMES = frozenset({"gs1-128", "gs1-datamatrix", "gs1-qr", "gs1-databar", "databar", "gs1-dotcode"})
_RETAIL_LENGTHS = {
    "ean-13": (12, 13),
    "ean-13-add-on": (13,),
    "upc-a": (12, 13),
    "ean-8": (8,),
    "upc-e": (8,),
    "itf-14": (14,),
}
_AIM = re.compile(r"\]([A-Za-z])([0-9A-Za-z])")
_HRI = re.compile(r"\([0-9]{2,4}\)[^(]")
_DIGITS = re.compile(r"[0-9]+\Z")
_EAN_13 = 13
_KG_PER_POUND = Decimal("0.45359237")


@dataclass(frozen=True, slots=True)
class CodeMeaning:
    """What a code says by itself.

    `text` is the code without AIM identifier; `elements` are the GS1 elements, for people; `lookups` are the
    (scheme, value) pairs under which the database may know it; `faults` are the parts that could not be read. The
    facts below them are those of a `Reading`: dates, pieces (AI 30, 37), kilograms
    (AI 310n, or 320n in pounds).
    """

    raw: str
    text: str = ""
    symbology: str = ""
    elements: tuple[Element, ...] = ()
    lookups: tuple[LookUp, ...] = ()
    faults: tuple[CodeFault, ...] = ()
    gtin: str | None = None
    sscc: str | None = None
    lot: str | None = None
    serial: str | None = None
    expiry: date | None = None
    best_before: date | None = None
    production: date | None = None
    quantity: Decimal | None = None
    weight_kg: Decimal | None = None
    is_gs1: bool = field(default=False)

    def reading(self, candidates: Iterable[Candidate] = ()) -> Reading:
        """The reading that a dialog works with, once the database has found the records."""
        return Reading(
            raw=self.raw,
            candidates=tuple(candidates),
            gtin=self.gtin,
            sscc=self.sscc,
            lot=self.lot,
            serial=self.serial,
            expiry=self.expiry,
            best_before=self.best_before,
            production=self.production,
            quantity=self.quantity,
            weight_kg=self.weight_kg,
            faults=tuple((fault.code, fault.text) for fault in self.faults),
        )


def read_code(raw: str, symbology: str = "") -> CodeMeaning:
    """What a scanned or typed code means, without any database; never fails, whatever the characters.

    `symbology` is the name that the scanner gave (`gs1-128`, `ean-13`, …) or an AIM identifier (`]C1`); one that
    stands in front of `raw` wins.
    """
    named, text = _symbology(raw.strip(" \t\r\n"), symbology)
    if elements := _gs1_elements(text, named):
        return _from_elements(raw, text, named, elements)
    if not text:
        return CodeMeaning(raw, text, named, faults=(CodeFault("code.empty", ""),))
    if len(text) > LONGEST_PLAIN or not text.isprintable():
        shown = "".join(sign if sign.isprintable() else "·" for sign in text[:LONGEST_PLAIN])
        return CodeMeaning(raw, text, named, faults=(CodeFault("code.unreadable", shown),))
    if named in _RETAIL_LENGTHS:
        return _retail(raw, text, named)
    return _plain(raw, text, named)


def look_up_key(value: str) -> str:
    """A code's value as it is kept and looked up: in capitals, single blanks inside, none around.

    A letter whose capital is two letters (ß) stays as it is, as it does in PostgreSQL's upper() under C.UTF-8.
    """
    if value.isascii():
        return " ".join(value.upper().split())
    capitals = (capital if len(capital := sign.upper()) == 1 else sign for sign in value)
    return " ".join("".join(capitals).split())


def as_kept(scan: Scan) -> Scan:
    """A scan as it may be written down and shown: of a badge, which is half of a sign-on, only that it was one."""
    if BADGE_PREFIX not in (key := look_up_key(scan.raw)):
        return scan
    return replace(scan, raw=without_badges(key))


def without_zeros(value: str) -> str:
    """A number without zeros in front, as a spreadsheet leaves it; nothing for what is no number."""
    return (value.lstrip("0") or "0") if value.isascii() and value.isdigit() else ""


def _symbology(text: str, told: str) -> tuple[str, str]:
    """The symbology's name, and the text without AIM identifier."""
    if match := _AIM.match(text):
        return _name_of(match), text[match.end() :]
    match = _AIM.match(told)
    return (_name_of(match) if match else told.strip().lower()), text


def _name_of(identifier: re.Match[str]) -> str:
    letter, modifier = identifier.groups()
    return _AIM_NAMES.get(letter + modifier) or _AIM_NAMES.get(letter) or identifier[0]


def _gs1_elements(text: str, symbology: str) -> Elements | None:
    """The GS1 elements where there is good reason to believe that there are any, else None."""
    if symbology in _RETAIL_LENGTHS or not text:
        return None
    if (link := read_digital_link(text)) is not None:
        return link
    if symbology in _GS1_NAMES or GROUP_SEPARATOR in text:
        return read_element_string(text)
    if _HRI.match(text):
        return read_hri(text)
    return None


def _from_elements(raw: str, text: str, symbology: str, elements: Elements) -> CodeMeaning:
    gtin, sscc = elements.value("01", "02"), elements.value("00")
    lookups = [("sscc", sscc)] if sscc else []
    lookups += [("gtin", gtin)] if gtin else []
    faults = elements.faults or (() if elements.good else (CodeFault("code.empty", ""),))
    return CodeMeaning(
        raw=raw,
        text=text,
        symbology=symbology,
        elements=elements.good,
        lookups=tuple(lookups),
        faults=faults,
        gtin=gtin,
        sscc=sscc,
        lot=elements.value("10"),
        serial=elements.value("21"),
        expiry=elements.day("expiry"),
        best_before=elements.day("best_before"),
        production=elements.day("production"),
        quantity=elements.number("30", "37"),
        weight_kg=_net_weight_kg(elements),
        is_gs1=True,
    )


def _net_weight_kg(elements: Elements) -> Decimal | None:
    """Net weight of a variable measure item; pounds become kilograms to the milligram."""
    pounds = elements.number("320")
    in_kg = elements.number("310")
    return in_kg if in_kg is not None or pounds is None else round(pounds * _KG_PER_POUND, 6)


def _retail(raw: str, text: str, symbology: str) -> CodeMeaning:
    """EAN, UPC and ITF-14: one GTIN, or nothing."""
    main = text[:_EAN_13] if symbology == "ean-13-add-on" else text
    if len(main) not in _RETAIL_LENGTHS[symbology] or not _DIGITS.match(main):
        return CodeMeaning(raw, text, symbology, faults=(CodeFault("code.bad_length", text),))
    digits = _upc_a_of(main) if symbology == "upc-e" else main
    gtin = to_gtin_14(digits)
    if gtin is None:
        return CodeMeaning(raw, text, symbology, faults=(_wrong_check_digit(digits),))
    return CodeMeaning(raw, text, symbology, lookups=(("gtin", gtin),), gtin=gtin)


def _plain(raw: str, text: str, symbology: str) -> CodeMeaning:
    """A code that may be anything that the warehouse keeps codes for."""
    key = look_up_key(text)
    if key.startswith(BADGE_PREFIX):
        return CodeMeaning(raw, text, symbology, lookups=(("badge", key),))
    if key.startswith(COMMAND_PREFIX):
        return CodeMeaning(raw, text, symbology, lookups=(("command", key),))
    if not symbology and len(key) == _EAN_13 and _DIGITS.match(key) and not has_good_check_digit(key):
        return CodeMeaning(raw, text, symbology, faults=(_wrong_check_digit(key),))
    gtin, sscc = to_gtin_14(key), _sscc_of(key)
    lookups: list[LookUp] = [("gtin", gtin)] if gtin else []
    lookups += [("sscc", sscc)] if sscc else []
    lookups += [("sku", key)]
    lookups += [("bin", key)] if key.count("-") >= 2 else []
    lookups += [(scheme, key) for scheme in ("bin_name", "document", "tracking", "article", "lpn")]
    return CodeMeaning(raw, text, symbology, lookups=tuple(lookups), gtin=gtin, sscc=sscc)


def _sscc_of(digits: str) -> str | None:
    """The SSCC in 18 digits, or in 20 as an SSCC label gives them where the scanner names no symbology."""
    if len(digits) == 20 and digits.startswith("00"):
        digits = digits[2:]
    return digits if len(digits) == 18 and has_good_check_digit(digits) else None


def _wrong_check_digit(digits: str) -> CodeFault:
    return CodeFault("code.check_digit", digits, {"expected": str(gs1_check_digit(digits[:-1]))})


def _upc_a_of(upc_e: str) -> str:
    """The twelve digits that the eight of a UPC-E stand for (General Specifications, section 5.2.2.4.2)."""
    system, body, last, check = upc_e[0], upc_e[1:7], upc_e[6], upc_e[7]
    match last:
        case "0" | "1" | "2":
            middle = f"{body[:2]}{last}0000{body[2:5]}"
        case "3":
            middle = f"{body[:3]}00000{body[3:5]}"
        case "4":
            middle = f"{body[:4]}00000{body[4]}"
        case _:
            middle = f"{body[:5]}0000{last}"
    return f"{system}{middle}{check}"

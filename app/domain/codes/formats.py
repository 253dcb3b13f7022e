"""The codes that the warehouse makes and prints: SSCCs, GS1-128 data, badges and commands.

Badges and commands begin with `SH-`, which no GTIN, SSCC or bin address can, so that they never collide with goods.
"""

import re
from collections.abc import Sequence
from enum import StrEnum

from app.domain.codes.check_digits import gs1_check_digit
from app.domain.codes.gs1 import GROUP_SEPARATOR, element_of, needs_separator
from app.domain.errors import Refusal

BADGE_PREFIX = "SH-P-"
COMMAND_PREFIX = "SH-CMD-"

_DIGITS = re.compile(r"[0-9]+\Z")
_WORD = re.compile(r"[A-Z][A-Z0-9_]{0,30}\Z")
_BADGE = re.compile(rf"{re.escape(BADGE_PREFIX)}[0-9A-Z-]+", re.IGNORECASE)


class Command(StrEnum):
    """The commands that are understood at every station and printed as bar codes (STATIONS.md, rule 7)."""

    CONFIRM = "CONFIRM"
    UNDO = "UNDO"
    SHORT = "SHORT"
    DAMAGED = "DAMAGED"
    NEW_BOX = "NEW_BOX"
    CLOSE_BOX = "CLOSE_BOX"
    REPRINT = "REPRINT"
    PAUSE = "PAUSE"
    DONE = "DONE"


def command(word: str) -> str:
    """The code printed for a command, for example `SH-CMD-UNDO`; refuses `code.command_word`."""
    upper = word.strip().upper()
    if not _WORD.match(upper):
        raise Refusal("code.command_word", text=word)
    return f"{COMMAND_PREFIX}{upper}"


def badge(number: int) -> str:
    """The code on a person's badge, for example `SH-P-0007` for person number 7; refuses `code.badge_number`."""
    if not 1 <= number <= 999_999_999:
        raise Refusal("code.badge_number", text=number)
    return f"{BADGE_PREFIX}{number:04d}"


def without_badges(text: str) -> str:
    """A text with dots in the place of badge numbers: whoever knows a badge's number knows half of a sign-on."""
    return _BADGE.sub(f"{BADGE_PREFIX}…", text)


def make_sscc(extension: int, company_prefix: str, serial_reference: int) -> str:
    """The 18 digits of a logistic unit: extension digit, GS1 company prefix, serial reference, check digit.

    Company prefix and serial reference share 16 digits. Refuses `code.sscc_parts`: an extension outside 0–9, a
    prefix that is not 4–12 digits, a serial number that is negative or too long for the places that are left.
    """
    places = 16 - len(company_prefix)
    fits = 4 <= len(company_prefix) <= 12 and _DIGITS.match(company_prefix) and 0 <= extension <= 9
    if not fits or not 0 <= serial_reference < 10**places:
        raise Refusal("code.sscc_parts", text=f"{extension} {company_prefix} {serial_reference}")
    payload = f"{extension}{company_prefix}{serial_reference:0{places}d}"
    return f"{payload}{gs1_check_digit(payload)}"


def gs1_128(elements: Sequence[tuple[str, str]]) -> str:
    """(AI, data) pairs as one GS1 element string, exactly as a scanner sends it behind `]C1`.

    A group separator (FNC1 when printed, U+001D when scanned) follows each element of variable length but the last;
    the FNC1 at the very start belongs to the symbol and is not part of the string. Refuses `code.not_encodable`
    where an element is not valid by itself: such a label would be printed and never read.
    """
    if not elements:
        raise Refusal("code.not_encodable", text="")
    parts: list[str] = []
    for position, (ai, data) in enumerate(elements):
        _, fault = element_of(ai, data)
        if fault is not None:
            raise Refusal("code.not_encodable", text=f"({ai}){data}")
        last = position == len(elements) - 1
        parts.append(f"{ai}{data}{GROUP_SEPARATOR if needs_separator(ai) and not last else ''}")
    return "".join(parts)


def hri(elements: Sequence[tuple[str, str]]) -> str:
    """(AI, data) pairs as people read them below a bar code: `(01)09506000134352(10)ABC`."""
    return "".join(f"({ai}){data}" for ai, data in elements)

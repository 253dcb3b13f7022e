"""The check digits of GTINs and SSCCs, and the one form in which GTINs are kept."""

import re

from app.domain.errors import Refusal

_DIGITS = re.compile(r"[0-9]+\Z")
_GTIN_LENGTHS = (8, 12, 13, 14)


def gs1_check_digit(payload: str) -> int:
    """The check digit that follows the digits of a GTIN or SSCC (GS1 General Specifications, section 7.9.1).

    From the right the digits weigh 3, 1, 3, …; the check digit fills the sum up to a multiple of ten.
    """
    if not _DIGITS.match(payload):
        raise Refusal("code.not_digits", text=payload)
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(payload)))
    return -total % 10


def has_good_check_digit(digits: str) -> bool:
    """Whether the last digit of a GTIN or SSCC is the one its other digits ask for."""
    return bool(_DIGITS.match(digits)) and len(digits) > 1 and gs1_check_digit(digits[:-1]) == int(digits[-1])


def to_gtin_14(digits: str) -> str | None:
    """A GTIN-8, -12, -13 or -14 with good check digit as the 14 digits that the database keeps; else None."""
    if len(digits) in _GTIN_LENGTHS and has_good_check_digit(digits):
        return digits.zfill(14)
    return None

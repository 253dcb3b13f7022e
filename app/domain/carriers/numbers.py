"""Tracking numbers that we make ourselves: of ranges that a carrier gave us, each with its check digit.

Which number is the next is the database's business, so that none is handed out twice.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.domain.codes import gs1_check_digit

_S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
S10_DIGITS = len(_S10_WEIGHTS)
_S10_ODD = {10: 0, 11: 5}


def mod_97(digits: str) -> str:
    """Two check digits by ISO/IEC 7064, MOD 97-10: every wrong digit and every swap of neighbours is found."""
    return f"{98 - int(digits) * 100 % 97:02d}"


def s10(digits: str) -> str:
    """The check digit of a postal item: UPU S10, over eight digits by the weights 8 6 4 2 3 5 9 7, modulo 11."""
    weighed = sum(int(digit) * weight for digit, weight in zip(digits, _S10_WEIGHTS, strict=True))
    check = 11 - weighed % 11
    return str(_S10_ODD.get(check, check))


CHECKS: Mapping[str, Callable[[str], str]] = {
    "none": lambda _digits: "",
    "mod10": lambda digits: str(gs1_check_digit(digits)),
    "mod97": mod_97,
    "s10": s10,
}
"""How check digits are reckoned, by name: what follows the digits of a number."""


@dataclass(frozen=True, slots=True)
class NumberRange:
    """Numbers that a carrier gave us: `first` to `last`, written in `digits` places between `prefix` and `suffix`.

    People are warned when fewer than `warn_at` are left.
    """

    prefix: str
    first: int
    last: int
    digits: int
    check: str = "none"
    suffix: str = ""
    warn_at: int = 0

    def written(self, number: int) -> str:
        """A number of the range as it stands on the label."""
        if not self.first <= number <= self.last:
            message = f"{number} is not in the range from {self.first} to {self.last}"
            raise ValueError(message)
        digits = f"{number:0{self.digits}d}"
        return f"{self.prefix}{digits}{CHECKS[self.check](digits)}{self.suffix}"

    def overlaps(self, other: "NumberRange") -> bool:
        """Whether a number could be handed out by both."""
        same = (self.prefix, self.digits, self.suffix) == (other.prefix, other.digits, other.suffix)
        return same and self.first <= other.last and other.first <= self.last


_SIGNS: Mapping[str, str] = {"#": "[0-9]", "@": "[A-Z]", "*": "[0-9A-Z]"}
_ANY = re.compile(r"[0-9A-Za-z][0-9A-Za-z./-]{3,39}")


def has_form(number: str, form: str) -> bool:
    """Whether a tracking number is written as its carrier writes them: `RR########@@`, # a digit, @ a letter, * either.

    Without a form: four to forty letters, digits and ./-, which every code on a label can hold.
    """
    if not form:
        return _ANY.fullmatch(number) is not None
    return re.fullmatch("".join(_SIGNS.get(sign, re.escape(sign)) for sign in form), number) is not None

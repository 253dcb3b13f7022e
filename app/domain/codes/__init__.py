"""What the characters of a code mean, without looking at any record.

`meaning.read_code` is the way in: it names the symbology, takes GS1 strings apart, checks digits and dates, and says
under which schemes the database may look the code up. `formats` makes the codes that the warehouse itself prints.
Which record stands behind a code is the database's to say.
"""

from app.domain.codes.check_digits import gs1_check_digit, has_good_check_digit, to_gtin_14
from app.domain.codes.formats import (
    BADGE_PREFIX,
    COMMAND_PREFIX,
    Command,
    badge,
    command,
    gs1_128,
    hri,
    make_sscc,
    without_badges,
)
from app.domain.codes.gs1 import CodeFault, Element, Elements
from app.domain.codes.meaning import SCHEMES, CodeMeaning, as_kept, look_up_key, read_code, without_zeros

__all__ = [
    "BADGE_PREFIX",
    "COMMAND_PREFIX",
    "SCHEMES",
    "CodeFault",
    "CodeMeaning",
    "Command",
    "Element",
    "Elements",
    "as_kept",
    "badge",
    "command",
    "gs1_128",
    "gs1_check_digit",
    "has_good_check_digit",
    "hri",
    "look_up_key",
    "make_sscc",
    "read_code",
    "to_gtin_14",
    "without_badges",
    "without_zeros",
]

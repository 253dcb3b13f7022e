"""Scanners that type: the drivers' decoder with this machine's settings, and its outcomes as scans.

The screens feed it every key, because only they see keys.
"""

import time
from uuid import uuid4

from app.domain.codes.check_digits import has_good_check_digit
from app.domain.errors import Refusal
from app.domain.scanning import Scan
from app.settings import Settings
from drivers.scanners import scan as driver
from drivers.scanners.layouts import Layout, undo
from drivers.scanners.plain import GS
from drivers.scanners.wedge import WedgeDecoder, WedgeSettings

SOURCE = "wedge"


_CHECKED_LENGTHS = {8, 12, 13, 14, 18}  # GTINs and SSCCs


def listens_to_wedge(settings: Settings) -> bool:
    """Whether this machine has a scanner that types: one with a prefix, or one known by its speed."""
    return bool(settings.wedge_prefix) or settings.wedge_timing


def wedge_decoder(settings: Settings) -> WedgeDecoder:
    """The decoder for the wedge of this machine; refuses `devices.not_supported` where prefix and suffix are alike."""
    try:
        return WedgeDecoder(
            WedgeSettings(
                prefix=settings.wedge_prefix,
                suffix=settings.wedge_suffix,
                replacements=_replacements(settings),
                check=is_no_quantity,
            )
        )
    except ValueError as error:
        raise Refusal("devices.not_supported", device=SOURCE, why=str(error)) from error


def is_no_quantity(code: str) -> bool:
    """Whether what was typed fast is a code and not a number that a person typed.

    Digits alone are a code only with the length and the check digit of a GTIN or SSCC.
    """
    if not (code.isascii() and code.isdigit()):
        return True
    return len(code) in _CHECKED_LENGTHS and has_good_check_digit(code)


def _replacements(settings: Settings) -> dict[str, str]:
    """Which keys stand for other characters: the layouts undone, and the separator given back."""
    found = {GS: GS, "F8": GS, settings.wedge_gs_key: GS}
    if settings.wedge_scanner_layout and settings.wedge_computer_layout:
        scanner, computer = Layout(settings.wedge_scanner_layout), Layout(settings.wedge_computer_layout)
        found = undo(scanner=scanner, computer=computer) | found
    return found


def heard(outcome: object) -> Scan | None:
    """The scan that the decoder has made of keys; None for a code that did not arrive whole: scan again."""
    if not isinstance(outcome, driver.Scan):
        return None
    return Scan(
        event_id=uuid4(),
        raw=outcome.text,
        symbology=outcome.symbology,
        source=SOURCE,
        age_s=max(0.0, time.monotonic() - outcome.monotonic),
        aim=str(outcome.aim_id or ""),
    )

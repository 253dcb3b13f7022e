"""How a new scanner is set, found out with the printed calibration sheet, and the settings that follow from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.domain.errors import Refusal
from app.settings import DeviceSetting, Suffix
from drivers.scanners.calibration import SHEET as DRIVER_SHEET
from drivers.scanners.calibration import Calibration, analyse, serial_settings, wedge_settings
from drivers.scanners.plain import Suffix as DriverSuffix

_SUFFIXES = {
    DriverSuffix.CR: Suffix.CR,
    DriverSuffix.CR_LF: Suffix.CRLF,
    DriverSuffix.LF: Suffix.LF,
    DriverSuffix.TAB: Suffix.TAB,
    DriverSuffix.NONE: Suffix.NONE,
}
_USUAL_GS_KEY = "F8"


@dataclass(frozen=True, slots=True)
class SheetCode:
    """One code of the sheet; `text` is what it holds (GS as U+001D), `gs1` whether it is announced as GS1."""

    name: str
    text: str
    gs1: bool


SHEET = tuple(SheetCode(code.name, code.text, code.symbology == "gs1-128") for code in DRIVER_SHEET)


@dataclass(frozen=True, slots=True)
class ScannerFound:
    """How a scanner is set, in words.

    Attributes:
        prefix, suffix: the keys or characters before and behind each code.
        layouts: keyboard of the scanner and of the computer; empty where both agree.
        gs: what became of the separator of GS1 codes: `as_is`, `key` or `lost`; `gs_key` is that key.
        aim: whether it announces what it reads.
        lost: characters that cannot be recovered.
        findings: codes of what is to be known or mended, the worst first.
        usable: whether settings can be made of it.
    """

    prefix: str
    suffix: str
    layouts: tuple[str, str] | tuple[()]
    gs: str
    gs_key: str
    aim: bool
    lost: str
    findings: tuple[str, ...]
    usable: bool
    calibration: Calibration


def find_out(heard: Mapping[str, Sequence[str]], *, typing: bool) -> ScannerFound:
    """Say how a scanner is set by what arrived for each code of the sheet, by its name, as keys."""
    found = analyse(heard, typing=typing)
    scanner, computer = found.scanner_layout, found.computer_layout
    layouts = (scanner.value, computer.value) if scanner and computer else ()
    return ScannerFound(
        prefix=found.prefix,
        suffix=found.suffix,
        layouts=layouts,
        gs=found.gs.value,
        gs_key=found.gs_key,
        aim=found.aim,
        lost=found.lost,
        findings=tuple(finding.value for finding in found.findings),
        usable=_can_be_kept(found, typing=typing),
        calibration=found,
    )


def wedge_changes(found: ScannerFound) -> dict[str, object]:
    """The settings of this machine for a scanner that types. Refuses `devices.program_first`."""
    try:
        wedge = wedge_settings(found.calibration)
    except ValueError as error:
        raise Refusal("devices.program_first", why=", ".join(found.findings)) from error
    scanner, computer = found.layouts or ("", "")
    return {
        "wedge.prefix": wedge.prefix,
        "wedge.suffix": wedge.suffix,
        "wedge.scanner_layout": scanner,
        "wedge.computer_layout": computer,
        "wedge.gs_key": found.gs_key or _USUAL_GS_KEY,
        "wedge.timing": not wedge.prefix,
    }


def calibrated(device: DeviceSetting, found: ScannerFound) -> DeviceSetting:
    """The scanner at a port with the settings that were found. Refuses `devices.program_first`."""
    try:
        options = serial_settings(found.calibration)
    except ValueError as error:
        raise Refusal("devices.program_first", why=", ".join(found.findings)) from error
    return replace(
        device, suffix=_SUFFIXES[options.suffix], stx_prefix=options.stx_prefix, aim_required=options.aim_required
    )


def _can_be_kept(found: Calibration, *, typing: bool) -> bool:
    try:
        wedge_settings(found) if typing else serial_settings(found)
    except ValueError:
        return False
    return True

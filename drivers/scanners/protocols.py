"""Which scanner protocols there are, by the name that settings and command lines use. Wedges have no port."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from drivers.device import DeviceProtocol
from drivers.scanners.hid_pos import HidPosScanner
from drivers.scanners.plain import PlainScanner, Suffix
from drivers.scanners.scan import ScannerMessage
from drivers.scanners.ssi import SsiScanner


@dataclass(frozen=True, slots=True)
class ScannerOptions:
    """How a plain scanner is programmed; the others need not be told. See `PlainScanner`."""

    suffix: Suffix = Suffix.CR
    stx_prefix: bool = False
    aim_required: bool = False


_PROTOCOLS: Mapping[str, Callable[[ScannerOptions], DeviceProtocol[ScannerMessage]]] = {
    "plain": lambda options: PlainScanner(
        suffix=options.suffix, stx_prefix=options.stx_prefix, aim_required=options.aim_required
    ),
    "ssi": lambda _options: SsiScanner(),
    "hid_pos": lambda _options: HidPosScanner(),
}

SCANNER_PROTOCOLS = tuple(_PROTOCOLS)


def scanner_protocol(name: str, options: ScannerOptions | None = None) -> DeviceProtocol[ScannerMessage]:
    """A protocol by its name; raises `ValueError` for an unknown one or options that contradict each other."""
    if name not in _PROTOCOLS:
        raise ValueError(f"unknown scanner protocol {name!r}; known are {', '.join(_PROTOCOLS)}")
    return _PROTOCOLS[name](options or ScannerOptions())

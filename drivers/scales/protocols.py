"""Which scale protocols there are, by the name that settings and command lines use."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from drivers.scales.a_and_d import AAndD
from drivers.scales.hid_pos import HidPosScale
from drivers.scales.nci import Nci, Variant
from drivers.scales.pattern import PatternScale
from drivers.scales.scale import ScaleProtocol
from drivers.scales.sics import Sics
from drivers.scales.sma import Sma
from drivers.scales.st_gs import StGs
from drivers.scales.toledo_8217 import Toledo8217
from drivers.scales.toledo_continuous import ToledoContinuous


@dataclass(frozen=True, slots=True)
class ScaleOptions:
    """What some protocols must be told; each reads only what concerns it.

    Attributes:
        default_unit: unit of a scale that sends none (8217, pattern; SICS where it leaves it out).
        checksum: a Toledo continuous scale is set up to send one.
        pattern: the regular expression of a `pattern` scale.
        request: what an `ST,GS` or `pattern` scale must hear before it sends a line.
    """

    default_unit: str | None = None
    checksum: bool = False
    pattern: str = ""
    request: bytes = b""


_PROTOCOLS: Mapping[str, Callable[[ScaleOptions], ScaleProtocol]] = {
    "sics": lambda options: Sics(default_unit=options.default_unit),
    "toledo_8217": lambda options: Toledo8217(default_unit=options.default_unit),
    "nci": lambda _options: Nci(),
    "nci_ecr": lambda _options: Nci(variant=Variant.ECR),
    "sma": lambda _options: Sma(),
    "toledo_continuous": lambda options: ToledoContinuous(checksum=options.checksum),
    "a_and_d": lambda _options: AAndD(),
    "st_gs": lambda options: StGs(request=options.request),
    "hid_pos": lambda _options: HidPosScale(),
    "pattern": lambda options: PatternScale(
        options.pattern, request=options.request, default_unit=options.default_unit
    ),
}

SCALE_PROTOCOLS = tuple(_PROTOCOLS)


def scale_protocol(name: str, options: ScaleOptions | None = None) -> ScaleProtocol:
    """A protocol by its name; raises `ValueError` for an unknown name, an unknown unit or a pattern that is none."""
    if name not in _PROTOCOLS:
        raise ValueError(f"unknown scale protocol {name!r}; known are {', '.join(_PROTOCOLS)}")
    return _PROTOCOLS[name](options or ScaleOptions())

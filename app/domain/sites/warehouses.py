"""A warehouse with its zones and bins, from a file: read, checked, and with an address for every bin."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.domain.errors import Refusal
from app.domain.sites.bins import MOST_BINS, compressed, expand
from app.domain.values import Findings, Node, Place, Section

DEFAULT_TIME_ZONE = "UTC"

_CODE = re.compile(r"[A-Z0-9]{1,12}\Z")
_NAMES_SHOWN = 12


class ZoneKind(StrEnum):
    """What the bins of a zone are for; goods arrive on a dock and leave from staging, totes wait for each other."""

    BIN = "bin"
    DOCK = "dock"
    STAGING = "staging"
    TOTE = "tote"


_KIND_WORDS = {
    "bin": ZoneKind.BIN,
    "storage": ZoneKind.BIN,
    "dock": ZoneKind.DOCK,
    "receiving": ZoneKind.DOCK,
    "inbound": ZoneKind.DOCK,
    "staging": ZoneKind.STAGING,
    "shipping": ZoneKind.STAGING,
    "outbound": ZoneKind.STAGING,
    "tote": ZoneKind.TOTE,
    "totes": ZoneKind.TOTE,
}


@dataclass(frozen=True, slots=True)
class ZoneData:
    """A zone: its code within the warehouse (`STO`), its name, what its bins are for, and their names in order."""

    code: str
    name: str
    kind: ZoneKind = ZoneKind.BIN
    bins: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Zones of a warehouse are known by their code."""
        return self.code


@dataclass(frozen=True, slots=True)
class WarehouseData:
    """A warehouse as a file describes it; empty texts mean that the file says nothing about it."""

    code: str
    name: str = ""
    address: str = ""
    type: str = ""
    time_zone: str = ""
    zones: tuple[ZoneData, ...] = ()
    where: Place = field(default=Place(), compare=False)

    @property
    def key(self) -> str:
        """Warehouses are known by their code."""
        return self.code

    def with_defaults(self) -> "WarehouseData":
        """The warehouse as it is created where the file says nothing else: named by its code, on UTC."""
        return replace(self, name=self.name or self.code, time_zone=self.time_zone or DEFAULT_TIME_ZONE)

    def bin_addresses(self) -> Iterator[tuple[ZoneData, str, str]]:
        """Each bin as (zone, name, full address such as `WH001-STO-R01`), in the file's order."""
        for zone in self.zones:
            for name in zone.bins:
                yield zone, name, self.address_of(zone, name)

    def address_of(self, zone: ZoneData, name: str) -> str:
        """The full address of a bin, which is printed on it and unique everywhere."""
        return f"{self.code}-{zone.code}-{name}"


def read_warehouses(nodes: Iterable[Node], findings: Findings) -> tuple[WarehouseData, ...]:
    """The warehouses that the sections of a file describe; all that is wrong with them goes to `findings`.

    The section's own name (`Main Warehouse`) is the warehouse's name where the section gives none.
    """
    found: dict[str, WarehouseData] = {}
    for node in nodes:
        warehouse = _warehouse(node, findings)
        if warehouse is None:
            continue
        if warehouse.key in found:
            first = found[warehouse.key].where
            findings.error(node, "sites.duplicate_warehouse", warehouse=warehouse.code, first=str(first))
        else:
            found[warehouse.key] = warehouse
    return tuple(found.values())


def _warehouse(node: Node, findings: Findings) -> WarehouseData | None:
    section = Section(node, findings)
    code = section.required("code", longest=12).upper()
    code_node = section.node_of("code")
    if code and code_node and not _CODE.match(code):
        findings.error(code_node, "sites.code")
    zones = _zones(section)
    warehouse = WarehouseData(
        code=code,
        name=section.text("name") or node.name,
        address=section.text("address"),
        type=section.text("type"),
        time_zone=_time_zone(section),
        zones=zones,
        where=node.place,
    )
    section.finish()
    _say_overlaps(warehouse, node, findings)
    return warehouse if code else None


def _time_zone(section: Section) -> str:
    name = section.text("time_zone", "timezone")
    try:
        return known_time_zone(name)
    except Refusal:
        node = section.node_of("time_zone", "timezone")
        assert node is not None
        section.findings.error(node, "sites.unknown_time_zone")
        return ""


def known_time_zone(name: str) -> str:
    """The name of a time zone, which may be empty; refuses one that does not exist (`sites.unknown_time_zone`)."""
    try:
        if name:
            ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as reason:
        raise Refusal("sites.unknown_time_zone", value=name) from reason
    return name


def _zones(section: Section) -> tuple[ZoneData, ...]:
    nodes = section.list_of("zones")
    drafts = [draft for node in nodes if (draft := _zone(node, section.findings)) is not None]
    taken = {zone.code for _, zone in drafts if zone.code}
    zones: list[ZoneData] = []
    for node, zone in drafts:
        if zone.code and any(zone.code == other.code for other in zones):
            section.findings.error(node, "sites.duplicate_zone", zone=zone.code)
        code = zone.code or _code_for(zone.name, taken)
        taken.add(code)
        zones.append(replace(zone, code=code))
    count = sum(len(zone.bins) for zone in zones)
    if count > MOST_BINS:
        section.findings.error(section.node, "sites.too_many_bins", text="", count=count, most=MOST_BINS)
        return ()
    return tuple(zones)


def _zone(node: Node, findings: Findings) -> tuple[Node, ZoneData] | None:
    """A zone; its code stays empty where the file gives none."""
    section = Section(node, findings)
    name = section.required("name", longest=60)
    code = section.text("code", longest=12).upper()
    code_node = section.node_of("code")
    if code and code_node and not _CODE.match(code):
        findings.error(code_node, "sites.code")
    zone = ZoneData(code, name, _kind(section, name), _bins(section))
    section.finish()
    return (node, zone) if name else None


def _kind(section: Section, name: str) -> ZoneKind:
    node = section.node_of("kind", "type")
    if node is None:
        return _KIND_WORDS.get(name.casefold(), ZoneKind.BIN)
    kind = _KIND_WORDS.get((node.text or "").casefold())
    if kind is None:
        section.findings.error(node, "sites.unknown_kind", known=", ".join(_KIND_WORDS))
        return ZoneKind.BIN
    return kind


def _bins(section: Section) -> tuple[str, ...]:
    names: dict[str, None] = {}
    for node in section.list_of("bins"):
        try:
            entry = expand(node.text or "")
        except Refusal as refusal:
            section.findings.refusal(node, refusal)
            continue
        twice = [name for name in entry if name in names]
        if twice:
            section.findings.error(node, "sites.bin_twice", count=len(twice), names=_shortened(twice))
        names.update(dict.fromkeys(entry))
        if len(names) > MOST_BINS:
            section.findings.error(node, "sites.too_many_bins", text=node.text, count=len(names), most=MOST_BINS)
            return ()
    return tuple(names)


def _code_for(name: str, taken: set[str]) -> str:
    """Three letters of the zone's name, with a number behind where they are taken: STO, STO2, STO3."""
    letters = "".join(sign for sign in name.upper() if sign.isascii() and sign.isalnum())[:3] or "Z"
    if letters not in taken:
        return letters
    number = next(number for number in range(2, len(taken) + 3) if f"{letters}{number}" not in taken)
    return f"{letters}{number}"


def _say_overlaps(warehouse: WarehouseData, node: Node, findings: Findings) -> None:
    """Tells that a bare bin name will ask which zone is meant; the bins are created all the same."""
    zones_of: dict[str, list[str]] = defaultdict(list)
    for zone in warehouse.zones:
        for name in zone.bins:
            zones_of[name].append(zone.name)
    groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for name in sorted(zones_of):
        if len(zones_of[name]) > 1:
            groups[tuple(zones_of[name])].append(name)
    if groups:
        findings.notice(
            node,
            "sites.names_in_several_zones",
            count=sum(len(names) for names in groups.values()),
            names="; ".join(f"{_shortened(names)} ({', '.join(zones)})" for zones, names in groups.items()),
        )


def _shortened(names: list[str]) -> str:
    parts = compressed(names).split(", ")
    return ", ".join(parts[:_NAMES_SHOWN]) + (", …" if len(parts) > _NAMES_SHOWN else "")

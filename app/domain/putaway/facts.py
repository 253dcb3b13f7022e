"""What put-away knows of goods and bins, and what its rules may speak of: these goods, in this bin."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class BinKind(StrEnum):
    """The stock-keeping kinds of location; only `bin` is storage."""

    BIN = "bin"
    DOCK = "dock"
    STAGING = "staging"
    TOTE = "tote"
    PRODUCTION = "production"
    TRANSIT = "transit"
    CONSIGNMENT = "consignment"


class Mixing(StrEnum):
    """What may lie together in one bin."""

    ANY = "any"
    ONE_ITEM = "one_item"
    ONE_TRACE = "one_trace"


AMBIENT = "ambient"
"""The temperature of a place, or of goods, of which nobody said another."""


@dataclass(frozen=True, slots=True)
class GoodsFacts:
    """What is to be put away: `quantity` in base units.

    `abc` and `turnover` say how often it is picked (class A to C; 0 the most, 100 the least), empty and None where
    nobody has counted. `temperature` and `hazard` are its classes, empty for ordinary goods. `weight_kg` and `volume_l`
    are of one base unit, `height_mm` as it stands; None where they were never measured. `step` is the smallest
    quantity. `owner` is a partner's code, empty for ours. `awaiting_inspection`: nobody has decided about it yet.
    """

    sku: str
    quantity: Decimal
    category: str = ""
    owner: str = ""
    status: str = "available"
    abc: str = ""
    turnover: int | None = None
    temperature: str = ""
    hazard: str = ""
    weight_kg: Decimal | None = None
    volume_l: Decimal | None = None
    height_mm: int | None = None
    step: Decimal = Decimal(1)
    awaiting_inspection: bool = False


@dataclass(frozen=True, slots=True)
class BinFacts:
    """One bin as the goods see it, known by its full address, which is unique.

    `same_item`, `same_trace`: goods of that item, or of that very lot, lie there already; `other_owner`: goods of
    somebody else. `fixed`: kept for this item; `kept_for_others`: kept for other items only. What is left is in base
    units, kg and litres, None where the bin has no limit; `height_mm` likewise. `nearness` is the bin's place in the
    walk, 0 the first and 100 the last; `face_distance` how far it is from the item's pick face (mm, or steps of the
    walk where the warehouse is not drawn). `walk_position` is None where it was never set.
    """

    address: str
    zone: str
    kind: BinKind
    empty: bool
    walk_position: int | None = None
    same_item: bool = False
    same_trace: bool = False
    other_owner: bool = False
    frozen: bool = False
    fixed: bool = False
    kept_for_others: bool = False
    units_left: Decimal | None = None
    kg_left: Decimal | None = None
    litres_left: Decimal | None = None
    height_mm: int | None = None
    mixing: Mixing = Mixing.ONE_ITEM
    temperature: str = ""
    hazard_classes: tuple[str, ...] = ()
    purpose: str = ""
    zone_purpose: str = ""
    bin_type: str = ""
    level: int = 0
    nearness: int | None = None
    face_distance: int | None = None


@dataclass(frozen=True, slots=True)
class PutawayFacts:
    """What a put-away rule may speak of: these goods, in this bin.

    `fits_…`: all of the goods have room by base units, weight and volume, and they stand upright below the ceiling.
    `temperature_fits`, `hazard_fits`: the bin is made for such goods. `turnover_gap` is how many hundredths of the walk
    the bin is nearer or farther than the goods' turnover deserves. `weight_kg` and `volume_l` are of all the goods.
    """

    address: str
    zone: str
    kind: BinKind
    purpose: str
    zone_purpose: str
    bin_type: str
    level: int
    walk_position: int | None
    nearness: int | None
    face_distance: int | None
    turnover_gap: int | None
    empty: bool
    same_item: bool
    same_trace: bool
    other_owner: bool
    frozen: bool
    fixed_bin: bool
    kept_for_others: bool
    mixing: Mixing
    fits_units: bool
    fits_weight: bool
    fits_volume: bool
    fits_height: bool
    temperature_fits: bool
    hazard_fits: bool
    sku: str
    category: str
    owner: str
    status: str
    awaiting_inspection: bool
    abc: str
    turnover: int | None
    temperature: str
    hazard: str
    weight_kg: Decimal | None
    volume_l: Decimal | None
    height_mm: int | None
    quantity: Decimal


def room(goods: GoodsFacts, one: BinFacts) -> Decimal:
    """How much of the goods the bin has room for, in base units: never more than there is, never a broken unit."""
    most = [goods.quantity]
    if one.units_left is not None:
        most.append(one.units_left)
    for left, each in ((one.kg_left, goods.weight_kg), (one.litres_left, goods.volume_l)):
        if left is not None and each:
            most.append(left / each)
    return max(min(most) // goods.step * goods.step, Decimal(0))


def facts_of(goods: GoodsFacts, one: BinFacts) -> PutawayFacts:
    """The goods in the bin, as the rules see them."""
    weight = None if goods.weight_kg is None else goods.weight_kg * goods.quantity
    volume = None if goods.volume_l is None else goods.volume_l * goods.quantity
    return PutawayFacts(
        address=one.address,
        zone=one.zone,
        kind=one.kind,
        purpose=one.purpose,
        zone_purpose=one.zone_purpose,
        bin_type=one.bin_type,
        level=one.level,
        walk_position=one.walk_position,
        nearness=one.nearness,
        face_distance=one.face_distance,
        turnover_gap=_gap(goods.turnover, one.nearness),
        empty=one.empty,
        same_item=one.same_item,
        same_trace=one.same_trace,
        other_owner=one.other_owner,
        frozen=one.frozen,
        fixed_bin=one.fixed,
        kept_for_others=one.kept_for_others and not one.fixed,
        mixing=one.mixing,
        fits_units=one.units_left is None or one.units_left >= goods.quantity,
        fits_weight=_fits(weight, one.kg_left),
        fits_volume=_fits(volume, one.litres_left),
        fits_height=goods.height_mm is None or one.height_mm is None or goods.height_mm <= one.height_mm,
        temperature_fits=(goods.temperature or AMBIENT) == (one.temperature or AMBIENT),
        hazard_fits=not goods.hazard or goods.hazard in one.hazard_classes,
        sku=goods.sku,
        category=goods.category,
        owner=goods.owner,
        status=goods.status,
        awaiting_inspection=goods.awaiting_inspection,
        abc=goods.abc,
        turnover=goods.turnover,
        temperature=goods.temperature,
        hazard=goods.hazard,
        weight_kg=weight,
        volume_l=volume,
        height_mm=goods.height_mm,
        quantity=goods.quantity,
    )


def _gap(turnover: int | None, nearness: int | None) -> int | None:
    return None if turnover is None or nearness is None else abs(turnover - nearness)


def _fits(wanted: Decimal | None, left: Decimal | None) -> bool:
    """What was never measured, and a bin without limit, are no reason against it."""
    return wanted is None or left is None or wanted <= left

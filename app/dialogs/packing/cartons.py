"""Which carton the bench proposes for what was picked, and the picture of how it is packed."""

from collections import Counter
from collections.abc import Sequence
from decimal import ROUND_CEILING
from functools import lru_cache

from app.dialogs.dialog import CartonPicture, PictureUnit
from app.domain.packing.cartons import Box, Good, Proposal, Tariff, propose
from app.domain.packing.cartons import Packed as PackedCarton
from app.domain.packing.packaging import CartonType
from app.services.packing import Packed, PackFacts, PackOrder, Picked

_MOST_UNITS = 40
"""So many units are packed in thought within the time of a scan; for more, people know better."""


def usable(order: PackOrder, facts: PackFacts) -> tuple[CartonType, ...]:
    """The kinds of cartons for what the order is sent by and whose goods it holds; all where none is made for it."""
    services = {one.lower() for one in (order.carrier, order.service) if one}
    owners = {one.owner for one in order.picked}
    return tuple(one for one in facts.cartons if one.is_for(services, owners)) or facts.cartons


def called(facts: PackFacts, code: str) -> str:
    """What people call a kind of carton."""
    return next((one.called for one in facts.cartons if one.code == code), code)


def proposed(order: PackOrder, facts: PackFacts) -> PackedCarton | None:
    """The first carton for what lies in the tote: the cheapest that all of it fits in, if there is one.

    None where a side of some goods is not known, or where they are too many or too big.
    """
    proposal = _proposal(_picked(order), tuple(carton.box for carton in usable(order, facts)))
    return proposal.cartons[0] if proposal is not None and proposal.cartons and not proposal.too_big else None


def carton_code(order: PackOrder, facts: PackFacts) -> str:
    """The kind of carton to take: the proposed one, else the usual one."""
    packed = proposed(order, facts)
    return packed.box.code if packed else usable(order, facts)[0].code


def picture(order: PackOrder, facts: PackFacts) -> CartonPicture | None:
    """How to pack what is in the open carton and what still lies in the tote; None where that does not fit together.

    Units that are in already are marked, as many of each item as were scanned. Where no carton is open yet, that is
    meant which is about to be.
    """
    parcel = order.open_parcel
    code = parcel.carton if parcel else carton_code(order, facts) if facts.cartons else ""
    box = next((one.box for one in facts.cartons if one.code == code), None)
    packed, waiting = _units(order, parcel.contents if parcel else ()), _picked(order)
    if box is None or packed is None or waiting is None:
        return None
    proposal = _proposal((*packed, *waiting), (box,))
    if proposal is None or not proposal.cartons or proposal.too_big:
        return None
    return _drawn(proposal.cartons[0], Counter(good.sku for good in packed), called(facts, code))


def _drawn(packed: PackedCarton, done: Counter[str], name: str) -> CartonPicture:
    units = []
    left = done.copy()
    for one in packed.placed:
        left[one.good.sku] -= 1
        corner, sides = (one.x_mm, one.y_mm, one.z_mm), (one.length_mm, one.width_mm, one.height_mm)
        units.append(PictureUnit(one.good.sku, corner, sides, packed=left[one.good.sku] >= 0))
    box = packed.box
    return CartonPicture(name, (box.length_mm, box.width_mm, box.height_mm), tuple(units))


def _picked(order: PackOrder) -> tuple[Good, ...] | None:
    """Every unit in the tote; None where the sides of some are not known."""
    return _units(order, order.picked)


def _units(order: PackOrder, held: Sequence[Picked | Packed]) -> tuple[Good, ...] | None:
    known = {line.item: line.good for line in order.lines}
    goods: list[Good] = []
    for one in held:
        good = known.get(one.item)
        if good is None:
            return None
        goods += [good] * int(one.quantity.to_integral_value(ROUND_CEILING))
    return tuple(goods)


def _proposal(goods: tuple[Good, ...] | None, boxes: tuple[Box, ...]) -> Proposal | None:
    if not goods or len(goods) > _MOST_UNITS or not boxes:
        return None
    return _propose(tuple(sorted(goods, key=repr)), boxes)


@lru_cache(maxsize=256)
def _propose(goods: tuple[Good, ...], boxes: tuple[Box, ...]) -> Proposal:
    return propose(goods, boxes, Tariff())

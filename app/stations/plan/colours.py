"""The colours of a plan and what they mean: by zone, by profile, by how full a place is."""

from collections.abc import Mapping
from uuid import UUID

from app.domain.sites.places import Place
from app.texts import Texts

BY_ZONE, BY_PROFILE, BY_FILL = "zone", "profile", "fill"
_PALETTE = (
    "#7CA6D8",
    "#8FBF8F",
    "#E0B470",
    "#C79BC9",
    "#7FBFBF",
    "#D99A8B",
    "#B5B56B",
    "#9A9AD6",
    "#CFA0B0",
    "#A3B3BF",
)
_FILL = {"empty": "#D9DEE3", "some": "#B7D7B0", "much": "#E6C76A", "full": "#D9775F"}


def colours_by(way: str, places: Mapping[UUID, Place], texts: Texts) -> tuple[Mapping[UUID, str], Mapping[str, str]]:
    """A colour for each place, and what the colours mean, by their words."""
    if way == BY_FILL:
        colours = {identity: _FILL[_fill(place)] for identity, place in places.items()}
        return colours, {texts.text("captions", f"plan.{code}"): colour for code, colour in _FILL.items()}
    named = {identity: place.zone if way == BY_ZONE else place.profile for identity, place in places.items()}
    known = {name: _PALETTE[n % len(_PALETTE)] for n, name in enumerate(sorted(set(named.values())))}
    none = texts.text("captions", "sites.none")
    shown = {name or none: colour for name, colour in list(known.items())[: len(_PALETTE)]}
    return {identity: known[name] for identity, name in named.items()}, shown


def _fill(place: Place) -> str:
    if not place.goods:
        return "empty"
    if place.fill is None or place.fill < 0.5:
        return "some"
    return "much" if place.fill < 0.95 else "full"

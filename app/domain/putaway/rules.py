"""The put-away policy as delivered: what must not be first, then in which order bins are preferred."""

from collections.abc import Mapping
from typing import Any

from app.domain.policies import PolicyForm, Sift
from app.domain.putaway.facts import PutawayFacts


def _rule(name: str, then: Mapping[str, Any], **when: object) -> dict[str, Any]:
    """A rule whose facts are as given; a value in a tuple stands for anything but it."""
    conditions = [
        {"field": field, "operator": "is_not", "value": value[0]}
        if isinstance(value, tuple)
        else {"field": field, "operator": "is", "value": value}
        for field, value in when.items()
    ]
    return {"name": f"putaway.{name}", "when": conditions, "then": then}


_OUT = {"forbid": True}
QUARANTINE = "quarantine"
"""What a zone is for in which held goods lie, and those that wait for their inspection."""
_DEFAULT: Mapping[str, Any] = {
    "rules": [
        _rule("storage_only", _OUT, kind=("bin",)),
        _rule("not_frozen", _OUT, frozen=True),
        _rule("awaits_inspection", _OUT, awaiting_inspection=True, zone_purpose=(QUARANTINE,)),
        _rule("kept_for_held", _OUT, zone_purpose=QUARANTINE, status="available"),
        _rule("temperature", _OUT, temperature_fits=False),
        _rule("hazard", _OUT, hazard_fits=False),
        _rule("height", _OUT, fits_height=False),
        _rule("kept_for_others", _OUT, kept_for_others=True),
        _rule("held_not_into_pick_face", _OUT, fixed_bin=True, status=("available",)),
        _rule("no_other_item", _OUT, empty=False, same_item=False, mixing=("any",)),
        _rule("no_other_lot", _OUT, empty=False, same_trace=False, mixing="one_trace"),
        _rule("no_other_owner", _OUT, other_owner=True, mixing=("any",)),
        _rule("has_room", _OUT, fits_units=False),
        _rule("weight", _OUT, fits_weight=False),
        _rule("volume", _OUT, fits_volume=False),
        _rule("fixed_bin_first", {"rank": 1}, fixed_bin=True),
        _rule("same_lot_first", {"rank": 2}, same_trace=True),
        _rule("same_item_next", {"rank": 3}, same_item=True),
        _rule("empty_bin_then", {"rank": 4}, empty=True),
    ],
    "sort": ["face_distance", "turnover_gap", "walk_position", "address"],
}

FORM = PolicyForm("putaway", PutawayFacts, Sift, _DEFAULT)
"""What a putaway policy may say."""

"""Carriers: what is said to them and what they answer, their set-up, prices, numbers and files.

`model` holds the nouns that every carrier speaks in, `setup` reads a carrier's set-up, `rating` prices a carton,
`selecting` chooses among carriers, `customs` says what is declared, `numbers` writes tracking numbers, `formats` writes
the files, `answers` reads those that come back, `wishes` what orders name. Who calls a carrier, and when, is not
decided here.
"""

from app.domain.carriers.answers import Answer, event_of, read_answers
from app.domain.carriers.customs import (
    CN22_ROWS,
    Incoterm,
    cn22_fields,
    crosses_customs,
    declared,
    in_room,
    undeclared,
)
from app.domain.carriers.formats import export_file, export_row, pickup_file, void_file
from app.domain.carriers.model import (
    Asked,
    Bought,
    Buying,
    Capability,
    Consignment,
    CustomsLine,
    Doing,
    Done,
    NotOffered,
    Offer,
    Pickup,
    PurchaseState,
    Rate,
    Refused,
    TrackEvent,
    Unanswered,
)
from app.domain.carriers.numbers import CHECKS, NumberRange, has_form, mod_97
from app.domain.carriers.rating import arrival, charged_weight, offer, offers, route_of
from app.domain.carriers.selecting import Rejected, Selection, named, shop
from app.domain.carriers.setup import (
    GENERAL,
    KINDS,
    PARTS,
    SOURCES,
    TRACK_STATES,
    CarrierSetup,
    read_carrier,
    require_one_answer,
    written,
)
from app.domain.carriers.wishes import wish_of

__all__ = [
    "CHECKS",
    "CN22_ROWS",
    "GENERAL",
    "KINDS",
    "PARTS",
    "SOURCES",
    "TRACK_STATES",
    "Answer",
    "Asked",
    "Bought",
    "Buying",
    "Capability",
    "CarrierSetup",
    "Consignment",
    "CustomsLine",
    "Doing",
    "Done",
    "Incoterm",
    "NotOffered",
    "NumberRange",
    "Offer",
    "Pickup",
    "PurchaseState",
    "Rate",
    "Refused",
    "Rejected",
    "Selection",
    "TrackEvent",
    "Unanswered",
    "arrival",
    "charged_weight",
    "cn22_fields",
    "crosses_customs",
    "declared",
    "event_of",
    "export_file",
    "export_row",
    "has_form",
    "in_room",
    "mod_97",
    "named",
    "offer",
    "offers",
    "pickup_file",
    "read_answers",
    "read_carrier",
    "require_one_answer",
    "route_of",
    "shop",
    "undeclared",
    "void_file",
    "wish_of",
    "written",
]

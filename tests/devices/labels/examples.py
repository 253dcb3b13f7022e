"""One ordinary label of each template, the words that have broken other people's labels, and labels full of them.

Templates are found where they lie: one that is not written down here is tried with its own example.
"""

from app.devices import labels
from app.devices.labels.template import PLACEHOLDER, FieldKind, Template
from app.domain.codes import command, make_sscc

SSCC = make_sscc(3, "0614141", 123456789)

TEMPLATES = labels.template_names()
_WRITTEN: dict[str, dict[str, str]] = {
    "carton": {
        "sscc": SSCC,
        "ship_to": "Müller & Söhne GmbH\nWareneingang Tor 3\nHafenstraße 17\n20457 Hamburg\nGermany",
        "ship_from": "Stockhand Demo\n1 Warehouse Way\nSpringfield, IL 62704\nUSA",
        "order": "SO-2026-000123",
        "carrier": "House Parcel",
        "service": "Express",
        "carton": "1 of 2",
        "contents": "3 items, 17 pieces",
        "weight": "4.520 kg",
        "packed": "2026-11-22",
    },
    "shipping": {
        "tracking": "HP2026112200000017",
        "ship_to": "Müller & Söhne GmbH\nWareneingang Tor 3\nHafenstraße 17\n20457 Hamburg\nGermany",
        "ship_from": "Stockhand Demo, 1 Warehouse Way\nSpringfield, IL 62704, USA",
        "carrier": "House Parcel",
        "service": "Express next day",
        "routing": "DE-204",
        "weight": "4.520 kg",
        "carton": "1 of 2",
        "order": "SO-2026-000123",
        "shipped": "2026-11-22",
    },
    "handling_unit": {
        "sscc": SSCC,
        "kind": "Pallet",
        "contents": "PROD-003 Oat drink, 1 l\n48 cases of 12",
        "gtin": "4012345678918",
        "count": "48",
        "lot": "L2026-118",
        "expiry": "2027-03-31",
        "destination": "WH001-STO-R01",
        "document": "PO-2026-0042",
        "made": "2026-11-22",
    },
    "bin": {"address": "WH001-STO-R01", "name": "R01", "zone": "Storage", "check": "47"},
    "item": {
        "sku": "PROD-003",
        "name": "Oat drink barista edition, 1 litre carton",
        "gtin": "4012345678918",
        "lot": "L2026-118",
        "expiry": "2027-03-31",
        "quantity": "12 pieces",
    },
    "lot": {
        "lot": "L2026-118",
        "sku": "PROD-003",
        "name": "Oat drink barista edition, 1 litre carton",
        "gtin": "4012345678918",
        "expiry": "2027-03-31",
    },
    "packing_slip": {
        "order": "SO-2026-000123",
        "ship_to": "Müller & Söhne GmbH\nHafenstraße 17\n20457 Hamburg\nGermany",
        "lines": "12 × PROD-003 Oat drink, 1 l\n1 × PROD-007 Barista jug",
        "packed": "2026-11-22",
    },
    "badge": {"badge": "SH-P-0007", "name": "Amélie Dupont-Öztürk", "company": "Stockhand Demo", "role": "Operator"},
    "command_sheet": {"title": "Commands for the bench"}
    | {
        f"{part}_{number}": value
        for number, word in enumerate(
            ("CONFIRM", "UNDO", "SHORT", "DAMAGED", "NEW_BOX", "CLOSE_BOX", "REPRINT", "PAUSE", "DONE"), 1
        )
        for part, value in (("name", word.replace("_", " ").capitalize()), ("code", command(word)))
    },
}

HOSTILE = (
    "^XZ^XA^FO0,0^FDgotcha^FS",
    "~JA",
    "A\\&B_41 C:\\new",
    "Box 📦 for you",
    "شركة التخزين",
    "Q" * 200,
    "word " * 40,
    "a\tb\nc\x07d",
    "「株」 Ltd of Osaka",
    "{ship_to} {0} %s",
)

EXAMPLES: dict[str, dict[str, str]] = {
    name: _WRITTEN.get(name) or dict(labels.example_of(labels.load_template(name)).fields) for name in TEMPLATES
}

NASTY_WORDS = "^XZ^XA~JA_5E\\& >0{sku}%s Łódź Αθήνα 深圳市 شركة 📦 " + "Donaudampfschifffahrtsgesellschaft " * 3
_NASTY_SIGNS = '^~_\\>;&{}"$'
_NASTY_IN_GS1 = '_%>;&/("' + "'"


def names_of_people(template: str) -> tuple[str, ...]:
    """The fields of a template that hold words: names, addresses, contents."""
    return tuple(field.name for field in labels.load_template(template).fields.values() if field.kind is FieldKind.TEXT)


def nasty(template: str) -> dict[str, str]:
    """Every word the nastiest there is, and every identifier as long as its example, of signs of printer languages."""
    found = labels.load_template(template)
    return EXAMPLES[template] | {
        field.name: _nasty_value(found, field.name, EXAMPLES[template].get(field.name, ""))
        for field in found.fields.values()
        if field.kind in {FieldKind.TEXT, FieldKind.IDENTIFIER}
    }


def _nasty_value(template: Template, field: str, example: str) -> str:
    if template.fields[field].kind is FieldKind.TEXT:
        return NASTY_WORDS
    signs = _NASTY_IN_GS1 if field in _in_gs1(template) else _NASTY_SIGNS
    return (signs + example[len(signs) :])[: len(example)]


def _in_gs1(template: Template) -> set[str]:
    """The fields that stand in GS1 codes, which hold fewer signs than others."""
    parts = [part for element in template.elements for part in element.get("gs1", ())]
    return {match["name"] for part in parts for match in PLACEHOLDER.finditer(part)}

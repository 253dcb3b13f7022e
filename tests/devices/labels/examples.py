"""One ordinary label of each template, and the words that have broken other people's labels."""

from app.domain.codes import command, make_sscc

SSCC = make_sscc(3, "0614141", 123456789)

EXAMPLES: dict[str, dict[str, str]] = {
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

"""A record of each kind of the set-up, as templates show it."""

from collections.abc import Mapping
from decimal import Decimal

from app.domain.setup_kinds import Values

EXAMPLES: Mapping[str, Values] = {
    "company": {"name": "Blue Lamp Ltd", "gs1_prefix": "4012345", "sdr_rate": Decimal("1.18"),
                "sdr_rate_on": "2026-11-02"},
    "reasons": {"code": "WATER_DAMAGE", "step": "adjust", "active": True},
    "categories": {"path": "Food / Dairy", "position": Decimal(1), "defaults": {"shelf_life_days": Decimal(21)}},
    "attributes": {"category": "Food", "name": "Fat", "type": "number", "unit": "%"},
    "profiles": {"code": "SHELF", "name": "Shelf", "bin_type": "shelf", "capacity_kg": Decimal(80)},
    "partners": {
        "code": "C-1001", "name": "Shopper & Sons", "kinds": ["customer"],
        "addresses": [{"purpose": "delivery", "line_1": "1 High Street", "postal_code": "SW1A 1AA", "city": "London",
                       "country": "GB", "first": True}],
        "contacts": [{"name": "Ana Jones", "role": "ordering", "email": "ana@example.com"}],
    },
    "product_details": {
        "sku": "PROD-001", "hs_code": "847130", "origin": "DE", "attributes": {"Colour": "red"},
        "dimensions": [{"unit": "each", "length_mm": Decimal(120), "width_mm": Decimal(80), "height_mm": Decimal(40)}],
        "articles": [{"partner": "ACME", "code": "4711"}],
    },
    "places": {"place": "WH001-STO-A01", "profile": "SHELF"},
    "levels": {"sku": "PROD-001", "warehouse": "WH001", "minimum": Decimal(10), "maximum": Decimal(100)},
    "pick_faces": {"place": "WH001-STO-A01", "sku": "PROD-001", "minimum": Decimal(5), "maximum": Decimal(40)},
    "shelf_life": {"partner": "C-1001", "sku": "PROD-001", "days": Decimal(30)},
    "carriers": {"code": "swift", "name": "Swift Parcels", "kind": "file", "active": True, "setup": {
        "services": [{"code": "parcel", "name": "Parcel"}], "folder": "/srv/swift"}},
    "senders": {"warehouse": "WH001", "name": "Blue Lamp Ltd", "line_1": "Hafenstraße 17", "postal_code": "20457",
                "city": "Hamburg", "country": "DE"},
    "carrier_prices": {"carrier": "swift", "service": "parcel", "zone": "near", "up_to_kg": Decimal(5),
                       "price": Decimal("4.9"), "valid_from": "2027-01-01", "valid_until": "2027-12-31"},
    "carton_types": {"code": "WINE6", "name": "Box for six bottles", "length_mm": Decimal(280),
                     "width_mm": Decimal(190), "height_mm": Decimal(340), "tare_kg": Decimal("0.38"),
                     "limit_kg": Decimal(15), "active": True},
    "pack_extras": {"code": "FLYER", "kind": "insert", "name": "Spring flyer", "moment": "close", "answer": "key",
                    "quantity": Decimal(1), "weight_kg": Decimal("0.012"), "active": True},
    "carts": {"number": "CART-1", "warehouse": "WH001", "name": "Eight totes", "slots": Decimal(8),
              "litres": Decimal(240), "kg": Decimal(120), "active": True},
    "cut_offs": {"warehouse": "WH001", "carrier": "house", "weekday": "mon", "leaves": "16:30",
                 "lead_minutes": Decimal(30), "transit_days": Decimal(1)},
    "closed_days": {"warehouse": "WH001", "day": "2026-12-25", "name": "Christmas"},
    "pick_shifts": {"warehouse": "WH001", "zone": "WH001-STO", "shift": "Early", "weekday": "mon", "from": "06:00",
                    "until": "14:00", "people": Decimal(4)},
    "checklists": {"name": "Chilled goods", "checks": [
        {"name": "Temperature", "measured": True, "unit": "°C", "lower": Decimal(0), "upper": Decimal(4)},
        {"name": "Packaging whole", "photo": True}]},
    "dock_doors": {"place": "WH001-DOCK1", "direction": "inbound", "hours": "Mo-Fr 06:00-22:00; Sa 6-14",
                   "vehicles": ["truck", "trailer"], "pallets_per_hour": Decimal(40), "active": True},
    "dock_limits": {"warehouse": "WH001", "trucks_per_hour": Decimal(6), "pallets_per_hour": Decimal(120)},
    "dock_shifts": {"warehouse": "WH001", "day": "2027-01-31", "from": "06:00", "until": "14:00", "people": Decimal(4),
                    "name": "Early"},
    "policies": {"capability": "putaway", "scope": "category", "name": "Food / Dairy", "rules": {}},
    "label_templates": {"name": "carton", "definition": "..."},
    "stations": {"name": "bench-1", "type": "bench", "warehouse": "WH001", "active": True},
    "station_templates": {"name": "Packing bench", "type": "bench", "devices": []},
    "printers": {"name": "zebra-1", "dpi": "203", "confirms": "odometer", "kind": "labels"},
    "groups": {"group": "operator", "permissions": [{"permission": "receive"}]},
    "people": {"badge": "SH-P-0042", "name": "Ana Jones", "active": True, "groups": ["operator@WH001"]},
}  # fmt: skip
"""By kind."""

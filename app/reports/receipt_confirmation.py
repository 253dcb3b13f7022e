"""The receipt confirmation: what came for an order or an announcement, as a file for the program that ordered it.

Names of fields are in English whatever the person's language, since programs read them; quantities are base units as
text, times UTC with their offset, dates as 2026-12-31.
"""

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from typing import Any

from app.database.inbound import Receipt
from app.domain.errors import Refusal
from app.domain.values import format_quantity
from app.reports.files import replacing

ENDINGS = (".json", ".csv")
_COLUMNS = (
    "document", "kind", "reference", "supplier", "warehouse", "line", "order", "sku", "unit", "quantity", "lot",
    "serial", "expiry", "handling_unit", "status", "received_at", "received_by", "place", "weight_kg",
)  # fmt: skip


def write_confirmation(path: Path, receipt: Receipt) -> None:
    """Write a confirmation as JSON or CSV by its ending; refuses `export.unknown_format`."""
    writers = {".json": _as_json, ".csv": _as_csv}
    writer = writers.get(path.suffix.lower())
    if writer is None:
        raise Refusal("export.unknown_format", path=path, known=", ".join(ENDINGS))
    with replacing(path) as file:
        file.write(writer(receipt))


def _as_json(receipt: Receipt) -> bytes:
    record = {
        **_head(receipt),
        "decision": receipt.decision,
        "lines": [
            {"line": one.number, "order": one.order, "sku": one.sku, "unit": one.unit,
             "expected": format_quantity(one.expected), "received": format_quantity(one.received), "closed": one.closed}
            for one in receipt.lines
        ],
        "arrivals": [dict(row) for row in _arrivals(receipt)],
        "discrepancies": [
            {"kind": one.kind, "sku": one.sku, "unit": one.unit, "quantity": format_quantity(one.qty), "lot": one.lot,
             "cost": str(one.cost), "reason": one.reason, "note": one.note, "state": one.state, "claim": one.claim}
            for one in receipt.discrepancies
        ],
    }  # fmt: skip
    return json.dumps({"receipt": record}, ensure_ascii=False, indent=2).encode() + b"\n"


def _head(receipt: Receipt) -> dict[str, str]:
    return {
        "document": receipt.number,
        "kind": receipt.kind,
        "reference": receipt.reference,
        "supplier": receipt.partner,
        "warehouse": receipt.warehouse,
    }


def _arrivals(receipt: Receipt) -> Iterator[dict[str, Any]]:
    for one in receipt.arrivals:
        yield {
            "line": one.line,
            "order": one.order,
            "sku": one.sku,
            "unit": one.unit,
            "quantity": format_quantity(one.qty),
            "lot": one.lot,
            "serial": one.serial,
            "expiry": one.expiry.isoformat() if one.expiry else "",
            "handling_unit": one.handling_unit,
            "status": one.status,
            "received_at": one.at.astimezone(UTC).isoformat(timespec="seconds"),
            "received_by": one.person,
            "place": one.place,
            "weight_kg": "" if one.weight_kg is None else f"{one.weight_kg:.3f}",
        }


def _as_csv(receipt: Receipt) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, _COLUMNS)
    writer.writeheader()
    for row in _arrivals(receipt):
        writer.writerow(_head(receipt) | row)
    return text.getvalue().encode("utf-8-sig")

"""Packing taken back: what a supervisor approves of a carton on a manifest, and what a step of it names, in words."""

import hashlib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.domain.catalog import amount


def opening_content(parcel: UUID, reason: str) -> str:
    """What is approved of opening a carton on a manifest for a reason, as the hash that `reopen_parcel` asks for."""
    return hashlib.sha256(f"open|{parcel}|{reason}".encode()).hexdigest()


def step_named(detail: Mapping[str, Any]) -> str:
    """What a step names: goods and what came in for them, the other carton, the manifest, where goods went."""
    out, instead = _goods(detail.get("goods", ())), _goods(detail.get("instead", ()))
    words = [f"{out} → {instead}" if instead else out]
    words += [str(detail.get(name, "")) for name in ("other", "manifest", "place")]
    return " · ".join(word for word in words if word)


def _goods(goods: Sequence[Mapping[str, str]]) -> str:
    """Goods as the trail keeps them, as people read them."""
    parts = ((amount(Decimal(one["qty"]), one["unit"], one["sku"]), one["lot"], one["serial"]) for one in goods)
    return ", ".join(" ".join(part for part in each if part) for each in parts)

"""Packing taken back: what a supervisor approves of a carton that stands on a manifest."""

import hashlib
from uuid import UUID


def opening_content(parcel: UUID, reason: str) -> str:
    """What is approved of opening a carton on a manifest for a reason, as the hash that `reopen_parcel` asks for."""
    return hashlib.sha256(f"open|{parcel}|{reason}".encode()).hexdigest()

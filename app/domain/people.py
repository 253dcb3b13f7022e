"""People, their rights and stations, as whoever looks after them sees them; and what of a PIN leaves the keyboard."""

import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from app.domain.errors import Refusal

GROUPS = ("operator", "receiver", "manager", "admin", "auditor")
"""The groups that people can be in; the program's own workers have one more."""
STATION_TYPES = ("bench", "dock", "desk")


class PinState(StrEnum):
    """Whether a person can sign on: no PIN yet, one that somebody else chose, their own."""

    NONE = "none"
    INITIAL = "initial"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class ApprovalWish:
    """What a supervisor is asked to approve: a request that needs a permission in a warehouse, and what it holds.

    `content` is the hash of that, as 64 hexadecimal digits: nothing else goes through by the approval.
    """

    request: UUID
    permission: str
    warehouse: UUID
    content: str


@dataclass(frozen=True, slots=True)
class Membership:
    """A group in one warehouse (its code), or in all of them (None). `up_to` is a limit in base units, where asked."""

    group: str
    warehouse: str | None = None
    up_to: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a badge. `locked` after five wrong PINs; `mine` says whether the one who looks may change them.

    `signed_on_at` is a station, or a desk's login, and None when nowhere.
    """

    id: UUID
    badge: str
    name: str
    language: str
    active: bool
    login: str | None
    groups: tuple[Membership, ...]
    locked: bool
    locked_at: str | None
    pin: PinState
    signed_on_at: str | None
    signed_on_since: datetime | None
    last_signed_on: datetime | None
    mine: bool


@dataclass(frozen=True, slots=True)
class Right:
    """One permission of a person and why: the groups that give it, and a word on themselves, which beats them.

    `granted` is None where there is no such word. `up_to` is the most at a time in base units, None any amount.
    """

    permission: str
    by_groups: tuple[Membership, ...] = ()
    granted: bool | None = None
    up_to: Decimal | None = None
    may_give: bool = False

    @property
    def held(self) -> bool:
        """Whether they have it, in one warehouse at least."""
        return bool(self.by_groups) if self.granted is None else self.granted

    @property
    def limit(self) -> Decimal | None:
        """The most at a time, wherever they have it; None for any amount."""
        if self.granted is not None:
            return self.up_to
        limits = [one.up_to for one in self.by_groups]
        return None if None in limits or not limits else max(one for one in limits if one is not None)


@dataclass(frozen=True, slots=True)
class Station:
    """A place with a screen; `person` is who is signed on there, empty for nobody.

    `page_printer`: the printer of pages that was chosen for its papers, empty where none was.
    """

    id: UUID
    name: str
    type: str
    warehouse: str
    active: bool
    login: str
    person: str
    since: datetime | None
    mine: bool
    page_printer: str = ""


@dataclass(frozen=True, slots=True)
class PeopleChange:
    """One row of the trail: who changed what of whom, or came and went. `what` and `verb` are codes."""

    id: UUID
    at: datetime
    by_name: str
    station: str
    what: str
    verb: str
    about: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None

    def differences(self) -> dict[str, tuple[object, object]]:
        """What became of each field that changed: before and after, None where there was nothing."""
        old, new = self.before or {}, self.after or {}
        hidden = {"id", "person_id", "system"}
        names = [name for name in {**old, **new} if name not in hidden and old.get(name) != new.get(name)]
        return {name: (old.get(name), new.get(name)) for name in names}


_PIN = re.compile(r"^[0-9]{4,12}$")


def new_salt() -> bytes:
    """A fresh salt, 16 random bytes."""
    return os.urandom(16)


def stretch_pin(pin: str, salt: bytes) -> bytes:
    """The key of a PIN, 32 bytes: scrypt (RFC 7914) with N = 2^14, r = 8, p = 1.

    The PIN itself never reaches the database; what is stored there is the SHA-256 of this key.
    Refuses a PIN that is not 4 to 12 digits.
    """
    if not _PIN.match(pin):
        raise Refusal("person.pin_format")
    return hashlib.scrypt(pin.encode(), salt=salt, n=2**14, r=8, p=1, dklen=32)


def stored_pin(pin: str, salt: bytes) -> bytes:
    """What the database keeps of a PIN: SHA-256 of its key."""
    return hashlib.sha256(stretch_pin(pin, salt)).digest()

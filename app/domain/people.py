"""PINs: what of them leaves the keyboard."""

import hashlib
import os
import re

from app.domain.errors import Refusal

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

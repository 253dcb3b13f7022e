"""Signing on at a station, and approving from another person's screen. PINs are stretched here and go no further."""

from dataclasses import replace
from uuid import UUID

from app.database import people
from app.database.people import SignedOn
from app.domain.people import stretch_pin
from app.services.work import Worker


def sign_on(worker: Worker, *, badge: str, pin: str, take_over: bool) -> SignedOn:
    """Sign a person on at this login and use their token from now on.

    Refuses `sign_on.wrong_pin`, `sign_on.locked`, and `sign_on.elsewhere` until `take_over` is said.
    """
    salt = worker.run(lambda unit: people.pin_salt(unit.session, badge))
    key = stretch_pin(pin, salt)
    signed_on = worker.run(lambda unit: people.sign_on(unit.session, badge=badge, pin_key=key, take_over=take_over))
    worker.database.token = signed_on.token
    return replace(signed_on, permissions=worker.run(lambda unit: people.permissions(unit.session)))


def sign_off(worker: Worker) -> None:
    """End the sign-on; the station may do nothing until somebody signs on again."""
    worker.run(lambda unit: people.sign_off(unit.session))
    worker.database.token = ""


def approve(worker: Worker, *, badge: str, pin: str, request: UUID, permission: str, warehouse: UUID) -> str:
    """A supervisor approves one request with their own badge and PIN; returns their name.

    Refuses a wrong PIN, a person who may not, and the approval of one's own wish.
    """
    salt = worker.run(lambda unit: people.pin_salt(unit.session, badge))
    key = stretch_pin(pin, salt)
    return worker.run(
        lambda unit: people.approve(
            unit.session, badge=badge, pin_key=key, request=request, permission=permission, warehouse=warehouse
        )
    )

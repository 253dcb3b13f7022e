"""Signing on at a station, and approving from another person's screen. PINs are stretched here and go no further."""

from dataclasses import replace

from app.database import people
from app.database.people import SignedOn
from app.domain.errors import Refusal
from app.domain.people import ApprovalWish, new_salt, stored_pin, stretch_pin
from app.services.work import Worker


def sign_on(worker: Worker, *, badge: str, pin: str, take_over: bool) -> SignedOn:
    """Sign a person on at this login and use their token from now on.

    Refuses `sign_on.wrong_pin`, `sign_on.locked`, `sign_on.pin_must_change` where somebody else chose the PIN, and
    `sign_on.elsewhere` until `take_over` is said.
    """
    salt = worker.run(lambda unit: people.pin_salt(unit.session, badge))
    key = stretch_pin(pin, salt)
    signed_on = worker.run(lambda unit: people.sign_on(unit.session, badge=badge, pin_key=key, take_over=take_over))
    worker.database.token = signed_on.token
    return replace(signed_on, permissions=worker.run(lambda unit: people.permissions(unit.session)))


def stay(worker: Worker) -> None:
    """A sign of life from the station, every few minutes while somebody works there; without it the sign-on ends."""
    worker.run(lambda unit: people.stay_signed_on(unit.session))


def change_pin(worker: Worker, *, badge: str, old: str, new: str) -> None:
    """Give oneself a new PIN, by badge and old PIN; nobody needs to be signed on.

    Refuses the PIN that it was (`person.pin_same`), a wrong old one, and one that is not four to twelve digits.
    """
    if old == new:
        raise Refusal("person.pin_same")
    salt = worker.run(lambda unit: people.pin_salt(unit.session, badge))
    key, fresh = stretch_pin(old, salt), new_salt()
    stored = stored_pin(new, fresh)
    worker.run(lambda unit: people.change_pin(unit.session, badge=badge, pin_key=key, salt=fresh, stored=stored))


def sign_off(worker: Worker) -> None:
    """End the sign-on; the station may do nothing until somebody signs on again."""
    worker.run(lambda unit: people.sign_off(unit.session))
    worker.database.token = ""


def approve(worker: Worker, *, badge: str, pin: str, wish: ApprovalWish) -> str:
    """A supervisor approves one request with what it holds, by their own badge and PIN; returns their name.

    Refuses a wrong PIN, a person who may not, and the approval of one's own wish.
    """
    salt = worker.run(lambda unit: people.pin_salt(unit.session, badge))
    key = stretch_pin(pin, salt)
    return worker.run(lambda unit: people.approve(unit.session, badge=badge, pin_key=key, wish=wish))

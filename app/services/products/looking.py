"""Products as managers look at them: lists, one with all its parts, and what happened to it."""

from datetime import datetime
from uuid import UUID

from app.database import products as store
from app.database import records
from app.domain.catalog.products import (
    Attribute,
    Category,
    Product,
    ProductQuery,
    ProductRow,
)
from app.domain.errors import Refusal
from app.domain.records import RecordChange, Use
from app.services.work import UnitOfWork

PAGE = 200

KEPT = "photo:"
"""Before the hash of a picture that is kept, where pictures are asked for by name."""


def page(
    unit: UnitOfWork, asked: ProductQuery, *, offset: int = 0, limit: int = PAGE, after: str = ""
) -> tuple[ProductRow, ...]:
    """Products that fit, the closest first where words are given; typos are forgiven where nothing else fits.

    `offset` of them were seen, the last of which has the number `after`.
    """
    return store.page(unit.session, asked, offset=offset, limit=limit, after=after)


def counts(unit: UnitOfWork, asked: ProductQuery) -> dict[str, dict[str, int]]:
    """How many products fit, by category id, state, tracking, and `all` of them together."""
    return store.counts(unit.session, asked)


def show(unit: UnitOfWork, item: UUID) -> Product:
    """One product with everything that belongs to it; refuses `record.gone`."""
    found = store.product(unit.session, item)
    if found is None:
        raise Refusal("record.gone", kind="item")
    return found


def named(unit: UnitOfWork, sku: str) -> Product:
    """The product with this number, whatever its case; refuses `item.unknown`."""
    found = store.find_product(unit.session, sku)
    if found is None:
        raise Refusal("item.unknown", sku=sku)
    return show(unit, found)


def categories(unit: UnitOfWork) -> tuple[Category, ...]:
    """The tree of categories, by full name."""
    return store.categories(unit.session)


def attributes(unit: UnitOfWork) -> tuple[Attribute, ...]:
    """Every definition of an attribute, archived ones too."""
    return store.attributes(unit.session)


def attributes_of(unit: UnitOfWork, category: UUID | None) -> tuple[Attribute, ...]:
    """The attributes that hold for goods of a category."""
    return store.attributes_of(unit.session, category)


def uses(unit: UnitOfWork, kind: str, record: UUID) -> tuple[Use, ...]:
    """Where a record is used, so that it cannot be deleted."""
    return records.uses(unit.session, kind=kind, id=record)


def history(unit: UnitOfWork, kind: str, record: UUID, *, before: datetime | None = None) -> tuple[RecordChange, ...]:
    """Who changed what on a record and its parts, latest first."""
    return records.history(unit.session, kind=kind, id=record, before=before)


def partners(unit: UnitOfWork) -> list[tuple[UUID, str, str]]:
    """Everybody whose article numbers goods can have: id, code, name."""
    return store.partners(unit.session)


def image(unit: UnitOfWork, sha256: str, *, thumbnail: bool = False) -> bytes:
    """The bytes of an image; nothing where it is not kept any more."""
    return store.image(unit.session, sha256, thumbnail=thumbnail)


def picture_of(unit: UnitOfWork, sku: str) -> bytes:
    """The small picture that stands for a product on the screens of the floor; nothing where it has none.

    A kept picture itself is asked for by `KEPT` and its hash.
    """
    if sku.startswith(KEPT):
        return store.image(unit.session, sku.removeprefix(KEPT), thumbnail=False)
    return store.first_image(unit.session, sku)

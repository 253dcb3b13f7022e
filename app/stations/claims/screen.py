"""Promises and reservations, live: items with what is left of them, and for each who claims it; customers' shelf life.

What may be taken or given is the database's to say; here a planner says which claim, how much, and why.
"""

from collections.abc import Sequence
from uuid import UUID

from app.domain.values import filter_words
from app.services import claims, traceability
from app.services.claims import Claim, ClaimedItem, ItemClaims
from app.services.work import UnitOfWork
from app.stations.claims.questions import Planning, claim_of
from app.stations.claims.rows import (
    CLAIMS,
    ITEMS,
    SHELF_LIFE,
    claim_record,
    facts_of,
    item_record,
    shelf_life_record,
)
from app.stations.claims.shelf_life import ShelfLifeQuestions
from app.stations.kit.desk import Command, DeskScreen, DeskWork, Sheet, page_of
from app.stations.kit.kit import Kit
from app.stations.kit.record_table import Query, Record

NAME = "claims"


class ClaimsScreen(DeskScreen):
    """Items in front; one of them opens into its claims."""

    def __init__(self, kit: Kit, work: DeskWork) -> None:
        super().__init__(kit, NAME, work, kinds={"stock", "claim", "document", "partner"})
        self.seen: ItemClaims | None = None
        """The item that is looked into, as it was read last."""
        self.planning = Planning(self, self._in_sight)
        self.shelf_life = ShelfLifeQuestions(self)
        self.show_front(self._items(), self._shelf_lives())

    def look_into(self, sku: str) -> None:
        """Show who claims an item."""
        self.start(
            lambda: self.work.run(lambda unit: claims.claims_on(unit, warehouse=self.warehouse, sku=sku)),
            self._lay_claims,
        )

    def _in_sight(self) -> ItemClaims:
        assert self.seen is not None
        return self.seen

    def _lay_claims(self, seen: ItemClaims) -> None:
        self.seen = seen
        self.lay_over(self._claims_of(seen.item.id, seen.item.sku))

    def _items(self) -> Sheet:
        def page(after: Record | None, limit: int, query: Query) -> Sequence[Record]:
            found = self.work.run(
                lambda unit: claims.claimed_items(
                    unit,
                    warehouse=self.warehouse,
                    words=filter_words(query.text),
                    order=query.order,
                    after=_item(after) if after else None,
                    most=limit,
                )
            )
            return [item_record(one, self._kit.texts) for one in found]

        def opened(record: Record) -> None:
            self.look_into(record.cells[0])

        return Sheet(
            "claims.items",
            self._kit.texts.text("titles", "claims.items"),
            ITEMS,
            page,
            self._nothing_found,
            self.one_of(Command("CLAIMS", lambda rows: opened(rows[0]))),
            opened=opened,
        )

    def _claims_of(self, item: UUID, sku: str) -> Sheet:
        texts = self._kit.texts

        def page(after: Record | None, limit: int, query: Query) -> Sequence[Record]:
            def read(unit: UnitOfWork) -> tuple[ItemClaims, Sequence[Claim]]:
                found = claims.claim_page(
                    unit,
                    warehouse=self.warehouse,
                    item=item,
                    words=filter_words(query.text),
                    order=query.order,
                    after=claim_of(after) if after else None,
                    most=limit,
                )
                return claims.claims_on(unit, warehouse=self.warehouse, sku=sku), found

            self.seen, found = self.work.run(read)
            return [claim_record(one, texts) for one in found]

        return Sheet(
            "claims.of_item",
            texts.text("captions", "claims.title", {"sku": sku}),
            CLAIMS,
            page,
            lambda query: texts.text(
                "hints", "claims.no_match" if query.text else "claims.nobody", {"text": query.text}
            ),
            self.planning.commands(),
            facts=lambda: facts_of(self.seen, texts) if self.seen else "",
        )

    def _shelf_lives(self) -> Sheet:
        texts = self._kit.texts

        def read() -> Sequence[Record]:
            return [shelf_life_record(one, texts) for one in self.work.run(traceability.shelf_lives)]

        return Sheet(
            "claims.shelf_life",
            texts.text("titles", "claims.shelf_life"),
            SHELF_LIFE,
            page_of(SHELF_LIFE, read),
            lambda _query: texts.text("hints", "claims.no_wishes"),
            self.shelf_life.commands(),
            facts=lambda: texts.text("hints", "claims.shelf_life"),
        )

    def _nothing_found(self, query: Query) -> str:
        code = "claims.no_match" if query.text else "claims.empty"
        return self._kit.texts.text("hints", code, {"text": query.text})


def _item(record: Record) -> ClaimedItem:
    assert isinstance(record.made_of, ClaimedItem)
    return record.made_of

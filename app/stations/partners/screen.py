"""Partners, live: a list to look through, and for each its addresses, contacts, what uses it and who changed it."""

from collections.abc import Callable, Sequence

from app.domain.partners import PartnerRecord
from app.services import partners
from app.stations.kit.desk import Command, DeskScreen, DeskWork, Sheet, page_of
from app.stations.kit.kit import Kit
from app.stations.kit.record_table import Column, Page, Query, Record
from app.stations.kit.trail import CHANGES, USES, change_record, use_records
from app.stations.partners.questions import PartnerQuestions
from app.stations.partners.rows import (
    ADDRESSES,
    CONTACTS,
    PARTNERS,
    PEOPLE,
    address_record,
    contact_record,
    partner_record,
)

NAME = "partners"


class PartnersScreen(DeskScreen):
    """Partners in front; addresses and contacts of one are laid over them."""

    def __init__(self, kit: Kit, work: DeskWork) -> None:
        super().__init__(kit, NAME, work, kinds={partners.PARTNER})
        self.shown: PartnerRecord | None = None
        """The partner that is looked into, as it was read last."""
        self.questions = PartnerQuestions(self, self._in_sight)
        self.show_front(self._partners())

    def _in_sight(self) -> PartnerRecord:
        assert self.shown is not None
        return self.shown

    def _partners(self) -> Sheet:
        def page(after: Record | None, limit: int, query: Query) -> Sequence[Record]:
            behind = after.made_of if after else None
            assert behind is None or isinstance(behind, PartnerRecord)
            found = self.work.run(
                lambda unit: partners.page(unit, text=query.text, archived=True, after=behind, limit=limit)
            )
            return [partner_record(one, self._kit.texts) for one in found]

        about = self.one_of(
            Command("ADDRESSES", lambda rows: self._lay(rows[0], self._addresses)),
            Command("CONTACTS", lambda rows: self._lay(rows[0], self._contacts)),
            Command("USED_WHERE", lambda rows: self._lay(rows[0], self._uses)),
            Command("CHANGES", lambda rows: self._lay(rows[0], self._history)),
            Command("OWNERS_PEOPLE", lambda rows: self._lay(rows[0], self._people), self.questions.owns),
        )
        return Sheet(
            "partners",
            self._kit.texts.text("titles", "partners"),
            PARTNERS,
            page,
            lambda query: self.hint("partners.no_match" if query.text else "partners.empty", text=query.text),
            (*self.questions.of_partners(), *about),
            opened=lambda record: self._lay(record, self._addresses),
        )

    def _lay(self, record: Record, sheet: Callable[[], Sheet]) -> None:
        assert isinstance(record.made_of, PartnerRecord)
        self.shown = record.made_of
        self.lay_over(sheet())

    def _read(self) -> PartnerRecord:
        """The partner in sight as it is now, in a worker thread; known by its code as it was read."""
        self.shown = self.work.run(lambda unit: partners.partner(unit, self._in_sight().code))
        return self.shown

    def _addresses(self) -> Sheet:
        texts = self._kit.texts

        def read() -> Sequence[Record]:
            return [address_record(n, one, texts) for n, one in enumerate(self._read().addresses)]

        return self._sheet("addresses", ADDRESSES, page_of(ADDRESSES, read), self.questions.of_addresses())

    def _contacts(self) -> Sheet:
        def read() -> Sequence[Record]:
            return [contact_record(n, one) for n, one in enumerate(self._read().contacts)]

        return self._sheet("contacts", CONTACTS, page_of(CONTACTS, read), self.questions.of_contacts())

    def _people(self) -> Sheet:
        def read() -> Sequence[Record]:
            owner = self._in_sight()
            found = self.work.run(lambda unit: partners.people_of(unit, owner))
            return [Record(badge, (badge, name)) for badge, name in found]

        return self._sheet("people", PEOPLE, page_of(PEOPLE, read), self.questions.of_people())

    def _uses(self) -> Sheet:
        def read() -> Sequence[Record]:
            partner = self._in_sight()
            return use_records(self.work.run(lambda unit: partners.uses(unit, partner)), self._kit.texts)

        return self._sheet("uses", USES, page_of(USES, read))

    def _history(self) -> Sheet:
        def read() -> Sequence[Record]:
            partner = self._in_sight()
            found = self.work.run(lambda unit: partners.history(unit, partner))
            return [change_record(one, self._kit.texts) for one in found]

        return self._sheet("changes", CHANGES, page_of(CHANGES, read))

    def _sheet(self, name: str, columns: tuple[Column, ...], page: Page, commands: tuple[Command, ...] = ()) -> Sheet:
        title = self._kit.texts.text("captions", f"partners.of_{name}", {"name": self._in_sight().name})
        hint = "sites.no_changes" if name == "changes" else f"partners.no_{name}"
        return Sheet(f"partners.{name}", title, columns, page, lambda _query: self.hint(hint), commands)

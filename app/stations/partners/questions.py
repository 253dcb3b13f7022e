"""What a manager does with partners: makes and changes them, their addresses and contacts, archives, removes."""

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import replace
from typing import Any
from uuid import UUID

from app.dialogs.dialog import Feedback, Level
from app.domain.errors import Refusal
from app.domain.labels import CARTON_FIELDS, SLIP_FIELDS, UNIT_FIELDS
from app.domain.partners import (
    ADDRESS_PURPOSES,
    PARTNER_KINDS,
    Contact,
    PartnerAddress,
    PartnerRecord,
    address_faults,
    countries,
    written_lines,
)
from app.domain.partners.addresses import normalised
from app.services import partners
from app.services.setup import badge_of
from app.stations.kit.desk import Answers, Booking, Command, DeskScreen, Field, Question
from app.stations.kit.record_table import Record

Templates = Mapping[str, Sequence[str]]
"""Names of label templates by the rule that chooses one."""
_YES, _NO = "yes", "no"
_RULES = (
    "pack_instructions",
    "carton_label",
    "unit_label",
    "packing_slip",
    "order_carrier",
    "order_service",
    "language",
    "note",
)
_FIELDS_OF: Mapping[str, Set[str]] = {
    "carton_label": CARTON_FIELDS,
    "unit_label": UNIT_FIELDS,
    "packing_slip": SLIP_FIELDS,
}
"""What can stand on the labels that a customer may want on a template of their own."""
_LONG = ("pack_instructions", "note")
_TEXTS = ("line_1", "line_2", "postal_code", "city", "region", "district", "phone", "email")


class PartnerQuestions:
    """Every question of the screen; `shown` is the partner that was looked into, as it was read last."""

    def __init__(self, desk: DeskScreen, shown: Callable[[], PartnerRecord]) -> None:
        self._desk, self._shown = desk, shown

    def of_partners(self) -> tuple[Command, ...]:
        """The commands of the list of partners."""
        return (
            Command("NEW_PARTNER", lambda _rows: self._begin(None), self._may),
            *self._desk.one_of(
                Command("CHANGE_PARTNER", lambda rows: self._begin(_partner(rows[0])), self._may),
                Command("ARCHIVE", lambda rows: self._archive(_partner(rows[0])), self._may),
                Command("REMOVE_PARTNER", lambda rows: self._remove(_partner(rows[0])), self._may),
            ),
        )

    def of_addresses(self) -> tuple[Command, ...]:
        """The commands of a partner's addresses."""
        return (
            Command("NEW_ADDRESS", lambda _rows: self._ask_address(None), self._may),
            *self._desk.one_of(
                Command("CHANGE_ADDRESS", lambda rows: self._ask_address(_number(rows[0])), self._may),
                Command("DROP_ADDRESS", lambda rows: self._drop_address(_number(rows[0])), self._may),
            ),
        )

    def of_contacts(self) -> tuple[Command, ...]:
        """The commands of a partner's contacts."""
        return (
            Command("NEW_CONTACT", lambda _rows: self._ask_contact(None), self._may),
            *self._desk.one_of(
                Command("CHANGE_CONTACT", lambda rows: self._ask_contact(_number(rows[0])), self._may),
                Command("DROP_CONTACT", lambda rows: self._drop_contact(_number(rows[0])), self._may),
            ),
        )

    def of_people(self) -> tuple[Command, ...]:
        """The commands of the people who see an owner's goods and nothing else."""
        return (
            Command("BIND_PERSON", lambda _rows: self._ask_person(), self._may_administer),
            *self._desk.one_of(Command("FREE_PERSON", lambda rows: self._free(rows[0].cells[0]), self._may_administer)),
        )

    def owns(self, rows: Sequence[Record]) -> str:
        """Why a partner has no people here; nothing for an owner of goods."""
        return "" if "owner" in _partner(rows[0]).kinds else self._desk.hint("partners.no_owner")

    def _may_administer(self, _rows: Sequence[Record]) -> str:
        return self._desk.hindered("administer")

    def _may(self, _rows: Sequence[Record]) -> str:
        return self._desk.hindered("set_up")

    # - the partner -

    def _begin(self, known: PartnerRecord | None) -> None:
        """Find out which label templates there are to choose from, then ask."""
        labels = self._desk.work.labels

        def read() -> Templates:
            return {rule: [name for name, _text in labels.fitting(fields)] for rule, fields in _FIELDS_OF.items()}

        self._desk.start(read, lambda templates: self._ask(known, templates))

    def _ask(self, known: PartnerRecord | None, templates: Templates) -> None:
        words, shown = self._desk.words, known or PartnerRecord("", "")
        kinds = tuple(
            Field(kind, self._desk.texts.word("partner_kind", kind), _yes(kind in shown.kinds), self._yes_no())
            for kind in PARTNER_KINDS
        )
        fields = (
            Field("code", words("partners.code"), shown.code),
            Field("name", words("partners.name"), shown.name, wide=True),
            *kinds,
            *(self._rule(name, getattr(shown, name), templates) for name in _RULES),
            Field("complete_only", words("partners.complete_only"), _yes(shown.complete_only), self._yes_no()),
        )

        def book(answers: Answers, request: UUID) -> Booking:
            if not answers["code"] or not answers["name"]:
                raise Refusal("sites.code_and_name")
            chosen = tuple(kind for kind in PARTNER_KINDS if answers[kind] == _YES)
            rules: dict[str, Any] = {name: answers[name] for name in _RULES}
            rules["complete_only"] = answers["complete_only"] == _YES
            wanted = replace(shown, code=answers["code"], name=answers["name"], kinds=chosen, **rules)
            return self._saving(request, wanted)

        title = words("partners.ask_new") if known is None else words("partners.ask", name=known.name)
        self._desk.ask(Question(title, fields, lambda _answers: words("partners.told_rules"), book))

    def _rule(self, name: str, value: str, templates: Templates) -> Field:
        """A field for one rule: words, or a template among those that fit, and the one that is chosen now."""
        caption = self._desk.words(f"partners.{name}")
        if name not in templates:
            return Field(name, caption, value, wide=name in _LONG)
        ours = ("", self._desk.words("partners.our_label"))
        known = dict.fromkeys((*templates[name], *([value] if value else [])))
        return Field(name, caption, value, (ours, *((one, one) for one in known)))

    def _archive(self, known: PartnerRecord) -> None:
        code = "restore" if known.archived else "archive"
        wanted = replace(known, archived=not known.archived)
        self._sure(code, known, lambda request: self._saving(request, wanted))

    def _remove(self, known: PartnerRecord) -> None:
        def booking(request: UUID) -> Booking:
            return Booking(
                request,
                lambda: self._desk.work.run(lambda unit: partners.remove(unit, known), request_id=request),
                lambda _answer: Feedback(Level.OK, "partners.removed", {"name": known.name}),
            )

        self._sure("remove", known, booking)

    # - what belongs to it -

    def _ask_address(self, number: int | None) -> None:
        words, partner = self._desk.words, self._shown()
        known = PartnerAddress() if number is None else partner.addresses[number]
        purposes = tuple((one, self._desk.texts.word("address_purpose", one)) for one in ADDRESS_PURPOSES)
        fields = (
            Field("purpose", words("partners.purpose"), known.purpose, purposes),
            Field("country", words("partners.country"), known.country, tuple((one, one) for one in ("", *countries()))),
            *(Field(name, words(f"partners.{name}"), getattr(known, name)) for name in _TEXTS),
            Field("first", words("partners.first"), _yes(known.first), self._yes_no()),
        )

        def told(answers: Answers) -> str:
            address = _address(known, answers)
            for fault in address_faults(address) if address.country else ():
                raise Refusal(fault.code, **fault.facts)
            return words("partners.told_address", lines=" · ".join(written_lines(address, name=partner.name)))

        def book(answers: Answers, request: UUID) -> Booking:
            address = _address(known, answers)
            kept = partner.addresses
            if address.first:
                kept = tuple(replace(one, first=one.first and one.purpose != address.purpose) for one in kept)
            return self._saving(request, replace(partner, addresses=_placed(kept, number, address)))

        self._desk.ask(Question(words("partners.ask_address", name=partner.name), fields, told, book))

    def _drop_address(self, number: int) -> None:
        partner = self._shown()
        kept = partner.addresses[:number] + partner.addresses[number + 1 :]
        self._sure("drop_address", partner, lambda request: self._saving(request, replace(partner, addresses=kept)))

    def _ask_contact(self, number: int | None) -> None:
        words, partner = self._desk.words, self._shown()
        known = Contact("") if number is None else partner.contacts[number]
        names = ("name", "role", "phone", "email")
        fields = tuple(Field(name, words(f"partners.{name}"), getattr(known, name)) for name in names)

        def book(answers: Answers, request: UUID) -> Booking:
            if not answers["name"]:
                raise Refusal("partner.contact_name")
            contact = replace(known, **{name: answers[name] for name in names})  # type: ignore[arg-type]  # all texts
            return self._saving(request, replace(partner, contacts=_placed(partner.contacts, number, contact)))

        self._desk.ask(Question(words("partners.ask_contact", name=partner.name), fields, lambda _answers: "", book))

    def _drop_contact(self, number: int) -> None:
        partner = self._shown()
        kept = partner.contacts[:number] + partner.contacts[number + 1 :]
        self._sure("drop_contact", partner, lambda request: self._saving(request, replace(partner, contacts=kept)))

    # - people of an owner -

    def _ask_person(self) -> None:
        words, owner = self._desk.words, self._shown()

        def book(answers: Answers, request: UUID) -> Booking:
            if not answers["badge"]:
                raise Refusal("partner.which_badge")
            return self._binding(request, badge_of(answers["badge"]), bound=True)

        told = words("partners.told_bind", name=owner.name)
        fields = (Field("badge", words("people.badge")),)
        self._desk.ask(Question(words("partners.ask_bind"), fields, lambda _answers: told, book, scanned="badge"))

    def _free(self, badge: str) -> None:
        self._sure("free", self._shown(), lambda request: self._binding(request, badge, bound=False))

    def _binding(self, request: UUID, badge: str, *, bound: bool) -> Booking:
        owner = self._shown()

        def call() -> object:
            return self._desk.work.run(
                lambda unit: partners.bind_to(unit, badge, owner, bound=bound), request_id=request
            )

        code = "partners.bound" if bound else "partners.freed"
        return Booking(request, call, lambda _answer: Feedback(Level.OK, code, {"badge": badge, "name": owner.name}))

    # - inside -

    def _sure(self, code: str, partner: PartnerRecord, booking: Callable[[UUID], Booking]) -> None:
        told = self._desk.words(f"partners.told_{code}", name=partner.name)
        title = self._desk.words(f"partners.ask_{code}")
        self._desk.ask(Question(title, (), lambda _answers: told, lambda _answers, request: booking(request)))

    def _saving(self, request: UUID, wanted: PartnerRecord) -> Booking:
        return Booking(
            request,
            lambda: self._desk.work.run(lambda unit: partners.save(unit, wanted), request_id=request),
            lambda _answer: Feedback(Level.OK, "partners.saved", {"name": wanted.name}),
        )

    def _yes_no(self) -> tuple[tuple[str, str], ...]:
        return ((_YES, self._desk.words("people.yes")), (_NO, self._desk.words("people.no")))


def _address(known: PartnerAddress, answers: Answers) -> PartnerAddress:
    typed = {name: answers[name] for name in ("purpose", "country", *_TEXTS)}
    return normalised(replace(known, **typed, first=answers["first"] == _YES))  # type: ignore[arg-type]  # all texts


def _placed(kept: tuple, number: int | None, record: object) -> tuple:  # type: ignore[type-arg]  # of either kind
    """The records with one more, or with another in the place of the one with this number."""
    if number is None:
        return (*kept, record)
    return (*kept[:number], record, *kept[number + 1 :])


def _yes(value: bool) -> str:
    return _YES if value else _NO


def _partner(record: Record) -> PartnerRecord:
    assert isinstance(record.made_of, PartnerRecord)
    return record.made_of


def _number(record: Record) -> int:
    assert isinstance(record.key, int)
    return record.key

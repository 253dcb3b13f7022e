"""The quality check at a desk, live: inspections, each supplier's record, the checklists that rules call for."""

from collections.abc import Callable, Sequence
from typing import TypeVar
from uuid import UUID

from app.dialogs.dialog import Feedback, Level
from app.domain.errors import Refusal
from app.domain.quality import Check, Disposition, measured
from app.services import quality
from app.services.quality import REASONS, Checklist, Inspection
from app.services.work import UnitOfWork
from app.stations.kit.desk import Answers, Booking, Command, DeskScreen, DeskWork, Field, Question, Sheet, page_of
from app.stations.kit.kit import Kit
from app.stations.kit.record_table import Record
from app.stations.quality import rows

NAME = "quality"
T = TypeVar("T")
_YES, _NO = "yes", "no"


class QualityScreen(DeskScreen):
    """Inspections in front; suppliers and checklists beside them. One of them opens into its pieces or its checks."""

    def __init__(self, kit: Kit, work: DeskWork) -> None:
        super().__init__(kit, NAME, work, kinds={quality.CHANGE, "stock"})
        self.show_front(self._inspections(), self._suppliers(), self._checklists())

    # - inspections -

    def _inspections(self) -> Sheet:
        def read() -> Sequence[Record]:
            found = self.work.run(lambda unit: quality.inspections(unit, self.warehouse))
            return [rows.inspection_record(one, self.texts) for one in found]

        return Sheet(
            "quality.inspections",
            self.words("quality.inspections"),
            rows.INSPECTIONS,
            page_of(rows.INSPECTIONS, read),
            lambda _query: self.hint("quality.no_inspections"),
            self.one_of(
                Command("OPEN_LOT", lambda picked: self._open(_one(picked, Inspection))),
                Command("DECIDE_LOT", lambda picked: self._ask_decide(_one(picked, Inspection)), self._not_waiting),
                Command("RETURN_LOT", lambda picked: self._ask_send_back(_one(picked, Inspection)), self._stays),
            ),
            opened=lambda record: self._open(_one([record], Inspection)),
        )

    def _open(self, one: Inspection) -> None:
        def read() -> Sequence[Record]:
            found = self.work.run(lambda unit: quality.pieces(unit, one.id))
            return [rows.piece_record(n, piece, one.checks, self.texts) for n, piece in enumerate(found)]

        self.lay_over(
            Sheet(
                "quality.pieces",
                f"{one.number} · {one.sku}",
                rows.PIECES,
                page_of(rows.PIECES, read),
                lambda _query: self.hint("quality.no_pieces"),
                facts=lambda: rows.plan_told(one, self.texts),
            )
        )

    def _not_waiting(self, picked: Sequence[Record]) -> str:
        decided = _one(picked, Inspection).ended_at is not None
        return self.hindered("inspect") or (self.hint("quality.is_decided") if decided else "")

    def _stays(self, picked: Sequence[Record]) -> str:
        one = _one(picked, Inspection)
        back = any(part.disposition == Disposition.RETURN for part in one.parts) and not one.return_no
        return self.hindered("plan_return") or ("" if back else self.hint("quality.nothing_returns"))

    def _ask_decide(self, one: Inspection) -> None:
        verdict = quality.verdict(one)
        wishes = tuple((each.value, self.choice(f"quality.{each}")) for each in quality.dispositions(one))
        fields = [Field("wish", self.words("quality.decision"), choices=(("", self.choice("stock.choose")), *wishes))]
        if quality.needs_reason(one, Disposition.ACCEPT):
            fields.append(self.reason_field(REASONS))
        fields.append(Field("note", self.words("discrepancies.note"), wide=True))
        told = self.words(f"quality.told_{verdict}", looked_at=one.looked_at, defective=one.defective)

        def book(answers: Answers, request: UUID) -> Booking:
            if not answers["wish"]:
                raise Refusal("quality.decide_what")
            wish = Disposition(answers["wish"])
            parts = quality.shares(one, wish)

            def decide(unit: UnitOfWork) -> UUID | None:
                return quality.decide(unit, one, parts, reason=answers.get("reason", ""), note=answers["note"])

            said = Feedback(Level.OK, "quality.is_decided", {"number": one.number})
            return Booking(request, lambda: self.work.run(decide, request_id=request), lambda _posting: said)

        self.ask(Question(self.words("quality.ask_decide", number=one.number), tuple(fields), lambda _a: told, book))

    def _ask_send_back(self, one: Inspection) -> None:
        told = self.words("quality.told_send_back", supplier=one.partner_name or one.partner)

        def book(_answers: Answers, request: UUID) -> Booking:
            return self._doing(
                request,
                lambda unit: quality.send_back(unit, one.number, warehouse=self.warehouse),
                lambda number: Feedback(Level.OK, "quality.goes_back", {"number": number}),
            )

        self.ask(Question(self.words("quality.ask_send_back", number=one.number), (), lambda _answers: told, book))

    # - suppliers -

    def _suppliers(self) -> Sheet:
        def read() -> Sequence[Record]:
            found = self.work.run(lambda unit: quality.suppliers(unit, self.warehouse))
            return [rows.supplier_record(one, self.texts) for one in found]

        return Sheet(
            "quality.suppliers",
            self.words("discrepancies.suppliers"),
            rows.SUPPLIERS,
            page_of(rows.SUPPLIERS, read),
            lambda _query: self.hint("quality.no_suppliers"),
        )

    # - checklists -

    def _checklists(self) -> Sheet:
        def read() -> Sequence[Record]:
            return [rows.checklist_record(one, self.texts) for one in self.work.run(quality.checklists)]

        return Sheet(
            "quality.checklists",
            self.words("quality.checklists"),
            rows.CHECKLISTS,
            page_of(rows.CHECKLISTS, read),
            lambda _query: self.hint("quality.no_checklists"),
            (
                Command("NEW_CHECKLIST", lambda _rows: self._ask_list(), lambda _rows: self.hindered("set_up")),
                *self.one_of(
                    Command("OPEN_CHECKLIST", lambda picked: self._open_list(_one(picked, Checklist).id)),
                    Command("ARCHIVE_CHECKLIST", self._archive, lambda _rows: self.hindered("set_up")),
                ),
            ),
            opened=lambda record: self._open_list(_one([record], Checklist).id),
        )

    def _ask_list(self) -> None:
        field = Field("name", self.words("quality.checklist"), wide=True)
        told = self.words("quality.told_list")

        def book(answers: Answers, request: UUID) -> Booking:
            return self._saving(request, lambda unit: quality.save_checklist(unit, name=answers["name"], checks=()))

        self.ask(Question(self.words("quality.ask_list"), (field,), lambda _answers: told, book))

    def _archive(self, picked: Sequence[Record]) -> None:
        one = _one(picked, Checklist)
        told = self.words("quality.told_archive" if not one.archived else "quality.told_use_again")

        def book(_answers: Answers, request: UUID) -> Booking:
            return self._saving(
                request,
                lambda unit: quality.save_checklist(
                    unit, name=one.name, checks=one.checks, known_as=one, archived=not one.archived
                ),
            )

        self.ask(Question(one.name, (), lambda _answers: told, book))

    def _open_list(self, identity: UUID) -> None:
        def read() -> Sequence[Record]:
            checks = self._list(identity).checks
            return [rows.check_record(n, check, self.texts) for n, check in enumerate(checks)]

        self.lay_over(
            Sheet(
                "quality.checks",
                self._list(identity).name,
                rows.CHECKS,
                page_of(rows.CHECKS, read),
                lambda _query: self.hint("quality.no_checks"),
                (
                    Command("NEW_CHECK", lambda _rows: self._ask_check(identity), lambda _r: self.hindered("set_up")),
                    *self.one_of(
                        Command(
                            "REMOVE_CHECK",
                            lambda picked: self._ask_remove(identity, _one(picked, Check)),
                            lambda _rows: self.hindered("set_up"),
                        )
                    ),
                ),
            )
        )

    def _list(self, identity: UUID) -> Checklist:
        return next(one for one in self.work.run(quality.checklists) if one.id == identity)

    def _ask_check(self, identity: UUID) -> None:
        words = self.words
        kinds = ((_NO, self.choice("quality_kind.yes_no")), (_YES, self.choice("quality_kind.measured")))
        photo = ((_NO, words("rules.no")), (_YES, words("rules.yes")))
        fields = (
            Field("name", words("caption.check"), wide=True),
            Field("measured", words("quality.kind"), _NO, choices=kinds),
            Field("unit", words("reports.unit")),
            Field("nominal", words("quality.nominal")),
            Field("lower", words("quality.lower")),
            Field("upper", words("quality.upper")),
            Field("photo", words("quality.photo"), _NO, choices=photo),
        )
        told = words("quality.told_check")

        def book(answers: Answers, request: UUID) -> Booking:
            check = _check(answers)

            def save(unit: UnitOfWork) -> None:
                one = next(each for each in quality.checklists(unit) if each.id == identity)
                quality.save_checklist(unit, name=one.name, checks=(*one.checks, check), known_as=one)

            return self._saving(request, save)

        self.ask(Question(words("quality.ask_check"), fields, lambda _answers: told, book))

    def _ask_remove(self, identity: UUID, check: Check) -> None:
        told = self.words("quality.told_remove")

        def book(_answers: Answers, request: UUID) -> Booking:
            def save(unit: UnitOfWork) -> None:
                one = next(each for each in quality.checklists(unit) if each.id == identity)
                left = tuple(each for each in one.checks if each != check)
                quality.save_checklist(unit, name=one.name, checks=left, known_as=one)

            return self._saving(request, save)

        self.ask(Question(check.name, (), lambda _answers: told, book))

    # - helpers -

    def _saving(self, request: UUID, work: Callable[[UnitOfWork], None]) -> Booking:
        return self._doing(request, work, lambda _none: Feedback(Level.OK, "quality.list_saved"))

    def _doing(self, request: UUID, work: Callable[[UnitOfWork], T], said: Callable[[T], Feedback]) -> Booking:
        """A booking that does `work` and says what came of it."""
        return Booking(request, lambda: self.work.run(work, request_id=request), said)


def _check(answers: Answers) -> Check:
    """The check that was typed; refuses values that are no numbers."""
    limits = {
        name: measured(answers[name]) if answers[name].strip() else None for name in ("nominal", "lower", "upper")
    }
    return Check(
        answers["name"].strip(),
        measured=answers["measured"] == _YES,
        unit=answers["unit"].strip(),
        photo=answers["photo"] == _YES,
        nominal=limits["nominal"],
        lower=limits["lower"],
        upper=limits["upper"],
    )


def _one(picked: Sequence[Record], kind: type[T]) -> T:
    found = picked[0].made_of
    assert isinstance(found, kind)
    return found

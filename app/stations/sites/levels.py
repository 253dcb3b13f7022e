"""What a manager does with stock levels and with bins kept for items: sets them, many at once, after a look."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from app.dialogs.dialog import Feedback, Level
from app.domain.errors import Refusal
from app.domain.sites.levels import LEVELS, LevelChange, LevelEdit, LevelHow, LevelRow
from app.domain.sites.places import PickFace
from app.domain.values import format_quantity, parse_quantity
from app.services import replenishment
from app.services.sites import levels, places
from app.stations.kit.desk import Answers, Booking, Command, DeskScreen, Field, Question
from app.stations.kit.record_table import Record

_EXAMPLES = 3


class LevelQuestions:
    """The command of a sheet of levels: one level of all items in hand."""

    def __init__(self, desk: DeskScreen) -> None:
        self._desk = desk

    def commands(self) -> tuple[Command, ...]:
        """Change one level of the rows in hand."""
        return (Command("CHANGE_LEVELS", self._ask, self._hindered),)

    def _hindered(self, rows: Sequence[Record]) -> str:
        return self._desk.hindered("set_up") or ("" if rows else self._desk.hint("sites.choose_items"))

    def _ask(self, rows: Sequence[Record]) -> None:
        chosen, words = _levels(rows), self._desk.words
        fields = (
            Field("level", words("sites.level"), LEVELS[0], tuple((one, words(f"sites.{one}")) for one in LEVELS)),
            Field("how", words("sites.how"), LevelHow.SET, tuple((one, words(f"sites.how_{one}")) for one in LevelHow)),
            Field("value", words("sites.value")),
        )

        def told(answers: Answers) -> str:
            changes = levels.preview_levels(chosen, [_edit(answers)]) if _complete(answers) else ()
            if not changes:
                return words("sites.told_nothing")
            if wrong := [change.before.sku for change in changes if change.wrong]:
                raise Refusal("level.wrong_order", sku=", ".join(wrong[:_EXAMPLES]), place="")
            first = "; ".join(_told(change) for change in changes[:_EXAMPLES])
            return words("sites.told_levels", count=len(changes), of=len(chosen), first=first)

        def book(answers: Answers, request: UUID) -> Booking:
            changes = levels.preview_levels(chosen, [_edit(answers)])
            if not changes:
                raise Refusal("sites.nothing_changes")
            return self._booking(request, changes)

        self._desk.ask(Question(words("sites.ask_levels", count=len(chosen)), fields, told, book))

    def _booking(self, request: UUID, changes: tuple[LevelChange, ...]) -> Booking:
        return Booking(
            request,
            lambda: self._desk.work.run(lambda unit: levels.save_levels(unit, changes), request_id=request),
            lambda count: Feedback(Level.OK, "sites.levels_saved", {"count": str(count)}),
        )


class FaceQuestions:
    """The commands of the sheet of bins that are kept for items."""

    def __init__(self, desk: DeskScreen) -> None:
        self._desk = desk

    def commands(self) -> tuple[Command, ...]:
        """Keep a bin; for one in hand, another minimum and maximum, or let it go; ask for what all of them need."""
        return (
            Command("NEW_FACE", lambda _rows: self._ask(None), self._may),
            *self._desk.one_of(
                Command("CHANGE_FACE", lambda rows: self._ask(_face(rows[0])), self._may),
                Command("DROP_FACE", lambda rows: self._drop(_face(rows[0])), self._may),
            ),
            Command("REFILL", lambda _rows: self._refill(), lambda _rows: self._desk.hindered("allocate")),
        )

    def _may(self, _rows: Sequence[Record]) -> str:
        return self._desk.hindered("set_up")

    def _ask(self, known: PickFace | None) -> None:
        words = self._desk.words
        which = () if known else (Field("place", words("sites.address")), Field("sku", words("reports.sku")))
        fields = (
            *which,
            Field("minimum", words("sites.minimum"), format_quantity(known.minimum) if known else ""),
            Field("maximum", words("sites.maximum"), format_quantity(known.maximum) if known else ""),
        )

        def book(answers: Answers, request: UUID) -> Booking:
            low = parse_quantity(answers["minimum"]) if answers["minimum"] not in ("", "0") else Decimal(0)
            return self._booking(request, known, answers, low, parse_quantity(answers["maximum"]))

        title = (
            words("sites.ask_face")
            if known is None
            else words("sites.ask_other_face", place=known.address, sku=known.sku)
        )
        self._desk.ask(
            Question(title, fields, lambda _answers: words("sites.told_face"), book, scanned="" if known else "place")
        )

    def _refill(self) -> None:
        """Ask now for what pick faces need, as the worker does it every half minute."""
        warehouse, run = self._desk.warehouse, self._desk.work.run

        def book(_answers: Answers, request: UUID) -> Booking:
            return Booking(
                request,
                lambda: run(lambda unit: replenishment.plan(unit, warehouse=warehouse), request_id=request),
                lambda count: Feedback(Level.OK, "sites.refills_asked", {"count": str(count)}),
            )

        words = self._desk.words
        self._desk.ask(Question(words("sites.ask_refill"), (), lambda _a: words("sites.told_refill"), book))

    def _drop(self, known: PickFace) -> None:
        told = self._desk.words("sites.told_no_face", place=known.address, sku=known.sku)
        self._desk.ask(
            Question(
                self._desk.words("sites.ask_no_face"),
                (),
                lambda _answers: told,
                lambda answers, request: self._booking(request, known, answers, None, None),
            )
        )

    def _booking(
        self, request: UUID, known: PickFace | None, answers: Answers, low: Decimal | None, high: Decimal | None
    ) -> Booking:
        warehouse, run = self._desk.warehouse, self._desk.work.run

        def keep() -> str:
            if known is not None:
                return run(lambda unit: places.change_face(unit, known, minimum=low, maximum=high), request_id=request)
            return run(
                lambda unit: places.keep_for_item(
                    unit, warehouse=warehouse, place=answers["place"], sku=answers["sku"], minimum=low, maximum=high
                ),
                request_id=request,
            )

        return Booking(request, keep, lambda place: Feedback(Level.OK, "sites.face_saved", {"place": place}))


def _complete(answers: Answers) -> bool:
    return answers["how"] == LevelHow.CLEAR or bool(answers["value"])


def _edit(answers: Answers) -> LevelEdit:
    """The edit that was asked for; a percentage may be negative, a level may be zero."""
    how = LevelHow(answers["how"])
    if how is LevelHow.CLEAR:
        return LevelEdit(answers["level"], how)
    typed = answers["value"]
    if how is LevelHow.PERCENT and typed.startswith("-"):
        return LevelEdit(answers["level"], how, -parse_quantity(typed[1:]))
    return LevelEdit(answers["level"], how, Decimal(0) if typed == "0" else parse_quantity(typed))


def _told(change: LevelChange) -> str:
    pairs = ", ".join(f"{_shown(old)} → {_shown(new)}" for old, new in change.changed.values())
    return f"{change.before.sku} {pairs}"


def _shown(value: Decimal | None) -> str:
    return "–" if value is None else format_quantity(value)


def _levels(rows: Sequence[Record]) -> tuple[LevelRow, ...]:
    return tuple(row.made_of for row in rows if isinstance(row.made_of, LevelRow))


def _face(record: Record) -> PickFace:
    assert isinstance(record.made_of, PickFace)
    return record.made_of

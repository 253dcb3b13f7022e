"""Bills of materials written line by line, and kits taken apart again."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from app.dialogs.dialog import Feedback, Level
from app.domain.errors import Refusal
from app.domain.values import format_quantity
from app.services import kitting, lookup
from app.services.kitting import Bom
from app.stations.kit.desk import Answers, Booking, Command, DeskScreen, DraftLines, Field, Question, weights_of
from app.stations.kit.record_table import Record

SHEET = "kitting.new_bill"


class Bills:
    """The commands of the sheet of bills; `desk` is the screen that they belong to."""

    def __init__(self, desk: DeskScreen) -> None:
        self._desk = desk
        self._draft = DraftLines(desk)
        self._kit = self._makes = ""

    def commands(self) -> tuple[Command, ...]:
        """A new bill (or another one for the same kit); kits taken apart."""
        return (
            Command("NEW_BILL", self._ask_kit, lambda _rows: self._desk.hindered("set_up")),
            *self._desk.one_of(Command("UNMAKE", self._ask_unmake, lambda _rows: self._desk.hindered("kit"))),
        )

    def take_code(self, code: str) -> bool:
        """A code that was scanned begins a part, while a bill is being written."""
        return self._desk.sheet.name == SHEET and self._draft.begin(code)

    # - inside -

    def _ask_kit(self, rows: Sequence[Record]) -> None:
        words = self._desk.words
        known = rows[0].made_of if len(rows) == 1 else None
        kit = known.sku if isinstance(known, Bom) else ""

        def book(answers: Answers, request: UUID) -> Booking:
            if not answers["item"]:
                raise Refusal("desk.which_item")
            return Booking(
                request,
                lambda: self._desk.work.run(lambda unit: lookup.known_item(unit, answers["item"])),
                lambda _item: Feedback(Level.OK, "kitting.bill_begun"),
                after=lambda item: self._lay_draft(item.sku, answers["makes"] or "1"),
            )

        fields = (Field("item", words("desk.item"), kit), Field("makes", words("kitting.makes_typed"), "1"))
        told = words("kitting.told_bill")
        self._desk.ask(Question(words("kitting.ask_bill"), fields, lambda _answers: told, book, "item"))

    def _lay_draft(self, kit: str, makes: str) -> None:
        self._kit, self._makes = kit, makes
        self._draft = DraftLines(self._desk)
        self._desk.lay_over(
            self._draft.sheet(
                name=SHEET,
                title=self._desk.words("kitting.new_bill", kit=kit),
                nothing=self._desk.hint("transfers.add_lines"),
                finish=Command("SAVE_BILL", lambda _rows: self._finish()),
            )
        )

    def _finish(self) -> None:
        words = self._desk.words
        told = words("kitting.told_save", kit=self._kit, makes=self._makes, count=len(self._draft.lines))

        def book(_answers: Answers, request: UUID) -> Booking:
            self._draft.require_lines("kitting.bill_empty")
            amounts: dict[str, Decimal] = defaultdict(Decimal)
            for line in self._draft.lines:
                amounts[line.item.sku] += line.qty
            parts = {sku: format_quantity(qty) for sku, qty in amounts.items()}
            kit, makes, run = self._kit, self._makes, self._desk.work.run
            return Booking(
                request,
                lambda: run(lambda unit: kitting.save_bom(unit, kit=kit, parts=parts, makes=makes)),
                lambda _answer: Feedback(Level.OK, "kitting.bill_kept", {"kit": kit}),
                after=lambda _answer: self._desk.step_back(),
            )

        self._desk.ask(Question(words("kitting.ask_save"), (), lambda _answers: told, book))

    def _ask_unmake(self, rows: Sequence[Record]) -> None:
        bom, words = rows[0].made_of, self._desk.words
        assert isinstance(bom, Bom)
        kit, run, place = bom.sku, self._desk.work.run, self._desk.warehouse

        def book(answers: Answers, request: UUID) -> Booking:
            if not answers["quantity"]:
                raise Refusal("stock.quantity_missing")
            weights, target = weights_of(answers["weights"]), answers["place"].upper()
            planned: list[kitting.Making] = []

            def unmake() -> UUID:
                if not planned:
                    planned.append(
                        run(
                            lambda unit: kitting.plan_unmaking(
                                unit,
                                warehouse=place,
                                kit=kit,
                                quantity=answers["quantity"],
                                place=target,
                                weights=weights,
                            )
                        )
                    )
                return run(lambda unit: kitting.post(unit, planned[0]), request_id=request)

            return Booking(
                request,
                unmake,
                lambda _posting: Feedback(Level.OK, "kitting.apart", {"amount": answers["quantity"], "kit": kit}),
                undo=lambda posting, again: run(lambda unit: kitting.take_back(unit, posting), request_id=again),
                permission="kit",
            )

        fields = (
            Field("quantity", words("claims.how_much", unit=bom.unit)),
            Field("place", words("kitting.place")),
            Field("weights", words("desk.weights")),
        )
        told = words("kitting.told_unmake")
        self._desk.ask(Question(words("kitting.ask_unmake", kit=kit), fields, lambda _answers: told, book, "place"))

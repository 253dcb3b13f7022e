"""A new transfer: where to, then line by line what, then released."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from uuid import UUID

from app.dialogs.dialog import Feedback, Level
from app.domain.errors import Refusal
from app.services import transfers
from app.stations.kit.desk import Answers, Booking, DeskScreen, Drafting, Field, Question, day_of


class Making:
    """Gathers the lines of a transfer and makes it; then the screen looks into it by `show`."""

    def __init__(self, desk: DeskScreen, show: Callable[[str], object]) -> None:
        self._desk, self._show = desk, show
        self._draft = Drafting(desk, "transfers", make="MAKE_TRANSFER", told=self._told, book=self._booking)
        self._target = ""
        self._due: date | None = None

    def ask_where(self, known: Sequence[tuple[UUID, str, str]]) -> None:
        """Ask where the goods go, and until when."""
        words = self._desk.words
        others = tuple(
            (str(identity), f"{code} {name}" if name != code else code)
            for identity, code, name in known
            if identity != self._desk.warehouse
        )
        fields = (
            Field("target", words("transfers.target"), choices=(("", self._desk.choice("stock.choose")), *others)),
            Field("due", words("transfers.due_optional")),
        )
        self._desk.ask(Question(words("transfers.ask_new"), fields, self._told_where, self._go_on))

    def take_code(self, code: str) -> bool:
        """A code that was scanned begins a line, while a transfer is being made."""
        return self._draft.take_code(code)

    # - inside -

    def _told_where(self, answers: Answers) -> str:
        if not answers["target"]:
            raise Refusal("transfers.to_where")
        day_of(answers["due"])
        return self._desk.words("transfers.told_where")

    def _go_on(self, answers: Answers, request: UUID) -> Booking:
        self._told_where(answers)
        self._target, self._due = answers["target"], day_of(answers["due"])
        return self._draft.begin(request)

    def _told(self, count: int) -> str:
        return self._desk.words("transfers.told_make", count=count)

    def _booking(self, wanted: Mapping[str, str], request: UUID) -> Booking:
        run, source, target, due = self._desk.work.run, self._desk.warehouse, UUID(self._target), self._due

        def made(number: str) -> None:
            self._desk.step_back()
            self._show(number)

        return Booking(
            request,
            lambda: run(
                lambda unit: transfers.create(unit, source=source, target=target, wanted=wanted, due=due),
                request_id=request,
            ),
            lambda number: Feedback(Level.OK, "transfers.made", {"number": number}),
            undo=lambda number, _request: run(lambda unit: transfers.cancel(unit, number, reason="UNDO")),
            after=made,
        )

"""What people decide about a document, asked on any desk that shows it: what can follow on how it stands, and why."""

from collections.abc import Callable, Sequence
from uuid import UUID

from app.dialogs.dialog import Feedback, Level
from app.domain.errors import Refusal
from app.services import documents
from app.services.documents import Standing
from app.stations.kit.desk.question import Answers, Booking, Field, Question
from app.stations.kit.desk.screen import DeskScreen
from app.stations.kit.desk.sheet import Command
from app.stations.kit.record_table import Record

Named = Callable[[Sequence[Record]], tuple[str, str]]
"""The kind and number of the document that the rows in hand mean."""


def deciding(desk: DeskScreen, of: Named) -> Command:
    """The key that decides about a document; greyed for those who do not plan such documents."""

    def ask(rows: Sequence[Record]) -> None:
        kind, number = of(rows)
        desk.start(
            lambda: desk.work.run(lambda unit: documents.standing(unit, kind=kind, number=number)),
            lambda standing: _ask(desk, standing),
        )

    return Command("DECIDE", ask, lambda rows: desk.hindered(f"plan_{of(rows)[0]}"))


def _ask(desk: DeskScreen, document: Standing) -> None:
    texts, named = desk.texts, {"number": document.number}
    if not document.may:
        now = texts.word("decision", document.decision)
        desk.say(Feedback(Level.WARNING, "documents.has_ended", {**named, "now": now}))
        return
    choices = ((one, texts.state("decision", one)) for one in document.may)
    fields = (
        Field("decision", desk.words("documents.decision"), choices=(("", desk.choice("stock.choose")), *choices)),
        Field("reason", desk.words("documents.why"), wide=True),
    )

    def told(answers: Answers) -> str:
        decision = answers["decision"]
        if not decision:
            now = texts.word("decision", document.decision)
            return desk.words("documents.stands", now=now, **named)
        return desk.words(f"documents.means_{decision}", **named)

    def book(answers: Answers, request: UUID) -> Booking:
        decision, reason = answers["decision"], answers["reason"].strip()
        if not decision:
            raise Refusal("documents.decide_what")
        return Booking(
            request,
            lambda: desk.work.run(
                lambda unit: documents.decide_on(unit, document, decision=decision, reason=reason), request_id=request
            ),
            lambda _none: Feedback(Level.OK, "documents.decided", {**named, "decision": decision}),
        )

    desk.ask(Question(desk.words("documents.ask_decide", **named), fields, told, book))

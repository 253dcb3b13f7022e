"""The print journal, live: which labels wait, which came out, which of them somebody has to look at.

What may follow what is the service's and the database's to say; a key that cannot be used now is not offered.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from app.dialogs.dialog import Choice, Feedback, Level
from app.domain.labels import PAGE, LabelContent
from app.domain.printing import PrintState, may_follow, needs_a_person
from app.services.printing import JOB, JournalEntry
from app.stations.kit.bus import Subscribe
from app.stations.kit.card import Card
from app.stations.kit.choices_list import ChoicesList
from app.stations.kit.fit_text import FitText
from app.stations.kit.kit import Kit
from app.stations.kit.manager_screen import ManagerScreen
from app.stations.kit.marks import GOOD, LOOK, OVER, REPLACED, UNDER_WAY, WAITS, marked
from app.stations.kit.paper import Paper
from app.stations.kit.record_table import Column, Query, Record, RecordTable

PRINTING = "printing"
CONFIRM, CANCEL_LABEL, VOID, REDIRECT, AGAIN = "LABEL_THERE", "CANCEL_LABEL", "VOID_LABEL", "OTHER_PRINTER", "REPRINT"
DOUBTFUL, COPY, CANCEL = "DOUBTFUL", "COPY", "CANCEL"
COLUMNS = (
    Column("when", "printing.when", 170, sortable=False, identifier=True),
    Column("state", "printing.state", 140, sortable=False, identifier=True),
    Column("label", "printing.label", 200, sortable=False, identifier=True),
    Column("template", "printing.template", 110, sortable=False),
    Column("printer", "printing.printer", 120, sortable=False),
    Column("document", "printing.document", 130, sortable=False, identifier=True),
    Column("person", "printing.person", 130, sortable=False),
)
_STATE = [column.name for column in COLUMNS].index("state")
_MARKS = {
    PrintState.QUEUED: WAITS,
    PrintState.SENDING: UNDER_WAY,
    PrintState.SENT: UNDER_WAY,
    PrintState.CONFIRMED: GOOD,
    PrintState.PARTIAL: LOOK,
    PrintState.UNKNOWN: LOOK,
    PrintState.UNVERIFIED: LOOK,
    PrintState.VOIDED: OVER,
    PrintState.REPRINTED: REPLACED,
    PrintState.CANCELLED: OVER,
}
_TINTS = {PrintState.CONFIRMED: "good"}
_CARD_PX, _HEADING_PX = 330, 24
_REASONED = frozenset({VOID, AGAIN})

Read = Callable[[UUID | None, int, str, bool], Sequence[JournalEntry]]
"""The entries behind one (None: the newest), at most so many, that hold a text; only the doubtful ones where told."""


@dataclass(frozen=True, slots=True)
class Acts:
    """What a person may do with a label, by its id; all are called in worker threads and may refuse.

    `void` and `reprint` take a reason's code, `redirect` a printer's id. `reasons` and `printers` are what to choose
    from, as value and words.
    """

    confirm: Callable[[UUID], object]
    cancel: Callable[[UUID], object]
    void: Callable[[UUID, str], object]
    redirect: Callable[[UUID, UUID], object]
    reprint: Callable[[UUID, str], object]
    reasons: Callable[[], Sequence[str]]
    printers: Callable[[], Sequence[tuple[UUID, str]]]


class PrintJournalScreen(ManagerScreen):
    """The shared table of labels, the selected one as it is printed and what became of it, and what can be done."""

    done = Signal(str)
    """The command that was carried out."""

    def __init__(
        self,
        kit: Kit,
        *,
        read: Read,
        subscribe: Subscribe,
        picture: Callable[[LabelContent], bytes],
        acts: Acts,
    ) -> None:
        super().__init__(kit, PRINTING, subscribe=subscribe, kinds={JOB})
        self._read = read
        self._picture = picture
        self._acts = acts
        self._only_doubtful = False
        self._asked = ""
        self._about: JournalEntry | None = None
        self.table = RecordTable(
            kit, COLUMNS, self._page, title=kit.texts.text("titles", PRINTING), nothing=self._nothing
        )
        self.heading = FitText(kit.theme, size_px=_HEADING_PX, bold=True, verbatim=True)
        self.about = QLabel(wordWrap=True)
        self.about.setProperty("role", "caption")
        self.why = QLabel(wordWrap=True)
        self.why.setProperty("role", "body")
        self.paper = Paper(kit.theme)
        self.question = QLabel(wordWrap=True)
        self.question.setProperty("role", "heading")
        self.choices = ChoicesList(kit)
        self._arrange()
        self._connect()
        self._offer()
        self.table.open()

    def on_scan(self, raw: str, _symbology: str = "", _source: str = "keyboard") -> None:
        """Show the labels that bear what was scanned."""
        self._ask_nothing()
        self.table.filter.setText(raw)

    def carry_out(self, command: str) -> None:
        """Carry out a command, or ask what it needs to know first."""
        simple: dict[str, Callable[[], object]] = {
            COPY: self.table.copy,
            CANCEL: self._ask_nothing,
            DOUBTFUL: self._switch,
        }
        if command in simple:
            simple[command]()
            return
        entry = self._selected()
        if entry is None:
            self.say(Feedback(Level.WARNING, "printing.choose_label"))
        elif command in _REASONED:
            self._ask(command, entry, self._acts.reasons, lambda code: Choice(code, f"reason.{code}"))
        elif command == REDIRECT:
            self._ask(
                command,
                entry,
                self._acts.printers,
                lambda one: Choice(str(one[0]), "printing.on_printer", {"printer": one[1]}),
            )
        else:
            act = self._acts.confirm if command == CONFIRM else self._acts.cancel
            self._do(command, lambda: act(entry.id))

    def front(self) -> RecordTable:
        """The journal."""
        return self.table

    def step_back(self) -> bool:
        """Ask no more."""
        asking = self._about is not None
        if asking:
            self._ask_nothing()
        return asking

    # - inside -

    def _arrange(self) -> None:
        asking = QWidget()
        questions = QVBoxLayout(asking)
        questions.addWidget(self.question)
        questions.addWidget(self.choices, 1)
        card = Card(self._kit.theme, width_px=_CARD_PX)
        for part in (self.heading, self.about, self.why):
            card.column.addWidget(part)
        card.column.addWidget(self.paper, 1)
        rows = QWidget()
        row = QHBoxLayout(rows)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.table, 1)
        row.setSpacing(8)
        row.addWidget(card)
        self._pages = QStackedWidget()
        self._pages.addWidget(rows)
        self._pages.addWidget(asking)
        self.lay_out(self._pages)

    def _connect(self) -> None:
        self.hear_of(self.table)
        self.table.view.selectionModel().selectionChanged.connect(lambda *_: self._offer())
        self.table.model.replaced.connect(self._offer)
        self.choices.chosen.connect(self._answered)

    def _page(self, after: Record | None, limit: int, query: Query) -> Sequence[Record]:
        behind = after.key if after else None
        assert behind is None or isinstance(behind, UUID)
        entries = self._read(behind, limit, query.text, self._only_doubtful)
        return [self._record(entry) for entry in entries]

    def _record(self, entry: JournalEntry) -> Record:
        texts = self._kit.texts
        handed = entry.state is PrintState.UNVERIFIED and entry.content.template.startswith(PAGE)
        said = "HANDED_OVER" if handed else entry.state.value
        state = marked(_MARKS[entry.state], texts.text("captions", f"printing.state.{said}"))
        again = texts.text("captions", "printing.reprint_no", {"number": str(entry.reprint_no)})
        cells = (
            entry.created_at.astimezone().strftime("%Y-%m-%d %H:%M:%S"),
            state,
            entry.content.uid + (f" × {entry.content.copies}" if entry.content.copies > 1 else ""),
            entry.content.template.replace("_", " ") + (f" {again}" if entry.reprint_no else ""),
            entry.printer,
            entry.document,
            entry.person,
        )
        tint = "caution" if needs_a_person(entry.state) else _TINTS.get(entry.state)
        return Record(entry.id, cells, entry, tints=((_STATE, tint),) if tint else ())

    def _why(self, detail: str) -> str:
        """Why a label is in the state that it is in: what the spooler found, or the reason that a person gave."""
        for section, code in (("feedback", f"printing.detail.{detail}"), ("choices", f"reason.{detail}")):
            if self._kit.texts.has(section, code):
                return self._kit.texts.text(section, code)
        return detail

    def _nothing(self, query: Query) -> str:
        code = "no_match" if query.text else "no_doubt" if self._only_doubtful else "empty"
        return self._kit.texts.text("hints", f"printing.{code}", {"text": query.text})

    def _selected(self) -> JournalEntry | None:
        chosen = self.table.selected()
        entry = chosen[0].made_of if len(chosen) == 1 else None
        assert entry is None or isinstance(entry, JournalEntry)
        return entry

    def _offer(self) -> None:
        """Show the selected label, and the keys of what may be done with it."""
        entry = self._selected()
        keys = [DOUBTFUL, COPY]
        if entry is not None:
            follows = {
                CONFIRM: PrintState.CONFIRMED if needs_a_person(entry.state) else None,
                CANCEL_LABEL: PrintState.CANCELLED,
                VOID: PrintState.VOIDED,
                AGAIN: PrintState.REPRINTED,
            }
            keys += [key for key, state in follows.items() if state and may_follow(entry.state, state)]
            keys += [REDIRECT] if entry.state is PrintState.QUEUED else []
        self.keys.show_commands(keys, why=False)
        self._show(entry)

    def _show(self, entry: JournalEntry | None) -> None:
        """The card: which label, what became of it and why, and how it looks."""
        if entry is None:
            self.heading.set_text("")
            self.about.setText(self._kit.texts.text("hints", "printing.none_chosen"))
            self.why.setText("")
            self.paper.clear()
            return
        self.heading.set_text(entry.content.uid)
        self.about.setText(self._record(entry).cells[_STATE] + f" · {entry.printer}")
        self.why.setText(self._why(entry.detail))
        self.why.setVisible(bool(self.why.text()))
        wanted = entry.id
        self.start(
            lambda: self._picture(entry.content),
            lambda png: self._draw(wanted, png),
            failed=lambda _why: self.paper.clear(),
        )

    def _draw(self, wanted: UUID, png: bytes) -> None:
        entry = self._selected()
        if entry is not None and entry.id == wanted:
            self.paper.show_label(png, name=entry.content.uid)

    def _switch(self) -> None:
        """Show only what somebody has to look at, or everything again."""
        self._only_doubtful = not self._only_doubtful
        self.table.open()

    def _ask(
        self,
        command: str,
        entry: JournalEntry,
        source: Callable[[], Sequence[object]],
        choice: Callable[..., Choice],
    ) -> None:
        self._asked, self._about = command, entry
        self.start(lambda: [choice(one) for one in source()], self._asks)

    def _asks(self, choices: Sequence[Choice]) -> None:
        if self._about is None:
            return
        facts = {"label": self._about.content.uid}
        self.question.setText(self._kit.texts.text("prompts", f"printing.{self._asked.lower()}", facts))
        self.choices.offer(choices)
        self._pages.setCurrentIndex(1)
        self.keys.show_commands((CANCEL,), why=False)
        self.choices.setFocus()

    def _ask_nothing(self) -> None:
        self._about = None
        self._pages.setCurrentIndex(0)
        self._offer()
        self.table.filter.setFocus()

    def _answered(self, value: str) -> None:
        entry, command = self._about, self._asked
        self._ask_nothing()
        if entry is None:
            return
        acts: dict[str, Callable[[], object]] = {
            VOID: lambda: self._acts.void(entry.id, value),
            AGAIN: lambda: self._acts.reprint(entry.id, value),
            REDIRECT: lambda: self._acts.redirect(entry.id, UUID(value)),
        }
        self._do(command, acts[command])

    def _do(self, command: str, act: Callable[[], object]) -> None:
        def done(_answer: object) -> None:
            self.say(Feedback(Level.OK, f"printing.{command.lower()}"))
            self.table.refresh()
            self.done.emit(command)

        self.start(act, done)

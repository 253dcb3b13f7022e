"""Categorising rules: the first that holds decides. What they would change is seen, and why, before it is done."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from PySide6.QtWidgets import QCheckBox, QLabel, QVBoxLayout

from app.dialogs.dialog import Feedback, Level
from app.domain.catalog.categorising import FORM, Move
from app.domain.catalog.products import Category
from app.domain.errors import Refusal
from app.domain.policies import Operator
from app.services.products import categorising, looking
from app.services.work import UnitOfWork
from app.stations.kit import rule_words
from app.stations.kit.desk import Answers, Booking, Field, Question, page_of
from app.stations.kit.kit import Kit
from app.stations.kit.record_table import Column, Query, Record, RecordTable
from app.stations.products.page import Page, Preview, Speaker

RULES = (
    Column("place", "products.place", 60, numeric=True, sortable=False),
    Column("name", "products.rule", 220, identifier=True, sortable=False),
    Column("when", "products.when_all", 560, sortable=False),
    Column("category", "field.category", 300, sortable=False),
)
_MOVES = (
    Column("sku", "field.sku", 150, identifier=True, sortable=False),
    Column("name", "field.name", 280, sortable=False),
    Column("old", "products.before", 220, sortable=False),
    Column("new", "products.after", 220, sortable=False),
    Column("why", "products.why", 330, sortable=False),
)


class RulesPage(Page):
    """The rules in their order; they are changed here and tried before they are saved and applied."""

    def __init__(self, kit: Kit, screen: Speaker) -> None:
        super().__init__(kit, screen)
        self.version = 0
        self.rules: list[dict[str, Any]] = []
        self.unsaved = False
        self._categories: tuple[Category, ...] = ()
        self.by_hand = QCheckBox(self.words("captions", "also_by_hand"))
        self.rows = RecordTable(kit, RULES, page_of(RULES, self._records), nothing=self._nothing)
        hint = QLabel(self.words("hints", "rules"), wordWrap=True)
        hint.setProperty("role", "caption")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(hint)
        column.addWidget(self.rows, 1)
        column.addWidget(self.by_hand)
        self.rows.open()

    def keys(self) -> tuple[str, ...]:
        """Make, change and order rules, try them, save them."""
        return ("NEW_RULE", "ADD_CONDITION", "RULE_UP", "RULE_DOWN", "TAKE_RULE", "SAVE", "DRY_RUN")

    def carry_out(self, command: str) -> None:
        """Do what a key stands for."""
        if command in ("NEW_RULE", "SAVE", "DRY_RUN"):
            commands: dict[str, Callable[[], object]] = {
                "NEW_RULE": lambda: self._screen.ask(self.ruling(None)),
                "SAVE": self.save,
                "DRY_RUN": self.dry_run,
            }
            commands[command]()
            return
        chosen = next((int(str(each.key)) for each in self.rows.selected()), None)
        if chosen is None:
            self._screen.say(Feedback(Level.WARNING, "products.choose_rule"))
        elif command == "ADD_CONDITION":
            self._screen.ask(self.ruling(chosen))
        elif command == "TAKE_RULE":
            del self.rules[chosen]
            self._changed()
        else:
            other = chosen + (-1 if command == "RULE_UP" else 1)
            if 0 <= other < len(self.rules):
                self.rules[chosen], self.rules[other] = self.rules[other], self.rules[chosen]
                self._changed()

    def refresh(self) -> None:
        """Read the saved rules again, unless some were changed here."""

        def read(unit: UnitOfWork) -> tuple[tuple[int, Mapping[str, Any]], tuple[Category, ...]]:
            return categorising.rules(unit), looking.categories(unit)

        self._screen.do(read, lambda found: self._know(*found))

    def table(self) -> RecordTable | None:
        """The rules."""
        return self.rows

    @property
    def document(self) -> dict[str, Any]:
        """The rules as they would be saved."""
        return {"rules": self.rules}

    def dry_run(self) -> None:
        """Show what the rules on the screen would change, and why."""
        document, by_hand = self.document, self.by_hand.isChecked()
        self._screen.do(lambda unit: categorising.dry_run(unit, document, also_by_hand=by_hand), self._preview)

    def save(self) -> None:
        """Save the rules; nothing is changed by them yet."""
        document, version = self.document, self.version

        def done(saved: int) -> None:
            self.version, self.unsaved = saved, False
            self._screen.say(Feedback(Level.OK, "products.rules_saved", {"version": str(saved)}))

        self._screen.do(lambda unit: categorising.save_rules(unit, document, version=version), done, request=uuid4())

    def ruling(self, place: int | None) -> Question:
        """Ask for a new rule, or for one more condition of a rule."""
        known = None if place is None else self.rules[place]
        text = self._kit.texts.text

        def read(answers: Answers) -> dict[str, Any]:
            condition = rule_words.condition(FORM, answers["field"], answers["operator"], answers["value"].strip())
            name = known["name"] if known else answers["name"].strip()
            if not name:
                raise Refusal("field.missing", field="name")
            category = known["then"]["category"] if known else answers["category"]
            rule = {
                "name": name,
                "when": [*(known["when"] if known else []), condition],
                "then": {"category": category},
            }
            FORM.read({"rules": [rule]})
            return rule

        def told(answers: Answers) -> str:
            rule = read(answers)
            return f"{self._when(rule)} → {rule['then']['category']}"

        def book(answers: Answers, request: UUID) -> Booking:
            rule = read(answers)
            return Booking(request, lambda: rule, lambda _r: self._ok("rule_kept", rule=rule["name"]), after=keep)

        def keep(rule: dict[str, Any]) -> None:
            if place is None:
                self.rules.append(rule)
            else:
                self.rules[place] = rule
            self._changed()

        names = tuple((each, self._fact(each)) for each in rule_words.facts_of(FORM))
        operators = tuple((each.value, rule_words.operator(each, self._kit.texts)) for each in rule_words.OPERATORS)
        condition = (
            Field("field", self.words("captions", "field"), "name", choices=names),
            Field("operator", self.words("captions", "comparison"), Operator.CONTAINS.value, choices=operators),
            Field("value", self.words("captions", "value"), wide=True),
        )
        if known:
            return Question(self.words("captions", "condition_title", rule=known["name"]), condition, told, book)
        categories = tuple((each.full_name, each.full_name) for each in self._categories if not each.archived)
        fields = (
            Field("name", self.words("captions", "rule"), ""),
            *condition,
            Field("category", text("captions", "field.category"), choices=categories),
        )
        return Question(self.words("captions", "rule_title"), fields, told, book)

    # - inside -

    def _know(self, saved: tuple[int, Mapping[str, Any]], categories: tuple[Category, ...]) -> None:
        self._categories = categories
        if not self.unsaved:
            self.version, self.rules = saved[0], [dict(each) for each in saved[1].get("rules", ())]
            self.rows.refresh()

    def _changed(self) -> None:
        self.unsaved = True
        self.rows.refresh()

    def _preview(self, moves: tuple[Move, ...]) -> None:
        records = [Record(each.id, self._cells(each), made_of=each) for each in moves]
        document, version, unsaved = self.document, self.version, self.unsaved

        def apply(chosen: Sequence[Record]) -> None:
            wanted = [each.made_of for each in chosen if isinstance(each.made_of, Move)]

            def work(unit: UnitOfWork) -> int:
                return len(categorising.apply(unit, wanted))

            if unsaved:
                self._screen.do(
                    lambda unit: categorising.save_rules(unit, document, version=version),
                    lambda saved: self._saved_then(saved, work, preview.request),
                    request=uuid4(),
                )
            else:
                self._screen.do(work, self._applied, request=preview.request)

        preview = Preview(
            self._kit, self._screen, title=self.words("captions", "rules_preview", count=len(moves)), columns=_MOVES,
            records=records, apply=apply, nothing=self.words("hints", "nothing_changes"),
        )  # fmt: skip
        self._screen.lay_over(preview)

    def _saved_then(self, saved: int, work: Callable[[UnitOfWork], int], request: UUID) -> None:
        self.version, self.unsaved = saved, False
        self._screen.do(work, self._applied, request=request)

    def _applied(self, count: int) -> None:
        self._screen.leave()
        self._screen.say(self._ok("categorised", count=count))

    def _cells(self, move: Move) -> tuple[str, ...]:
        seen = move.decision.considered[-1].seen
        facts = ", ".join(f"{self._fact(name)}: {value}" for name, value in seen.items() if value not in (None, ""))
        return (move.sku, move.name, move.old or "–", move.new, f"{move.rule} ({facts})")

    def _records(self) -> Sequence[Record]:
        return [
            Record(n, (str(n + 1), rule["name"], self._when(rule), rule["then"]["category"]), made_of=rule)
            for n, rule in enumerate(self.rules)
        ]

    def _when(self, rule: Mapping[str, Any]) -> str:
        return rule_words.when(rule, self._kit.texts, self._fact)

    def _fact(self, name: str) -> str:
        return self.words("captions", f"fact.{name}")

    def _ok(self, code: str, **facts: object) -> Feedback:
        return Feedback(Level.OK, f"products.{code}", {name: str(value) for name, value in facts.items()})

    def _nothing(self, _query: Query) -> str:
        return self.words("hints", "no_rules")

"""The editor of rules, for every capability alike: a sheet of rules in their order, and the questions that change them.

It knows what a policy's form declares and nothing of what the rules decide; saving and trying are the screen's.
"""

from collections.abc import Mapping, Sequence
from typing import Any, get_type_hints
from uuid import UUID

from app.dialogs.dialog import Feedback, Level
from app.domain.errors import Refusal
from app.domain.policies import PolicyForm, Sift
from app.stations.kit import rule_words
from app.stations.kit.desk import Answers, Booking, Command, DeskScreen, Field, Question, Sheet, page_of
from app.stations.kit.record_table import Column, Record

COLUMNS = (
    Column("place", "rules.place", 50, numeric=True, sortable=False),
    Column("name", "rules.rule", 420, sortable=False),
    Column("when", "rules.when", 560, sortable=False),
    Column("effect", "rules.effect", 260, sortable=False),
)


class RuleEditor:
    """Rules in hand: `document` is what would be saved, `changed` whether that differs from what is saved."""

    def __init__(self, desk: DeskScreen, form: PolicyForm[Any], document: Mapping[str, Any]) -> None:
        self._desk, self.form = desk, form
        self.rules: list[dict[str, Any]] = [dict(each) for each in document.get("rules", ())]
        self.sort: list[str] = list(document.get("sort", ()))
        self.changed = False

    @property
    def document(self) -> dict[str, Any]:
        """The rules as the database keeps them."""
        return {"rules": self.rules, **({"sort": self.sort} if self.sort else {})}

    def sheet(self, name: str, title: str, more: Sequence[Command]) -> Sheet:
        """The sheet of the rules; `more` are the commands of the screen that saves and tries them."""
        desk = self._desk
        one = desk.one_of(
            Command("ADD_CONDITION", lambda rows: desk.ask(self._question(_place(rows)))),
            Command("RULE_UP", lambda rows: self._shift(_place(rows), -1)),
            Command("RULE_DOWN", lambda rows: self._shift(_place(rows), 1)),
            Command("TAKE_RULE", lambda rows: self._take(_place(rows))),
        )
        order = (Command("RULE_ORDER", lambda _rows: desk.ask(self._order())),) if self.form.then is Sift else ()
        new = Command("NEW_RULE", lambda _rows: desk.ask(self._question(None)))
        return Sheet(
            name,
            title,
            COLUMNS,
            page_of(COLUMNS, self._records),
            lambda _query: desk.hint("rules.none"),
            (new, *one, *more, *order),
            facts=self._facts,
        )

    def fact(self, name: str) -> str:
        """A fact in words."""
        return self._desk.words(f"policies.field.{name}")

    # - inside -

    def _records(self) -> Sequence[Record]:
        texts = self._desk.texts
        return [
            Record(
                n,
                (
                    str(n + 1),
                    rule_words.called(rule["name"], texts),
                    rule_words.when(rule, texts, self.fact),
                    rule_words.effect(rule, texts),
                ),
                made_of=n,
            )
            for n, rule in enumerate(self.rules)
        ]

    def _facts(self) -> str:
        """Whether something is not saved yet, and by what equals are put in order."""
        unsaved = self._desk.words("rules.unsaved") if self.changed else ""
        by = ", ".join(self._sorting(each) for each in self.sort)
        return "  ".join(filter(None, (unsaved, self._desk.words("rules.sorted_by", by=by) if by else "")))

    def _sorting(self, sort: str) -> str:
        descending = self._desk.words("rules.largest_first") if sort.startswith("-") else ""
        return f"{self.fact(sort.removeprefix('-'))} {descending}".strip()

    def _now(self) -> None:
        self.changed = True
        self._desk.table.refresh()

    def _shift(self, place: int, by: int) -> None:
        other = place + by
        if 0 <= other < len(self.rules):
            self.rules[place], self.rules[other] = self.rules[other], self.rules[place]
            self._now()

    def _take(self, place: int) -> None:
        taken = self.rules.pop(place)
        self._now()
        name = rule_words.called(taken["name"], self._desk.texts)
        self._desk.say(Feedback(Level.OK, "rules.taken", {"rule": name}))

    def _question(self, place: int | None) -> Question:
        """A new rule, or one more condition of the rule in this place."""
        known = None if place is None else self.rules[place]
        words, texts = self._desk.words, self._desk.texts

        def read(answers: Answers) -> dict[str, Any]:
            rule = self._rule(known, answers)
            self.form.read({"rules": [rule]})
            return rule

        def told(answers: Answers) -> str:
            rule = read(answers)
            return f"{rule_words.when(rule, texts, self.fact)} → {rule_words.effect(rule, texts)}"

        def book(answers: Answers, request: UUID) -> Booking:
            rule = read(answers)
            return Booking(request, lambda: rule, lambda _rule: self._kept(rule), after=keep)

        def keep(rule: dict[str, Any]) -> None:
            if place is None:
                self.rules.append(rule)
            else:
                self.rules[place] = rule
            self._now()

        facts = tuple((name, self.fact(name)) for name in rule_words.facts_of(self.form))
        comparisons = tuple((each.value, rule_words.operator(each, texts)) for each in rule_words.OPERATORS)
        condition = (
            Field("field", words("rules.fact"), facts[0][0], choices=tuple(sorted(facts, key=lambda pair: pair[1]))),
            Field("operator", words("rules.comparison"), comparisons[0][0], choices=comparisons),
            Field("value", words("rules.value")),
        )
        if known:
            title = words("rules.ask_condition", rule=rule_words.called(known["name"], texts))
            return Question(title, condition, told, book)
        return Question(
            words("rules.ask_rule"), (Field("name", words("rules.rule")), *condition, *self._effects()), told, book
        )

    def _effects(self) -> tuple[Field, ...]:
        texts = self._desk.texts
        return tuple(
            Field(f"then.{name}", rule_words.parameter(name, texts), choices=rule_words.choices(name, kind, texts))
            for name, kind in get_type_hints(self.form.then).items()
        )

    def _rule(self, known: Mapping[str, Any] | None, answers: Answers) -> dict[str, Any]:
        """The rule that the answers describe; without a value it has no condition, and always holds."""
        name = known["name"] if known else answers["name"].strip()
        if not name:
            raise Refusal("policies.nameless")
        text = answers["value"].strip()
        more = [rule_words.condition(self.form, answers["field"], answers["operator"], text)] if text else []
        if known:
            return {**known, "when": [*known["when"], *more]}
        then = {
            parameter: rule_words.setting(kind, answers[f"then.{parameter}"])
            for parameter, kind in get_type_hints(self.form.then).items()
            if answers[f"then.{parameter}"]
        }
        return {"name": name, "when": more, "then": then}

    def _kept(self, rule: Mapping[str, Any]) -> Feedback:
        return Feedback(Level.OK, "rules.kept", {"rule": rule_words.called(rule["name"], self._desk.texts)})

    def _order(self) -> Question:
        """By which facts equals are put in order, the first one first."""
        words = self._desk.words
        names = rule_words.facts_of(self.form)
        options = (
            ("", "–"),
            *((name, self.fact(name)) for name in names),
            *((f"-{name}", self._sorting(f"-{name}")) for name in names),
        )
        most = 4
        fields = tuple(
            Field(f"sort{n}", words("rules.sort_place", place=n + 1), (self.sort + [""] * most)[n], choices=options)
            for n in range(most)
        )

        def read(answers: Answers) -> list[str]:
            return [answers[field.name] for field in fields if answers[field.name]]

        def book(answers: Answers, request: UUID) -> Booking:
            wanted = read(answers)
            self.form.read({**self.document, "sort": wanted})
            return Booking(request, lambda: wanted, lambda _r: Feedback(Level.OK, "rules.ordered"), after=keep)

        def keep(wanted: list[str]) -> None:
            self.sort = wanted
            self._now()

        return Question(
            words("rules.ask_order"), fields, lambda answers: ", ".join(map(self._sorting, read(answers))), book
        )


def _place(rows: Sequence[Record]) -> int:
    place = rows[0].made_of
    assert isinstance(place, int)
    return place

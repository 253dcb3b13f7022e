"""Rules of the warehouse: a list of policies, an editor for one of them, a dry run, its versions, and the "why?"."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from app.dialogs.dialog import Feedback, Level
from app.domain.errors import Refusal
from app.domain.policies import Scope
from app.domain.values import parse_quantity
from app.services import policies, policy_trials, valuation
from app.services.policies import FORMS, SCOPES, PolicyVersion, StoredPolicy
from app.services.policy_trials import Trial, WhyHere
from app.stations.kit.desk import Answers, Booking, Command, DeskScreen, DeskWork, Field, Question, Sheet, page_of
from app.stations.kit.kit import Kit
from app.stations.kit.record_table import Record
from app.stations.kit.rule_editor import RuleEditor
from app.stations.policies import rows

NAME = "policies"
_ASKED_WHY = ("putaway", "valuation")
"""The capabilities whose "why?" can be asked for a single item here; the others are asked where they decide."""


class PoliciesScreen(DeskScreen):
    """The policies in front; one of them opens into its rules."""

    def __init__(self, kit: Kit, work: DeskWork) -> None:
        super().__init__(kit, NAME, work, kinds={policies.POLICY})
        self.editor: RuleEditor | None = None
        self._policy: StoredPolicy | None = None
        self._warned = False
        self.show_front(self._all())

    def step_back(self) -> bool:
        """Escape: as everywhere, but rules that are not saved are left only when it is pressed again."""
        editing = self.editor is not None and self.sheet.name == "policies.rules" and self.form is None
        if editing and self.editor is not None and self.editor.changed and not self._warned:
            self._warned = True
            self.say(Feedback(Level.WARNING, "policies.unsaved"))
            return True
        if editing:
            self.editor = None
        return super().step_back()

    # - the list -

    def _all(self) -> Sheet:
        def read() -> Sequence[Record]:
            return [rows.policy_record(one, self.texts) for one in self.work.run(policies.policies)]

        commands = (
            *self.one_of(Command("OPEN_POLICY", lambda found: self._edit(_policy(found)))),
            Command("NEW_POLICY", lambda _rows: self.ask(self._begin()), lambda _rows: self.hindered("set_up")),
            *self.one_of(
                Command("VERSIONS", lambda found: self._lay_versions(_policy(found))),
                Command("WITHDRAW", lambda found: self.ask(self._withdraw(_policy(found))), self._may_withdraw),
                Command("WHY_HERE", lambda found: self.ask(self._why(_policy(found))), self._may_ask_why),
            ),
        )
        return Sheet(
            "policies.all",
            self.texts.text("titles", "policies.all"),
            rows.POLICIES,
            page_of(rows.POLICIES, read),
            lambda _query: self.hint("no_rows"),
            commands,
            opened=lambda record: self._edit(_policy([record])),
        )

    def _begin(self) -> Question:
        """Rules for something that has none of its own yet; they begin as those that decide there now."""
        words, texts = self.words, self.texts
        kinds = tuple((name, rows.capability(name, texts)) for name in FORMS)
        scopes = tuple((one.value, rows.scope(one, texts)) for one in reversed(Scope))
        fields = (
            Field("capability", words("policies.about"), kinds[0][0], choices=kinds),
            Field("scope", words("policies.made_for"), Scope.ITEM.value, choices=scopes),
            Field("name", words("policies.name"), wide=True),
        )

        def told(answers: Answers) -> str:
            if Scope(answers["scope"]) not in SCOPES[answers["capability"]]:
                raise Refusal("policies.scope_not_asked", scope=answers["scope"])
            return words("policies.told_begin")

        def book(answers: Answers, request: UUID) -> Booking:
            told(answers)

            def begin() -> StoredPolicy:
                return self.work.run(
                    lambda unit: policies.begin(
                        unit,
                        capability=answers["capability"],
                        scope=Scope(answers["scope"]),
                        name=answers["name"].strip(),
                    )
                )

            return Booking(request, begin, lambda _one: Feedback(Level.OK, "policies.begun"), after=self._edit)

        return Question(words("policies.ask_begin"), fields, told, book, scanned="name")

    def _may_withdraw(self, found: Sequence[Record]) -> str:
        return self.hindered("set_up") or ("" if _policy(found).valid_from else self.hint("policies.delivered"))

    def _withdraw(self, policy: StoredPolicy) -> Question:
        def book(_answers: Answers, request: UUID) -> Booking:
            return Booking(
                request,
                lambda: self.work.run(lambda unit: policies.withdraw(unit, policy), request_id=request),
                lambda _version: Feedback(Level.OK, "policies.withdrawn"),
            )

        told = self.words("policies.told_withdraw")
        return Question(self.words("policies.ask_withdraw", policy=self._title(policy)), (), lambda _a: told, book)

    # - versions -

    def _lay_versions(self, policy: StoredPolicy) -> None:
        def read() -> Sequence[Record]:
            found = self.work.run(lambda unit: policies.versions(unit, policy))
            return [rows.version_record(one, self.texts) for one in found]

        def take(found: Sequence[Record]) -> None:
            version = found[0].made_of
            assert isinstance(version, PolicyVersion)
            self._edit(policy, version.rules)

        self.lay_over(
            Sheet(
                "policies.versions",
                self.words("policies.versions_of", policy=self._title(policy)),
                rows.VERSIONS,
                page_of(rows.VERSIONS, read),
                lambda _query: self.hint("policies.no_versions"),
                self.one_of(Command("TAKE_VERSION", take, self._has_rules)),
            )
        )

    def _has_rules(self, found: Sequence[Record]) -> str:
        version = found[0].made_of
        assert isinstance(version, PolicyVersion)
        return "" if version.rules else self.hint("policies.was_withdrawn")

    # - rules -

    def _edit(self, policy: StoredPolicy, document: Mapping[str, Any] | None = None) -> None:
        """Lay the rules of a policy over the list; `document` instead of those that are saved."""
        self._policy, self._warned = policy, False
        self.editor = RuleEditor(self, FORMS[policy.capability], document or policy.rules or {})
        self.editor.changed = document is not None
        more = (
            Command("SAVE", lambda _rows: self._save(), lambda _rows: self.hindered("set_up")),
            Command("DRY_RUN", lambda _rows: self._dry_run()),
        )
        self.lay_over(self.editor.sheet("policies.rules", self._title(policy), more))

    def _title(self, policy: StoredPolicy) -> str:
        about = (rows.capability(policy.capability, self.texts), rows.scope(policy.scope, self.texts), policy.name)
        return " · ".join(filter(None, about))

    def _save(self) -> None:
        assert self.editor is not None
        assert self._policy is not None
        editor, policy, document = self.editor, self._policy, self.editor.document

        def done(version: int) -> None:
            self.busy = False
            editor.changed, self._warned = False, False
            self._policy = StoredPolicy(
                policy.capability, policy.scope, policy.scope_id, policy.name, version, None, document
            )
            self.say(Feedback(Level.OK, "policies.saved", {"version": str(version)}))
            self.refresh()

        def work() -> int:
            return self.work.run(
                lambda unit: policies.save(
                    unit,
                    document,
                    capability=policy.capability,
                    version=policy.version,
                    scope=policy.scope,
                    scope_id=policy.scope_id,
                ),
                request_id=uuid4(),
            )

        self._begin_work(work, done)

    def _dry_run(self) -> None:
        assert self.editor is not None
        assert self._policy is not None
        policy, document, warehouse = self._policy, self.editor.document, self.warehouse

        def done(trial: Trial) -> None:
            self.busy = False
            if not trial.changes:
                self.say(Feedback(Level.OK, "policies.nothing_changes", {"count": str(trial.tried)}))
                return
            self._lay_trial(trial)

        self._begin_work(
            lambda: self.work.run(
                lambda unit: policy_trials.dry_run(unit, document, policy=policy, warehouse=warehouse)
            ),
            done,
        )

    def _begin_work(self, work: Any, done: Any) -> None:  # noqa: ANN401  (the answer of work is given to done)
        def failed(stopped: Any) -> None:  # noqa: ANN401  (whatever stopped it)
            self.busy = False
            self.say_stopped(stopped)

        self.busy = True
        self.start(work, done, failed=failed)

    def _lay_trial(self, trial: Trial) -> None:
        records = [rows.change_record(n, one, self.texts) for n, one in enumerate(trial.changes)]
        facts = self.words("policies.would_change", count=len(trial.changes), of=trial.tried)
        self.lay_over(
            Sheet(
                "policies.trial",
                self.texts.text("titles", "policies.trial"),
                rows.CHANGES,
                page_of(rows.CHANGES, lambda: records),
                lambda _query: self.hint("no_rows"),
                facts=lambda: facts,
                opened=lambda record: self._lay_decision(records.index(record), trial),
            )
        )

    def _lay_decision(self, place: int, trial: Trial) -> None:
        change = trial.changes[place]
        records = rows.decision_records(change.why, self.texts)
        self._lay_why(self.words("policies.why_of", what=change.what), records)

    # - why -

    def _may_ask_why(self, found: Sequence[Record]) -> str:
        return "" if _policy(found).capability in _ASKED_WHY else self.hint("policies.asked_elsewhere")

    def _why(self, policy: StoredPolicy) -> Question:
        """Which rules decide about one item, and in which place it would lie."""
        words = self.words
        here = policy.capability == "putaway"
        places = (Field("quantity", words("reports.quantity"), "1"), Field("place", words("policies.place")))
        fields = (Field("sku", words("reports.sku")), *(places if here else ()))

        def putaway(answers: Answers) -> WhyHere:
            quantity = parse_quantity(answers["quantity"])
            return self.work.run(
                lambda unit: policy_trials.why_here(
                    unit,
                    warehouse=self.warehouse,
                    sku=answers["sku"],
                    place=answers["place"].upper(),
                    quantity=quantity,
                )
            )

        def book(answers: Answers, request: UUID) -> Booking:
            if not answers["sku"]:
                raise Refusal("item.unknown", sku="")
            if here:
                call = lambda: rows.why_records(putaway(answers), self.texts)  # noqa: E731
            else:
                call = lambda: rows.decision_records(  # noqa: E731
                    self.work.run(lambda unit: valuation.method_of(unit, warehouse=self.warehouse, sku=answers["sku"])),
                    self.texts,
                )
            title = words("policies.why_of", what=answers["sku"])
            return Booking(
                request,
                call,
                lambda _records: Feedback(Level.OK, "policies.explained"),
                after=lambda records: self._lay_why(title, records),
            )

        return Question(words("policies.ask_why"), fields, lambda _a: words("policies.told_why"), book, scanned="sku")

    def _lay_why(self, title: str, records: Sequence[Record]) -> None:
        self.lay_over(
            Sheet(
                "policies.why",
                title,
                rows.WHY,
                page_of(rows.WHY, lambda: records),
                lambda _query: self.hint("policies.nothing_considered"),
            )
        )


def _policy(found: Sequence[Record]) -> StoredPolicy:
    policy = found[0].made_of
    assert isinstance(policy, StoredPolicy)
    return policy

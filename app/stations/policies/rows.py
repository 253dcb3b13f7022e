"""The rows of the screen of rules, and the words of what stands in them."""

from collections.abc import Mapping, Sequence

from app.domain.policies import Decision, Scalar, Scope
from app.domain.values import format_quantity
from app.services.policies import PolicyVersion, StoredPolicy
from app.services.policy_trials import Change, WhyHere
from app.stations.kit import rule_words
from app.stations.kit.decision_rows import WHY, considered_record, decision_records, seen_words
from app.stations.kit.record_table import Column, Record
from app.texts import Texts

__all__ = ["CHANGES", "POLICIES", "VERSIONS", "WHY", "capability", "change_record", "decision_records", "policy_record",
           "reason", "scope", "version_record", "why_records"]  # fmt: skip

POLICIES = (
    Column("capability", "policies.about", 260, identifier=True),
    Column("scope", "policies.made_for", 200),
    Column("name", "policies.name", 300, identifier=True),
    Column("rules", "policies.rules", 90, numeric=True),
    Column("version", "policies.version", 110, numeric=True),
    Column("since", "policies.since", 190, identifier=True),
)
VERSIONS = (
    Column("version", "policies.version", 110, numeric=True),
    Column("since", "policies.since", 200, identifier=True),
    Column("person", "policies.person", 260),
    Column("rules", "policies.rules", 110, numeric=True),
)
CHANGES = (
    Column("what", "policies.what", 170, identifier=True),
    Column("quantity", "reports.quantity", 100, numeric=True),
    Column("before", "policies.before", 290, identifier=True),
    Column("after", "policies.after", 290, identifier=True),
    Column("why", "policies.why", 420),
)


def policy_record(one: StoredPolicy, texts: Texts) -> Record:
    """A policy: what it decides, for what, since when."""
    since = f"{one.valid_from.astimezone():%Y-%m-%d %H:%M}" if one.valid_from else ""
    version = str(one.version) if one.valid_from else texts.text("captions", "policies.delivered")
    rules = one.rules or {}
    cells = (
        capability(one.capability, texts),
        scope(one.scope, texts),
        one.name,
        str(len(rules.get("rules", ()))),
        version,
        since,
    )
    return Record((one.capability, one.scope, one.scope_id), cells, made_of=one)


def version_record(one: PolicyVersion, texts: Texts) -> Record:
    """What a policy said from a moment on."""
    count = str(len(one.rules["rules"])) if one.rules else texts.text("captions", "policies.withdrawn")
    cells = (str(one.version), f"{one.valid_from.astimezone():%Y-%m-%d %H:%M:%S}", one.person, count)
    return Record(one.version, cells, made_of=one)


def change_record(number: int, one: Change, texts: Texts) -> Record:
    """A case that would be decided in another way: what speaks against the old choice, else what speaks for the new."""
    quantity = "" if one.quantity is None else format_quantity(one.quantity)
    nothing = texts.text("captions", "policies.nowhere")
    against = [rule for each in one.why.considered if each.candidate in str(one.before) for rule in each.failed]
    why = ", ".join(rule_words.called(rule, texts) for rule in dict.fromkeys(against)) or reason(one.why, texts)
    before, after = (_parameters(side, texts) or nothing for side in (one.before, one.after))
    cells = (one.what, quantity, before, after, why)
    return Record(number, cells, made_of=one)


def _parameters(side: str | Mapping[str, Scalar], texts: Texts) -> str:
    """What a case gets: words, or the parameters that rules set."""
    if isinstance(side, str):
        return side
    return ", ".join(
        f"{texts.text('captions', f'policies.then.{name}')}: {rule_words.written(value, texts)}"
        for name, value in side.items()
        if value is not None
    )


def why_records(found: WhyHere, texts: Texts) -> Sequence[Record]:
    """Every place that was considered, the chosen first; the one that was asked about is there in any case."""
    decision = found.decision
    records = [
        considered_record(number, one, texts, chosen=one.candidate in decision.chosen)
        for number, one in enumerate(decision.considered)
    ]
    if found.place and found.place not in {one.candidate for one in decision.considered}:
        reasons = ", ".join(rule_words.called(failed.rule, texts) for failed in found.against)
        verdict = "refused" if found.against else "possible"
        seen = {name: value for failed in found.against for name, value in failed.seen.items()}
        cells = (found.place, texts.text("captions", f"policies.{verdict}"), reasons, seen_words(seen, texts))
        records.insert(min(1, len(records)), Record("asked", cells))
    return records


def reason(decision: Decision, texts: Texts) -> str:
    """Why the first choice was chosen, by the rule that gave it its place."""
    first = next((one for one in decision.considered if one.candidate in decision.chosen), None)
    if first is None:
        rules = [name for one in decision.considered for name in one.failed]
        return ", ".join(rule_words.called(name, texts) for name in dict.fromkeys(rules))
    return rule_words.called(first.because, texts) if first.because else texts.text("captions", "policies.possible")


def capability(name: str, texts: Texts) -> str:
    """What rules decide, in words."""
    return texts.text("captions", f"policies.capability.{name}")


def scope(one: Scope, texts: Texts) -> str:
    """For what rules are made, in words."""
    return texts.text("captions", f"policies.scope.{one.value}")

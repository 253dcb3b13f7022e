"""Every candidate of a decision as rows: chosen, possible or refused, by which rules, and what was seen of it."""

from collections.abc import Sequence

from app.domain.policies import Considered, Decision
from app.stations.kit import rule_words
from app.stations.kit.record_table import Column, Record
from app.texts import Texts

WHY = (
    Column("candidate", "policies.candidate", 230, identifier=True),
    Column("verdict", "policies.verdict", 150, identifier=True),
    Column("why", "policies.why", 420),
    Column("seen", "policies.seen", 620),
)


def decision_records(decision: Decision, texts: Texts) -> Sequence[Record]:
    """Every candidate of a decision."""
    return [
        considered_record(number, one, texts, chosen=one.candidate in decision.chosen)
        for number, one in enumerate(decision.considered)
    ]


def considered_record(number: int, one: Considered, texts: Texts, *, chosen: bool) -> Record:
    """A candidate, and why it was taken or not."""
    verdict = "refused" if one.failed else "chosen" if chosen else "possible"
    names = one.failed or ((one.because,) if one.because else ())
    reasons = ", ".join(rule_words.called(name, texts) for name in names)
    tint = {"refused": "bad", "chosen": "good"}.get(verdict, "muted")
    cells = (
        rule_words.called(one.candidate, texts),
        texts.text("captions", f"policies.{verdict}"),
        reasons,
        seen_words(one.seen, texts),
    )
    return Record(number, cells, tints=((1, tint),))


def seen_words(seen: object, texts: Texts) -> str:
    """What the rules looked at, in words."""
    assert hasattr(seen, "items")
    return ", ".join(
        f"{texts.text('captions', f'policies.field.{name}')}: {rule_words.written(value, texts)}"
        for name, value in seen.items()
        if value not in (None, "") and name != "address"
    )

"""What a packer does beside goods: which rules ask for what, when it is due, and when it is done."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from app.domain.packing.extras import (
    FORM,
    Answer,
    Done,
    Due,
    Extra,
    ExtraFacts,
    ExtraKind,
    Moment,
    due,
    gift_note,
    shown,
    wanted,
)
from app.domain.policies import Policy

FIRST, SECOND = UUID(int=1), UUID(int=2)
READ = Extra("READ", ExtraKind.INSTRUCTION, "How to fold", moment=Moment.START)
GLASS = Extra("GLASS", ExtraKind.INSTRUCTION, "Glass upright", moment=Moment.GOODS)
LAST = Extra("LAST", ExtraKind.INSTRUCTION, "Two straps", moment=Moment.CLOSE)
HINT = Extra("HINT", ExtraKind.INSTRUCTION, "No tape", answer=Answer.SHOWN)
FLYER = Extra("FLYER", ExtraKind.INSERT, "Flyer")
PROOF = Extra("PROOF", ExtraKind.PHOTO, "Contents")
KNOWN = {one.code: one for one in (READ, GLASS, LAST, HINT, FLYER, PROOF)}


def rule(extra: str, *when: tuple[str, str, object]) -> dict[str, object]:
    conditions = [{"field": field, "operator": operator, "value": value} for field, operator, value in when]
    return {"name": extra, "when": conditions, "then": {"extra": extra}}


def policy(*rules: dict[str, object]) -> Policy:  # type: ignore[type-arg]
    return FORM.read({"rules": [*rules]})


def test_every_rule_that_holds_asks_for_one_thing_of_the_order_or_of_its_goods_alone() -> None:
    rules = policy(
        rule("FLYER", ("first_order", "is", True)),
        rule("PROOF", ("value", "above", "100")),
        rule("GLASS", ("sku", "is", "JAR")),
        rule("LAST", ("today", "at_least", "2026-12-01")),
        rule("GONE"),
        rule("HINT"),
    )
    order = ExtraFacts(first_order=True, value=Decimal(120), today=date(2026, 11, 23))
    goods = [(ExtraFacts(sku=sku, first_order=True, value=Decimal(120)), rules) for sku in ("JAR", "CUP")]
    assert wanted(KNOWN, (order, rules), goods) == (Due(FLYER), Due(PROOF), Due(HINT), Due(GLASS, "JAR"))


def test_each_is_due_at_its_moment_until_it_is_done() -> None:
    wants = (Due(READ), Due(GLASS, "JAR"), Due(LAST), Due(HINT), Due(FLYER), Due(PROOF), gift_note("Hi"))

    def open_at(moment: Moment, *done: Done, parcel: UUID = FIRST, packed: tuple[str, ...] = ()) -> list[str]:
        return [one.extra.code for one in due(wants, done, parcel=parcel, moment=moment, packed=packed)]

    assert open_at(Moment.START) == ["READ"]
    assert open_at(Moment.START, Done("READ", "", FIRST), parcel=SECOND) == []
    assert open_at(Moment.GOODS) == []
    assert open_at(Moment.GOODS, packed=("JAR",)) == ["GLASS"]
    assert open_at(Moment.GOODS, Done("GLASS", "JAR", FIRST), packed=("JAR",)) == []
    assert open_at(Moment.CLOSE) == ["LAST", "FLYER", "PROOF", "GIFT"]
    done = [Done(code, "", FIRST) for code in ("LAST", "FLYER", "PROOF", "GIFT")]
    assert open_at(Moment.CLOSE, *done) == []
    # The next carton is photographed and strapped too; flyer and gift note are in the first one.
    assert open_at(Moment.CLOSE, *done, parcel=SECOND) == ["LAST", "PROOF"]
    # A carton that was opened again since is photographed again.
    assert open_at(Moment.CLOSE, *done[:2], Done("PROOF", "", FIRST, since_open=False), done[3]) == ["PROOF"]


def test_what_is_about_no_goods_is_read_at_the_start_and_what_is_only_shown_is_not_asked_for() -> None:
    assert due([Due(GLASS)], [], parcel=None, moment=Moment.START, packed=[]) == (Due(GLASS),)
    assert shown([Due(HINT), Due(READ), Due(HINT, "JAR")], "CUP") == (HINT,)


def test_several_of_an_insert_are_due_until_all_are_in_and_again_when_one_is_taken_back() -> None:
    cards = Extra("CARDS", ExtraKind.INSERT, "Card", moment=Moment.START, quantity=Decimal(3))

    def left(moment: Moment, *pieces: int) -> list[Decimal]:
        done = [Done("CARDS", "", FIRST, quantity=Decimal(each)) for each in pieces]
        return [one.left for one in due([Due(cards)], done, parcel=FIRST, moment=moment, packed=[])]

    assert left(Moment.START) == [3]
    assert left(Moment.START, 1, 1) == [1]
    assert left(Moment.START, 1, 2) == []
    assert left(Moment.START, 1, 2, -2) == [2]
    assert left(Moment.CLOSE, 1) == [2], "what was missed at the start is asked for before the weighing"
    assert left(Moment.GOODS) == []

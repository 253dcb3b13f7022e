"""`bench pack`: cartons with seeded mistakes on a simulated scale, judged by weights that were learned before.

Weights of pieces are those of the neutral workload (`weight_g`, uniform from 20 to 5,000 g); or of its file where one
is given. Pieces of an item scatter by 0.2 to 1 % of its weight. Each item was weighed thirty times before, alone in
its carton, as good cartons teach it.
"""

import json
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

from app.domain.packing import (
    Carton,
    Contents,
    ItemWeight,
    Weighing,
    WeightTolerance,
    WeightVerdict,
    expected_weight,
    learn,
    weigh,
)
from app.services.planning_benchmarks.measuring import Result, surroundings, timed, times

_ITEMS, _WEIGHINGS = 1000, 30
_TARE, _TARE_SIGMA, _STEP = 0.3, 0.002, 0.001
_WRONG = 0.05
_SIGMAS = 3
_FOUND, _ALARMS, _RIGHT = 0.99, 0.005, 0.9
"""The least share of errors that is found, the most false alarms, and how often the suspect must be among the named."""


class _Mistake(StrEnum):
    """What went wrong with one unit of a carton."""

    MISSING = "missing"
    EXTRA = "extra"
    SWAPPED = "swapped"


@dataclass(frozen=True, slots=True)
class _Item:
    """An item as it is, in kg, and as it was learned."""

    sku: str
    true_kg: float
    sigma_kg: float
    learned: ItemWeight


@dataclass(frozen=True, slots=True)
class _Case:
    """One carton: what should be in it, what is wrong with which item, and what the scale says."""

    wanted: Sequence[tuple[_Item, int]]
    measured: Decimal
    mistake: _Mistake | None = None
    item: _Item | None = None
    other: _Item | None = None


@dataclass(slots=True)
class _Score:
    """How many cartons were judged how."""

    wrong: int = 0
    noticeable: int = 0
    found: int = 0
    alarms: int = 0
    alone: int = 0
    alone_right: int = 0
    several: int = 0
    several_named: int = 0


def pack(*, cartons: int = 10_000, workload: Path | None = None) -> Iterator[Result]:
    """Orders of three lines, one to three pieces each; one carton in twenty has a unit less, more or another one."""
    dice = random.Random(7)  # noqa: S311  # the same cases every time
    items = [_item(f"SKU-{n + 1:06}", grams / 1000, dice) for n, grams in enumerate(_grams(workload, dice))]
    score, took = _Score(), list[float]()
    for _ in range(cartons):
        case = _case(items, dice)
        verdict = timed(lambda case=case: _judge(case, items), took)  # type: ignore[misc]  # bound at once
        _count(score, case, verdict)
    found, alarms = _share(score.found, score.noticeable), _share(score.alarms, cartons - score.wrong)
    right, named = _share(score.alone_right, score.alone), _share(score.several_named, score.several)
    yield {
        "bench": "pack",
        "cartons": cartons,
        "wrong": score.wrong,
        "noticeable": score.noticeable,
        "found_share": found,
        "false_alarm_share": alarms,
        "named_alone": score.alone,
        "named_alone_right_share": right,
        "named_with_others": score.several,
        "named_with_others_share": named,
        "errors": sum((_below(found, _FOUND), _below(right, _RIGHT), _below(named, _RIGHT), (alarms or 0) > _ALARMS)),
        **times(took),
        **surroundings(),
    }


def _below(share: float | None, least: float) -> bool:
    return share is not None and share < least


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _grams(workload: Path | None, dice: random.Random) -> list[int]:
    if workload is None:
        return [dice.randint(20, 5000) for _ in range(_ITEMS)]
    products = json.loads((workload / "workload.json").read_text(encoding="utf-8"))["products"]
    return [product["weight_g"] for product in products[:_ITEMS]]


def _item(sku: str, kg: float, dice: random.Random) -> _Item:
    sigma = kg * dice.uniform(0.002, 0.01)
    learned = ItemWeight(_decimal(kg))
    for _ in range(_WEIGHINGS):
        shown = max(_shown(dice.gauss(kg, sigma)), _decimal(_STEP))
        learned = learn(learned.mean, learned.variance, learned.n, shown)
    return _Item(sku, kg, sigma, learned)


def _shown(kg: float) -> Decimal:
    """What a scale says that shows grams."""
    return _decimal(round(kg / _STEP) * _STEP)


def _decimal(kg: float) -> Decimal:
    return Decimal(f"{kg:.4f}")


def _case(items: Sequence[_Item], dice: random.Random) -> _Case:
    numbers = dice.sample(range(len(items)), 3)
    wanted = [(items[n], dice.randint(1, 3)) for n in numbers]
    case = _Case(wanted, Decimal(0))
    inside = [item for item, count in wanted for _ in range(count)]
    if dice.random() < _WRONG:
        mistake, number = dice.choice(list(_Mistake)), dice.choice(numbers)
        other = items[number - 1] if mistake is _Mistake.SWAPPED else None
        case = replace(case, mistake=mistake, item=items[number], other=other)
        if mistake is _Mistake.EXTRA:
            inside.append(items[number])
        else:
            inside.remove(items[number])
            inside += [other] if other else []
    kg = dice.gauss(_TARE, _TARE_SIGMA) + sum(dice.gauss(item.true_kg, item.sigma_kg) for item in inside)
    return replace(case, measured=_shown(kg))


def _judge(case: _Case, items: Sequence[_Item]) -> WeightVerdict:
    """As at the bench; beside each item lies the one before it."""
    contents = [Contents(item.sku, Decimal(count), item.learned) for item, count in case.wanted]
    expected = expected_weight(contents, _CARTON, _decimal(_STEP))
    beside = {item.sku: items[int(item.sku[4:]) - 2] for item, _ in case.wanted}
    neighbours = {sku: [(other.sku, other.learned)] for sku, other in beside.items()}
    return weigh(expected, _TOLERANCE, case.measured, contents, neighbours)


_CARTON = Carton(_decimal(_TARE), _decimal(_TARE_SIGMA) ** 2)
_TOLERANCE = WeightTolerance()


def _sigma_kg(case: _Case) -> float:
    """How far the cartons of such an order weigh apart, as they are, whatever was learned of them."""
    goods = sum(count * item.sigma_kg**2 for item, count in case.wanted)
    return math.sqrt(_TARE_SIGMA**2 + goods + _STEP**2 / 12)


def _count(score: _Score, case: _Case, verdict: WeightVerdict) -> None:
    if case.mistake is None or case.item is None:
        score.alarms += verdict.kind is Weighing.OFF
        return
    score.wrong += 1
    shift = case.item.true_kg if case.other is None else abs(case.item.true_kg - case.other.true_kg)
    if shift <= _SIGMAS * _sigma_kg(case):
        return
    score.noticeable += 1
    if verdict.kind is not Weighing.OFF:
        return
    score.found += 1
    units = 1 if case.mistake is _Mistake.EXTRA else -1
    truth = (case.item.sku, units, case.other.sku if case.other else "")
    named = [(one.sku, one.units, one.instead) for one in verdict.suspects]
    if len(named) == 1:
        score.alone += 1
        score.alone_right += named[0] == truth
    else:
        score.several += 1
        score.several_named += truth in named

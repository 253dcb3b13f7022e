"""The screen of backups and the chain in its states: what is photographed."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from app.dialogs.dialog import Feedback, Level
from app.services.backup import Kept, LastTime, Plan
from app.services.proof import Broken, Proof, Tail
from app.stations.kit.desk import DeskScreen
from app.stations.kit.kit import Kit
from app.stations.safekeeping import Safekeeping, SafekeepingScreen
from build_scripts.screenshot_desk import Answers, Step, desk_work, done, give, row, steps, tab
from build_scripts.screenshot_stock import MOMENT

_HASH = "8f434346648f6b96df89dda901c5176b10a6d83961dd3c1ac88b59b2dc327aa4"
_PLAN = Plan(Path("/srv/backups/stockhand"), 24, 7)
_MAY = frozenset({"see_stock", "audit", "administer"})
_SEALED: Answers = {
    "ledger_head": ({"seal_no": 184_213, "sealed_at": MOMENT, "hash": _HASH, "unsealed": 2, "moves": 1_204_377},)
}
_TAIL = Tail(184_213, MOMENT, _HASH, 2, 1_204_377)
_BROKEN = (
    Broken("move_hash", {"posting": "018f3c1e-77a4-7c1d-9f0e-4b1f0a7c2d11", "line": 3, "item": "PROD-004"}),
    Broken("balance_is_sum_of_moves", {"item": "PROD-004", "location": "WH001-STO-A14", "on_hand": 412, "moves": 400}),
    Broken("seal_chain", {"seal": 97_114}),
)


def _kept(n: int) -> Kept:
    at = MOMENT - timedelta(days=n, minutes=7 * n)
    path = _PLAN.folder / f"{at:%Y%m%d-%H%M%S}.stockhand"
    if n == 3:
        return Kept(path, at, 0, None, None)
    return Kept(path, at, 214_500_000 - 1_900_000 * n, 1_204_377 - 9_100 * n, 184_200 - 310 * n, "Nordhafen Logistics")


def _nothing(*_asked: object) -> None:
    return None


def _keeping(count: int, *, ours: bool = True, last: LastTime | None = None) -> Safekeeping:
    return Safekeeping(
        ours=ours,
        server="db.nordhafen.example",
        plan=lambda: _PLAN,
        keep_plan=_nothing,
        last=lambda: last or LastTime(_kept(0).path.name, MOMENT),
        kept=lambda: tuple(map(_kept, range(count))),
        make=lambda _say: _kept(0).path,
        trial=_nothing,
        company=lambda: "Nordhafen Logistics",
        bring_back=_nothing,  # type: ignore[arg-type]  # nobody asks for it in a picture
        prove=lambda deep, _tell, _wanted: Proof(MOMENT, deep, _TAIL, ()),
        head=_nothing,  # type: ignore[arg-type]  # nobody asks for it in a picture
        write_head=_nothing,
        check_head=_nothing,  # type: ignore[arg-type]  # nobody asks for it in a picture
    )


def _on(keeping: Safekeeping, *each: Step, may: frozenset[str] = _MAY) -> tuple[Callable[[Kit], DeskScreen], Step]:
    return lambda kit: SafekeepingScreen(kit, desk_work(_SEALED, may=may), keeping), steps(*each)


def safekeeping_screen(kit: Kit) -> DeskScreen:
    """The screen as it begins."""
    return SafekeepingScreen(kit, desk_work(_SEALED, may=_MAY), _keeping(7))


def _found(*broken: Broken) -> Step:
    """As if a proof had found these."""

    def pose(screen: DeskScreen) -> None:
        assert isinstance(screen, SafekeepingScreen)
        screen.proof = Proof(MOMENT, deep=True, tail=_TAIL, broken=broken)
        screen.table.refresh()

    return pose


def _told_broken(screen: DeskScreen) -> None:
    screen.say(Feedback(Level.ERROR, "safekeeping.broken", {"count": "3", "moves": "1204377"}))


def _under_way(screen: DeskScreen) -> None:
    """As if a backup were being written."""
    screen.line.words.setText(screen.words("safekeeping.making"))
    screen.line.bar.setValue(400)
    screen.line.show()


_FAILED = replace(
    LastTime(_kept(1).path.name, _kept(1).at),
    failed_at=MOMENT,
    code="backup.cannot_write",
    facts={"path": str(_PLAN.folder), "reason": "No space left on device"},
)
POSES: Mapping[str, tuple[Callable[[Kit], DeskScreen], Step]] = {
    "safekeeping-none": _on(_keeping(0)),
    "safekeeping-many": _on(_keeping(7), row(1)),
    "safekeeping-making": _on(_keeping(4), _under_way),
    "safekeeping-failed": _on(_keeping(4, last=_FAILED)),
    "safekeeping-plan": _on(_keeping(4), give("PLAN_BACKUPS", hours="6")),
    "safekeeping-elsewhere": _on(_keeping(0, ours=False), give("BACK_UP")),
    "safekeeping-chain": _on(_keeping(4), tab(1)),
    "safekeeping-clean": _on(_keeping(4), tab(1), _found(), done("safekeeping.clean", moves="1204377")),
    "safekeeping-broken": _on(_keeping(4), tab(1), _found(*_BROKEN), _told_broken),
}

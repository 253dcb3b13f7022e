"""The business day of the demo, as a readable document: from the truck at the dock to the labelled carton.

A person who knows only what is on the screen, on the goods and on the papers. Between the good steps come the mishaps
of every day: a wrong item, a scanner that was unplugged, a unit that was forgotten, a printer without paper.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from app.stations.demo.player import Player

_LOOKS, _LOOK_S = 60, 0.5
"""How often the planner looks whether something waits, and how long after the last time."""


@dataclass(frozen=True, slots=True)
class Goods:
    """What comes off the truck: the code on each unit, how many there are, and what one weighs.

    `code` is what the scanner reads on a unit; `symbology` how. `received_by` is the code on the delivery (a GS1 string
    with lot, expiry and count, or the unit's own).
    """

    sku: str
    code: str
    symbology: str
    kg: Decimal
    delivered: int
    ordered: int
    received_by: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """What the day brings. `drop_order` puts the customer's order file where such files arrive.

    `release_walk` is the planner at a desk: what waits is released as a wave; False while nothing waits.
    """

    badge: str
    pin: str
    purchase_order: str
    goods: tuple[Goods, ...]
    stranger: Goods
    """An item that belongs to neither order."""
    tote: str
    drop_order: Callable[[], object]
    release_walk: Callable[[], bool]
    order: str
    carton_kg: Decimal


def play(player: Player, day: Day) -> None:
    """Play the whole day."""
    _sign_on(player, day)
    _receive(player, day)
    _put_away(player, day)
    day.drop_order()
    _pick(player, day)
    label = _pack(player, day)
    _ship(player, label)
    _look_at_the_stock(player)
    _look_at_the_docks(player)


def _sign_on(player: Player, day: Day) -> None:
    if player.scanner_is_seen:
        player.strip_says("scanner", "ready")
    player.picture("sign-on")
    player.scan_at_the_door(day.badge)
    player.type_in(day.pin)
    player.at_home()
    player.picture("home")


def _receive(player: Player, day: Day) -> None:
    player.open_station("receiving")
    player.instructed("receiving.scan_order")
    player.scan(day.purchase_order)
    player.told("receiving.order_opened")
    player.picture("receiving-order")
    player.refused(day.stranger.code, "receiving.not_on_order", day.stranger.symbology)
    player.picture("receiving-wrong-item")
    for goods in day.goods:
        player.scan(goods.received_by or goods.code, "gs1-128" if goods.received_by else goods.symbology)
        player.told("receiving.booked")
        assert player.prompt.count is not None
        missing = goods.delivered - int(player.prompt.count.done)
        if missing:
            player.press("QUANTITY")
            player.type_in(str(missing))
            player.told("receiving.booked")
        player.picture(f"receiving-{goods.sku.lower()}")
    player.instructed("receiving.all_received")
    player.press("DONE")
    player.told("receiving.ended")
    player.go_home()


def _put_away(player: Player, day: Day) -> None:
    player.open_station("putaway")
    for number in range(len(day.goods)):
        player.press("NEXT")
        player.instructed("putaway.go_to_bin")
        if number == 0:
            player.picture("putaway-proposed")
        player.scan(player.prompt.facts["bin"])
        player.told("putaway.booked")
    player.instructed("putaway.nothing_at_dock")
    player.picture("putaway-done")
    player.go_home()


def _pick(player: Player, day: Day) -> None:
    by_sku = {goods.sku: goods for goods in day.goods}
    player.open_station("picking")
    _wait_for_the_planner(player, day)
    player.ask_until("NEXT", "picking.walk_taken")
    player.instructed("picking.put_tote")
    player.picture("picking-tote-for-slot")
    player.scan(day.tote)
    player.told("picking.new_tote")
    player.scan(day.tote)
    player.told("picking.tote_in_slot")
    while player.prompt.instruction != "picking.scan_order":
        _pick_one(player, day, by_sku)
    player.told("picking.walk_picked")
    player.picture("picking-done")
    player.go_home()


def _wait_for_the_planner(player: Player, day: Day) -> None:
    """The order comes in, its goods are reserved, and the planner releases a wave."""
    for _ in range(_LOOKS):
        if day.release_walk():
            return
        player.take_time(_LOOK_S)


def _pick_one(player: Player, day: Day, by_sku: Mapping[str, Goods]) -> None:
    """Walk to the bin that is shown, take what is shown, put it into the tote of its slot."""
    player.instructed("picking.go_to_bin")
    first = player.prompt.facts["sku"] == day.goods[0].sku
    if first:
        player.picture("picking-bin")
    player.scan(player.prompt.facts["bin"])
    if first:
        player.refused(day.stranger.code, "picking.wrong_item", day.stranger.symbology)
        player.picture("picking-wrong-item")
    goods = by_sku[player.prompt.facts["sku"]]
    player.scan(goods.code, goods.symbology)
    player.instructed("picking.put_into_slot")
    if first:
        player.picture("picking-slot")
    player.scan(player.prompt.facts["tote"])
    player.until(lambda: player.prompt.instruction != "picking.put_into_slot", "the goods to be in their slot")


def _pack(player: Player, day: Day) -> str:
    """Pack the tote, close the carton, and return what stands on its shipping label."""
    player.open_station("packing")
    player.scan(day.tote)
    player.instructed("packing.scan_unit")
    player.picture("packing-order")
    player.refused(day.stranger.code, "packing.not_in_order", day.stranger.symbology)
    player.picture("packing-wrong-item")
    _unplug_the_scanner(player)
    for goods in day.goods:
        for _ in range(goods.ordered):
            player.scan(goods.code, goods.symbology)
            player.told("packing.packed")
    player.instructed("packing.all_packed")
    player.picture("packing-all-packed")
    _weigh(player, day)
    _print(player)
    label = player.prompt.facts["tracking"]
    player.scan(label)
    player.told("packing.order_packed")
    player.picture("packing-done")
    player.go_home()
    return label


def _unplug_the_scanner(player: Player) -> None:
    if not player.scanner_is_seen:
        return
    player.simulation.unplug_scanner()
    player.strip_says("scanner", "unplugged")
    player.picture("scanner-unplugged")
    player.simulation.replug_scanner()
    player.strip_says("scanner", "ready")


def _weigh(player: Player, day: Day) -> None:
    """The first time a unit was left on the table: the bench names it."""
    goods = sum((one.kg * one.ordered for one in day.goods), Decimal(0))
    forgotten = max(day.goods, key=lambda one: one.kg)
    player.simulation.put_on_scale(goods + day.carton_kg - forgotten.kg)
    player.press("CLOSE_BOX")
    player.told("packing.weight_missing")
    player.picture("packing-weight-off")
    player.simulation.take_off()
    player.take_time(1.5)
    player.choose("CONFIRM")
    player.simulation.put_on_scale(goods + day.carton_kg)


def _print(player: Player) -> None:
    """The printer is out of paper when the carton is closed, and gets a new roll."""
    player.simulation.paper_out()
    player.instructed("packing.labels_print")
    player.strip_says("label_printer", "paper out")
    if player.simulation.kinds.printer != "queue":  # a queue takes every label, with or without paper
        player.band_says("stations.no_label_yet")
    player.picture("packing-paper-out")
    player.simulation.refill()
    _find_the_carton_label(player)
    player.simulation.take_off()
    player.picture("packing-labels-printed")


def _find_the_carton_label(player: Player) -> None:
    """A printer that cannot say what became of its labels leaves it to people, who scan them: the carton's, here."""
    asked = ("packing.scan_label", "packing.is_it_there")

    def printed() -> bool:
        facts = player.prompt.facts
        if player.prompt.instruction == "packing.is_it_there" and facts["label"] != facts["tracking"]:
            player.scan(f"00{facts['carton']}", "gs1-128")
            return False
        return player.prompt.instruction in asked

    player.until(printed, " or ".join(asked))


def _ship(player: Player, label: str) -> None:
    player.open_station("shipping")
    player.scan(label)
    player.told("shipping.last_parcel")
    player.picture("shipping-done")
    player.go_home()


def _look_at_the_stock(player: Player) -> None:
    player.open_station("stock")
    player.settle()
    player.picture("stock")
    player.go_home()


def _look_at_the_docks(player: Player) -> None:
    for name in ("docks", "dock_board"):
        player.open_station(name)
        player.settle()
        player.picture(name)
        player.go_home()

"""What a change or a cancellation brings about, in words: said before it is done, and kept short."""

from app.domain.values import format_quantity
from app.services.order_desk import Changed, Ended, EndedCarton, Hand
from app.stations.kit.desk import DeskScreen


def told_change(desk: DeskScreen, done: Changed) -> str:
    """Fields, lines, labels and people that a change concerns."""
    words = desk.words
    parts = [words("orders.effect_head", fields=", ".join(words(f"orders.field_{one}") for one in done.head))]
    parts = parts if done.head else []
    for line in done.lines:
        before, after = format_quantity(line.was), format_quantity(line.now, line.unit)
        parts.append(words("orders.effect_line", sku=line.sku, before=before, after=after))
        if line.freed:
            parts.append(words("orders.effect_freed", qty=format_quantity(line.freed)))
        if line.back:
            parts.append(words("orders.effect_back", goods=f"{format_quantity(line.back)} {line.sku}"))
    if done.added:
        parts.append(words("orders.effect_added", count=len(done.added)))
    if done.labels:
        parts.append(words("orders.effect_labels", labels=", ".join(done.labels)))
    return " ".join([*parts, *_hands(desk, done.hands)]) or words("orders.effect_nothing")


def told_end(desk: DeskScreen, done: Ended) -> str:
    """Goods, labels and people that a cancellation concerns."""
    words = desk.words
    parts = [words(f"orders.effect_{done.decision}")]
    if done.freed:
        parts.append(words("orders.effect_freed_all"))
    if done.back:
        goods = ", ".join(
            f"{format_quantity(one.qty, one.unit)} {one.sku} ({one.number or one.place})" for one in done.back
        )
        parts.append(words("orders.effect_back", goods=goods))
    if done.labels:
        parts.append(words("orders.effect_labels", labels=", ".join(done.labels)))
    parts += [_carton(desk, one) for one in done.cartons]
    return " ".join([*parts, *_hands(desk, done.hands)])


def _carton(desk: DeskScreen, one: EndedCarton) -> str:
    state = desk.words(f"parcel_state.{one.state}")
    code = "orders.effect_carton_listed" if one.manifest else "orders.effect_carton"
    return desk.words(code, carton=one.carton, state=state, manifest=one.manifest)


def _hands(desk: DeskScreen, hands: tuple[Hand, ...]) -> list[str]:
    return [desk.words("orders.effect_hand", person=one.person, station=one.station or "–") for one in hands]

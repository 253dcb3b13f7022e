"""`ship`: sealed cartons, rates compared, labels bought and voided, manifests, trucks that leave, papers."""

import argparse
from pathlib import Path
from typing import Any
from uuid import UUID

from app.devices.labels import picture
from app.domain.errors import Refusal
from app.domain.shipping import ParcelState
from app.main.history import warehouse_of
from app.main.output import Listing, Output, answers, opened, require_ending
from app.main.ship_papers import write_papers
from app.reports.carton_evidence import write_evidence
from app.reports.end_of_day import write_end_of_day
from app.reports.manifest import write_manifest
from app.services import clock, evidence, printing, shipping
from app.services.carriers import buying
from app.services.carriers.buying import Carton
from app.services.products import images
from app.services.shipping import ending, manifests, tracking
from app.services.shipping.manifests import Shipment
from app.services.shipping.papers import KINDS
from app.services.work import UnitOfWork, Worker

NAMES = ("ship",)


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `ship` and what can be done with sealed cartons."""
    parser = commands.add_parser("ship", help="cartons to send: rates, labels, manifests, trucks, papers")
    verbs = parser.add_subparsers(metavar="WHAT", required=True)
    _add_cartons(verbs)
    _add_manifests(verbs)


def _add_cartons(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    shown = verbs.add_parser("list", help="sealed cartons that have not left, and how their labels stand")
    _add_warehouse(shown)
    answers(shown, _list)
    for name, run, text in (
        ("rates", _rates, "what every carrier would cost for a carton, and which one the rules choose"),
        ("buy", _buy, "want a label for a carton; the worker asks the carrier"),
        ("void", _void, "make the label of a carton worthless"),
        ("again", _again, "ask the carrier again what became of a label"),
        ("history", _history, "every state that the labels of a carton were in"),
        ("evidence", _evidence, "write what happened to a carton, or to those of an order, as PDF"),
        ("papers", write_papers, "write the papers of a carton that the rules want, as PDF"),
    ):
        verb = verbs.add_parser(name, help=text)
        verb.add_argument("carton", help="its SSCC, its tracking number, or the order where it has one such carton")
        _add_warehouse(verb)
        answers(verb, run)
        if name == "buy":
            verb.add_argument("--carrier", default="", help="the code of a carrier; by the rules otherwise")
            verb.add_argument("--service", default="", help="one of the carrier's services; needed with --carrier")
        elif name == "void":
            verb.add_argument("--reason", default="UNREADABLE", help="why, such as UNREADABLE")
        elif name == "evidence":
            verb.add_argument("--out", type=Path, help="the file; SSCC-evidence.pdf here otherwise")
        elif name == "papers":
            verb.add_argument("--out", type=Path, default=Path(), help="the folder; here otherwise")
            verb.add_argument("--all", action="store_true", help="all papers, whatever the rules say")
            verb.add_argument("--printed", action="store_true", help="no files: how far their printing is")
            verb.add_argument("--print", choices=KINDS, help="print this one (again) on its printer")
            verb.add_argument("--there", choices=KINDS, help="somebody has looked: this one lies there")


def _add_manifests(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    waits = verbs.add_parser("waiting", help="labelled cartons that stand on no manifest yet, by carrier and service")
    _add_warehouse(waits)
    answers(waits, _waiting)
    closed = verbs.add_parser("manifest", help="close the manifest of a carrier with every carton that is ready")
    closed.add_argument("carrier", help="its code")
    closed.add_argument("--service", default="", help="one of its services; all otherwise")
    closed.add_argument("--truck", default="", help="the truck's plate or name")
    closed.add_argument("--out", type=Path, help="a PDF to sign")
    _add_warehouse(closed)
    answers(closed, _manifest)
    shown = verbs.add_parser("manifests", help="manifests of the last two weeks, newest first, and how far they are")
    _add_warehouse(shown)
    answers(shown, _manifests)
    _add_tracking(verbs)
    ended = verbs.add_parser("end-of-day", help="today's trucks, and the sealed cartons that are left over, with why")
    ended.add_argument("--out", type=Path, help="a PDF of both")
    _add_warehouse(ended)
    answers(ended, _end_of_day)
    printed = verbs.add_parser("print", help="a manifest as PDF; of a truck that has left the proof of hand-over")
    printed.add_argument("number")
    printed.add_argument("--out", type=Path, required=True, help="the file")
    answers(printed, _print)
    loaded = verbs.add_parser("load", help="cartons go into the truck of a manifest, and have left")
    loaded.add_argument("number", help="the manifest")
    loaded.add_argument("cartons", nargs="+", help="tracking numbers or SSCCs")
    answers(loaded, _load)
    left = verbs.add_parser("leave-out", help="take cartons that are not loaded off a manifest")
    left.add_argument("number", help="the manifest")
    left.add_argument("cartons", nargs="+", help="tracking numbers or SSCCs")
    answers(left, _leave_out)
    gone = verbs.add_parser("depart", help="the truck of a manifest leaves")
    gone.add_argument("number")
    gone.add_argument("--truck", default="", help="the truck's plate or name")
    gone.add_argument("--leave-behind", action="store_true", help="also where cartons are missing")
    answers(gone, _depart)
    signed = verbs.add_parser("sign", help="who took the cartons over")
    signed.add_argument("number")
    signed.add_argument("name", help="the name of who signs")
    signed.add_argument("--photo", type=Path, action="append", default=[], help="a photo of the departure")
    answers(signed, _sign)


def _evidence(options: argparse.Namespace, output: Output) -> int:
    path = options.out or Path(f"{options.carton}-evidence.pdf")
    require_ending(path, ".pdf")
    with opened(options, output) as home, home.desk("ship") as desk:
        found = desk.run(lambda unit: evidence.of_code(unit, warehouse_of(unit, options.warehouse), options.carton))
    drawn = evidence.drawn(found, picture)
    write_evidence(path, found.cartons, output.texts, photos=found.photos, labels=drawn, printed_at=clock.now())
    told = {"file": str(path), "cartons": [one.sscc for one in found.cartons]}
    output.answer(told, f"{path}: {len(found.cartons)} cartons.")
    return 0


def _add_warehouse(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--warehouse", default="", help="its code; the first one otherwise")


# - cartons -


def _list(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home, home.desk("ship") as desk:
        found = desk.run(lambda unit: buying.cartons(unit, warehouse_of(unit, options.warehouse)))
    rows = ((_carton_values(one, output), _carton_line(one)) for one in found)
    output.answer_list(Listing("cartons", rows, "No sealed carton waits."))
    return 0


def _carton_values(one: Carton, output: Output) -> dict[str, object]:
    text, remedy = output.texts.error(one.fault, one.facts) if _has_words(one) else ("", "")
    return {
        "sscc": one.sscc, "order": one.number, "state": one.state, "carrier": one.carrier, "service": one.service,
        "tracking": one.tracking, "weight_kg": one.weight_kg, "label": one.buying, "price": one.price,
        "currency": one.currency, "arrives": one.arrives, "manifest": one.manifest, "fault": text, "remedy": remedy,
    }  # fmt: skip


def _has_words(one: Carton) -> bool:
    return one.fault.startswith("carriers.")


def _carton_line(one: Carton) -> str:
    price = f"{one.price:.2f} {one.currency}" if one.price is not None else ""
    label = str(one.buying or "no label")
    return f"{one.sscc}  {one.number:<16}{one.carrier:<12}{one.service:<12}{label:<9}{one.tracking:<20}{price}"


def _rates(options: argparse.Namespace, output: Output) -> int:
    def work(unit: UnitOfWork) -> dict[str, Any]:
        carton = buying.carton(unit, warehouse_of(unit, options.warehouse), options.carton)
        return buying.compare(unit, carton.id).to_json()

    with opened(options, output) as home, home.desk("ship") as desk:
        found = desk.run(work)
    every = ([found["chosen"]] if found["chosen"] else []) + found["rejected"]
    rows = [({**one, "words": reason_words(output, one)}, _rate_line(output, one)) for one in every]
    output.answer_list(Listing("rates", rows, "No carrier is set up."), {"rule": found["rule"]})
    return 0


def reason_words(output: Output, one: dict[str, Any]) -> str:
    """Why an offer was chosen or not, in words."""
    code, facts = one["code"], one["facts"]
    if output.texts.has("captions", code):
        return output.texts.text("captions", code, facts)
    return output.texts.error(code, facts)[0]


def _rate_line(output: Output, one: dict[str, Any]) -> str:
    price = f"{one['price']} {one['currency']}" if one.get("price") else "–"
    return (
        f"{one['carrier']:<12}{one['service']:<14}{price:>12}  {one.get('arrives', ''):<12}{reason_words(output, one)}"
    )


def _buy(options: argparse.Namespace, output: Output) -> int:
    def work(unit: UnitOfWork) -> buying.Wish:
        carton = buying.carton(unit, warehouse_of(unit, options.warehouse), options.carton)
        wish = buying.plan(unit, carton.id, carrier=options.carrier, service=options.service)
        buying.buy(unit, wish, printer=_printer(unit))
        return wish

    with opened(options, output) as home, home.desk("ship") as desk:
        wish = desk.run(work)
    output.answer(
        {"carrier": wish.carrier, "service": wish.service, "price": wish.purchase["price"]},
        f"A label of {wish.carrier} {wish.service} is wanted; the worker asks for it.",
    )
    return 0


def _printer(unit: UnitOfWork) -> UUID | None:
    """The label printer, where there is one; the label waits for it."""
    try:
        return printing.label_printer(unit, ()).id
    except Refusal:
        return None


def _void(options: argparse.Namespace, output: Output) -> int:
    def work(unit: UnitOfWork) -> str:
        carton = buying.carton(unit, warehouse_of(unit, options.warehouse), options.carton)
        buying.void(unit, _label(carton), carton.id, reason=options.reason)
        return carton.reference

    with opened(options, output) as home, home.desk("ship") as desk:
        reference = desk.run(work)
    output.answer({"voided": reference}, f"{reference} is void. Destroy its paper.")
    return 0


def _again(options: argparse.Namespace, output: Output) -> int:
    def work(unit: UnitOfWork) -> str:
        carton = buying.carton(unit, warehouse_of(unit, options.warehouse), options.carton)
        buying.ask_again(unit, _label(carton), carton.id)
        return carton.reference

    with opened(options, output) as home, home.desk("ship") as desk:
        reference = desk.run(work)
    output.answer({"asked": reference}, f"The worker asks about {reference} again.")
    return 0


def _label(carton: Carton) -> UUID:
    if carton.purchase is None:
        raise Refusal("carriers.no_label", reference=carton.number)
    return carton.purchase


def _history(options: argparse.Namespace, output: Output) -> int:
    def work(unit: UnitOfWork) -> tuple[buying.BuyingStep, ...]:
        carton = buying.carton(unit, warehouse_of(unit, options.warehouse), options.carton)
        return buying.history(unit, carton.id)

    with opened(options, output) as home, home.desk("ship") as desk:
        found = desk.run(work)
    rows = (
        (
            {name: getattr(one, name) for name in one.__slots__},
            f"{one.at:%Y-%m-%d %H:%M:%S}  {one.reference}  {one.state:<9}{one.carrier} {one.service}  {one.tracking}"
            f"  {output.texts.said(one.fault) if one.fault else ''}".rstrip(),
        )
        for one in found
    )
    output.answer_list(Listing("history", rows, "No label was ever wanted."))
    return 0


# - manifests -


def _waiting(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home, home.desk("ship") as desk:
        found = desk.run(lambda unit: manifests.waiting(unit, warehouse_of(unit, options.warehouse)))
    rows = (
        (
            {name: getattr(one, name) for name in one.__slots__},
            f"{one.carrier:<12}{one.service:<14}{one.cartons:>5} cartons  {one.weight_kg:.3f} kg",
        )
        for one in found
    )
    output.answer_list(Listing("waiting", rows, "No carton waits for a manifest."))
    return 0


def _manifest(options: argparse.Namespace, output: Output) -> int:
    require_ending(options.out, ".pdf")

    def work(unit: UnitOfWork) -> str:
        warehouse = warehouse_of(unit, options.warehouse)
        return manifests.close(
            unit, warehouse=warehouse, carrier=options.carrier, service=options.service, truck=options.truck
        )

    with opened(options, output) as home, home.desk("ship") as desk:
        number = desk.run(work)
        found = desk.run(lambda unit: manifests.look_into(unit, number))
    if options.out:
        write_manifest(options.out, found, output.texts, printed_at=clock.now())
    output.answer(
        {"manifest": number, "cartons": len(found.cartons)}, f"{number} is closed with {len(found.cartons)} cartons."
    )
    return 0


def _manifests(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home, home.desk("ship") as desk:
        found = desk.run(lambda unit: manifests.shipments(unit, warehouse_of(unit, options.warehouse)))
    rows = ((_values(one), _line(one)) for one in found)
    output.answer_list(Listing("manifests", rows, "There are no manifests."))
    return 0


def _values(one: Shipment) -> dict[str, object]:
    hidden = ("id", "signature", "facts")
    return {name: getattr(one, name) for name in one.__slots__ if name not in hidden}


def _line(one: Shipment) -> str:
    state = "signed" if one.signed_at else "departed" if one.departed_at else "loading" if one.loaded else "closed"
    return f"{one.number:<14}{one.carrier:<12}{one.truck:<14}{one.loaded} of {one.cartons} loaded  {state}"


def _print(options: argparse.Namespace, output: Output) -> int:
    require_ending(options.out, ".pdf")
    with opened(options, output) as home, home.desk("ship") as desk:
        found = desk.run(lambda unit: manifests.look_into(unit, options.number))
    write_manifest(options.out, found, output.texts, printed_at=clock.now())
    output.answer({"file": str(options.out)}, str(options.out))
    return 0


def _end_of_day(options: argparse.Namespace, output: Output) -> int:
    require_ending(options.out, ".pdf")
    now = clock.now()
    with opened(options, output) as home, home.desk("ship") as desk:
        day = desk.run(lambda unit: ending.end_of_day(unit, warehouse_of(unit, options.warehouse), now=now))
    if options.out:
        write_end_of_day(options.out, day, output.texts, printed_at=now)
    rows = (
        (
            {**_carton_values(one.carton, output), "why": one.why},
            f"{_carton_line(one.carton)}  {output.texts.text('captions', f'shipments.left_{one.why}')}",
        )
        for one in day.left
    )
    gone = sum(one.loaded for one in day.trucks if one.departed_at)
    told = {"day": day.day, "trucks": len(day.trucks), "cartons_left": gone}
    output.answer_list(Listing("left_over", rows, "No sealed carton is left over."), told)
    return 0


def _load(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home, home.desk("ship") as desk:
        found = desk.run(lambda unit: manifests.look_into(unit, options.number))
        for parcel in _named(found, options.cartons):
            desk.run(lambda unit, parcel=parcel: _ship(unit, parcel, found.shipment))  # type: ignore[misc]
        loaded = desk.run(lambda unit: manifests.look_into(unit, options.number)).shipment.loaded
    output.answer({"manifest": options.number, "loaded": loaded}, f"{loaded} of {found.shipment.cartons} are loaded.")
    return 0


def _ship(unit: UnitOfWork, parcel: UUID, shipment: Shipment) -> UUID:
    warehouse = warehouse_of(unit, shipment.warehouse)
    known = shipping.read_facts(unit, warehouse=warehouse, parcels=[parcel]).parcel(parcel)
    if known is None:
        raise Refusal("parcel.unknown")
    if known.state is ParcelState.SHIPPED:
        raise Refusal("shipping.already_shipped", carton=known.sscc, document=known.number)
    return shipping.ship(unit, parcel=parcel, document=known.document, shipment=shipment.id)


def _named(found: manifests.Manifest, codes: list[str]) -> list[UUID]:
    """The cartons of a manifest by their numbers; refuses `shipping.not_manifested`."""
    known = {code: one.id for one in found.cartons if one.left_out_at is None for code in (one.tracking, one.sscc)}
    for code in codes:
        if code not in known:
            raise Refusal("shipping.not_manifested", carton=code, carrier=found.shipment.carrier)
    return [known[code] for code in codes]


def _leave_out(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home, home.desk("ship") as desk:
        found = desk.run(lambda unit: manifests.look_into(unit, options.number))
        left = desk.run(lambda unit: manifests.leave_out(unit, found.shipment.id, _named(found, options.cartons)))
    output.answer({"manifest": options.number, "left_out": left}, f"{left} cartons were taken off {options.number}.")
    return 0


def _depart(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home, home.desk("ship") as desk:
        found = desk.run(lambda unit: manifests.look_into(unit, options.number))
        left = desk.run(
            lambda unit: manifests.depart(
                unit, found.shipment.id, truck=options.truck, leave_behind=options.leave_behind
            )
        )
    output.answer(
        {"manifest": options.number, "left_behind": left}, f"{options.number} has left; {left} stayed behind."
    )
    return 0


def _sign(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home, home.desk("ship") as desk:
        found = desk.run(lambda unit: manifests.look_into(unit, options.number))
        for photo in options.photo:
            _photograph(desk, found.shipment.id, photo)
        desk.run(lambda unit: manifests.sign(unit, found.shipment.id, name=options.name))
    output.answer(
        {"manifest": options.number, "signed_by": options.name}, f"{options.name} signed for {options.number}."
    )
    return 0


def _photograph(desk: Worker, shipment: UUID, photo: Path) -> None:
    prepared = images.read_file(photo)
    kept = desk.run(lambda unit: images.keep(unit, prepared))
    desk.run(lambda unit: manifests.photograph(unit, shipment, bytes.fromhex(kept.sha256)))


# - on the way -


def _add_tracking(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    shown = verbs.add_parser("on-the-way", help="cartons that have left in the last month, and what was heard of them")
    _add_warehouse(shown)
    answers(shown, _on_the_way)
    for name, run, text in (("track", _track, "everything that was heard of a carton"),
                            ("tell", _tell, "write down what is known of a carton on its way")):  # fmt: skip
        verb = verbs.add_parser(name, help=text)
        verb.add_argument("carton", help="its tracking number or SSCC")
        if name == "tell":
            verb.add_argument("state", choices=tracking.STATES, metavar="STATE", help=", ".join(tracking.STATES))
            verb.add_argument("--words", default="", help="who said what")
        _add_warehouse(verb)
        answers(verb, run)


def _on_the_way(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home, home.desk("ship") as desk:
        found = desk.run(lambda unit: tracking.on_the_way(unit, warehouse_of(unit, options.warehouse)))
    hidden = ("id", "ship_to")
    rows = (
        (
            {name: getattr(one, name) for name in one.__slots__ if name not in hidden},
            f"{one.tracking or one.sscc:<20}{one.number:<16}{one.carrier:<12}{one.state or 'left':<18}"
            f"{'late' if one.late else ''}".rstrip(),
        )
        for one in found
    )
    output.answer_list(Listing("cartons", rows, "No carton has left in the last month."))
    return 0


def _track(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home, home.desk("ship") as desk:
        found = desk.run(lambda unit: tracking.trail(unit, _left(unit, options)))
    rows = (
        (
            {name: getattr(one, name) for name in one.__slots__},
            f"{one.at:%Y-%m-%d %H:%M}  {one.state:<18}{one.place}  {one.words}".rstrip(),
        )
        for one in found
    )
    output.answer_list(Listing("heard", rows, "Nothing was heard of it yet."))
    return 0


def _tell(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home, home.desk("ship") as desk:
        desk.run(lambda unit: tracking.tell(unit, _left(unit, options), state=options.state, words=options.words))
    output.answer({"carton": options.carton, "state": options.state}, f"It is noted for {options.carton}.")
    return 0


def _left(unit: UnitOfWork, options: argparse.Namespace) -> UUID:
    """The carton of this number that has left; refuses `parcel.unknown`."""
    wanted = options.carton.strip().upper()
    for one in tracking.on_the_way(unit, warehouse_of(unit, options.warehouse)):
        if wanted in (one.tracking.upper(), one.sscc):
            return one.id
    raise Refusal("parcel.unknown")

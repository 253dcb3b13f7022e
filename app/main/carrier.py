"""`carrier`: carriers as they are set up, their numbers, and a look at their file; `code` has whole set-ups."""

import argparse
from dataclasses import replace
from typing import Any

from app.domain.carriers import GENERAL, PARTS, export_file, written
from app.domain.errors import Refusal
from app.domain.values import Field
from app.main.history import warehouse_of
from app.main.output import Listing, Output, answers, opened
from app.services.carriers import buying, requests, setting_up
from app.services.carriers.consigning import sent
from app.services.carriers.requests import PICKUP, Request
from app.services.carriers.setting_up import StoredCarrier
from app.services.work import UnitOfWork

NAMES = ("carrier",)


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `carrier` and what can be done with carriers."""
    parser = commands.add_parser("carrier", help="carriers: set up, numbers left, a look at their file")
    verbs = parser.add_subparsers(metavar="WHAT", required=True)
    answers(verbs.add_parser("list", help="every carrier"), _list)
    shown = verbs.add_parser("show", help="the set-up of a carrier")
    shown.add_argument("carrier", help="its code")
    answers(shown, _show)
    made = verbs.add_parser("new", help="a carrier that is told by files, or one more tour of our own")
    made.add_argument("carrier", help="its code: small letters, digits, _")
    made.add_argument("name")
    made.add_argument("--kind", choices=("own", "file"), default="file")
    answers(made, _new)
    changed = verbs.add_parser("set", help="what is said once of a carrier, such as folder=/srv/swift or currency=EUR")
    changed.add_argument("carrier", help="its code")
    changed.add_argument("values", nargs="+", metavar="FIELD=VALUE", help="an empty value takes the field away")
    answers(changed, _set)
    added = verbs.add_parser("add", help="a row of one of its lists: " + ", ".join(PARTS))
    added.add_argument("carrier", help="its code")
    added.add_argument("list", choices=tuple(PARTS), metavar="LIST")
    added.add_argument("values", nargs="+", metavar="FIELD=VALUE")
    answers(added, _add)
    for name, active in (("on", True), ("off", False)):
        verb = verbs.add_parser(name, help=f"let it take {'new' if active else 'no more'} cartons")
        verb.add_argument("carrier", help="its code")
        answers(verb, _switch)
        verb.set_defaults(active=active)
    answers(verbs.add_parser("numbers", help="the ranges of tracking numbers and what is left of them"), _numbers)
    _add_requests(verbs)
    seen = verbs.add_parser("preview", help="the file of a carrier about a real carton, as it would be dropped")
    seen.add_argument("carrier", help="its code")
    seen.add_argument("carton", help="its SSCC, its tracking number, or the order where it has one such carton")
    seen.add_argument("--warehouse", default="", help="its code; the first one otherwise")
    answers(seen, _preview)


def _add_requests(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    wanted = verbs.add_parser("pickup", help="order a truck of a carrier")
    wanted.add_argument("carrier", help="its code")
    wanted.add_argument("values", nargs="+", metavar="FIELD=VALUE", help=f"{', '.join(one.name for one in PICKUP)}")
    wanted.add_argument("--warehouse", default="", help="its code; the first one otherwise")
    answers(wanted, _pickup)
    shown = verbs.add_parser("requests", help="trucks wanted, labels given back, manifests told, and what was answered")
    shown.add_argument("--warehouse", default="", help="its code; the first one otherwise")
    answers(shown, _requests)
    for name, text in (("tell-again", "tell a carrier what it could not be told"),
                       ("settle", "write down what the carrier said of a request")):  # fmt: skip
        verb = verbs.add_parser(name, help=text)
        verb.add_argument("request", help="the number of the request, or of the file that fits nothing")
        verb.add_argument("--warehouse", default="", help="its code; the first one otherwise")
        if name == "settle":
            verb.add_argument("--not-so", action="store_true", help="the carrier does not do it")
            verb.add_argument("--words", default="", help="who said what")
        answers(verb, _settle if name == "settle" else _tell_again)


def _list(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home, home.desk("carrier") as desk:
        found = desk.run(setting_up.carriers)
    rows = (
        (
            {"code": one.code, "name": one.name, "kind": one.kind, "active": one.active, "version": one.version},
            f"{one.code:<14}{one.name:<28}{one.kind:<6}{'' if one.active else 'not in use'}".rstrip(),
        )
        for one in found
    )
    output.answer_list(Listing("carriers", rows, "There are no carriers."))
    return 0


def _show(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home, home.desk("carrier") as desk:
        one = desk.run(lambda unit: setting_up.carrier(unit, options.carrier))
    lines = [f"{one.code}  {one.name}  {one.kind}"]
    for name, value in one.setup.items():
        lines += [f"{name}:", *(f"  {_row(row)}" for row in value)] if isinstance(value, list) else [f"{name}: {value}"]
    output.answer({name: getattr(one, name) for name in one.__slots__}, *lines)
    return 0


def _row(row: dict[str, Any]) -> str:
    return "  ".join(f"{name}={value}" for name, value in row.items())


def _new(options: argparse.Namespace, output: Output) -> int:
    made = StoredCarrier(options.carrier, options.name.strip(), options.kind, {}, True, 0)
    with opened(options, output) as home, home.desk("carrier") as desk:
        desk.run(lambda unit: setting_up.save(unit, made))
    output.answer({"carrier": made.code}, f"{made.name} is set up; add its services next.")
    return 0


def _set(options: argparse.Namespace, output: Output) -> int:
    values = _read(options.values, GENERAL)

    def work(unit: UnitOfWork) -> int:
        return setting_up.set_general(unit, setting_up.carrier(unit, options.carrier), values)

    return _saved(options, output, work)


def _add(options: argparse.Namespace, output: Output) -> int:
    row = _read(options.values, PARTS[options.list])

    def work(unit: UnitOfWork) -> int:
        known = setting_up.carrier(unit, options.carrier)
        rows = [*known.setup.get(options.list, ()), written(row)]
        return setting_up.set_rows(unit, known, options.list, rows)

    return _saved(options, output, work)


def _switch(options: argparse.Namespace, output: Output) -> int:
    def work(unit: UnitOfWork) -> int:
        known = setting_up.carrier(unit, options.carrier)
        return setting_up.save(unit, replace(known, active=options.active))

    return _saved(options, output, work)


def _saved(options: argparse.Namespace, output: Output, work: Any) -> int:  # noqa: ANN401  (work on a unit)
    with opened(options, output) as home, home.desk("carrier") as desk:
        version = desk.run(work)
    output.answer({"carrier": options.carrier, "version": version}, f"{options.carrier} is saved.")
    return 0


def _read(typed: list[str], fields: tuple[Field, ...]) -> dict[str, Any]:
    """FIELD=VALUE words as the fields are declared; refuses `carriers.unknown_field`."""
    known = {field.name: field for field in fields}
    found = {}
    for word in typed:
        name, _, value = word.partition("=")
        if name not in known:
            raise Refusal("carriers.unknown_field", field=name, known=", ".join(known))
        found[name] = known[name].read(value)
    return found


def _numbers(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home, home.desk("carrier") as desk:
        found = desk.run(setting_up.ranges)
    rows = (
        (
            {"carrier": one.carrier, "prefix": one.prefix, "first": one.first, "last": one.last, "left": one.left},
            f"{one.carrier:<14}{one.prefix:<6}{one.first}–{one.last}: {one.left} left",
        )
        for one in found
    )
    output.answer_list(Listing("ranges", rows, "No carrier has a range of numbers."))
    return 0


def _preview(options: argparse.Namespace, output: Output) -> int:
    def work(unit: UnitOfWork) -> bytes:
        carton = buying.carton(unit, warehouse_of(unit, options.warehouse), options.carton)
        setup = setting_up.read(setting_up.carrier(unit, options.carrier))
        one = sent(unit, carton.id).consignment
        return export_file(
            setup, [replace(one, reference=carton.reference or "SHL000000000", sender=setup.sender(one.sender))]
        )

    with opened(options, output) as home, home.desk("carrier") as desk:
        setup = setting_up.read(desk.run(lambda unit: setting_up.carrier(unit, options.carrier)))
        content = desk.run(work).decode(setup.text("encoding", "utf-8"))
    output.answer({"file": content}, *content.splitlines())
    return 0


# - what carriers are told beside labels -


def _pickup(options: argparse.Namespace, output: Output) -> int:
    typed = dict(word.partition("=")[::2] for word in options.values)
    if unknown := sorted(typed.keys() - {field.name for field in PICKUP}):
        raise Refusal("carriers.unknown_field", field=unknown[0], known=", ".join(field.name for field in PICKUP))
    truck = requests.truck_of(typed)

    def work(unit: UnitOfWork) -> str:
        warehouse = warehouse_of(unit, options.warehouse)
        return requests.order_pickup(unit, warehouse=warehouse, carrier=options.carrier, truck=truck)

    with opened(options, output) as home, home.desk("carrier") as desk:
        number = desk.run(work)
    output.answer({"pickup": number}, f"Truck {number} of {options.carrier} is ordered for {truck.day}.")
    return 0


def _requests(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home, home.desk("carrier") as desk:
        found = desk.run(lambda unit: requests.requests(unit, warehouse_of(unit, options.warehouse)))
    rows = ((_request_values(one, output), _request_line(one, output)) for one in found)
    output.answer_list(Listing("requests", rows, "No carrier was told anything but labels."))
    return 0


def _request_values(one: Request, output: Output) -> dict[str, object]:
    shown = ("kind", "reference", "carrier", "state", "about", "answer", "fault", "answer_by", "at")
    return {**{name: getattr(one, name) for name in shown}, "words": _words(one, output)}


def _request_line(one: Request, output: Output) -> str:
    return (
        f"{one.reference:<14}{one.kind:<10}{one.carrier:<12}{one.state:<9}{one.about}  {_words(one, output)}".rstrip()
    )


def _words(one: Request, output: Output) -> str:
    return output.texts.error(one.fault, one.facts)[0] if one.fault else one.answer


def _tell_again(options: argparse.Namespace, output: Output) -> int:
    def work(unit: UnitOfWork) -> Request:
        one = _named(unit, options)
        requests.tell_again(unit, one)
        return one

    with opened(options, output) as home, home.desk("carrier") as desk:
        one = desk.run(work)
    output.answer({"request": one.reference}, f"{one.carrier_name} is told again.")
    return 0


def _settle(options: argparse.Namespace, output: Output) -> int:
    def work(unit: UnitOfWork) -> Request:
        one = _named(unit, options)
        requests.settle(unit, one, done=not options.not_so, words=options.words)
        return one

    with opened(options, output) as home, home.desk("carrier") as desk:
        one = desk.run(work)
    output.answer({"request": one.reference, "about": one.about}, f"Settled: {one.about}")
    return 0


def _named(unit: UnitOfWork, options: argparse.Namespace) -> Request:
    """The request of this number; refuses `carriers.no_errand`."""
    for one in requests.requests(unit, warehouse_of(unit, options.warehouse)):
        if options.request in (one.reference, one.about) and one.state != "DONE":
            return one
    raise Refusal("carriers.no_errand")

"""Reading the records of a company's set-up from files, and comparing them with what is there.

What kinds of records there are stands in `setup_kinds`.
"""

import base64
import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from app.domain.setup_kinds import PRODUCT_DETAILS, PRODUCT_FIELDS, Kind, Part, SetupKind, SetupRecord, Values
from app.domain.values import Change, Changed, Difference, Findings, Node, Place, Section, format_quantity
from app.domain.values.findings import plain_name

_LONGEST_TOLD = 300
_PICTURE_WRITTEN = "base64"
_LONGEST_TEXT = 1_000_000
_MOST = 2_000_000_000
"""The database keeps no larger whole number of anything that is set up."""
_AS_THEY_ARE = (Kind.FREE, Kind.NAMED)


_JUDGED_BY_FORM = frozenset({"sku", *PRODUCT_FIELDS}) - {"catch_weight", "attributes"}
_MOST_USUAL = 100_000


def only_fields(details: Values) -> bool:
    """Whether details of a product are but fields of its own, so that many products can be written at once."""
    return details.keys() <= {"sku", *PRODUCT_FIELDS}


def need_no_trial(details: Values) -> bool:
    """Whether nothing but their form decides whether details of a product can be written."""
    numbers = (details.get(name, 0) for name in ("minimum_remaining_days", "standard_cost"))
    return details.keys() <= _JUDGED_BY_FORM and all(number <= _MOST_USUAL for number in numbers)


def without_details(node: Node) -> tuple[Node, Node | None]:
    """A product's section without its details, and these with its number; None where it says none."""
    if not isinstance(node.value, dict):
        return node, None
    details = {name: part for name, part in node.value.items() if plain_name(name) in PRODUCT_DETAILS}
    if not details:
        return node, None
    rest = {name: part for name, part in node.value.items() if name not in details}
    number = next((part for name, part in rest.items() if plain_name(name) in ("sku", "item", "item_number")), None)
    sku = {"sku": number} if number is not None else {}
    return Node(rest, node.place, node.name), Node({**sku, **details}, node.place)


def read_setup(kind: SetupKind, nodes: Iterable[Node], findings: Findings) -> tuple[SetupRecord, ...]:
    """The records that the sections of a file describe; all that is wrong with them goes to `findings`."""
    found: dict[str, SetupRecord] = {}
    for node in nodes:
        section = Section(node, findings)
        values = _values(section, kind.parts, findings)
        if kind.key and not any(values.get(name) for name in kind.key):
            if not any(section.node_of(name) for name in kind.key):  # else it is wrong, which is said
                findings.error(node, "file.missing", key=kind.key[0])
            continue
        record = setup_record(kind, values, node.place)
        if record.key in found:
            findings.error(node, "setup.twice", key=record.key, first=str(found[record.key].where))
        found.setdefault(record.key, record)
    return tuple(found.values())


def setup_record(kind: SetupKind, values: Values, where: Place = Place()) -> SetupRecord:  # noqa: B008  (a frozen value)
    """A record of these values, known by its key; what says nothing is left out, lists without an order have one."""
    key = " · ".join(_told(plain(values.get(name))) or "–" for name in kind.key) or kind.name
    if kind.name == "partners":
        values = {**values, "addresses": _one_first(values.get("addresses") or ())}
    said = {**plain(values), **_as_they_are(kind, values)}
    for part in kind.parts:
        if part.name in said and part.kind in (Kind.TEXTS, Kind.RECORDS) and not part.ordered:
            said[part.name] = sorted(said[part.name], key=_in_order)
    return SetupRecord(kind.name, key, said, where)


def _as_they_are(kind: SetupKind, values: Values) -> Values:
    """Rules and defaults keep what is empty in them."""
    free = (part.name for part in kind.parts if part.kind in _AS_THEY_ARE)
    return {name: plain(values[name], everything=True) for name in free if values.get(name)}


def _one_first(addresses: Iterable[Values]) -> list[Values]:
    """Of each purpose the first address that says so is the first; where none does, the first of the list."""
    given = list(addresses)
    chosen: dict[str, int] = {}
    for n, address in enumerate(given):
        purpose = address.get("purpose") or "delivery"
        if purpose not in chosen or (address.get("first") and not given[chosen[purpose]].get("first")):
            chosen[purpose] = n
    return [
        {**address, "purpose": address.get("purpose") or "delivery", "first": n in chosen.values()}
        for n, address in enumerate(given)
    ]


def _in_order(value: Any) -> str:  # noqa: ANN401  (a text or a section)
    return str(sorted(value.items())) if isinstance(value, Mapping) else str(value)


def plain(value: Any, *, everything: bool = False) -> Any:  # noqa: ANN401  (whatever a file or the database says)
    """A value as it is compared: numbers without zeros at their end; what says nothing only with `everything`."""
    match value:
        case bool():
            return value
        case int() | Decimal():
            return Decimal(format_quantity(Decimal(value)))
        case Mapping():
            said = {name: plain(part, everything=everything) for name, part in value.items()}
            return {name: part for name, part in said.items() if everything or part not in (None, "", [], {})}
        case list() | tuple():
            return [plain(part, everything=everything) for part in value]
    return value


def _values(section: Section, parts: tuple[Part, ...], findings: Findings) -> dict[str, Any]:
    there = section.there(tuple(part.name for part in parts))
    values = {
        part.name: _value(section, part, findings)
        for part in parts
        if part.name in there or part.required or part.default is not None
    }
    section.finish()
    return values


def _value(section: Section, part: Part, findings: Findings) -> Any:  # noqa: ANN401, PLR0911  (one line a kind)
    match part.kind:
        case Kind.NUMBER:
            return section.number(part.name)
        case Kind.WHOLE:
            return _whole(section, part.name, findings)
        case Kind.TRUTH:
            said = section.truth(part.name)
            return part.default if said is None else said
        case Kind.TEXTS:
            return [node.text for node in section.list_of(part.name) if node.text]
        case Kind.RECORDS:
            return [_values(Section(node, findings), part.of, findings) for node in section.list_of(part.name)]
        case Kind.FREE | Kind.NAMED:
            return _whatever(section, part, findings)
        case Kind.PICTURE:
            return _picture(section, part, findings)
        case Kind.LONG_TEXT:
            node = section.node_of(part.name)
            return str(node.value)[:_LONGEST_TEXT] if node and isinstance(node.value, str) else None
    return _text(section, part, findings)


def _is_a_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _text(section: Section, part: Part, findings: Findings) -> str | None:
    ask = section.required if part.required else section.text
    text = ask(part.name, longest=part.longest)
    if text and part.form and not (re.fullmatch(part.form, text) and (part.kind is not Kind.DAY or _is_a_day(text))):
        findings.error(
            section.node_of(part.name) or section.node, "setup.wrong_form", field=part.name, written=part.written
        )
        return None
    return text


def _picture(section: Section, part: Part, findings: Findings) -> str | None:
    node = section.node_of(part.name)
    try:
        return base64.b64encode(base64.b64decode(node.text or "", validate=True)).decode() if node else None
    except ValueError:
        findings.error(section.node, "setup.wrong_form", field=part.name, written=_PICTURE_WRITTEN)
        return None


def _whole(section: Section, name: str, findings: Findings) -> int | None:
    number = section.whole_number(name)
    if number is not None and number > _MOST:
        findings.error(section.node_of(name) or section.node, "file.too_large", key=name, most=f"{_MOST:,}")
        return None
    return number


def _whatever(section: Section, part: Part, findings: Findings) -> Any:  # noqa: ANN401  (whatever stands there)
    node = section.node_of(part.name)
    if part.kind is Kind.NAMED and node is not None and not isinstance(node.value, dict):
        findings.error(node, "file.not_a_section")
        return None
    return None if node is None else _free(node)


def _free(node: Node) -> Any:  # noqa: ANN401  (whatever stands there)
    if isinstance(node.value, dict):
        return {name: _free(part) for name, part in node.value.items()}
    if isinstance(node.value, tuple):
        return [_free(part) for part in node.value]
    return node.value


def compare_setup(existing: Mapping[str, SetupRecord], wanted: Iterable[SetupRecord]) -> Difference[SetupRecord]:
    """What would become of the records; a field that a file does not mention stays, a list is replaced as a whole."""
    new, changed, same = [], [], []
    for record in wanted:
        before = existing.get(record.key)
        if before is None:
            new.append(record)
            continue
        changes = tuple(
            Change(name, _told(before.values.get(name)), _told(value))
            for name, value in record.values.items()
            if before.values.get(name) != value
        )
        if changes:
            changed.append(Changed(record, changes))
        else:
            same.append(record)
    return Difference(tuple(new), tuple(changed), tuple(same))


def _told(value: Any) -> str | None:  # noqa: ANN401  (what a field holds)
    """A value in one line, for people."""
    match value:
        case None:
            return None
        case bool():
            return "yes" if value else "no"
        case Decimal():
            return format_quantity(value)
        case Mapping():
            return ", ".join(f"{name}: {_told(part)}" for name, part in value.items())
        case list():
            return "; ".join(_told(part) or "" for part in value)
    text = str(value)
    return text if len(text) <= _LONGEST_TOLD else f"{text[:_LONGEST_TOLD]}… ({len(text)})"

"""Items of a file against those that are there: what would change, what stands in the way, and the change itself."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, fields, replace
from uuid import UUID

from app.database import catalog as store
from app.database.catalog import StoredItem
from app.database.session import Session
from app.domain.catalog import Barcode, PackUnit, ProductData, StockLevels
from app.domain.codes import without_zeros
from app.domain.values import Changed, Difference, compare
from app.domain.values.long_work import Tell, silent, told, within
from app.services.importing.wanted import Wanted, but_for_zeros

_GROUND = {"tracking", "base_unit", "decimals"}
_MERGED_BY_PARTS = frozenset({"alternates", "barcodes", "stock_levels", "where"})


@dataclass(frozen=True, slots=True)
class CatalogPlan:
    """What an import would do to the items; `targets` are new and changed items as they will be, by key."""

    difference: Difference[ProductData]
    existing: Mapping[str, StoredItem]
    targets: Mapping[str, ProductData]


def plan(
    session: Session, wanted: Sequence[Wanted[ProductData]], made: Set[str] = frozenset(), tell: Tell = silent
) -> CatalogPlan:
    """Compare items with those that are there; what must not be is among the findings.

    `made`: paths of the categories that the same files make.
    """
    existing: dict[str, StoredItem] = {}
    for part in told(store.parts(wanted), len(wanted) // store.MOST_ROWS + 1, within(tell, 0, 0.4)):
        existing |= store.items(session, [each.record.key for each in part])
    fitted = {each.record.key: _fitted(each, existing.get(each.record.key)) for each in wanted}
    records = told(fitted.values(), len(fitted), within(tell, 0.4, 1))
    difference = compare({key: item.record for key, item in existing.items()}, records)
    targets = {record.key: record.with_defaults() for record in difference.new}
    targets |= {
        change.wanted.key: merged(existing[change.wanted.key].record, change.wanted) for change in difference.changed
    }
    by_key = {each.record.key: each for each in wanted}
    for key, target in targets.items():
        _refuse_inexact_packs(by_key[key], target)
    _judge_zeros(session, [by_key[record.key] for record in difference.new], by_key)
    _tell_new_names(session, targets, by_key, made)
    _refuse_taken_codes(session, by_key, existing)
    _refuse_shaken_ground(session, difference.changed, by_key, existing)
    return CatalogPlan(difference, existing, targets)


def _fitted(wanted: Wanted[ProductData], before: StoredItem | None) -> ProductData:
    """The record in the words of the database: no name for the base unit's codes, no weight over a learned one."""
    record = wanted.record
    base = record.base_unit or (before.record.base_unit if before else "") or record.with_defaults().base_unit
    barcodes = tuple(replace(code, unit="" if code.unit == base else code.unit) for code in record.barcodes)
    own = Barcode("sku", record.key)
    if before is not None and before.record.category.endswith(store.SLASH + record.category) and record.category:
        record = replace(record, category=before.record.category)  # the same one, by its name alone
    fitted = replace(
        record, barcodes=tuple(code for code in barcodes if (code.scheme, code.value) != (own.scheme, own.value))
    )
    if before is None or not before.weighed or record.weight_g in (None, before.record.weight_g):
        return fitted
    wanted.notice("importing.weight_learned", record.weight_g, sku=record.sku, weighed=before.weighed)
    return replace(fitted, weight_g=None)


def merged(before: ProductData, wanted: ProductData) -> ProductData:
    """The item as it will be: what the file says, and what it is silent about as it was."""
    said = {
        field.name: value
        for field in fields(ProductData)
        if field.name not in _MERGED_BY_PARTS and (value := getattr(wanted, field.name)) not in (None, "")
    }
    return replace(
        before,
        **said,
        alternates=_merged_packs(before.alternates, wanted.alternates),
        barcodes=_merged_codes(before.barcodes, wanted.barcodes),
        stock_levels=_merged_levels(before.stock_levels, wanted.stock_levels),
    )


def _merged_packs(before: Iterable[PackUnit], wanted: Iterable[PackUnit]) -> tuple[PackUnit, ...]:
    packs = {pack.unit: pack for pack in before}
    for pack in wanted:
        old = packs.get(pack.unit)
        packs[pack.unit] = replace(pack, weight_g=old.weight_g) if old and pack.weight_g is None else pack
    return tuple(packs.values())


def _merged_codes(before: Iterable[Barcode], wanted: Iterable[Barcode]) -> tuple[Barcode, ...]:
    codes = {code.value: code for code in before}
    for code in wanted:
        old = codes.get(code.value)
        codes[code.value] = replace(code, unit=old.unit) if old and not code.unit else code
    return tuple(codes.values())


def _merged_levels(before: StockLevels, wanted: StockLevels) -> StockLevels:
    said = {field.name: getattr(wanted, field.name) for field in fields(StockLevels)}
    return replace(before, **{name: value for name, value in said.items() if value is not None})


def _refuse_inexact_packs(wanted: Wanted[ProductData], target: ProductData) -> None:
    """One of each packaging that is named is a quantity that stock is kept in: whole pieces, or parts of them."""
    for pack in wanted.record.alternates:
        if (pack.factor * 10 ** (target.decimals or 0)).denominator != 1:
            wanted.error("unit.not_exact", pack.unit, unit=pack.unit, base=target.base_unit, factor=str(pack.factor),
                         decimals=target.decimals or 0)  # fmt: skip


def _judge_zeros(
    session: Session, new: Sequence[Wanted[ProductData]], wanted: Mapping[str, Wanted[ProductData]]
) -> None:
    """A new number that is there with zeros in front was eaten by a spreadsheet; 7 beside 007 otherwise is said."""
    numbers = {each.record.key: short for each in new if (short := without_zeros(each.record.key))}
    known = store.but_for_zeros(session, set(numbers.values()))
    alike = but_for_zeros(wanted) if numbers else {}
    for key, short in numbers.items():
        there = [sku for sku in known.get(short, ()) if sku != key]
        if there and key == short:
            wanted[key].error("importing.sku_lost_zeros", key, sku=key, known=there[0])
        elif others := [*there, *(other for other in alike[short] if other != key)]:
            wanted[key].notice("importing.but_for_zeros", key, one=key, other=others[0])


def _tell_new_names(
    session: Session, targets: Mapping[str, ProductData], wanted: Mapping[str, Wanted[ProductData]], made: Set[str]
) -> None:
    """A unit or a category that is not there yet is made; each is said once, since it may be a slip of the pen."""
    units: dict[str, str] = {}
    categories: dict[str, str] = {}
    for key, target in targets.items():
        for unit in (target.base_unit, *(pack.unit for pack in target.alternates)):
            units.setdefault(unit, key)
        if target.category and target.category not in made:
            categories.setdefault(target.category, key)
    if new := store.unknown_units(session, units):
        known = store.known_units(session)
        for unit in new:
            wanted[units[unit]].notice("importing.new_unit", unit, unit=unit, known=known)
    for category in store.unknown_categories(session, categories):
        wanted[categories[category]].notice("importing.new_category", category, category=category)


def _refuse_taken_codes(
    session: Session, wanted: Mapping[str, Wanted[ProductData]], existing: Mapping[str, StoredItem]
) -> None:
    """A code names one item; one that the file gives to another is not taken away from its owner in silence."""
    values = {value for key, each in wanted.items() for value in (key, *(code.value for code in each.record.barcodes))}
    owners = store.code_owners(session, values)
    for key, each in wanted.items():
        own = existing[key].id if key in existing else None
        for code in (Barcode("sku", key), *each.record.barcodes):
            owner = owners.get((code.scheme, code.value))
            if owner and owner.item != own:
                each.error("importing.code_taken", code.value, barcode=code.value, sku=each.record.sku, owner=owner.sku)


def _refuse_shaken_ground(
    session: Session,
    changed: Iterable[Changed[ProductData]],
    wanted: Mapping[str, Wanted[ProductData]],
    existing: Mapping[str, StoredItem],
) -> None:
    """How an item is tracked and counted stays once it was moved, or the ledger would say something else."""
    shaken: dict[str, list[str]] = {}
    for change in changed:
        names = {part.field for part in change.changes} & _GROUND
        if names == {"decimals"} and (change.wanted.decimals or 0) > (existing[change.wanted.key].record.decimals or 0):
            continue
        if names:
            shaken[change.wanted.key] = sorted(names)
    moved = store.with_moves(session, [existing[key].id for key in shaken]) if shaken else set()
    for key, shaky in shaken.items():
        if existing[key].id in moved:
            wanted[key].error("importing.item_has_moves", key, sku=existing[key].record.sku, fields=", ".join(shaky))


def apply(
    session: Session, plan: CatalogPlan, details: Mapping[str, Mapping[str, object]], tell: Tell = silent
) -> dict[str, UUID]:
    """Make the items as planned, some thousands a statement; returns the ids of all that the file names, by key.

    `details` are further fields of new items, by key: what is made at once need not be changed afterwards.
    """
    ids = {key: item.id for key, item in plan.existing.items()}
    if plan.difference.empty:
        return ids
    store.add_words(session, plan.targets.values())
    new = [plan.targets[record.key] for record in plan.difference.new]
    for part in told(store.parts(new), len(new) // store.MOST_ROWS + 1, within(tell, 0, 0.5)):
        ids |= store.add_items(session, part, details)
    _change(session, plan)
    targets = [(ids[key], record) for key, record in plan.targets.items()]
    for some in told(store.parts(targets), len(targets) // store.MOST_ROWS + 1, within(tell, 0.5, 0.9)):
        store.save_packs(session, ((item, pack) for item, record in some for pack in record.alternates))
        store.save_levels(session, ((item, record.stock_levels) for item, record in some))
    tell(0.9)
    _save_codes(session, plan, ids)
    return ids


def _change(session: Session, plan: CatalogPlan) -> None:
    """Change items; some SKUs are written in another case now."""
    changed = [
        StoredItem(plan.existing[change.wanted.key].id, plan.targets[change.wanted.key])
        for change in plan.difference.changed
    ]
    renamed = [item for item in changed if item.record.sku != plan.existing[item.record.key].record.sku]
    if changed:
        store.change_items(session, changed)
    if renamed:
        store.rename_items(session, renamed)


def _save_codes(session: Session, plan: CatalogPlan, ids: Mapping[str, UUID]) -> None:
    """Bring the bar codes in line."""
    dropped, added = [], []
    for key, record in plan.targets.items():
        before = {code.value: code for code in plan.existing[key].record.barcodes} if key in plan.existing else {}
        for code in record.barcodes:
            old = before.get(code.value)
            if old is not None and old != code:
                dropped.append((ids[key], old))
            if old != code:
                added.append((ids[key], code))
    store.drop_codes(session, dropped)
    store.add_codes(session, added)

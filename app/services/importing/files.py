"""The import as a whole: several files, all kinds of records, one difference, one transaction."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from app.database import imports as journal
from app.database.orders import ORDER, KnownWarehouse
from app.database.session import Session
from app.domain.catalog import ProductData
from app.domain.orders import AsnData, OrderData, PurchaseOrderData
from app.domain.partners import PartnerData
from app.domain.setup_kinds import SETUP_KINDS, SetupRecord
from app.domain.sites import WarehouseData
from app.domain.values import Difference, Finding, Findings, Severity
from app.domain.values.long_work import Tell, keeping_everything, silent, within
from app.services import clock
from app.services.importing import asns, catalog, orders, setting_up, sites
from app.services.importing.asns import AsnsPlan
from app.services.importing.catalog import CatalogPlan
from app.services.importing.orders import MadeOrder, OrdersPlan
from app.services.importing.setting_up import SetupPlan
from app.services.importing.sites import SitesPlan
from app.services.importing.wanted import FileFinding, Wanted, once
from app.services.work import UnitOfWork

Counts = Mapping[str, Mapping[str, int]]
"""{kind: {"new": 3, "changed": 1}}."""
FINAL = frozenset({"purchase_orders", "orders", "asns", "groups", "people"})
"""Kinds that no import is taken back with: people work on documents at once, and rights are not changed in silence."""


class Contents(Protocol):
    """What one file says, as `connectors.files.read_file` gives it."""

    @property
    def name(self) -> str:
        """The file's name."""

    @property
    def products(self) -> tuple[ProductData, ...]:
        """The items it describes."""

    @property
    def warehouses(self) -> tuple[WarehouseData, ...]:
        """The warehouses it describes."""

    @property
    def purchase_orders(self) -> tuple[PurchaseOrderData, ...]:
        """What is expected from suppliers."""

    @property
    def orders(self) -> tuple[OrderData, ...]:
        """What customers ordered."""

    @property
    def asns(self) -> tuple[AsnData, ...]:
        """What suppliers say is on its way."""

    @property
    def setup(self) -> tuple[SetupRecord, ...]:
        """Records of the set-up of any kind."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was found while the file was read."""


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import would do, and everything there is to say about its files, file by file.

    Where `refused`, at least one finding is an error and nothing is applied. Where `empty`, there is nothing to do.
    """

    catalog: CatalogPlan
    sites: SitesPlan
    documents: OrdersPlan
    announced: AsnsPlan
    setup: SetupPlan
    findings: tuple[FileFinding, ...]

    @property
    def products(self) -> Difference[ProductData]:
        """What would become of the items."""
        return self.catalog.difference

    @property
    def warehouses(self) -> Difference[WarehouseData]:
        """What would become of the warehouses."""
        return self.sites.difference

    @property
    def purchase_orders(self) -> Difference[PurchaseOrderData]:
        """What would be expected from suppliers; orders are made or left alone, never changed."""
        return self.documents.purchase_orders

    @property
    def orders(self) -> Difference[OrderData]:
        """What would be ordered by customers; what a file says otherwise by now is changed."""
        return self.documents.orders

    @property
    def asns(self) -> Difference[AsnData]:
        """What suppliers would have announced; an announcement of which nothing came yet is replaced."""
        return self.announced.difference

    @property
    def partners(self) -> tuple[PartnerData, ...]:
        """Suppliers and customers that orders name and nobody knew; they would be added."""
        return tuple({(p.kind, p.key): p for p in (*self.documents.partners, *self.announced.partners)}.values())

    @property
    def differences(self) -> Mapping[str, Difference[Any]]:
        """What would become of each kind of records, in the order in which they would be made."""
        documents = ("purchase_orders", "orders", "asns")
        goods = {kind: getattr(self, kind) for kind in ("warehouses", "products", *documents)}
        early = {kind: part for kind, part in self.setup.differences.items() if SETUP_KINDS[kind].early}
        return {**early, **goods, **self.setup.differences}

    @property
    def counts(self) -> Counts:
        """How many records of each kind are new and changed, where there are any."""
        return {
            kind: {"new": len(part.new), "changed": len(part.changed)}
            for kind, part in self.differences.items()
            if not part.empty
        }

    @property
    def final(self) -> tuple[str, ...]:
        """What is in it with which the import cannot be taken back afterwards."""
        return tuple(kind for kind in self.counts if kind in FINAL)

    @property
    def refused(self) -> bool:
        """Whether something must be mended first."""
        return any(said.finding.severity is Severity.ERROR for said in self.findings)

    @property
    def empty(self) -> bool:
        """Whether the import would change nothing."""
        return not self.counts


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did: its plan, whether it was applied, the documents that it made and released, and changed."""

    plan: ImportPlan
    applied: bool
    documents: tuple[MadeOrder, ...] = ()
    changed: tuple[MadeOrder, ...] = ()

    @property
    def to_allocate(self) -> tuple[MadeOrder, ...]:
        """The customers' orders that want goods now."""
        return tuple(one for one in (*self.documents, *self.changed) if one.kind == ORDER)


def preview(unit: UnitOfWork, contents: Iterable[Contents], tell: Tell = silent) -> ImportPlan:
    """What importing these files would do; nothing is changed. `tell` hears how far it is, and may end it."""
    with keeping_everything():
        return _planned(unit, contents, tell)


def _planned(unit: UnitOfWork, contents: Iterable[Contents], tell: Tell) -> ImportPlan:
    read = [(each, Findings(each.findings)) for each in contents]
    session = unit.session
    session.allow_pauses()
    records = (Wanted(r, f.name, said) for f, said in read for r in f.setup)
    setup_plan = setting_up.plan(session, once(records, known_by=lambda record: (record.kind, record.key)))
    goods = once(Wanted(r, f.name, said) for f, said in read for r in f.products)
    tried = setting_up.must_be_tried(setup_plan, goods={each.record.key for each in goods})
    compared, early, _ = _shares(len(goods), *(setting_up.counts(setup_plan) if tried else (0, 0)))
    made = {record.key for f, _ in read for record in f.setup if record.kind == "categories"}
    catalog_plan = catalog.plan(session, goods, made, within(tell, 0, compared))
    trial = UnitOfWork(session, unit.request_id) if tried else None
    if trial:
        session.savepoint("trial")
        setting_up.try_out(trial, setup_plan, early=True, tell=within(tell, compared, early))
    sites_plan = sites.plan(session, once(Wanted(r, f.name, said) for f, said in read for r in f.warehouses))
    new_sites = [
        KnownWarehouse(w.code, None, clock.today(ZoneInfo(w.with_defaults().time_zone)))
        for w in sites_plan.difference.new
    ]
    orders_plan = orders.plan(
        session,
        once(Wanted(r, f.name, said) for f, said in read for r in f.purchase_orders),
        once(Wanted(r, f.name, said) for f, said in read for r in f.orders),
        products=catalog_plan.targets.values(),
        warehouses=new_sites,
    )
    asns_plan = asns.plan(
        session,
        once(Wanted(r, f.name, said) for f, said in read for r in f.asns),
        ordered=orders_plan.purchase_orders.new,
        products=catalog_plan.targets.values(),
        warehouses=new_sites,
    )
    if trial:
        if not any(said.refused for _, said in read):
            sites.apply(session, sites_plan)
            catalog.apply(session, catalog_plan, {})
            setting_up.try_out(trial, setup_plan, early=False, tell=within(tell, early, 1))
        session.rollback_to_savepoint("trial")
    findings = tuple(
        FileFinding(each.name, finding)
        for each, said in read
        for finding in sorted(said, key=lambda finding: finding.where.line)
    )
    return ImportPlan(catalog_plan, sites_plan, orders_plan, asns_plan, setup_plan, findings)


def _shares(*counts: int) -> list[float]:
    """Where in the work as a whole each part of it ends, by how many records it has."""
    whole = max(1, sum(counts))
    return [sum(counts[: n + 1]) / whole for n in range(len(counts))]


def import_files(unit: UnitOfWork, contents: Iterable[Contents], tell: Tell = silent) -> ImportResult:
    """Import files, all of them or none: a plan with an error changes nothing, and says so.

    Master data needs a manager's or admin's own login, orders the permission to plan them. New orders are released.
    Refuses what somebody else took while this ran (`code.taken`, `document.reference_taken`). `tell` hears how far it
    is; where it raises, nothing was changed.
    """
    files = list(contents)
    plan = preview(unit, files, within(tell, 0, 0.25))
    if plan.refused:
        return ImportResult(plan, applied=False)
    documents, changed = _apply(unit, unit.session, plan, within(tell, 0.25, 1))
    if not plan.empty:
        journal.keep(unit.session, unit.request_id, [each.name for each in files], plan.counts)
    return ImportResult(plan, applied=True, documents=documents, changed=changed)


def _apply(
    unit: UnitOfWork, session: Session, plan: ImportPlan, tell: Tell
) -> tuple[tuple[MadeOrder, ...], tuple[MadeOrder, ...]]:
    said = setting_up.fields_of_new_goods(plan.setup, {record.key for record in plan.products.new})
    before, behind = setting_up.counts(plan.setup, done=said)
    early, made_goods, _ = _shares(before, len(plan.products.new) + len(plan.products.changed), behind)
    setting_up.apply(unit, plan.setup, early=True, tell=within(tell, 0, early))
    items = catalog.apply(session, plan.catalog, said, within(tell, early, made_goods))
    warehouses = sites.apply(session, plan.sites)
    setting_up.apply(unit, plan.setup, early=False, done=said, tell=within(tell, made_goods, 1))
    made = (
        *orders.apply(unit, plan.documents, items=items, warehouses=warehouses),
        *asns.apply(unit, plan.announced, items=items, warehouses=warehouses),
    )
    changed = orders.change(unit, plan.documents, items=items)
    if not plan.products.empty:
        unit.changed("item")
    if not plan.warehouses.empty:
        unit.changed("location")
    if plan.partners:
        unit.changed("partner")
    for document in made:
        unit.changed("document", document.id)
    return made, changed

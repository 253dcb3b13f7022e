"""A furnished warehouse for tests of any room: people, stations, places and goods, in a database of its own.

`tests/fixtures_database.py` makes the fixture; here is what stands in it and what tests do with it. Everybody's PIN is
1234. Role names carry the template's name, so that clones, which share the cluster, use the template's logins.
"""

import contextlib
import functools
import itertools
import shutil
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from app.database import installation, people
from app.database.session import Database, Row, Session
from app.domain.people import stretch_pin
from tests.clones import Clone

PIN = "1234"
TEMPLATE = "sh"
STATIONS = ("bench1", "dock1")
GROUPS = ("operator", "receiver", "manager", "admin", "auditor", "worker")
NIL = UUID(int=0)

_PASSWORD = "for-tests-only"
_SALT = b"a salt for tests"
_SHARED_MEMORY = Path("/dev/shm")  # noqa: S108  (not a guessable file: a folder of its own is made in it)
_ROOM_BYTES = 8 << 30
_PEOPLE = {
    "ADMIN": "admin",
    "MANAGER1": "manager",
    "OPERATOR1": "operator",
    "OPERATOR2": "operator",
    "RECEIVER1": "receiver",
    "AUDITOR1": "auditor",
}
_DESKS = {"desk": "admin", **{f"desk_{group}": group for group in ("operator", "receiver", "manager", "auditor")}}
_PLACES = (
    ("STO", "zone", None),
    ("DOCK1", "dock", None),
    ("DOCK2", "dock", None),
    ("STAGE1", "staging", None),
    *((f"R{n:02}", "bin", "STO") for n in range(1, 7)),
)
_clones = itertools.count(1)
_free: dict[str, list[Clone]] = {}


@functools.cache
def memory() -> Path | None:
    """The folder that Linux keeps in memory, where it has room for a server a test worker.

    A copy of the template costs there a tenth of what it costs on a disk (0.09 s instead of 0.9 s on a busy machine).
    """
    return _SHARED_MEMORY if _SHARED_MEMORY.is_dir() and shutil.disk_usage(_SHARED_MEMORY).free > _ROOM_BYTES else None


@functools.cache
def pin_key() -> bytes:
    """The stretched PIN that everybody here has; stretching takes a while, so it is done once."""
    return stretch_pin(PIN, _SALT)


@dataclass(frozen=True)
class Template:
    """The furnished database that every test gets a copy of; `url` is the cluster's superuser's."""

    url: str

    def login(self, name: str, url: str) -> str:
        """The address of database `url` for one of the template's logins."""
        return installation.with_login(url, installation.role_name(TEMPLATE, name), _PASSWORD)


@functools.cache
def furnish(cluster_url: str) -> Template:
    """Install and furnish the template in a cluster, once."""
    with psycopg.connect(cluster_url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(TEMPLATE)))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(TEMPLATE)))
    url = _with_database(cluster_url, TEMPLATE)
    installation.install(url)
    _employ(url)
    template = Template(url)
    with contextlib.closing(Database(template.login("desk", url), application="furnish")) as desk:
        with desk.transaction() as session:
            _people(session)
            _site(session, "WH001")
            _site(session, "WH002")
            _goods(session)
        with desk.transaction() as session:
            for name in STATIONS:
                people.save_station(
                    session,
                    name=name,
                    login=installation.role_name(TEMPLATE, f"st_{name}"),
                    warehouse=_one(session, "SELECT id FROM warehouse WHERE code = 'WH001'"),
                    kind="bench",
                )
    _people_of_the_other_site(url)
    return template


def _with_database(url: str, database: str) -> str:
    return f"{url.rpartition('/')[0]}/{database}"


def _one(session: Session, statement: str, **parameters: object) -> Any:  # noqa: ANN401  (whatever the column holds)
    row = session.row(statement, **parameters)
    assert row is not None, (statement, parameters)
    return next(iter(row.values()))


def _employ(url: str) -> None:
    """The logins, and the two people who must be there before anybody can be added."""
    for name, group in {**_DESKS, "worker_1": "worker", **{f"st_{name}": "station" for name in STATIONS}}.items():
        installation.save_login(url, name, _PASSWORD, group=group)
    with contextlib.closing(Database(url, application="superuser")) as database, database.transaction() as session:
        for badge, name, group, system in (("ADMIN", "desk", "admin", False), ("WORKER", "worker_1", "worker", True)):
            login = installation.role_name(TEMPLATE, name)
            people.insert_first(session, badge=badge, name=badge.title(), login=login, group=group, system=system)


def _people(session: Session) -> None:
    for badge, group in _PEOPLE.items():
        desk = f"desk_{group}" if badge.endswith("1") else "desk" if badge == "ADMIN" else None
        login = installation.role_name(TEMPLATE, desk) if desk else None
        person = people.save_person(session, badge=badge, name=badge.title(), groups=[group], login=login)
        _give_pin(session, person)


def _give_pin(session: Session, person: UUID) -> None:
    session.change(
        "SELECT set_pin(%(person)s, %(salt)s, sha256(%(key)s::bytea))", person=person, salt=_SALT, key=pin_key()
    )


def _people_of_the_other_site(url: str) -> None:
    """MANAGER-B may do everything a manager may, in WH002 only."""
    with contextlib.closing(Database(url, application="superuser")) as database, database.transaction() as session:
        session.change("INSERT INTO person (badge, name) VALUES ('MANAGER-B', 'Manager-B')")
        session.change(
            "INSERT INTO person_group (person_id, group_name, warehouse_id)"
            " SELECT p.id, 'manager', w.id FROM person p, warehouse w WHERE p.badge = 'MANAGER-B' AND w.code = 'WH002'"
        )
    with (
        contextlib.closing(
            Database(
                installation.with_login(url, installation.role_name(TEMPLATE, "desk"), _PASSWORD), application="furnish"
            )
        ) as desk,
        desk.transaction() as session,
    ):
        _give_pin(session, _one(session, "SELECT person_id FROM badges() WHERE badge = 'MANAGER-B'"))


def _site(session: Session, code: str) -> None:
    warehouse = session.call("create_warehouse", code=code, name=code, address="", type="DC", time_zone="UTC")
    made: dict[str | None, UUID] = {None: warehouse}
    for walk, (name, kind, parent) in enumerate(_PLACES):
        made[name] = _one(
            session,
            "INSERT INTO location (warehouse_id, parent_id, kind, name, address, walk_position)"
            " VALUES (%(warehouse)s, %(parent)s, %(kind)s, %(name)s, %(address)s, %(walk)s) RETURNING id",
            warehouse=warehouse,
            parent=made[parent],
            kind=kind,
            name=name,
            address="-".join(filter(None, (code, parent, name))),
            walk=walk,
        )


def _goods(session: Session) -> None:
    session.change("INSERT INTO partner (code, name, kinds) VALUES ('ACME', 'Acme', '{supplier}')")
    session.change("INSERT INTO partner (code, name, kinds) VALUES ('SHOPPER', 'Shopper', '{customer}')")
    for sku, uom, decimals, tracking, dated in (
        ("WIDGET", "each", 0, "none", False),
        ("GADGET", "each", 0, "none", False),
        ("OIL", "kg", 3, "none", False),
        ("MILK", "each", 0, "lot", True),
        ("DRILL", "each", 0, "serial", False),
    ):
        session.change(
            "INSERT INTO item (sku, name, base_uom, decimals, tracking, expiry_required)"
            " VALUES (%(sku)s, initcap(%(sku)s), %(uom)s, %(decimals)s, %(tracking)s, %(dated)s)",
            sku=sku,
            uom=uom,
            decimals=decimals,
            tracking=tracking,
            dated=dated,
        )
    session.change(
        "INSERT INTO item_uom (item_id, uom, numerator) SELECT id, 'case', 12 FROM item WHERE sku = 'WIDGET'"
    )
    for sku, gtin in (("WIDGET", "04012345678901"), ("MILK", "04012345678918"), ("DRILL", "04012345678925")):
        session.change(
            "INSERT INTO code (scheme, value, kind, target_id, uom)"
            " SELECT 'gtin', %(gtin)s, 'item', id, base_uom FROM item WHERE sku = %(sku)s",
            gtin=gtin,
            sku=sku,
        )


@dataclass
class Site:
    """One test's own copy of the furnished database, seen from WH001.

    Ids by name: `items` by SKU, `places` by name within WH001 (`DOCK1`, `R01`, `SUPPLIER`, `TOTE`, …), `other_places`
    likewise within WH002, `warehouses` by code, `partners` by code, `people` by badge.
    """

    template: Template
    url: str
    """The superuser's address of this copy."""
    clone: Clone | None = None
    """The copy whose connections the next test uses again; without it they are this site's own."""
    items: dict[str, UUID] = field(default_factory=dict)
    places: dict[str, UUID] = field(default_factory=dict)
    other_places: dict[str, UUID] = field(default_factory=dict)
    warehouses: dict[str, UUID] = field(default_factory=dict)
    partners: dict[str, UUID] = field(default_factory=dict)
    people: dict[str, UUID] = field(default_factory=dict)
    _open: list[Database] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.desk = self.login("desk")
        """The admin's own login at a desk."""
        with self.desk.transaction() as session:
            self.items = {row["sku"]: row["id"] for row in session.rows("SELECT sku, id FROM item")}
            self.warehouses = {row["code"]: row["id"] for row in session.rows("SELECT code, id FROM warehouse")}
            self.partners = {row["code"]: row["id"] for row in session.rows("SELECT code, id FROM partner")}
            self.people = {row["badge"]: row["person_id"] for row in session.rows("SELECT * FROM badges()")}
            places = session.rows("SELECT warehouse_id, name, id FROM location")
        self.warehouse = self.warehouses["WH001"]
        self.places = {row["name"]: row["id"] for row in places if row["warehouse_id"] == self.warehouse}
        self.other_places = {row["name"]: row["id"] for row in places if row["warehouse_id"] != self.warehouse}

    def login(self, name: str, *, pool_size: int = 3) -> Database:
        """This database for a login: desk, desk_manager and the like, worker_1, st_bench1, st_dock1."""
        if self.clone:
            return self.clone.database(name, pool_size=pool_size)
        database = Database(self.template.login(name, self.url), application=name, pool_size=pool_size)
        self._open.append(database)
        return database

    def station(self, name: str = "bench1", badge: str | None = "MANAGER1", *, pool_size: int = 3) -> Database:
        """A station, with this badge signed on, or nobody."""
        database = self.login(f"st_{name}", pool_size=pool_size)
        if badge:
            with database.transaction() as session:
                signed_on = people.sign_on(session, badge=badge, pin_key=pin_key(), take_over=True)
            database.token = signed_on.token
        return database

    @contextlib.contextmanager
    def superuser(self) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
        """A connection that no wall holds back, to look behind them or to do damage; commits at once."""
        with psycopg.connect(self.url, autocommit=True, options="-c search_path=stockhand,pg_temp") as connection:
            yield connection

    def consign(self) -> UUID:
        """A place of WH001 for goods of ours that stand with SHOPPER, called CONSIGNMENT."""
        with self.superuser() as connection:
            row = connection.execute(
                "INSERT INTO location (warehouse_id, parent_id, kind, name, address, partner_id)"
                " VALUES (%s, %s, 'consignment', 'CONSIGNMENT', 'WH001-CONSIGNMENT', %s) RETURNING id",
                [self.warehouse, self.warehouse, self.partners["SHOPPER"]],
            ).fetchone()
        assert row is not None
        self.places["CONSIGNMENT"] = row[0]
        made: UUID = row[0]
        return made

    def document(self, kind: str, *lines: tuple[str, object], uom: str = "", tolerance: object = 0) -> list[UUID]:
        """A released document of this kind with one line for each (sku, quantity); returns the lines' ids."""
        with self.desk.transaction() as session:
            made = session.call(
                "create_document",
                kind=kind,
                warehouse=self.warehouse,
                partner=self.partners["ACME" if kind == "purchase_order" else "SHOPPER"],
                reference="",
                due=None,
                items=[self.items[sku] for sku, _ in lines],
                uoms=[
                    uom or _one(session, "SELECT base_uom FROM item WHERE sku = %(sku)s", sku=sku) for sku, _ in lines
                ],
                qtys=[Decimal(str(qty)) for _, qty in lines],
                tolerance=Decimal(str(tolerance)),
            )
            session.call("decide_document", document=made, decision="released", version=1)
            rows = session.rows("SELECT id FROM document_line WHERE document_id = %(made)s ORDER BY line_no", made=made)
        return [row["id"] for row in rows]

    def purchase_line(self, sku: str = "WIDGET", qty: object = 1000, *, uom: str = "", tolerance: object = 0) -> UUID:
        """The line of a released purchase order for one item."""
        return self.document("purchase_order", (sku, qty), uom=uom, tolerance=tolerance)[0]

    def order_line(self, sku: str = "WIDGET", qty: object = 10) -> UUID:
        """The line of a released customer order for one item."""
        return self.document("order", (sku, qty))[0]

    def trace(self, sku: str, *, lot: str = "", serial: str = "", expiry: object = None) -> UUID:
        """The lot or serial number of an item, made when it is new."""
        with self.desk.transaction() as session:
            made: UUID = session.call(
                "ensure_trace", item=self.items[sku], lot=lot, serial=serial, expiry=expiry, best_before=None
            )
        return made

    def put(self, sku: str, place: str, qty: object, *, trace: UUID | None = None) -> UUID:
        """Stock that is simply there: an adjustment into a place of WH001. Returns the posting."""
        with self.desk.transaction() as session:
            return post(session, self, "adjust_in", sku, "ADJUSTMENT", place, qty, trace=trace, reason="OPENING")

    def reserve(self, session: Session, line: UUID, sku: str, place: str, qty: object, trace: UUID = NIL) -> None:
        """Reserve available stock of our own that is in no handling unit."""
        session.call(
            "reserve_stock",
            warehouse=self.warehouse,
            lines=[line],
            items=[self.items[sku]],
            locations=[self.places[place]],
            traces=[trace],
            units=[NIL],
            owners=[NIL],
            statuses=["available"],
            qtys=[Decimal(str(qty))],
        )

    def stock(self, sku: str, place: str) -> tuple[Decimal | int, Decimal | int]:
        """(on hand, reserved) of an item in a place, whatever its lot, unit, owner and status."""
        with self.desk.transaction() as session:
            row = session.row(
                "SELECT coalesce(sum(on_hand), 0) AS on_hand, coalesce(sum(reserved), 0) AS reserved FROM stock_balance"
                " WHERE item_id = %(item)s AND location_id = %(place)s",
                item=self.items[sku],
                place=self.places[place],
            )
        assert row is not None
        return row["on_hand"], row["reserved"]

    def seal(self) -> int:
        """Seal what is committed; returns how many postings."""
        with self.desk.transaction() as session:
            sealed: int = session.call("seal_postings")
        return sealed

    def prove(self, *, seal: bool = True) -> list[Row]:
        """Seal, then name every row that breaks a rule; [] is what a trustworthy ledger answers."""
        if seal:
            self.seal()
        with self.desk.transaction() as session:
            return session.rows("SELECT rule, offender FROM prove()")

    def count(self, table: str) -> int:
        """How many rows a table has, behind all walls."""
        with self.superuser() as connection:
            row = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()
        assert row is not None
        return int(row[0])

    def close(self) -> None:
        """Let the site's own connections go."""
        for database in self._open:
            database.close()


def post(
    session: Session,
    site: Site,
    kind: str,
    sku: str,
    source: str | UUID,
    target: str | UUID,
    qty: object,
    *,
    request: UUID | None = None,
    line: UUID | None = None,
    trace: UUID | None = None,
    reason: str | None = None,
    **more: object,
) -> UUID:
    """Post one move between two places of WH001 (by name or id); returns the posting. `more` as in post_moves()."""

    def place(name: str | UUID) -> UUID:
        return name if isinstance(name, UUID) else site.places[name]

    answer = session.call(
        "post_moves",
        request=request or uuid.uuid4(),
        kind=kind,
        warehouse=site.warehouse,
        items=[site.items[sku]],
        qtys=[Decimal(str(qty))],
        from_locations=[place(source)],
        to_locations=[place(target)],
        **_only_given(traces=trace, lines=line, reasons=reason),
        **more,
    )
    return UUID(answer["posting"])


def _only_given(**one_each: object) -> dict[str, Sequence[object]]:
    return {name: [value] for name, value in one_each.items() if value is not None}


@contextlib.contextmanager
def copy_of(template: Template) -> Iterator[Site]:
    """A copy of the furnished database as if nobody had used it before."""
    free = _free.setdefault(template.url, [])
    clone = free.pop() if free else Clone(_new_copy(template), template.login)
    site = Site(template, clone.url, clone)
    try:
        yield site
    finally:
        if clone.put_back():
            free.append(clone)
        else:
            _drop(template, clone)


def let_copies_go(cluster_url: str) -> None:
    """Close the connections to all copies in a cluster that is about to stop."""
    for clone in _free.pop(_with_database(cluster_url, TEMPLATE), []):
        clone.close()


def _new_copy(template: Template) -> str:
    """A new copy of the template; returns the superuser's address of it."""
    name = f"{TEMPLATE}_{next(_clones)}"
    clone = sql.Identifier(name)
    with psycopg.connect(_with_database(template.url, "postgres"), autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY {}").format(
                clone, sql.Identifier(TEMPLATE), sql.Identifier("file_copy" if memory() else "wal_log")
            )
        )
        # A copy has the template's content, but not the privileges on the database itself.
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(clone))
        connection.execute(
            sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(
                clone, sql.Identifier(installation.role_name(TEMPLATE, "everyone"))
            )
        )
    return _with_database(template.url, name)


def _drop(template: Template, clone: Clone) -> None:
    clone.close()
    with psycopg.connect(_with_database(template.url, "postgres"), autocommit=True) as connection:
        name = sql.Identifier(clone.url.rpartition("/")[2])
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))

"""Warehouses, for those who set them up: zones with their places, profiles, bins kept for items, levels; live.

What may be done is the database's to say; each change is shown in words before it is made.
"""

from collections.abc import Callable, Sequence
from uuid import UUID

from app.domain.records import Use
from app.domain.sites.levels import LevelRow
from app.domain.sites.places import Place, Profile, Warehouse
from app.services.sites import levels, places
from app.services.work import UnitOfWork
from app.stations.kit.desk import Command, DeskScreen, DeskWork, Sheet, page_of
from app.stations.kit.kit import Kit
from app.stations.kit.record_table import Column, Page, Query, Record
from app.stations.kit.trail import CHANGES, USES, change_record, use_records
from app.stations.sites.levels import FaceQuestions, LevelQuestions
from app.stations.sites.places import PlaceQuestions, asked_of
from app.stations.sites.profiles import ProfileQuestions
from app.stations.sites.rows import (
    FACES,
    LEVEL_COLUMNS,
    PLACES,
    PROFILES,
    WAREHOUSES,
    WHICH,
    ZONES,
    face_record,
    level_record,
    place_record,
    profile_record,
    warehouse_record,
    which_records,
    zone_records,
)
from app.stations.sites.warehouses import WarehouseQuestions, ZoneQuestions

NAME = "sites"


class SitesScreen(DeskScreen):
    """Zones in front; one of them opens into its places."""

    def __init__(self, kit: Kit, work: DeskWork) -> None:
        super().__init__(kit, NAME, work, kinds={places.LOCATION, levels.LEVEL})
        self._folded: set[UUID] = set()
        self.show_front(
            self._zones(), self._places(None), self._profiles(), self._faces(), self._levels(), self._warehouses()
        )

    def look_into(self, zone: Place) -> None:
        """Show the places of a zone."""
        self.lay_over(self._places(zone))

    # - sheets -

    def _zones(self) -> Sheet:
        def read() -> Sequence[Record]:
            warehouse = self.warehouse
            zones = self.work.run(lambda unit: places.tree(unit, warehouse))
            return zone_records(zones, self._kit.texts, folded=frozenset(self._folded))

        def fold(record: Record, wanted: bool) -> None:
            (self._folded.discard if wanted else self._folded.add)(_place(record).id)

        of_places = PlaceQuestions(self, None).commands()[-2:]  # archive, remove
        return self._sheet(
            "zones",
            ZONES,
            page_of(ZONES, read),
            (
                *self.one_of(Command("PLACES", lambda rows: self.look_into(_place(rows[0])))),
                *ZoneQuestions(self).commands(),
                *of_places,
                *self._about("zone"),
            ),
            opened=lambda record: self.look_into(_place(record)),
            folded=fold,
        )

    def _places(self, zone: Place | None) -> Sheet:
        def page(after: Record | None, limit: int, query: Query) -> Sequence[Record]:
            asked = asked_of(self.warehouse, zone, query)
            behind = _place(after) if after else None
            found = self.work.run(lambda unit: places.page(unit, asked, after=behind, limit=limit))
            return [place_record(one, self._kit.texts) for one in found]

        title = zone.name if zone else ""
        commands = (*PlaceQuestions(self, zone).commands(), *self._about("location"))
        return self._sheet("places", PLACES, page, commands, title=title)

    def _profiles(self) -> Sheet:
        def read() -> Sequence[Record]:
            return [profile_record(one, self._kit.texts) for one in self.work.run(places.profiles)]

        commands = (*ProfileQuestions(self).commands(), *self._about("location_profile"))
        return self._sheet("profiles", PROFILES, page_of(PROFILES, read), commands)

    def _faces(self) -> Sheet:
        def read() -> Sequence[Record]:
            warehouse = self.warehouse
            return [face_record(one) for one in self.work.run(lambda u: places.pick_faces(u, warehouse=warehouse))]

        return self._sheet("faces", FACES, page_of(FACES, read), FaceQuestions(self).commands())

    def _levels(self) -> Sheet:
        def page(after: Record | None, limit: int, query: Query) -> Sequence[Record]:
            warehouse, behind = self.warehouse, after.made_of if after else None
            assert behind is None or isinstance(behind, LevelRow)
            found = self.work.run(
                lambda unit: levels.level_page(
                    unit, warehouse=warehouse, text=query.text, order=query.order, after=behind, limit=limit
                )
            )
            return [level_record(one) for one in found]

        why = self.one_of(Command("WHICH_LEVELS", lambda rows: self._lay_which(_level(rows[0]))))
        return self._sheet("levels", LEVEL_COLUMNS, page, (*LevelQuestions(self).commands(), *why))

    def _lay_which(self, row: LevelRow) -> None:
        """Which levels apply to an item here, and where they are set."""

        def read() -> Sequence[Record]:
            assert row.warehouse is not None
            warehouse = row.warehouse
            found = self.work.run(lambda unit: levels.applying(unit, item=row.item, warehouse=warehouse))
            return which_records(row, *found, self._kit.texts)

        self.lay_over(self._sheet("which", WHICH, page_of(WHICH, read), title=f"{row.sku} · {row.warehouse_code}"))

    def _warehouses(self) -> Sheet:
        def read() -> Sequence[Record]:
            return [warehouse_record(one, self._kit.texts) for one in self.work.run(places.every_warehouse)]

        commands = (*WarehouseQuestions(self).commands(), *self._about("warehouse"))
        return self._sheet("warehouses", WAREHOUSES, page_of(WAREHOUSES, read), commands)

    # - what is known of a record -

    def _about(self, kind: str) -> tuple[Command, ...]:
        """Where a record is used, and who changed it."""
        used = (
            (Command("USED_WHERE", lambda rows: self._lay_uses(rows[0])),) if kind in ("location", "warehouse") else ()
        )
        table = "location" if kind == "zone" else kind
        return self.one_of(*used, Command("CHANGES", lambda rows: self._lay_history(table, rows[0])))

    def _lay_uses(self, record: Record) -> None:
        known = record.made_of
        assert isinstance(known, Place | Warehouse)

        def asked(unit: UnitOfWork) -> tuple[Use, ...]:
            return places.uses(unit, [known]) if isinstance(known, Place) else places.uses_of_warehouse(unit, known)

        def read() -> Sequence[Record]:
            return use_records(self.work.run(asked), self._kit.texts)

        title = known.address if isinstance(known, Place) else known.code
        self.lay_over(self._sheet("uses", USES, page_of(USES, read), title=title))

    def _lay_history(self, kind: str, record: Record) -> None:
        known = record.made_of
        assert isinstance(known, Place | Profile | Warehouse)
        identity: UUID | None = known.id
        assert identity is not None
        name = known.address if isinstance(known, Place) else known.code

        def read() -> Sequence[Record]:
            found = self.work.run(lambda unit: places.history(unit, kind=kind, record=identity))
            return [change_record(one, self._kit.texts) for one in found]

        self.lay_over(self._sheet("changes", CHANGES, page_of(CHANGES, read), title=name))

    def _sheet(
        self,
        name: str,
        columns: tuple[Column, ...],
        page: Page,
        commands: tuple[Command, ...] = (),
        *,
        title: str = "",
        opened: Callable[[Record], object] | None = None,
        folded: Callable[[Record, bool], object] | None = None,
    ) -> Sheet:
        """A sheet of this screen; `title` where it is about one record."""
        return Sheet(
            f"sites.{name}",
            title or self._kit.texts.text("titles", f"sites.{name}"),
            columns,
            page,
            lambda query: self.hint(f"sites.no_{name}" if not query.text else "sites.no_match", text=query.text),
            commands,
            opened=opened,
            folded=folded,
        )


def _level(record: Record) -> LevelRow:
    assert isinstance(record.made_of, LevelRow)
    return record.made_of


def _place(record: Record) -> Place:
    assert isinstance(record.made_of, Place)
    return record.made_of

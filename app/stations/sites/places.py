"""What a manager does with places: adds ranges, changes many at once, archives, removes, prints labels."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from uuid import UUID

from app.dialogs.dialog import Feedback, Level
from app.domain.errors import Refusal
from app.domain.sites.layout import RackSize
from app.domain.sites.places import MIXINGS, PURPOSES, FieldChange, Place, PlaceEdit, PlaceKind, PlaceQuery, Profile
from app.domain.sites.planning import plan_range
from app.domain.values import parse_quantity
from app.services.label_batches import lines_of_places
from app.services.sites import places
from app.stations.kit.desk import Answers, Booking, Command, DeskScreen, Field, Question
from app.stations.kit.record_table import Query, Record
from app.stations.kit.trail import field, shown

SAME, NONE = "", "-"
"""Answers of a bulk edit: leave it as it is, make it empty."""
_EXAMPLES = 3
_ADDED_KINDS = (PlaceKind.BIN, PlaceKind.DOCK, PlaceKind.STAGING, PlaceKind.TOTE)


class PlaceQuestions:
    """The commands of a sheet of places below `zone` (None: of the whole warehouse)."""

    def __init__(self, desk: DeskScreen, zone: Place | None) -> None:
        self._desk, self._zone = desk, zone
        self.profiles: Sequence[Profile] = ()
        """Those that can be chosen, as they were read last."""

    def commands(self) -> tuple[Command, ...]:
        """New ones in a zone; with rows in hand (none: all that are found) change, labels, archive, remove."""
        add = (Command("NEW_PLACES", lambda _rows: self._add(), self._may),) if self._zone else ()
        return (
            *add,
            Command("CHANGE_PLACES", lambda rows: self._with(rows, self._change), self._may),
            Command("PRINT_PLACES", lambda rows: self._with(rows, self._print), self._may_print),
            Command("ARCHIVE", self._archive, self._may_some),
            Command("REMOVE_PLACES", self._remove, self._may_some),
        )

    # - what stands in the way -

    def _may(self, _rows: Sequence[Record]) -> str:
        return self._desk.hindered("set_up")

    def _may_print(self, _rows: Sequence[Record]) -> str:
        return self._desk.hindered("print")

    def _may_some(self, rows: Sequence[Record]) -> str:
        return self._may(rows) or ("" if rows else self._desk.hint("sites.choose"))

    # - questions -

    def _add(self) -> None:
        zone, run = self._zone, self._desk.work.run
        assert zone is not None
        self._desk.start(
            lambda: run(lambda unit: (places.names_below(unit, zone.id), places.profiles(unit))),
            lambda known: self._ask_range(zone, *known),
        )

    def _ask_range(self, zone: Place, taken: frozenset[str], profiles: Sequence[Profile]) -> None:
        self.profiles = profiles
        words, warehouse = self._desk.words, self._desk.warehouse
        fields = (
            Field("ranges", words("sites.ranges"), wide=True),
            Field("kind", words("sites.kind"), PlaceKind.BIN, self._choices("place_kind", _ADDED_KINDS)),
            Field("purpose", words("sites.purpose"), SAME, self._purposes(*_ADDED_KINDS)),
            Field("profile", words("sites.profile"), SAME, self._profile_choices(none=False)),
            Field("rack", words("sites.on_the_plan"), "yes", self._yes_no()),
        )

        def told(answers: Answers) -> str:
            plan = plan_range(answers["ranges"], taken)
            if plan.clashes:
                raise Refusal("location.taken", count=len(plan.clashes), places=", ".join(plan.clashes[:8]))
            return words("sites.told_add", count=len(plan.names), places=_short(plan.in_short)) if plan.names else ""

        def book(answers: Answers, request: UUID) -> Booking:
            if not told(answers):
                raise Refusal("sites.no_range")
            kind, purpose = PlaceKind(answers["kind"]), answers["purpose"]
            wanted = places.NewPlaces(
                warehouse,
                zone.id,
                kind,
                answers["ranges"],
                purpose if purpose in PURPOSES[kind] else "",
                UUID(answers["profile"]) if answers["profile"] else None,
                RackSize() if answers["rack"] == "yes" else None,
            )
            return Booking(
                request,
                lambda: self._desk.work.run(lambda unit: places.add_places(unit, wanted), request_id=request),
                lambda count: Feedback(Level.OK, "sites.added", {"count": str(count), "zone": zone.name}),
            )

        self._desk.ask(Question(words("sites.ask_add", zone=zone.name), fields, told, book))

    def _change(self, chosen: tuple[Place, ...]) -> None:
        def ask(profiles: Sequence[Profile]) -> None:
            self.profiles = profiles
            self._ask_change(chosen)

        self._desk.start(lambda: self._desk.work.run(places.profiles), ask)

    def _ask_change(self, chosen: tuple[Place, ...]) -> None:
        words, warehouse = self._desk.words, self._desk.warehouse
        fields = (
            Field(
                "purpose", words("sites.purpose"), SAME, self._purposes(*{place.kind for place in chosen}, same=True)
            ),
            Field("profile", words("sites.profile"), SAME, self._profile_choices(none=True)),
            Field("mixing", words("sites.mixing"), SAME, self._same() + self._choices("mixing", MIXINGS)),
            Field("capacity_units", words("sites.capacity"), SAME),
            Field("negative_allowed", words("sites.negative"), SAME, self._same() + self._yes_no()),
        )

        def told(answers: Answers) -> str:
            changes = _edit(answers).changes(chosen)
            if not changes:
                return words("sites.told_nothing")
            first = "; ".join(self._told(change) for change in changes[:_EXAMPLES])
            count = len({change.record for change in changes})
            return words("sites.told_change", count=count, of=len(chosen), first=first)

        def book(answers: Answers, request: UUID) -> Booking:
            edit = _edit(answers)
            if not edit.changes(chosen):
                raise Refusal("sites.nothing_changes")
            return Booking(
                request,
                lambda: self._desk.work.run(
                    lambda unit: places.change_places(unit, warehouse=warehouse, places=chosen, edit=edit),
                    request_id=request,
                ),
                lambda count: Feedback(Level.OK, "sites.changed", {"count": str(count)}),
            )

        self._desk.ask(Question(words("sites.ask_change", count=len(chosen)), fields, told, book))

    def _print(self, chosen: tuple[Place, ...]) -> None:
        self._desk.print_labels(lines_of_places(chosen))

    def _archive(self, rows: Sequence[Record]) -> None:
        chosen = _places(rows)
        active = not chosen[0].active
        code = "restore" if active else "archive"
        self._sure(
            code,
            chosen,
            lambda request: self._desk.work.run(
                lambda unit: places.archive(unit, warehouse=self._desk.warehouse, places=chosen, active=active),
                request_id=request,
            ),
        )

    def _remove(self, rows: Sequence[Record]) -> None:
        chosen = _places(rows)
        self._sure(
            "remove",
            chosen,
            lambda request: self._desk.work.run(
                lambda unit: places.remove(unit, warehouse=self._desk.warehouse, places=chosen), request_id=request
            ),
        )

    def _sure(self, code: str, chosen: tuple[Place, ...], call: Callable[[UUID], int]) -> None:
        names = ", ".join(place.address for place in chosen[:_EXAMPLES]) + (" …" if len(chosen) > _EXAMPLES else "")
        told = self._desk.words(f"sites.told_{code}", count=len(chosen), places=names)

        def book(_answers: Answers, request: UUID) -> Booking:
            return Booking(
                request,
                lambda: call(request),
                lambda count: Feedback(Level.OK, f"sites.{code}d", {"count": str(count), "places": names}),
            )

        self._desk.ask(Question(self._desk.words(f"sites.ask_{code}"), (), lambda _answers: told, book))

    # - words and choices -

    def _with(self, rows: Sequence[Record], go_on: Callable[[tuple[Place, ...]], None]) -> None:
        """Go on with the places in hand; none in hand: with all that the filter finds, which are read first."""
        if rows:
            go_on(_places(rows))
            return
        zone, query, warehouse = self._zone, self._desk.table.model.query, self._desk.warehouse
        asked = asked_of(warehouse, zone, query)

        def begin(found: tuple[Place, ...]) -> None:
            if found:
                go_on(found)
            else:
                self._desk.say(Feedback(Level.WARNING, "desk.not_now", {"why": self._desk.hint("sites.choose")}))

        self._desk.start(lambda: self._desk.work.run(lambda unit: places.every_place(unit, asked)), begin)

    def _told(self, change: FieldChange) -> str:
        name = field(self._desk.texts, change.field)
        return (
            f"{change.label} {name}: {self._named(change.field, change.old)} → {self._named(change.field, change.new)}"
        )

    def _named(self, name: str, value: object) -> str:
        words = shown(self._desk.texts, name, value)
        names = {profile.id: profile.code for profile in self.profiles}
        return names.get(value, words) if isinstance(value, UUID) else words

    def _same(self) -> tuple[tuple[str, str], ...]:
        return ((SAME, self._desk.words("sites.as_it_is")),)

    def _yes_no(self) -> tuple[tuple[str, str], ...]:
        return (("yes", self._desk.words("people.yes")), ("no", self._desk.words("people.no")))

    def _choices(self, name: str, values: Sequence[str]) -> tuple[tuple[str, str], ...]:
        return tuple((str(value), self._desk.texts.word(name, str(value))) for value in values)

    def _purposes(self, *kinds: PlaceKind, same: bool = False) -> tuple[tuple[str, str], ...]:
        known = dict.fromkeys(purpose for kind in kinds for purpose in PURPOSES[kind])
        first = (
            (*self._same(), (NONE, self._desk.words("sites.none")))
            if same
            else ((SAME, self._desk.words("sites.none")),)
        )
        return (*first, *self._choices("purpose", tuple(known)))

    def _profile_choices(self, *, none: bool) -> tuple[tuple[str, str], ...]:
        known = tuple((str(one.id), f"{one.code}  {one.name}") for one in self.profiles if not one.archived)
        first = (
            (*self._same(), (NONE, self._desk.words("sites.none")))
            if none
            else ((SAME, self._desk.words("sites.none")),)
        )
        return (*first, *known)


def asked_of(warehouse: UUID, zone: Place | None, query: Query) -> PlaceQuery:
    """What a sheet of places asks for; archived ones too, so that they can be brought back."""
    asked = PlaceQuery(warehouse, zone.id if zone else None, query.text, archived=True)
    return replace(asked, order=query.order or asked.order)


def _edit(answers: Answers) -> PlaceEdit:
    """What the answers of a bulk edit set; refuses a capacity that is no number."""
    values: dict[str, object] = {}
    if answers["purpose"]:
        values["purpose"] = "" if answers["purpose"] == NONE else answers["purpose"]
    if answers["profile"]:
        values["profile"] = None if answers["profile"] == NONE else UUID(answers["profile"])
    if answers["mixing"]:
        values["mixing"] = answers["mixing"]
    if answers["capacity_units"]:
        values["capacity_units"] = (
            None if answers["capacity_units"] == NONE else parse_quantity(answers["capacity_units"])
        )
    if answers["negative_allowed"]:
        values["negative_allowed"] = answers["negative_allowed"] == "yes"
    return PlaceEdit(values)


def _places(rows: Sequence[Record]) -> tuple[Place, ...]:
    return tuple(row.made_of for row in rows if isinstance(row.made_of, Place))


def _short(text: str, most: int = 80) -> str:
    return text if len(text) <= most else text[: most - 2] + " …"

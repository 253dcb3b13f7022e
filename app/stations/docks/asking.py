"""Questions about appointments: entered, changed, moved, decided on, repeated; what their answers come to."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta, tzinfo
from uuid import UUID

from app.dialogs.dialog import Feedback, Level
from app.domain.docks import (
    AT_A_DOOR,
    NEXT,
    WEEKDAYS,
    Against,
    Appointment,
    Direction,
    Load,
    State,
    Vehicle,
    moment_of,
    must_be_overruled,
    read_clock,
    read_hours,
)
from app.domain.errors import Refusal
from app.domain.sites.places import TEMPERATURES
from app.domain.values import parse_quantity
from app.services import clock
from app.services.docks import planning
from app.services.docks.planning import Booked, Draft, Proposal, WaitingPaper
from app.services.work import UnitOfWork
from app.stations.docks.calendar import Place
from app.stations.docks.reading import Seen
from app.stations.kit.desk import Answers, Booking, DeskScreen, Field, Question, day_of

NO_DOOR = ""


class Asking:
    """Asks below the calendar and books; `seen` is what is known of the docks now."""

    def __init__(self, desk: DeskScreen, seen: Callable[[], Seen], show: Callable[[UUID], object]) -> None:
        self._desk, self._seen, self._show = desk, seen, show

    # - planning -

    def new(self, place: Place | None = None, papers: Sequence[WaitingPaper] = ()) -> None:
        """Ask for a new appointment, at a place of the calendar, for documents that wait."""
        seen = self._seen()
        load = seen.load_of(papers)
        draft = Draft(
            load,
            starts_at=place.starts_at if place else seen.days[0].starts_at,
            ends_at=place.ends_at if place else None,
            door=place.door if place else None,
            documents=tuple(one.id for one in papers),
        )
        title = self._desk.words("docks.ask_new")
        self._ask(title, draft, numbers=[one.number for one in papers], timed=place is not None)

    def change(self, one: Appointment) -> None:
        """Ask for everything about an appointment."""
        title = self._desk.words("docks.ask_change", number=one.number)
        self._ask(title, planning.draft_of(one), numbers=[paper.number for paper in one.papers], timed=True)

    def move(self, one: Appointment, place: Place) -> None:
        """Ask for door and time only, such as where something speaks against a place that it was dragged to."""
        draft = replace(planning.draft_of(one), door=place.door, starts_at=place.starts_at, ends_at=place.ends_at,
                        reason="")  # fmt: skip
        fields = (*self._where(draft, timed=True), self._reason(draft))

        def told(answers: Answers) -> str:
            return self._told(self._placed(draft, answers))

        def book(answers: Answers, request: UUID) -> Booking:
            return self._booking(self._placed(draft, answers), request, "docks.moved", before=one)

        self._desk.ask(Question(self._desk.words("docks.ask_move", number=one.number), fields, told, book))

    def moved(self, one: Appointment, place: Place) -> None:
        """Book where an appointment was dragged to; what has to be overruled is asked first."""
        draft = replace(planning.draft_of(one), door=place.door, starts_at=place.starts_at, ends_at=place.ends_at,
                        reason="")  # fmt: skip
        found = self._found(draft)
        if must_be_overruled(found):
            self.move(one, place)
        else:
            self._desk.book_at_once(lambda request: self._booking(draft, request, "docks.moved", before=one))

    def drop(self, paper: WaitingPaper, place: Place) -> None:
        """Plan the truck of a document where it was dropped; what has to be overruled is asked first."""
        seen = self._seen()
        draft = Draft(seen.load_of([paper]), place.starts_at, place.ends_at, place.door, documents=(paper.id,))
        if must_be_overruled(self._found(draft)):
            self.new(place, [paper])
        else:
            self._desk.book_at_once(lambda request: self._booking(draft, request, "docks.planned"))

    # - decisions, series, proposals -

    def decide(self, one: Appointment) -> None:
        """Ask how far a truck is, or what becomes of its appointment."""
        desk = self._desk
        states = tuple((state.value, desk.texts.state("dock_state", state)) for state in NEXT[one.state])
        doors = self._doors(one.load)
        fields = (
            Field("state", desk.words("docks.becomes"), choices=(("", desk.choice("stock.choose")), *states)),
            Field("door", desk.words("docks.door"), str(one.door or NO_DOOR), doors),
            Field("reason", desk.words("stock.reason"), wide=True),
        )

        def book(answers: Answers, request: UUID) -> Booking:
            if not answers["state"]:
                raise Refusal("docks.becomes_what")
            state = State(answers["state"])
            door = UUID(answers["door"]) if answers["door"] and state in AT_A_DOOR else None
            return self._advance(one, state, request, door=door, reason=answers["reason"])

        now = desk.texts.state("dock_state", one.state)
        told = desk.words("docks.told_decide", number=one.number, state=now)
        desk.ask(Question(desk.words("docks.ask_decide", number=one.number), fields, lambda _answers: told, book))

    def _advance(
        self, one: Appointment, state: State, request: UUID, *, door: UUID | None, reason: str
    ) -> Booking:  # fmt: skip
        run = self._desk.work.run

        def work(unit: UnitOfWork) -> str:
            return planning.advance(
                unit, appointment=one.id, state=state, version=one.version, door=door, reason=reason
            )

        told = {"number": one.number, "dock_state": state.value}
        return Booking(
            request,
            lambda: run(work, request_id=request),
            lambda _number: Feedback(Level.OK, "docks.advanced", told),
            undo=lambda _number, again: run(
                lambda unit: planning.take_back(unit, appointment=one.id), request_id=again
            ),
            reason=reason,
        )

    def take_back(self, one: Appointment) -> None:
        """Take back the last step of a truck, whoever did it: it is again what it was before."""
        run = self._desk.work.run

        def work(unit: UnitOfWork) -> tuple[str, State]:
            return planning.take_back(unit, appointment=one.id, version=one.version)

        def said(answer: tuple[str, State]) -> Feedback:
            return Feedback(Level.OK, "docks.step_taken_back", {"number": answer[0], "dock_state": answer[1].value})

        self._desk.book_at_once(lambda request: Booking(request, lambda: run(work, request_id=request), said))

    def repeat(self, one: Appointment) -> None:
        """Ask on which weekdays an appointment comes again, and until when."""
        desk, seen = self._desk, self._seen()
        day = WEEKDAYS[one.starts_at.astimezone(seen.plan.zone).weekday()]
        fields = (
            Field("on", desk.words("docks.on_days"), day),
            Field("until", desk.words("docks.until_day")),
        )

        def book(answers: Answers, request: UUID) -> Booking:
            weekdays = sorted({each.weekday for each in read_hours(f"{answers['on']} 0-24")})
            until = day_of(answers["until"])
            if until is None:
                raise Refusal("docks.series", most=planning.MOST_REPEATED)

            def work(unit: UnitOfWork) -> tuple[Sequence[Booked], Sequence[tuple[date, Against]]]:
                return planning.repeat(unit, warehouse=desk.warehouse, one=one, weekdays=weekdays, until=until)

            return Booking(request, lambda: desk.work.run(work, request_id=request), _repeated)

        told = desk.words("docks.told_repeat", number=one.number)
        desk.ask(Question(desk.words("docks.ask_repeat", number=one.number), fields, lambda _answers: told, book))

    def propose(self, one: Appointment | None, paper: WaitingPaper | None) -> None:
        """Look for the earliest good time of an appointment, or of a document that waits, and offer it to be booked."""
        seen, desk = self._seen(), self._desk
        load = one.load if one else seen.load_of([paper] if paper else [])
        earliest = max(clock.now(), one.starts_at if one else seen.days[0].starts_at)
        documents = tuple(each.id for each in one.papers) if one else ((paper.id,) if paper else ())

        def work(unit: UnitOfWork) -> Proposal:
            return planning.propose_slots(
                unit, warehouse=desk.warehouse, load=load, earliest=earliest, documents=documents,
                but=one.id if one else None,
            )  # fmt: skip

        def offer(found: Proposal) -> None:
            best = found.best
            if best is None or best.starts_at is None or best.ends_at is None:
                desk.say(Feedback(Level.WARNING, "docks.no_offer", {"why": self.offers_in_words(found)}))
                return
            place = Place(best.door.id, best.starts_at, best.ends_at)
            if one is not None:
                self.move(one, place)
            else:
                self.new(place, [paper] if paper else [])
            desk.say(Feedback(Level.OK, "docks.proposed", {"why": self.offers_in_words(found)}))

        desk.start(lambda: desk.work.run(work), offer)

    def offers_in_words(self, found: Proposal) -> str:
        """For each door its earliest good time, and why not earlier."""
        parts = []
        for one in found.offers:
            at = f"{one.starts_at.astimezone(found.plan.zone):%m-%d %H:%M}" if one.starts_at else "–"
            why = " ".join(self.words_of(each) for each in one.why)
            parts.append(f"{one.door.name}: {at}{f' ({why})' if why else ''}")
        return "   ".join(parts)

    def words_of(self, one: Against) -> str:
        """One thing that speaks against a window, in words."""
        return self._desk.texts.error(f"docks.{one.problem}", one.facts)[0]

    # - inside -

    def _ask(self, title: str, draft: Draft, *, numbers: Sequence[str], timed: bool) -> None:
        fields = (*self._where(draft, timed=timed), *self._what(draft, numbers), self._reason(draft))

        def told(answers: Answers) -> str:
            return self._told(self._drafted(draft, answers))

        def book(answers: Answers, request: UUID) -> Booking:
            code = "docks.changed" if draft.id else "docks.planned"
            return self._booking(self._drafted(draft, answers), request, code, numbers=_parts(answers["documents"]))

        self._desk.ask(Question(title, fields, told, book))

    def _where(self, draft: Draft, *, timed: bool) -> tuple[Field, ...]:
        words, zone = self._desk.words, self._seen().plan.zone
        start = draft.starts_at.astimezone(zone)
        end = draft.ends_at.astimezone(zone) if draft.ends_at else None
        return (
            Field("door", words("docks.door"), str(draft.door or NO_DOOR), self._doors(draft.load)),
            Field("day", words("docks.day"), f"{start:%Y-%m-%d}"),
            Field("from", words("docks.from"), f"{start:%H:%M}" if timed else ""),
            Field("until", words("docks.until"), f"{end:%H:%M}" if end and timed else ""),
        )

    def _what(self, draft: Draft, numbers: Sequence[str]) -> tuple[Field, ...]:
        desk, load = self._desk, draft.load
        words = desk.words
        ways = tuple((one.value, desk.choice(f"dock_direction.{one}")) for one in Direction)
        vehicles = tuple((one.value, desk.texts.state("vehicle", one)) for one in Vehicle)
        cold = tuple((one, desk.texts.state("temperature_need", one or "any")) for one in TEMPERATURES)
        return (
            Field("direction", words("docks.direction"), load.direction.value, ways),
            Field("documents", words("docks.documents"), ", ".join(numbers), wide=True),
            Field("partner", words("docks.partner"), load.partner),
            Field("carrier", words("docks.carrier"), load.carrier),
            Field("vehicle", words("docks.vehicle"), load.vehicle.value, vehicles),
            Field("temperature", words("docks.temperature"), load.temperature, cold),
            Field("pallets", words("docks.pallets"), str(load.pallets or "")),
            Field("lines", words("docks.lines"), str(load.lines or "")),
            Field("plate", words("docks.plate"), draft.plate),
            Field("driver", words("docks.driver"), draft.driver),
            Field("contact", words("docks.contact"), draft.contact),
            Field("note", words("docks.note"), draft.note),
        )

    def _reason(self, draft: Draft) -> Field:
        return Field("reason", self._desk.words("docks.reason_against"), draft.reason, wide=True)

    def _doors(self, load: Load) -> tuple[tuple[str, str], ...]:
        known = [door for door in self._seen().plan.doors if door.active]
        fitting = sorted(known, key=lambda door: door.direction not in (None, load.direction))
        none = self._desk.words("docks.without_door")
        return ((NO_DOOR, none), *((str(door.id), door.name) for door in fitting))

    def _placed(self, draft: Draft, answers: Answers) -> Draft:
        """The draft at the door and time that were typed."""
        zone = self._seen().plan.zone
        day = day_of(answers["day"])
        if day is None or not answers["from"]:
            raise Refusal("docks.when")
        starts_at = moment_of(day, read_clock(answers["from"]), zone)
        ends_at = moment_of(day, read_clock(answers["until"]), zone) if answers["until"] else None
        if ends_at is not None and ends_at <= starts_at:
            ends_at = moment_of(day, read_clock(answers["until"]) + 1440, zone)
        same = draft.ends_at and (_shown(draft.starts_at, zone), _shown(draft.ends_at, zone), day) == (
            answers["from"], answers["until"], draft.starts_at.astimezone(zone).date())  # fmt: skip
        if same:  # untouched: also on a day when the clock shows an hour twice
            starts_at, ends_at = draft.starts_at, draft.ends_at
        door = UUID(answers["door"]) if answers["door"] else None
        return replace(draft, door=door, starts_at=starts_at, ends_at=ends_at, reason=answers["reason"])

    def _drafted(self, draft: Draft, answers: Answers) -> Draft:
        """The whole appointment as it was typed."""
        load = replace(
            draft.load,
            direction=Direction(answers["direction"]),
            partner=answers["partner"].upper(),
            carrier=answers["carrier"],
            vehicle=Vehicle(answers["vehicle"]),
            temperature=answers["temperature"],
            pallets=_count(answers["pallets"]),
            lines=_count(answers["lines"]),
        )
        return replace(
            self._placed(draft, answers),
            load=load,
            plate=answers["plate"],
            driver=answers["driver"],
            contact=answers["contact"],
            note=answers["note"],
        )

    def _told(self, draft: Draft) -> str:
        """What an appointment comes to: its work, and what speaks against it."""
        seen = self._seen()
        work = seen.effort(draft.load)
        facts = {"minutes": work.work_min, "people": work.people, "duration": work.duration_min}
        words = [self._desk.words("docks.told_work", **facts)]
        words += [f"✖ {self.words_of(one)}" for one in self._found(draft)]
        return "  ".join(words)

    def _found(self, draft: Draft) -> tuple[Against, ...]:
        seen = self._seen()
        ends_at = draft.ends_at or draft.starts_at + _lasting(seen, draft.load)
        return seen.against(draft.load, draft.door, draft.starts_at, ends_at, but=draft.id)

    def _booking(
        self, draft: Draft, request: UUID, code: str, *, numbers: Sequence[str] | None = None,
        before: Appointment | None = None,
    ) -> Booking:  # fmt: skip
        desk = self._desk
        run = desk.work.run

        def work(unit: UnitOfWork) -> Booked:
            wanted = draft
            if numbers is not None:
                found = planning.find_documents(unit, warehouse=desk.warehouse, numbers=numbers)
                wanted = replace(draft, documents=found)
            return planning.book(unit, warehouse=desk.warehouse, draft=wanted)

        def done(booked: Booked) -> Feedback:
            if booked.found:
                why = " ".join(self.words_of(one) for one in booked.found)
                return Feedback(Level.WARNING, f"{code}_but", {"number": booked.number, "why": why})
            return Feedback(Level.OK, code, {"number": booked.number})

        def undo(booked: Booked, again: UUID) -> object:
            if before is None:
                return run(
                    lambda unit: planning.advance(unit, appointment=booked.id, state=State.CANCELLED), request_id=again
                )
            back = replace(planning.draft_of(before), version=booked.version)
            return run(lambda unit: planning.book(unit, warehouse=desk.warehouse, draft=back), request_id=again)

        return Booking(
            request,
            lambda: run(work, request_id=request),
            done,
            undo=undo if before is not None or draft.id is None else None,
            after=lambda booked: self._show(booked.id),
            reason=draft.reason,
        )


def _shown(at: datetime, zone: tzinfo) -> str:
    """What the clock of the warehouse shows."""
    return f"{at.astimezone(zone):%H:%M}"


def _repeated(answer: tuple[Sequence[Booked], Sequence[tuple[date, Against]]]) -> Feedback:
    made, left_out = answer
    days = ", ".join(day.isoformat() for day, _ in left_out)
    if left_out:
        return Feedback(Level.WARNING, "docks.repeated_but", {"count": str(len(made)), "days": days})
    return Feedback(Level.OK, "docks.repeated", {"count": str(len(made))})


def _lasting(seen: Seen, load: Load) -> timedelta:
    """How long a truck stands at the door."""
    return timedelta(minutes=seen.effort(load).duration_min)


def _parts(typed: str) -> list[str]:
    return [part.strip() for part in typed.replace(";", ",").split(",") if part.strip()]


def _count(typed: str) -> int:
    """A whole number; nothing typed is none."""
    if not typed:
        return 0
    found = parse_quantity(typed)
    if found != int(found):
        raise Refusal("docks.value")
    return int(found)

"""The docks as rules: days of any length, hours of doors, what speaks against a window, proposals, work, lateness."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.docks import (
    FORM,
    Against,
    Appointment,
    Closure,
    Direction,
    Door,
    Limits,
    Load,
    Opening,
    Plan,
    Problem,
    Shift,
    State,
    Timing,
    Vehicle,
    Wish,
    again,
    against,
    board,
    day_of,
    days_of_series,
    effort,
    hours_of,
    learn,
    moment_of,
    must_be_overruled,
    open_on,
    propose,
    read_hours,
    read_roster,
    records,
    shift_of,
    timing_of,
    without_door,
    write_hours,
    write_roster,
)
from app.domain.errors import Refusal

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = date(2026, 11, 23)
NOW = moment_of(MONDAY, 0, BERLIN)
POLICY = FORM.default_policy()


def at(clock: str, day: date = MONDAY) -> datetime:
    hour, minute = clock.split(":")
    return moment_of(day, int(hour) * 60 + int(minute), BERLIN)


def door(name: str = "D1", **changes: object) -> Door:
    return replace(Door(UUID(int=int(name[1:])), name, f"WH001-{name}", None), **changes)  # type: ignore[arg-type]


def load(pallets: int = 10, **changes: object) -> Load:
    return replace(Load(Direction.INBOUND, pallets=pallets), **changes)  # type: ignore[arg-type]


def truck(start: str = "10:00", end: str = "11:00", **changes: object) -> Appointment:
    made = Appointment(
        id=uuid4(), version=1, number="DA-000001", load=load(), state=State.PLANNED, door=UUID(int=1),
        starts_at=at(start), ends_at=at(end), work_min=60, people=2, early_min=30, late_min=15,
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


def plan(*doors: Door, **changes: object) -> Plan:
    return replace(Plan(BERLIN, doors or (door(),)), **changes)  # type: ignore[arg-type]


def wish(start: str = "10:00", end: str = "11:00", **changes: object) -> Wish:
    return replace(Wish(load(), UUID(int=1), at(start), at(end), 60), **changes)  # type: ignore[arg-type]


def problems(of: Plan, one: Wish) -> list[Problem]:
    return [each.problem for each in against(of, one, now=NOW)]


# - time -


@pytest.mark.parametrize(
    ("day", "minutes", "clocks"),
    [
        (date(2026, 3, 29), 1380, ["01:00", "03:00", "04:00"]),
        (date(2026, 10, 25), 1500, ["01:00", "02:00", "02:00"]),
        (MONDAY, 1440, ["01:00", "02:00", "03:00"]),
    ],
)
def test_a_day_is_as_long_as_the_clock_on_the_wall_makes_it(day: date, minutes: int, clocks: list[str]) -> None:
    found = day_of(day, BERLIN)
    assert found.minutes == minutes
    assert [hour.clock for hour in found.hours[1:4]] == clocks
    assert len(found.hours) == minutes // 60
    assert [hour.again for hour in found.hours].count(True) == (minutes > 1440)
    assert found.moment(found.minute_of(found.hours[5].starts_at)) == found.hours[5].starts_at


def test_an_appointment_that_comes_again_keeps_its_time_of_the_clock_when_summer_ends() -> None:
    first = truck(starts_at=at("10:00", date(2026, 10, 22)), ends_at=at("11:30", date(2026, 10, 22)))
    days = days_of_series(date(2026, 10, 22), date(2026, 11, 5), [3])
    windows = again(first, days, plan())
    assert [start.astimezone(BERLIN).isoformat() for start, _ in windows] == [
        "2026-10-29T10:00:00+01:00",
        "2026-11-05T10:00:00+01:00",
    ]
    assert {end - start for start, end in windows} == {timedelta(minutes=90)}


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("", ""),
        ("mo-fr 6-22, 23-24; Sa 06:00-14:00", "Mo-Fr 06:00-22:00, 23:00-24:00; Sa 06:00-14:00"),
        ("Fr 22:00-06:00", "Fr 22:00-24:00; Sa 00:00-06:00"),
        ("Sa-Mo 8-12, 12-16", "Mo 08:00-16:00; Sa-Su 08:00-16:00"),
    ],
)
def test_hours_are_read_as_people_write_them(text: str, written: str) -> None:
    assert write_hours(read_hours(text)) == written


@pytest.mark.parametrize("text", ["Mo", "8-12", "Xx 8-12", "Mo 8-25", "Mo 8:75-10", "Mo 24-3"])
def test_hours_that_make_no_sense_are_refused_with_what_stands_there(text: str) -> None:
    with pytest.raises(Refusal, match="hours_unreadable"):
        read_hours(text)


@given(st.frozensets(st.tuples(st.integers(0, 6), st.integers(0, 23), st.integers(1, 24)), max_size=9))
def test_hours_that_were_written_are_read_as_the_same(given_hours: frozenset[tuple[int, int, int]]) -> None:
    text = "; ".join(
        f"{('Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa', 'Su')[day]} {first}-{last}"
        for day, first, last in given_hours
        if first < last
    )
    assert read_hours(write_hours(read_hours(text))) == read_hours(text)


def test_a_roster_comes_back_from_its_file_as_it_was_written() -> None:
    night = shift_of(day=MONDAY, times="22:00-06:00", people="", name="Night", names="Ana, Tomasz")
    assert (night.ends, night.people) == (1800, 2)
    early = shift_of(day=MONDAY, times="6-14", people="4")
    assert read_roster(write_roster([early, night])) == (early, night)
    with pytest.raises(Refusal, match="line=3"):
        read_roster("day;from;to;people\n2026-11-23;06:00;14:00;4\n2026-11-24;noon;14:00;4\n")


# - what speaks against a window -


def test_a_door_is_taken_from_the_beginning_of_a_window_to_its_end_and_not_a_minute_longer() -> None:
    known = plan(appointments=(truck(),))
    assert problems(known, wish("10:45", "11:45")) == [Problem.TAKEN]
    assert problems(known, wish("11:00", "12:00")) == []
    assert problems(known, wish("09:00", "10:00")) == []
    assert problems(known, wish(but=known.appointments[0].id)) == []
    gone = plan(appointments=(truck(state=State.NO_SHOW), truck(state=State.LEFT)))
    assert problems(gone, wish()) == []


def test_what_a_door_is_not_made_for_is_named_all_at_once() -> None:
    narrow = door(
        direction=Direction.OUTBOUND,
        vehicles=frozenset({Vehicle.VAN}),
        temperatures=frozenset({"frozen"}),
        pallets_per_hour=8,
    )
    found = against(plan(narrow), wish(load=load(temperature="chilled")), now=NOW)
    assert [one.problem for one in found] == [
        Problem.DIRECTION, Problem.VEHICLE, Problem.TEMPERATURE, Problem.TOO_SLOW,
    ]  # fmt: skip
    assert found[-1].facts == {"door": "D1", "most": "8", "minutes": "75"}
    assert must_be_overruled(found) == found


def test_a_door_is_open_over_midnight_where_its_hours_meet() -> None:
    nightly = plan(door(openings=read_hours("Mo 20-24; Tu 0-4")))
    tuesday = MONDAY + timedelta(days=1)
    assert problems(nightly, wish(starts_at=at("23:00"), ends_at=at("02:00", tuesday))) == []
    assert problems(nightly, wish(starts_at=at("23:00"), ends_at=at("04:30", tuesday))) == [Problem.HOURS]
    assert problems(nightly, wish("19:30", "21:00")) == [Problem.HOURS]
    begins = at("23:00") + timedelta(seconds=17)
    for always in (nightly, plan()):
        assert problems(always, wish(starts_at=begins, ends_at=begins + timedelta(hours=2))) == []
    assert open_on(nightly.doors[0], MONDAY, BERLIN) == ((at("20:00"), at("00:00", tuesday)),)


def test_a_door_that_is_closed_today_says_why() -> None:
    closed = plan(closures=(Closure(uuid4(), UUID(int=1), at("00:00"), at("12:00"), "Ramp is repaired"),))
    assert against(closed, wish(), now=NOW) == (Against(Problem.CLOSED, {"door": "D1", "reason": "Ramp is repaired"}),)
    assert problems(closed, wish("12:00", "13:00")) == []


def test_what_all_docks_take_in_an_hour_counts_every_door() -> None:
    others = tuple(truck(door=UUID(int=n), load=load(pallets=30)) for n in (2, 3))
    known = plan(door("D1"), door("D2"), door("D3"), appointments=others, limits=Limits(2, 65))
    found = against(known, wish("10:30", "11:30"), now=NOW)
    assert [(one.problem, one.facts["hour"]) for one in found] == [(Problem.TRUCKS_FULL, "10:00")]
    longer = truck("10:00", "12:00", door=UUID(int=2), load=load(pallets=120))
    known = replace(known, appointments=(longer,), limits=Limits(None, 65))
    assert problems(known, wish("11:00", "12:00", load=load(pallets=6))) == [Problem.PALLETS_FULL]
    assert problems(known, wish("12:00", "13:00", load=load(pallets=60))) == []


def test_missing_people_are_said_and_need_no_reason() -> None:
    staffed = plan(shifts=(Shift(MONDAY, 6 * 60, 14 * 60, people=1),), appointments=(truck(door=UUID(int=2)),))
    found = against(staffed, wish(), now=NOW)
    assert [(one.problem, one.facts) for one in found] == [
        (Problem.PEOPLE, {"minutes": "120", "rostered": "60", "hour": "10:00"})
    ]
    assert must_be_overruled(found) == ()
    assert problems(replace(staffed, shifts=()), wish()) == []
    assert problems(staffed, wish("12:00", "13:00")) == []


def test_a_window_without_a_length_and_a_door_out_of_use_are_never_good() -> None:
    assert problems(plan(), wish("10:00", "10:00")) == [Problem.NO_TIME]
    assert problems(plan(door(active=False)), wish()) == [Problem.OUT_OF_USE]
    assert problems(plan(), wish(door=UUID(int=9))) == [Problem.OUT_OF_USE]
    assert [one.problem for one in against(plan(), wish(), now=at("10:30"))] == [Problem.PAST]


# - proposals -


def test_the_earliest_good_window_is_proposed_with_what_kept_it_from_an_earlier_one() -> None:
    known = plan(
        door("D1", openings=read_hours("Mo-Su 8-18")),
        door("D2", vehicles=frozenset({Vehicle.VAN})),
        door("D3"),
        appointments=(truck("07:00", "09:10", door=UUID(int=3)), truck("08:00", "09:40")),
    )
    best, other, never = propose(known, load(), work_min=60, duration_min=45, earliest=at("07:05"), latest=at("20:00"))
    assert (best.door.name, best.starts_at, best.ends_at) == ("D3", at("09:15"), at("10:00"))
    assert [one.problem for one in best.why] == [Problem.TAKEN]
    assert (other.door.name, other.starts_at) == ("D1", at("09:45"))
    assert [one.problem for one in other.why] == [Problem.HOURS, Problem.TAKEN]
    assert (never.door.name, never.starts_at) == ("D2", None)
    assert [one.problem for one in never.why] == [Problem.VEHICLE]


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 80), st.integers(1, 12)), max_size=6), st.integers(1, 8))
def test_a_proposal_is_the_first_quarter_that_is_good_and_none_before_it_is(
    taken: list[tuple[int, int]], quarters: int
) -> None:
    """Against trying every quarter of the day."""
    start = at("00:00")
    appointments = tuple(
        truck(starts_at=start + first * timedelta(minutes=15), ends_at=start + (first + lasts) * timedelta(minutes=15))
        for first, lasts in taken
    )
    known = plan(door(openings=read_hours("Mo 5-21")), appointments=appointments)
    (offer,) = propose(known, load(), work_min=0, duration_min=15 * quarters, earliest=start, latest=at("23:45"))
    tried = [start + n * timedelta(minutes=15) for n in range(96)]
    lasts = timedelta(minutes=15 * quarters)
    good = [one for one in tried if not problems(known, wish(starts_at=one, ends_at=one + lasts, work_min=0))]
    assert offer.starts_at == next(iter(good), None)


# - work -


@pytest.mark.parametrize(
    ("wanted", "work_min", "people", "duration_min"),
    [
        (load(pallets=20, lines=10), 90, 2, 45),
        (load(pallets=0, vehicle=Vehicle.CONTAINER, lines=10, pieces=Decimal(1200)), 110, 3, 45),
        (load(pallets=2, vehicle=Vehicle.VAN), 16, 1, 30),
        (load(pallets=33, direction=Direction.OUTBOUND), 86, 2, 45),
    ],
)
def test_work_follows_from_pallets_lines_and_pieces_by_direction_and_vehicle(
    wanted: Load, work_min: int, people: int, duration_min: int
) -> None:
    found = effort(wanted, POLICY)
    assert (found.work_min, found.people, found.duration_min) == (work_min, people, duration_min)


def test_each_hour_shows_its_work_and_its_people_and_where_there_is_too_much() -> None:
    staffed = plan(
        shifts=(Shift(MONDAY, 6 * 60, 10 * 60 + 30, people=2), Shift(MONDAY - timedelta(days=1), 1320, 1800, people=1)),
        appointments=(truck("09:30", "11:30", work_min=240, load=load(pallets=12)), truck(state=State.CANCELLED)),
    )
    hours = {one.hour.clock: one for one in hours_of(staffed, day_of(MONDAY, BERLIN))}
    assert [
        (hours[at_].work_min, hours[at_].rostered_min, hours[at_].too_much) for at_ in ("09:00", "10:00", "11:00")
    ] == [
        (60, 120, False),
        (120, 60, True),
        (60, 0, True),
    ]
    assert (hours["05:00"].rostered_min, hours["06:00"].rostered_min) == (60, 120)
    assert (hours["09:00"].trucks, hours["10:00"].trucks, hours["10:00"].pallets) == (1, 0, Decimal(6))
    assert hours["10:00"].over(Limits(None, 5))
    assert not hours["10:00"].over(Limits(1, 6))
    assert hours_of(replace(staffed, shifts=()), day_of(MONDAY, BERLIN))[9].rostered_min is None


def test_rates_are_learned_from_what_finished_trucks_really_took() -> None:
    def finished(n: int) -> Appointment:
        wanted = load(pallets=5 + 3 * n, lines=2 + n % 4)
        minutes = (30 + 2 * wanted.pallets + 4 * wanted.lines) / 2
        return truck(load=wanted, started_at=at("10:00"), done_at=at("10:00") + timedelta(minutes=minutes))

    (learned,) = learn([finished(n) for n in range(12)], POLICY)
    assert (learned.direction, learned.vehicle, learned.trucks) == (Direction.INBOUND, Vehicle.TRUCK, 12)
    assert abs(learned.rates.per_pallet - 2) < Decimal("0.2")
    assert abs(learned.rates.per_line - 4) < Decimal("0.5")
    assert learned.better
    assert FORM.read({"rules": [learned.rule()]})
    assert learn([finished(n) for n in range(7)], POLICY) == ()
    assert learn([truck() for _ in range(20)], POLICY) == ()


# - trucks -


@pytest.mark.parametrize(
    ("arrived", "said"),
    [
        ("09:20", (Timing.EARLY, 40)),
        ("09:35", (Timing.ON_TIME, 25)),
        ("10:15", (Timing.ON_TIME, 15)),
        ("10:16", (Timing.LATE, 16)),
    ],
)
def test_early_and_late_are_said_against_the_tolerance(arrived: str, said: tuple[Timing, int]) -> None:
    assert timing_of(truck(arrived_at=at(arrived)), at("12:00")) == said


def test_a_truck_that_does_not_come_is_overdue() -> None:
    assert timing_of(truck(), at("10:15")) == (Timing.AWAITED, 0)
    assert timing_of(truck(), at("10:40")) == (Timing.OVERDUE, 40)


def test_the_board_shows_what_stands_at_each_door_and_what_comes_next() -> None:
    standing = truck(state=State.WORKING, arrived_at=at("10:20"), number="DA-1")
    coming = truck("11:15", "12:00", number="DA-2")
    waits = truck("09:00", "10:00", number="DA-3", state=State.ARRIVED, arrived_at=at("09:00"), door=None)
    known = plan(door("D1"), door("D2"), door("D3", active=False), appointments=(coming, standing, waits),
                 closures=(Closure(uuid4(), UUID(int=2), at("09:00"), at("12:00"), "Ice"),))  # fmt: skip
    first, second = board(known, at("11:05"))
    assert (first.now, first.next) == (standing, coming)
    assert (first.left_min, first.next_in_min, first.late_min) == (-5, 10, 20)
    assert (second.now, second.next, second.closed) == (None, None, "Ice")
    assert without_door(known) == (waits,)


def test_carriers_are_measured_by_punctuality_waiting_and_work() -> None:
    def came(carrier: str, arrived: str, **changes: object) -> Appointment:
        made = truck(
            load=load(carrier=carrier), state=State.LEFT, arrived_at=at(arrived), at_door_at=at("10:30"),
            started_at=at("10:40"), done_at=at("11:10"), left_at=at("11:20"),
        )  # fmt: skip
        return replace(made, **changes)  # type: ignore[arg-type]

    swift, slow = records(
        [
            came("Swift", "10:00"),
            came("Swift", "10:20"),
            came("Slow", "11:00", at_door_at=None, left_at=None),
            truck(load=load(carrier="Swift"), state=State.NO_SHOW),
            truck(load=load(carrier="Slow")),
        ]
    )
    assert (swift.carrier, swift.trucks, swift.on_time, swift.late, swift.no_shows) == ("Swift", 2, 1, 1, 1)
    assert (swift.waiting_min, swift.working_min, swift.turn_min) == (20, 30, 70)
    assert swift.punctual_percent == 33
    assert (slow.late, slow.waiting_min, slow.turn_min) == (1, None, None)


def test_openings_know_their_weekday() -> None:
    assert read_hours("We 8-9") == (Opening(2, 480, 540),)
    assert NOW.astimezone(UTC) == datetime(2026, 11, 22, 23, tzinfo=UTC)

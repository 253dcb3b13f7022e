"""Waves and pick lists by command, as a person types them."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pypdfium2
import zxingcpp

from app.domain.waves import Load, Shift, crews_of
from app.main.pick_shifts import load_line
from tests.dialogs.picker import draw, order
from tests.fixtures_database import warehouse as warehouse  # noqa: PLC0414  (likewise)
from tests.main.test_goods import Run
from tests.main.test_goods import run as run  # noqa: PLC0414  (the fixture)
from tests.support import Site


def test_a_wave_is_planned_released_assigned_listed_and_taken_back(warehouse: Site, run: Run) -> None:
    draw(warehouse, ("R01", 2000, 0), ("R02", 15000, 0), ("R03", 2000, 5000))
    warehouse.put("WIDGET", "R01", 20)
    warehouse.put("GADGET", "R03", 20)
    single, *several = (
        order(warehouse, ("WIDGET", 1)),
        order(warehouse, ("WIDGET", 2), ("GADGET", 1)),
        order(warehouse, ("WIDGET", 1), ("GADGET", 2)),
    )
    missing = order(warehouse, ("OIL", 1), ("DRILL", 1))
    foretold = run("wave", "plan", "--people", "2")
    assert sorted(walk["orders"] for walk in foretold["walks"]) == sorted([[single], several])
    assert {(one["order"], one["why"]) for one in foretold["left_out"]} == {(missing, "not_reserved")}
    assert run("wave", "list")["waves"] == []
    made = run("wave", "release", "--order", several[0], "--order", several[1], "--planned")
    (walk,) = made["walks"]
    assert run("wave", "release", "--order", single)["walks"]
    again = run("wave", "release", code=1)
    assert again["wave"] is None
    gone = run("wave", "plan", "--order", single.lower())
    assert [(one["order"], one["why"]) for one in gone["left_out"]] == [(single, "not_waiting")]
    assert [(one["wave"], one["decision"]) for one in run("wave", "list")["waves"]][-1] == (made["wave"], "draft")
    run("wave", "release", made["wave"])
    run("wave", "assign", walk, "Operator2")
    (shown,) = run("wave", "show", made["wave"])["walks"]
    assert (shown["orders"], shown["picks"], shown["assigned"]) == (several, 4, "Operator2")
    assert int(shown["metres"]) > 0
    assert run("wave", "show", walk.lower())["walks"] == [shown], "a walk is looked up by its own number"
    assert run("wave", "assign", walk, "Nobody", code=1)["error"] == "waves.unknown_person"
    run("wave", "cancel", made["wave"])
    assert run("wave", "show", made["wave"])["walks"][0]["decision"] == "cancelled"
    assert [one["orders"] for one in run("wave", "plan")["walks"]] == [several]
    planned = run("wave", "release", "--order", several[0], "--planned")
    run("order", "cancel", several[0], "--reason", "ORDERED_TWICE")
    ended = {one["wave"]: one["decision"] for one in run("wave", "list")["waves"]}
    assert ended[planned["wave"]] == "cancelled", "nothing of it was picked"
    assert run("wave", "cancel", "WAVE-9", code=1)["error"] == "waves.unknown"
    assert warehouse.prove() == []


def test_people_of_the_shifts_walk_in_their_zones_and_nobody_walks_after_they_went_home(
    warehouse: Site, run: Run
) -> None:
    draw(warehouse, ("R01", 2000, 0), ("R02", 15000, 0))
    warehouse.put("WIDGET", "R01", 20)
    wanted = order(warehouse, ("WIDGET", 2))
    assert run("wave", "shifts")["shifts"] == []
    run("wave", "shifts", "--add", "mon-sun@00:00-00:00", "--people", "3", "--zone", "wh001-sto", "--name", "All day")
    assert len(run("wave", "shifts")["shifts"]) == 7
    plan = run("wave", "plan")
    assert [(walk["shift"], walk["person"]) for walk in plan["walks"]] == [("All day · STO", 1)]
    [walks] = [one for one in plan["shifts"] if one["walks"]]  # late in the evening those of tomorrow
    assert (walks["people"], walks["before_minutes"], walks["walks"], walks["enough_people"]) == (3, "0", 1, 1)
    assert 0 < Decimal(walks["minutes"]) <= 3 * 24 * 60
    released = run("wave", "release")["wave"]
    order(warehouse, ("WIDGET", 1))
    assert sum(Decimal(one["before_minutes"]) for one in run("wave", "plan")["shifts"]) > 0
    run("wave", "cancel", released)
    run("wave", "shifts", "--clear", "--add", "2020-01-01@06:00-14:00", "--name", "Long ago")
    nobody = run("wave", "plan")
    assert nobody["walks"] == []
    assert (wanted, "no_people") in {(one["order"], one["why"]) for one in nobody["left_out"]}
    assert run("wave", "plan", "--people", "1")["walks"]
    assert run("wave", "shifts", "--add", "mon@06:00-14:00", "--zone", "MOON", code=1)["error"] == "waves.unknown_zone"
    assert run("wave", "shifts", "--add", "mon@06:00-14:00", "--people", "-1", code=1)["error"] == "waves.bad_shift"
    assert [one["shift"] for one in run("wave", "shifts")["shifts"]] == ["Long ago"], "a refusal changes nothing"


def test_a_list_is_printed_with_a_code_that_scanners_read(warehouse: Site, run: Run, tmp_path: Path) -> None:
    warehouse.put("WIDGET", "R01", 20)
    warehouse.put("GADGET", "R03", 20)
    number = order(warehouse, ("WIDGET", 2), ("GADGET", 1))
    file = tmp_path / "list.pdf"
    assert run("pick", "list", number, "--pdf", str(tmp_path / "none" / "list.pdf"), code=3)["error"]
    assert run("wave", "list")["waves"] == [], "without a paper nothing is picked by paper"
    made = run("pick", "list", number, "--pdf", str(file))
    assert made["lines"] == 2
    page = pypdfium2.PdfDocument(file)[0]
    text = page.get_textpage().get_text_range()
    assert all(word in text for word in ("Pick list", "WH001-STO-R01", "WIDGET", "2 each", number))
    read = zxingcpp.read_barcodes(page.render(scale=3).to_pil())
    assert [one.text for one in read] == [made["walk"]]
    assert run("wave", "plan")["walks"] == []
    run("pick", "list", made["walk"], "--give-up")
    assert run("pick", "list", made["walk"], "--pdf", str(file))["walk"] == made["walk"]


def test_carts_are_added_changed_and_labelled(warehouse: Site, run: Run, tmp_path: Path) -> None:
    run("wave", "carts", "--save", "cart-7", "--slots", "6", "--litres", "120.5", "--name", "Six totes")
    sheet = tmp_path / "carts.pdf"
    (cart,) = run("wave", "carts", "--pdf", str(sheet))["carts"]
    assert (cart["number"], cart["slots"], cart["active"]) == ("CART-7", 6, True)
    page = pypdfium2.PdfDocument(sheet)[0].render(scale=300 / 72).to_pil()
    assert [code.text for code in zxingcpp.read_barcodes(page)] == ["CART-7"]
    assert run("wave", "carts", "--save", "7", code=1)["error"] == "carts.wrong"
    assert run("wave", "carts", "--save", "T-7", code=1)["error"] == "carts.wrong", "totes are called so"


def test_a_shift_is_told_by_the_clock_on_the_warehouses_wall() -> None:
    tokyo = ZoneInfo("Asia/Tokyo")
    now = datetime(2026, 11, 23, 1, tzinfo=UTC)
    (crew,) = crews_of([Shift(time(9), time(17), 2, "Day", day=date(2026, 11, 23))], now, tokyo)
    assert (crew.starts, crew.here(crew.starts).hour) == (datetime(2026, 11, 23, tzinfo=UTC), 9)
    load = Load(crew, Decimal(420), Decimal(0), Decimal(30), 1, 1)
    assert load_line(load).startswith("Day, 2026-11-23 09:00-17:00: 2 people")

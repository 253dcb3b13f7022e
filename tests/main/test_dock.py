"""The docks by command: doors, rosters, appointments, the gate, the record of carriers."""

from pathlib import Path

from tests.main.test_goods import Run, run  # noqa: F401  (pytest finds the fixture by its name here)
from tests.main.test_goods import warehouse as warehouse  # noqa: PLC0414  (likewise)
from tests.support import Site


def test_doors_appointments_and_the_gate_are_worked_by_command(warehouse: Site, run: Run, tmp_path: Path) -> None:  # noqa: F811
    assert run("dock", "doors")["docks"] == ["DOCK1", "DOCK2"]
    made = run("dock", "door", "dock1", "--hours", "Mo-Su 06:00-22:00", "--vehicles", "truck,trailer",
               "--pallets-per-hour", "30", "--direction", "inbound")  # fmt: skip
    assert (made["hours"], made["vehicles"], made["pallets_per_hour"]) == (
        "Mo-Su 06:00-22:00",
        ["trailer", "truck"],
        30,
    )
    run("dock", "door", "DOCK2")
    assert run("dock", "limits", "--trucks", "4") == {"trucks_per_hour": 4, "pallets_per_hour": None}
    run("dock", "roster", "--day", "2030-01-07", "--set", "06:00-14:00", "--names", "Ana, Tomasz")
    file = tmp_path / "roster.csv"
    run("dock", "roster", "--day", "2030-01-07", "--out", str(file))
    assert run("dock", "roster", "--day", "2030-01-07", "--file", str(file))["shifts"][0]["people"] == 2
    warehouse.document("purchase_order", ("WIDGET", 30))
    assert [one["number"] for one in run("dock", "waiting")["documents"]] == ["PO-000001"]
    offers = run("dock", "propose", "--vehicle", "van", "--earliest", "2030-01-07T05:00")["offers"]
    assert [(one["door"], one["starts_at"]) for one in offers] == [
        ("DOCK2", "2030-01-07T06:00:00+00:00"), ("DOCK1", None),
    ]  # fmt: skip
    assert offers[1]["not_earlier"] == [{"problem": "vehicle", "door": "DOCK1", "vehicle": "van"}]
    first = run("dock", "book", "--at", "2030-01-07T10:00", "--door", "DOCK1", "--carrier", "Swift",
                "--document", "PO-000001", "--plate", "B XY 12")  # fmt: skip
    assert (first["number"], first["noted"]) == ("DA-000001", [])
    clash = run("dock", "book", "--at", "2030-01-07T10:00", "--door", "DOCK1", code=1)
    assert (clash["error"], clash["facts"]["number"]) == ("docks.taken", "DA-000001")
    run("dock", "move", "b-xy-12", "--at", "2030-01-07T11:00")
    assert len(run("dock", "repeat", "DA-000001", "--on", "Mo", "--until", "2030-01-28")["made"]) == 3
    (listed,) = run("dock", "appointments", "--day", "2030-01-07")["appointments"]
    assert (listed["door"], listed["state"], listed["starts_at"]) == ("DOCK1", "planned", "2030-01-07T11:00:00+00:00")
    closed = run("dock", "close", "DOCK1", "--from", "2030-01-07", "--until", "2030-01-14", "--reason", "Ice")
    assert closed["planned"] == ["DA-000001", "DA-000002"]
    came = run("dock", "check-in", "PO-000001")
    assert (came["state"], came["timing"], came["free_doors"]) == ("arrived", "early", ["DOCK1", "DOCK2"])
    run("dock", "to-door", "DA-000001")
    assert [one["now"] for one in run("dock", "board")["doors"]] == ["DA-000001", None]
    run("dock", "start", "DA-000001")
    run("dock", "done", "DA-000001")
    assert run("dock", "check-out", "DA-000001", code=1)["error"] == "docks.receipt_open"
    run("dock", "check-out", "DA-000001", "--reason", "Counted later")
    assert run("dock", "take-back", "DA-000001")["state"] == "done"
    run("dock", "check-out", "DA-000001", "--reason", "Counted later")
    (found,) = run("dock", "find", "swift po-000001")["appointments"]
    assert (found["number"], found["state"]) == ("DA-000001", "left")
    warehouse.document("order", ("WIDGET", 3))
    assert [one["lines"] for one in run("dock", "waiting", "--outbound")["documents"]] == [1]
    assert run("dock", "check-in", "M 1", "--unplanned", "--vehicle", "van")["free_doors"] == ["DOCK2"]
    (carrier,) = run("report", "docks", "--first", "2030-01-07", "--last", "2030-01-07")["carriers"]
    assert (carrier["carrier"], carrier["trucks"], carrier["early"]) == ("Swift", 1, 1)
    out = tmp_path / "carriers.csv"
    run("report", "docks", "--first", "2030-01-07", "--last", "2030-01-07", "--out", str(out))
    assert "Swift" in out.read_text(encoding="utf-8-sig")
    assert run("dock", "rates", "--adopt", code=1)["error"] == "docks.nothing_learned"
    assert [one["what"] for one in run("dock", "history", "DA-000002")["history"]] == ["planned"]

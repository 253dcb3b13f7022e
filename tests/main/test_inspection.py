"""The quality check by command: plans, what waits, the decision, what suppliers sent."""

from tests.main.test_goods import Run, run  # noqa: F401  (pytest finds the fixture by its name here)
from tests.main.test_goods import warehouse as warehouse  # noqa: PLC0414  (likewise)
from tests.services.test_quality import receive, rule
from tests.support import Site


def test_lots_are_listed_shown_and_decided(warehouse: Site, run: Run) -> None:  # noqa: F811
    assert run("inspect", "plan", "500", "--aql", "1.0") == {"letter": "H", "size": 50, "accept": 1, "reject": 2}
    assert run("inspect", "plan", "500", "--aql", "1.1", code=1)["error"] == "quality.unknown_aql"
    assert run("inspect", "list")["inspections"] == []
    rule(warehouse, method="sample", aql="1.0")
    receive(warehouse, "WIDGET", 500)
    (one,) = run("inspect", "list")["inspections"]
    number = one["number"]
    assert run("inspect", "decide", number, "reject", "--note", "wet")["parts"] == [
        {"disposition": "reject", "qty": "500.000000"}
    ]
    assert run("inspect", "decide", number, "accept", code=1)["error"] == "quality.decided"
    shown = run("inspect", "show", number)
    assert (shown["state"], shown["note"], shown["pieces"]) == ("decided", "wet", [])
    assert run("inspect", "show", "QC-77", code=1)["error"] == "quality.unknown"
    (record,) = run("report", "quality", "--warehouse", "WH001")["suppliers"]
    assert (record["partner"], record["failed"], record["next"]) == ("ACME", 1, "normal")

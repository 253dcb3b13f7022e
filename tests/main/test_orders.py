"""`order`: what the order desk does, for scripts and for people without a screen."""

from pathlib import Path

import pytest

from app.main import main
from tests.fixtures_database import warehouse as warehouse  # noqa: PLC0414  (the fixture)
from tests.main.commands import Run
from tests.main.commands import run as run  # noqa: PLC0414  (the fixture)
from tests.support import Site

ADDRESS = ("--to-name", "Ada", "--to-line-1", "High Street 1", "--to-postal-code", "10115", "--to-city", "Berlin",
           "--to-country", "DE")  # fmt: skip


def test_an_order_is_made_changed_held_explained_and_cancelled(warehouse: Site, run: Run) -> None:
    warehouse.put("WIDGET", "R01", 20)
    made = run(
        "order",
        "new",
        "SHOPPER",
        "--line",
        "WIDGET=1 case@4.50",
        "--ship-by",
        "2031-03-03",
        "--gift-note",
        "Hi",
        *ADDRESS,
    )
    number = made["order"]
    assert made["decision"] == "draft"
    assert run("order", "release", number)["orders"][0]["done"] is True
    (why,) = run("order", "explain", number, "1")["decisions"]
    assert why["chosen"] == ["WH001-STO-R01"]
    tried = run("order", "change", number, "--cancel-line", "1", "--add", "GADGET=2", "--try")
    assert (tried["done"], tried["lines"][0]["freed"], tried["added"]) == (False, "12.000000", [2])
    done = run("order", "change", number, "--add", "GADGET=2", "--priority", "7", "--reason", "forgotten")
    assert (done["head"], done["added"]) == ({"priority": [0, 7]}, [2])
    assert run("order", "hold", number, "--because", "address", "--note", "no such street")["orders"][0]["done"] is True
    assert run("order", "release", number, code=1)["error"] == "orders.on_hold"
    kinds = [one["kind"] for one in run("order", "exceptions")["exceptions"]]
    assert kinds == ["held"]
    run("order", "lift", number)
    assert [one["kind"] for one in run("order", "exceptions")["exceptions"]] == ["short"]
    shown = run("order", "show", number)
    assert (shown["stage"], shown["head"]["gift_note"], len(shown["lines"])) == ("partly_allocated", "Hi", 2)
    copy = run("order", "copy", number)["order"]
    ended = run("order", "cancel", number, "--reason", "ORDERED_TWICE")
    assert (ended["decision"], ended["freed"]) == ("cancelled", 1)
    assert [one["number"] for one in run("order", "list")["orders"]] == [copy]
    assert run("order", "change", number, "--priority", "1", code=1)["error"] == "orders.ended"


def test_several_orders_are_decided_on_one_by_one_and_wrong_words_are_refused(warehouse: Site, run: Run) -> None:
    number = run("order", "new", "SHOPPER", "--line", "WIDGET=1", "--release", *ADDRESS)["order"]
    results = run("order", "hold", number, "NO-SUCH", code=1)["orders"]
    assert [one["done"] for one in results] == [True, False]
    assert run("order", "new", "SHOPPER", "--line", "WIDGET=1", "--release", code=1)["error"] == "address.field_missing"
    assert run("order", "new", "NOBODY", "--line", "WIDGET=1", code=1)["error"] == "partner.unknown"
    assert run("order", "explain", number, "9", code=1)["error"] == "orders.unknown_line"
    assert run("order", "backorders")["backorders"] == []


def test_wishes_another_customer_and_the_rules_of_priority_by_command(warehouse: Site, run: Run) -> None:
    number = run("order", "new", "SHOPPER", "--line", "milk=2", "--lot", "1=L1", "--keeps", "1=20")["order"]
    with warehouse.desk.transaction() as session:
        session.change("INSERT INTO partner (code, name, kinds) VALUES ('OTHER', 'Other Ltd', '{customer}')")
    run("order", "change", number, "--customer", "other ltd", "--lot", "1=", "--service", "EXPRESS")
    shown = run("order", "show", number)
    assert (shown["row"]["customer"], shown["row"]["priority"]) == ("Other Ltd", 5)
    assert (shown["lines"][0]["lot"], shown["lines"][0]["minimum_days"]) == ("", 20)
    assert run("order", "new", "SHOPPER", "--line", "i=2", code=1)["error"] == "item.unknown"
    with warehouse.superuser() as connection:
        connection.execute("UPDATE stockhand.customer_order SET priority = 1")
    tried = run("order", "priorities")["orders"]
    assert [(one["order"], one["before"], one["after"], one["rule"]) for one in tried] == [
        (number, 1, 5, "order_priority.express")
    ]
    run("order", "priorities", "--apply")
    assert run("order", "priorities")["orders"] == []


def test_it_is_said_when_carriers_leave(warehouse: Site, run: Run) -> None:
    run("order", "cut-offs", "--add", "mon-sun@23:59", "--carrier", "house", "--closed", "2031-12-25")
    known = run("order", "cut-offs")
    assert ([one["weekday"] for one in known["cut_offs"]], known["closed"]) == (
        [1, 2, 3, 4, 5, 6, 7],
        [{"day": "2031-12-25", "name": ""}],
    )
    made = run("order", "new", "SHOPPER", "--line", "WIDGET=1", "--ship-by", "2031-12-25", "--release", *ADDRESS)
    assert made["cut_off"].startswith("2031-12-24 23:59"), "the last day before the one that is closed"
    run("order", "cut-offs", "--clear", "--add", "fri-mon@16:00")
    assert [one["weekday"] for one in run("order", "cut-offs")["cut_offs"]] == [1, 5, 6, 7], "over the weekend"
    assert run("order", "cut-offs", "--clear")["cut_offs"] == []


def test_what_a_person_reads_of_an_order_is_in_words(
    warehouse: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    warehouse.put("MILK", "R01", 5, trace=warehouse.trace("MILK", lot="L1", expiry="2020-01-01"))

    def read(*words: str, code: int = 0) -> str:
        url = warehouse.template.login("desk", warehouse.url)
        capsys.readouterr()
        assert main(["--home", str(tmp_path), "--database-url", url, "order", *words]) == code
        return capsys.readouterr().out

    made = read("new", "SHOPPER", "--number", "SO-W", "--line", "MILK=3", "--lot", "1=L1", "--release", *ADDRESS)
    assert "SO-W is released, priority 0; missing: 3 each MILK." in made
    with pytest.raises(SystemExit):
        read("new", "SHOPPER", "--line", "MILK=3", "--lot", "2=L1", *ADDRESS)
    assert "there is no line 2" in capsys.readouterr().err, "a wish is never lost in silence"
    assert "only lot L1" in read("show", "SO-W")
    why = read("explain", "SO-W", "1")
    assert "no  WH001-STO-R01 L1: The goods must keep long enough for the customer (free quantity: 5, " in why
    assert "expiry date: 2020-01-01" in why
    assert not any(code in why for code in ("short_of_life", "True", "False", "5.000000"))
    changed = read("change", "SO-W", "--to-city", "Bremen", "--priority", "3")
    assert "address: " in changed
    assert "Bremen" in changed
    assert "line_1" not in changed
    assert "complete only: no → yes" in read("change", "SO-W", "--complete")
    assert "Nothing of SO-W changes" in read("change", "SO-W")
    read("change", "SO-W", "--add", "WIDGET=1", "--cancel-line", "1")
    assert "not wanted any more" in read("show", "SO-W")
    assert "SO-W: stands still" in read("hold", "SO-W", "--because", "credit")

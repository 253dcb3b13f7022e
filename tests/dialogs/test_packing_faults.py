"""What goes wrong at a packing bench, each by its name: nothing is lost, nothing is doubled, and the words help.

Others stand beside what they break: orders stopped or changed and two benches on one order in test_orders_stopped, the
label that was bought by a program that died and the carrier that is late or silent in tests/worker, the dead scale in
test_packing_weight, doubtful and used labels in test_packing_labels.
"""

import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import pytest

from app.database.session import Database
from app.dialogs.dialog import Level, Prompt
from app.dialogs.journal import Journal
from app.dialogs.lane import Lane
from app.dialogs.packing import PACKING
from app.dialogs.runner import Runner
from app.domain.errors import Refusal
from app.domain.order_desk import OrderHead
from app.domain.partners import Address
from app.domain.printing import PrintState
from app.services import order_desk, printing
from app.services.changes import Changes
from app.services.order_desk import LineChange
from app.services.work import Worker
from app.texts import Texts
from tests.dialogs.bench import TARE, Bench, labelled, news_of_print, packed_and_closed, put_on_scale
from tests.dialogs.conversation import Conversation
from tests.support import Site

_PATIENCE_S = 30
_NOBODY_LISTENS = "postgresql://nobody:x@127.0.0.1:1/nothing"
NEW_HOME = Address("Ada", "Low Street 9", "", "80331", "Munich", "", "DE")


class Station:
    """A bench with its lane, on a database that can be taken away."""

    def __init__(self, site: Site, folder: Path) -> None:
        self.away, self.site = False, site
        signed_on = site.station("bench1", "OPERATOR1")
        self.database = Database(
            lambda: _NOBODY_LISTENS if self.away else site.template.login("st_bench1", site.url), application="packer"
        )
        self.database.token = signed_on.token
        self.prompts: list[Prompt] = []
        self._more = threading.Condition()
        worker = Worker(self.database, Changes())
        runner = Runner(worker, PACKING, warehouse=site.warehouse, station="bench1")
        self.lane = Lane(worker, runner, Journal(folder / "bench1.jsonl"), show=self._show)
        self.lane.start()

    def _show(self, prompt: Prompt) -> None:
        with self._more:
            self.prompts.append(prompt)
            self._more.notify_all()

    def hear(self, code: str) -> Prompt:
        """Wait until the feedback band says `code`, and forget what was shown before."""

        def said(prompt: Prompt) -> bool:
            return prompt.feedback is not None and prompt.feedback.code == code

        with self._more:
            assert self._more.wait_for(lambda: any(map(said, self.prompts)), _PATIENCE_S), self.prompts[-1:]
            found = next(prompt for prompt in reversed(self.prompts) if said(prompt))
            self.prompts.clear()
            return found

    @contextmanager
    def without_database(self) -> Iterator[None]:
        """No connection lives on, and none can be made."""
        self.away = True
        with self.site.superuser() as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'packer%'"
            )
        yield
        self.away = False


@pytest.fixture
def station(bench: Bench, tmp_path: Path) -> Iterator[Station]:
    made = Station(bench.site, tmp_path)
    yield made
    made.lane.stop()
    made.database.close()


def test_the_database_is_away_for_a_while_in_the_middle_of_a_carton(bench: Bench, station: Station) -> None:
    _, tote = bench.picked(("WIDGET", 3))
    station.lane.scan(tote)
    station.hear("packing.order_opened")
    station.lane.scan("WIDGET")
    station.hear("packing.packed")
    with station.without_database():
        station.lane.scan("WIDGET")
        station.hear("database.lost")
        station.lane.scan("WIDGET")
    back = station.hear("dialog.recovered")
    assert back.count is not None
    assert (back.count.done, back.count.total) == ("1", "3"), "the bench is where it was"
    for done in ("2", "3"):
        station.lane.scan("WIDGET")
        packed = station.hear("packing.packed")
        assert packed.count is not None
        assert packed.count.done == done
    with bench.site.superuser() as connection:
        scans = connection.execute("SELECT verdict FROM scan_event WHERE raw = 'WIDGET'").fetchall()
    kept = sorted(verdict for (verdict,) in scans)
    assert kept == ["not_used", "not_used", "used", "used", "used"], "each scan is kept, and used once"
    assert bench.site.stock("WIDGET", "STAGE1") == (3, 3)
    assert bench.site.prove() == []


def test_a_reprint_from_the_journal_never_repeats_an_address_that_was_changed(
    bench: Bench, packer: Conversation
) -> None:
    number = labelled(bench, packer)
    desk = Worker(bench.site.desk, Changes())
    first = bench.jobs()[1]["id"]
    again = desk.run(lambda unit: printing.reprint(unit, first, reason="UNREADABLE"))
    bench.print_all()
    desk.run(lambda unit: order_desk.change(unit, number, head=OrderHead(ship_to=NEW_HOME), keep_labels=True))
    with pytest.raises(Refusal) as refused:
        desk.run(lambda unit: printing.reprint(unit, again, reason="UNREADABLE"))
    assert (refused.value.code, refused.value.facts["document"]) == ("printing.order_changed", number)
    assert "packing bench" in Texts.load().error(refused.value.code, refused.value.facts)[1]


def test_a_reprint_at_the_bench_tells_the_new_address_to_whoever_carries_too(
    bench: Bench, packer: Conversation
) -> None:
    number = packed_and_closed(bench, packer)
    bench.print_all()
    desk = Worker(bench.site.desk, Changes())
    desk.run(lambda unit: order_desk.change(unit, number, head=OrderHead(ship_to=NEW_HOME)))
    packer.scan(bench.parcels(number)[0]["tracking"])
    assert packer.said == "packing.label_void"
    for _label in range(2):
        packer.key("REPRINT")
        packer.key("UNREADABLE")
        bench.print_all()
        news_of_print(packer)
    bought = bench.row("SELECT content, tracking FROM purchase WHERE state = 'bought'")
    assert bought["content"]["receiver"]["line_1"] == "Low Street 9"
    packer.scan(bought["tracking"])
    assert packer.said == "packing.order_packed"


def test_a_printer_that_prints_half_leaves_a_label_that_is_asked_for_and_never_taken_for_whole(
    bench: Bench, packer: Conversation
) -> None:
    number = packed_and_closed(bench, packer)
    carton, shipping = bench.jobs()
    bench.print_label(carton["id"])
    bench.print_label(shipping["id"], PrintState.PARTIAL)
    news_of_print(packer)
    assert packer.prompt.instruction == "packing.is_it_there"
    assert [choice.value for choice in packer.prompt.choices] == ["REPRINT", "VOID"]
    packer.scan(bench.parcels(number)[0]["sscc"])
    assert packer.level is Level.WARNING, "the whole label is no proof of the half one"
    packer.key("REPRINT")
    packer.key("PAPER_OUT")
    bench.print_all()
    news_of_print(packer)
    packer.scan(shipping["label_uid"])
    assert packer.said == "packing.label_void", "the half label is dead"
    packer.scan(bench.parcels(number)[0]["tracking"])
    assert packer.said == "packing.order_packed"


def test_an_item_from_another_tote_is_refused_and_stays_where_it_is(bench: Bench, packer: Conversation) -> None:
    _, lines = bench.order(("DRILL", 1))
    _, others = bench.order(("DRILL", 1))
    (name, tote), (_, other) = bench.tote(), bench.tote()
    bench.pick(tote, lines[0], "DRILL", 1, serial="OURS")
    bench.pick(other, others[0], "DRILL", 1, serial="THEIRS")
    packer.scan(name)
    packer.scan("010401234567892521THEIRS", "gs1-128")
    assert (packer.level, packer.said) == (Level.ERROR, "packing.not_in_tote")
    told = packer.prompt.feedback
    assert told is not None
    assert "THEIRS" in " ".join(Texts.load().error(told.code, told.facts))
    assert bench.site.stock("DRILL", "TOTE") == (2, 2)
    packer.scan("010401234567892521OURS", "gs1-128")
    assert packer.said == "packing.packed"
    assert bench.site.prove() == []


@pytest.mark.parametrize("left", ["surplus", "another order"])
def test_a_tote_that_is_not_empty_at_the_end_is_named_with_what_is_in_it(
    bench: Bench, packer: Conversation, left: str
) -> None:
    number, lines = bench.order(("WIDGET", 2))
    name, tote = bench.tote()
    bench.pick(tote, lines[0], "WIDGET", 2)
    other = ""
    if left == "surplus":
        desk = Worker(bench.site.desk, Changes())
        desk.run(lambda unit: order_desk.change(unit, number, lines=[LineChange(1, "1")]))
    else:
        other, theirs = bench.order(("GADGET", 1))
        bench.pick(tote, theirs[0], "GADGET", 1)
    packer.scan(name if left == "surplus" else number)
    packer.scan("WIDGET")
    if left != "surplus":
        packer.scan("WIDGET")
    packer.key("CLOSE_BOX")
    put_on_scale(packer, TARE + (Decimal("0.5") if left == "surplus" else 1))
    bench.print_all()
    news_of_print(packer)
    packer.scan(bench.parcels(number)[0]["tracking"])
    expected = "packing.tote_not_empty" if left == "surplus" else "packing.tote_of_others"
    assert (packer.level, packer.said) == (Level.WARNING, expected)
    told = packer.prompt.feedback
    assert told is not None
    assert (told.facts["totes"], told.facts["others"]) == (name, other)
    assert packer.runner.round_trips <= 5


def test_a_scan_that_is_repeated_after_a_lost_answer_takes_a_unit_out_once(bench: Bench, packer: Conversation) -> None:
    _, tote = bench.picked(("WIDGET", 2))
    packer.scan(tote)
    packer.scan("WIDGET")
    packer.scan("WIDGET")
    packer.key("TAKE_OUT")
    event = uuid.uuid4()
    first = packer.scan("WIDGET", event=event)
    assert packer.scan("WIDGET", event=event) == first
    assert bench.site.stock("WIDGET", "TOTE") == (1, 1)
    assert bench.site.prove() == []

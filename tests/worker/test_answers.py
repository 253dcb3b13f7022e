"""What carriers answer by file: numbers, trucks and voids; late, twice, never, about nothing, and nonsense."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.dialogs.shipping import SHIPPING
from app.domain.errors import Refusal
from app.services import clock
from app.services.carriers import buying, requests
from app.services.carriers.requests import Request, Truck
from app.services.shipping import tracking
from app.texts import Texts
from app.worker.answers import AnswerFiles
from tests.dialogs.bench import news_of_print
from tests.dialogs.conversation import Conversation
from tests.worker.carrying import Depot

Answering = Callable[[str, str | bytes], None]
_ANSWERS: dict[str, Any] = {"numbers": "answer", "wait_minutes": 60, "confirms": True, "number_form": "X#*"}
_VOIDS = [{"heading": "no", "source": "request"}, {"heading": "barcode", "source": "tracking"}]
_TRUCKS = [{"heading": "no", "source": "request"}, {"heading": "n", "source": "cartons"}]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the carrier puts its answers."""
    made = tmp_path / "answers"
    made.mkdir()
    return made


@pytest.fixture
def answering(depot: Depot, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Answering:
    """Puts a file into the folder of answers, and has it read when it is whole."""
    texts = Texts.load()

    def put(name: str, content: str | bytes) -> None:
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
        reader, moments = AnswerFiles(depot.worker, texts), iter((100.0, 101.0))
        monkeypatch.setattr("app.services.clock.monotonic_s", lambda: next(moments))
        reader.work()
        reader.work()
        monkeypatch.undo()

    return put


def open_requests(depot: Depot) -> list[Request]:
    found = depot.desk.run(lambda unit: requests.requests(unit, depot.bench.site.warehouse))
    return [one for one in reversed(found) if one.state != "DONE"]


def pass_over(depot: Depot) -> None:
    """The time for every answer is over."""
    with depot.bench.site.superuser() as connection:
        connection.execute(
            "UPDATE stockhand.purchase SET answer_by = now() - interval '1 minute' WHERE state = 'asked'"
        )
        connection.execute("UPDATE stockhand.outbox SET answer_by = now() - interval '1 minute' WHERE state = 'ASKED'")
        connection.commit()
    depot.work()


def number_of(depot: Depot, number: str) -> object:
    return depot.bench.parcels(number)[0]["tracking"]


def test_a_number_that_comes_late_counts_and_what_fits_nothing_is_said_beside_the_file_and_on_the_desk(
    depot: Depot, packer: Conversation, folder: Path, answering: Answering
) -> None:
    depot.set_up(answers=str(folder), **_ANSWERS)
    number = depot.close(packer)
    depot.work()
    assert depot.trail() == ["wanted", "asked"]
    pass_over(depot)
    assert (depot.purchases()[0]["state"], depot.purchases()[0]["fault"]) == ("unknown", "carriers.no_answer")
    answering("wrong.csv", "reference;tracking\nSHL000000001;28195\n")
    assert number_of(depot, number) is None, "a postal code is no number of this carrier"
    answering("late.csv", "reference;tracking;fault\nSHL000000001;X1A;\nSHL9;X2B;\nSHL000000001;X3C;\nSHL000000001;;\n")
    assert number_of(depot, number) == "X1A"
    said = (folder / "done" / "late.csv.txt").read_text(encoding="utf-8")
    assert said.startswith("3: Nothing was asked under SHL9.")
    assert "4: The answer to SHL000000001 came when it was settled already: X3C" in said
    assert "5: The line about SHL000000001 has neither a number nor a fault." in said
    answering("twice.csv", "reference;tracking\nSHL000000001;X1A\n")
    assert not (folder / "done" / "twice.csv.txt").exists(), "the same answer again changes nothing"
    answering("garbage.csv", b"\xff\xfe\x00 no text")
    assert (folder / "refused" / "garbage.csv.txt").read_text(encoding="utf-8").startswith("The answer of Swift")
    seen = [(one.about, one.content["line"], one.fault) for one in open_requests(depot)]
    assert seen == [
        ("wrong.csv", 2, "carriers.wrong_number"), ("late.csv", 3, "carriers.unknown_reference"),
        ("late.csv", 4, "carriers.answer_too_late"), ("late.csv", 5, "carriers.no_tracking"),
        ("garbage.csv", 0, "carriers.unreadable_answer"),
    ]  # fmt: skip
    notice = open_requests(depot)[0]
    depot.desk.run(lambda unit: requests.settle(unit, notice, done=True, words=""))
    assert len(open_requests(depot)) == 4


def test_a_number_that_another_carton_has_is_refused_and_that_carton_keeps_it(
    depot: Depot, packer: Conversation, folder: Path, answering: Answering
) -> None:
    depot.set_up(answers=str(folder), **_ANSWERS)
    first = depot.close(packer)
    depot.work()
    answering("one.csv", "reference;tracking\nSHL000000001;X1A\n")
    depot.bench.print_all()
    packer.scan("X1A")
    second = depot.close(packer)
    depot.work()
    answering("two.csv", "reference;tracking\nSHL000000002;X1A\n")
    assert (number_of(depot, first), number_of(depot, second)) == ("X1A", None)
    assert [one.fault for one in open_requests(depot)] == ["carriers.number_twice"]
    assert depot.bench.site.prove() == []


def test_a_label_given_back_by_file_is_settled_by_the_carriers_answer(
    depot: Depot, packer: Conversation, folder: Path, answering: Answering
) -> None:
    depot.set_up(void_columns=_VOIDS, answers=str(folder), confirms=True)
    depot.close(packer)
    depot.work()
    only = depot.purchases()[0]
    depot.desk.run(lambda unit: buying.void(unit, only["id"], only["parcel_id"], reason="UNREADABLE"))
    depot.work()
    assert (depot.folder / "swift-void-SHL000000001V.csv").read_text().splitlines() == [
        "no;barcode", "SHL000000001V;RR473124829DE",
    ]  # fmt: skip
    assert [(one.kind, one.state) for one in open_requests(depot)] == [("void", "ASKED")]
    answering("no.csv", "reference;tracking;fault\nSHL000000001V;;already on its way\n")
    (refused,) = open_requests(depot)
    assert (refused.state, refused.facts["words"]) == ("FAILED", "already on its way")
    with pytest.raises(Refusal) as nobody:
        depot.desk.run(lambda unit: requests.settle(unit, refused, done=True, words=" "))
    assert nobody.value.code == "carriers.say_who"
    depot.desk.run(lambda unit: requests.settle(unit, refused, done=True, words="Ms Long: credited"))
    assert open_requests(depot) == []


def test_a_truck_is_ordered_once_a_day_and_a_carrier_that_does_not_answer_is_called(
    depot: Depot, packer: Conversation, folder: Path, answering: Answering
) -> None:
    depot.set_up(pickup_columns=_TRUCKS, answers=str(folder), confirms=True)
    day = clock.now().date() + timedelta(days=1)

    def order(**more: object) -> str:
        truck = Truck(**{"day": day, "cartons": 12, **more})  # type: ignore[arg-type]
        site = depot.bench.site
        return depot.desk.run(
            lambda unit: requests.order_pickup(unit, warehouse=site.warehouse, carrier="swift", truck=truck)
        )

    def refused(**more: object) -> str:
        with pytest.raises(Refusal) as refusal:
            order(**more)
        return refusal.value.code

    number = order(from_time="14:00")
    assert refused() == "carriers.pickup_exists"
    later = day + timedelta(days=1)
    assert refused(day=day - timedelta(days=9)) == "carriers.pickup_past"
    assert refused(day=later, cartons=0) == "carriers.pickup_empty"
    assert refused(day=later, from_time="15:00", until_time="14:00") == "carriers.pickup_times"
    depot.work()
    assert (depot.folder / f"swift-pickup-{number}.csv").read_text().splitlines() == ["no;n", f"{number};12"]
    pass_over(depot)
    assert [(one.state, one.fault) for one in open_requests(depot)] == [("UNKNOWN", "carriers.not_confirmed")]
    depot.work()
    assert len(depot.files()) == 1, "a truck that may come is not ordered again"
    answering("late.csv", f"reference;tracking\n{number};TOUR 7\n")
    assert open_requests(depot) == []
    (settled,) = depot.desk.run(lambda unit: requests.requests(unit, depot.bench.site.warehouse))
    assert (settled.state, settled.answer) == ("DONE", "TOUR 7")


def test_a_carrier_that_cannot_be_told_says_why_until_it_is_told_again(depot: Depot) -> None:
    depot.set_up()
    site = depot.bench.site
    truck = Truck(clock.now().date() + timedelta(days=1), 3)
    depot.desk.run(lambda unit: requests.order_pickup(unit, warehouse=site.warehouse, carrier="swift", truck=truck))
    depot.work()
    (one,) = open_requests(depot)
    assert (one.state, one.fault) == ("FAILED", "carriers.cannot")
    depot.set_up(pickup_columns=_TRUCKS)
    depot.desk.run(lambda unit: requests.tell_again(unit, one))
    depot.work()
    assert open_requests(depot) == []
    assert depot.files() == [f"swift-pickup-{one.reference}.csv"]


def test_news_from_the_way_are_read_by_the_carriers_own_words_and_a_late_carton_is_named(
    depot: Depot, packer: Conversation, folder: Path, answering: Answering
) -> None:
    events = [{"word": "DLV", "means": "delivered"}, {"word": "REF", "means": "exception"}]
    depot.set_up(answers=str(folder), events=events, moment_format="%d.%m.%Y %H:%M")
    number = depot.close(packer)
    depot.work()
    heading = "tracking;event;moment;place\n"
    answering("early.csv", f"{heading}RR473124829DE;DLV;23.11.2026 09:00;Hamburg\n")
    assert [one.fault for one in open_requests(depot)] == ["shipping.still_here"]
    depot.bench.print_all()
    news_of_print(packer)
    packer.scan("RR473124829DE")
    truck = Conversation(depot.bench.site.station("dock1", "OPERATOR2"), SHIPPING, depot.bench.site)
    truck.scan("RR473124829DE")

    def seen() -> tuple[tracking.OnTheWay, ...]:
        return depot.desk.run(lambda unit: tracking.on_the_way(unit, depot.bench.site.warehouse))

    assert [(one.number, one.state, one.late) for one in seen()] == [(number, "", False)]
    with depot.bench.site.superuser() as connection:
        connection.execute("UPDATE stockhand.purchase SET arrives = current_date - 3")
        connection.commit()
    answering("way.csv", f"{heading}RR473124829DE;HUB;23.11.2026 09:00;Bremen\nRR9;DLV;;\nRR473124829DE;REF;soon;\n")
    assert [(one.state, one.place, one.words, one.late) for one in seen()] == [("in_transit", "Bremen", "HUB", True)]
    assert sorted(one.fault for one in open_requests(depot))[:2] == [
        "carriers.unknown_reference", "carriers.unreadable_moment",
    ]  # fmt: skip
    answering("twice.csv", f"{heading}RR473124829DE;HUB;23.11.2026 09:00;Bremen\n")
    parcel = depot.bench.parcels(number)[0]["id"]
    depot.desk.run(lambda unit: tracking.tell(unit, parcel, state="delivered", words="Mr Short signed"))
    assert [(one.state, one.late) for one in seen()] == [("delivered", False)]
    heard = depot.desk.run(lambda unit: tracking.trail(unit, parcel))
    assert [(one.state, bool(one.person)) for one in heard] == [("in_transit", False), ("delivered", True)]
    assert depot.bench.site.prove() == []

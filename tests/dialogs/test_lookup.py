"""What is this code? as anybody at a station asks it."""

import pytest

from app.dialogs.dialog import Level
from app.dialogs.lookup import LOOKUP
from app.dialogs.packing import PACKING
from tests.dialogs.bench import Bench, labelled
from tests.dialogs.conversation import Conversation


@pytest.fixture
def desk(bench: Bench) -> Conversation:
    return Conversation(bench.site.station("bench1", "OPERATOR1"), LOOKUP, bench.site)


def details(talk: Conversation) -> dict[str, str]:
    assert talk.prompt.item is not None
    return dict(talk.prompt.item.details)


def cells(talk: Conversation) -> list[tuple[str, ...]]:
    return [row.cells for row in talk.prompt.rows]


def test_an_item_is_shown_with_its_stock_by_place(bench: Bench, desk: Conversation) -> None:
    bench.site.put("WIDGET", "R01", 5)
    bench.site.put("WIDGET", "R02", 7)
    desk.scan("WIDGET")
    assert (desk.level, desk.said) == (Level.OK, "lookup.is_item")
    assert details(desk)["lookup.on_hand"] == "12 each"
    assert details(desk)["lookup.packagings"] == "case = 12 each"
    assert [row[0] for row in cells(desk)] == ["WH001-STO-R01", "WH001-STO-R02"]


def test_a_lot_in_the_code_narrows_the_stock(bench: Bench, desk: Conversation) -> None:
    for lot, place in (("LOT-A", "R01"), ("LOT-B", "R02")):
        bench.site.put("MILK", place, 1, trace=bench.site.trace("MILK", lot=lot, expiry="2099-12-31"))
    desk.scan("010401234567891810LOT-B", "gs1-128")
    assert [row[0] for row in cells(desk)] == ["WH001-STO-R02"]
    assert details(desk)["lookup.ai_10"] == "LOT-B"


def test_goods_whose_code_does_not_scan_get_new_labels_by_lot(bench: Bench, desk: Conversation) -> None:
    for lot, place in (("LOT-A", "R01"), ("LOT-B", "R02")):
        bench.site.put("MILK", place, 1, trace=bench.site.trace("MILK", lot=lot, expiry="2099-12-31"))
    desk.scan("milk")
    assert desk.prompt.commands == ("LABELS",)
    desk.key("LABELS")
    assert [choice.facts["lot"] for choice in desk.prompt.choices] == ["LOT-A", "LOT-B"]
    desk.key("1")
    desk.key("ENTER", "many")
    assert desk.said == "receiving.label_count"
    desk.key("ENTER", "2")
    assert (desk.said, desk.prompt.facts["label"]) == ("lookup.labelled", "MILK")
    with bench.site.desk.transaction() as session:
        (job,) = session.rows("SELECT template, copies, content ->> 'lot' AS lot, state FROM print_job")
    assert (job["template"], job["copies"], job["lot"], job["state"]) == ("lot", 2, "LOT-B", "QUEUED")
    desk.key("LABELS")
    desk.key("CANCEL")
    assert (desk.prompt.choices, desk.prompt.item is not None) == ((), True)
    desk.scan("WH001-STO-R01")
    desk.key("LABELS")
    assert desk.said == "dialog.not_now", "a place has its labels on the screen of places"


def test_a_pallet_gets_its_label_anew(bench: Bench, desk: Conversation) -> None:
    with bench.site.desk.transaction() as session:
        row = session.row(
            "SELECT (create_handling_unit('pallet', %(warehouse)s, NULL)).sscc", warehouse=bench.site.warehouse
        )
    assert row is not None
    for number in (1, 2):
        desk.scan(row["sscc"])
        desk.key("LABELS")
        assert desk.said == "lookup.labelled", number
    with bench.site.desk.transaction() as session:
        states = [job["state"] for job in session.rows("SELECT state FROM print_job ORDER BY id")]
    assert states == ["CANCELLED", "QUEUED"], "there is one good label of a pallet"


def test_a_bin_is_shown_with_its_content(bench: Bench, desk: Conversation) -> None:
    bench.site.put("GADGET", "R03", 2)
    desk.scan("WH001-STO-R03")
    assert desk.said == "lookup.is_location"
    assert [(row[1], row[6]) for row in cells(desk)] == [("GADGET", "2 each")]


def test_a_bin_name_that_two_zones_have_is_asked_for(bench: Bench, desk: Conversation) -> None:
    desk.scan("R01")
    assert desk.said == "lookup.several"
    labels = [choice.facts["label"] for choice in desk.prompt.choices]
    assert sorted(labels) == ["WH001-STO-R01", "WH002-STO-R01"] or labels == ["WH001-STO-R01"]
    desk.key(desk.prompt.choices[0].value)
    assert desk.said == "lookup.is_location"


def test_a_tote_is_shown_with_its_goods(bench: Bench, desk: Conversation) -> None:
    _, tote = bench.picked(("WIDGET", 3))
    desk.scan(tote)
    assert desk.said == "lookup.is_handling_unit"
    assert details(desk)["lookup.place"] == "WH001-TOTE"
    assert [(row[1], row[7]) for row in cells(desk)] == [("WIDGET", "3 each")]


def test_an_order_is_shown_with_its_progress(bench: Bench, desk: Conversation) -> None:
    number, _ = bench.picked(("WIDGET", 3))
    desk.scan(number)
    assert desk.said == "lookup.is_document"
    assert details(desk)["lookup.decision"] == "released"
    assert cells(desk) == [("WIDGET", "Widget", "3 each", "3", "0", "0")]


def test_a_badge_tells_a_name_and_a_command_its_word(bench: Bench, desk: Conversation) -> None:
    with bench.site.desk.transaction() as session:
        session.call("save_person", badge="SH-P-0042", name="Ada", groups=["operator"])
    desk.scan("SH-P-0042")
    assert desk.said == "scan.unknown_code", "badges are not to be tried out until one is somebody's"
    office = Conversation(bench.site.station("dock1", "ADMIN"), LOOKUP, bench.site)
    office.scan("SH-P-0042")
    assert office.said == "lookup.is_person"
    assert office.prompt.item is not None
    assert office.prompt.item.name == "Ada"
    with bench.site.superuser() as connection:
        kept = connection.execute("SELECT string_agg(s::text || r, ' ') FROM dialog_step s, dialog_run r").fetchone()
    assert "0042" not in str(kept), "the name is kept, not the badge"
    desk.scan("SH-CMD-CONFIRM")
    assert desk.said == "lookup.is_command"


def test_the_elements_of_a_gs1_code_that_names_no_record_are_listed(desk: Conversation) -> None:
    desk.scan("0109506000134352" + "17301231" + "10ABC", "gs1-128")
    assert desk.said == "lookup.elements"
    assert cells(desk)[1] == ("(17)", "USE BY or EXPIRY", "2030-12-31")


@pytest.mark.parametrize(("scan", "code"), [("NO-SUCH", "scan.unknown_code"), ("4012345678902", "code.check_digit")])
def test_an_unknown_or_wrong_code_says_so(desk: Conversation, scan: str, code: str) -> None:
    desk.scan(scan)
    assert (desk.level, desk.said) == (Level.ERROR, code)


def test_looking_changes_nothing(bench: Bench, desk: Conversation) -> None:
    bench.site.put("WIDGET", "R01", 5)
    moves = bench.site.count("stock_move")
    for code in ("WIDGET", "WH001-STO-R01", "SH-CMD-DONE"):
        desk.scan(code)
        assert desk.runner.round_trips <= 4
    assert bench.site.count("stock_move") == moves
    assert bench.site.prove() == []


def test_a_carton_and_its_order_offer_their_evidence_and_other_things_do_not(bench: Bench, desk: Conversation) -> None:
    packer = Conversation(bench.site.station("dock1", "OPERATOR2"), PACKING, bench.site)
    number = labelled(bench, packer)
    carton = bench.parcels(number)[0]
    for code, about in ((carton["sscc"], carton["sscc"]), (carton["tracking"], carton["sscc"]), (number, number)):
        desk.scan(code)
        assert (desk.prompt.evidence, "CARTON_EVIDENCE" in desk.prompt.commands) == (about, True), code
    for code in (bench.order(("WIDGET", 1))[0], "WIDGET"):
        desk.scan(code)
        assert (desk.prompt.evidence, "CARTON_EVIDENCE" in desk.prompt.commands) == ("", False), code

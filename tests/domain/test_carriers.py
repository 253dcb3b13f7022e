"""Carriers by their set-up: what they take and cost, which one is chosen, how numbers and files are written."""

import csv
import io
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from app.domain.carriers import (
    CarrierSetup,
    Consignment,
    CustomsLine,
    NotOffered,
    NumberRange,
    Pickup,
    Rate,
    Selection,
    cn22_fields,
    crosses_customs,
    export_file,
    has_form,
    named,
    offer,
    offers,
    pickup_file,
    read_answers,
    read_carrier,
    require_one_answer,
    route_of,
    shop,
    undeclared,
    void_file,
    wish_of,
)
from app.domain.company import Company
from app.domain.errors import Refusal
from app.domain.partners import Address
from app.domain.shipping import FORM, PAPERS, PaperFacts, Service, choose_papers, select_carrier

VAN: dict[str, Any] = {
    "currency": "EUR",
    "litre_kg": "5000",
    "services": [
        {"code": "parcel", "name": "Parcel", "days": 1, "cut_off": "16:00", "most_kg": "31.5", "longest_mm": 1200},
        {"code": "express", "name": "Express", "level": "express", "days": 0, "most_kg": "31.5", "hazard": True},
    ],
    "zones": [{"zone": "near", "country": "DE", "first": "20", "last": "29"}, {"zone": "far", "country": "DE"}],
    "prices": [
        {"service": "parcel", "zone": "near", "up_to_kg": "5", "price": "4.90"},
        {"service": "parcel", "zone": "near", "up_to_kg": "31.5", "price": "8.90"},
        {"service": "parcel", "zone": "far", "up_to_kg": "31.5", "price": "9.90", "valid_until": "2026-12-31"},
        {"service": "parcel", "zone": "far", "up_to_kg": "31.5", "price": "10.90", "valid_from": "2027-01-01"},
        {"service": "express", "zone": "near", "up_to_kg": "31.5", "price": "14"},
    ],
    "surcharges": [
        {"name": "Fuel", "kind": "percent", "amount": "7.5", "applies": "always", "service": "parcel"},
        {"name": "Long", "kind": "amount", "amount": "5", "applies": "longer_than", "limit": "1000"},
    ],
    "routes": [{"route": "T1", "country": "DE", "first": "28", "last": "28"}, {"route": "T9", "country": "DE"}],
}
COLUMNS = [
    {"heading": "Ref", "source": "reference", "width": 12},
    {"heading": "Name", "source": "receiver_name", "width": 14, "cut": True},
    {"heading": "kg", "source": "weight_kg", "width": 7, "decimals": 2, "align": "right", "pad": "0"},
    {"heading": "Kind", "source": "constant", "constant": "P", "width": 1},
]
FRIDAY = datetime.fromisoformat("2026-11-20T15:00")
CARTON = Consignment(
    "SHL000000001", "340123450000000017", "SO-1", Address(name="Müller Łódź", postal_code="28195", country="DE"),
    Address(name="Us"), FRIDAY, Decimal("3.2"), (300, 200, 150),
)  # fmt: skip


def van(**more: object) -> CarrierSetup:
    return read_carrier("van", "Van", "own", {**VAN, **more})


def rate(carton: Consignment, service: str = "parcel") -> Rate:
    found = offer(van(), service, carton)
    assert isinstance(found, Rate)
    return found


def test_a_price_is_that_of_zone_weight_and_day_with_its_surcharges() -> None:
    light = rate(CARTON)
    assert (light.price, light.zone, light.billed_kg) == (Decimal("5.27"), "near", Decimal("3.2"))
    assert light.parts == (("parcel", Decimal("4.90")), ("Fuel", Decimal("0.37")))
    bulky = rate(replace(CARTON, sides_mm=(600, 400, 300)))
    assert (bulky.billed_kg, bulky.parts[0][1]) == (Decimal("14.400"), Decimal("8.90"))
    assert rate(replace(CARTON, sides_mm=(1100, 100, 100))).parts[-1] == ("Long", Decimal("5.00"))
    far = replace(CARTON, receiver=Address(postal_code="80331", country="DE"))
    assert rate(far).parts[0][1] == Decimal("9.90")
    assert rate(replace(far, ready=datetime.fromisoformat("2027-01-04T09:00"))).parts[0][1] == Decimal("10.90")


def test_it_arrives_on_working_days_and_a_day_later_after_the_cut_off() -> None:
    assert rate(CARTON).arrives == date(2026, 11, 23)
    assert rate(replace(CARTON, ready=FRIDAY.replace(hour=17))).arrives == date(2026, 11, 24)


@pytest.mark.parametrize(
    ("carton", "code"),
    [
        (replace(CARTON, weight_kg=Decimal(32)), "carriers.too_heavy"),
        (replace(CARTON, sides_mm=(1300, 10, 10)), "carriers.too_long_side"),
        (replace(CARTON, hazards=("3",)), "carriers.no_hazard"),
        (replace(CARTON, receiver=Address(country="FR", postal_code="75001")), "carriers.no_zone"),
        (replace(CARTON, sides_mm=(900, 800, 700)), "carriers.no_price"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_service_says_why_it_does_not_take_a_carton(carton: Consignment, code: str) -> None:
    found = offer(van(), "parcel", carton)
    assert isinstance(found, NotOffered)
    assert found.code == code


def test_the_cheapest_that_arrives_in_time_is_chosen_and_the_others_are_kept_with_their_reasons() -> None:
    other = read_carrier("swift", "Swift", "file", {**VAN, "prices": [
        {"service": "parcel", "zone": "near", "up_to_kg": "31.5", "price": "4"}], "services": [
        {"code": "parcel", "name": "Slow parcel", "days": 5}], "surcharges": []})  # fmt: skip
    chosen = shop([van(), other], CARTON)
    assert chosen.chosen is not None
    assert (chosen.chosen.carrier, chosen.chosen.price) == ("swift", Decimal(4))
    hurry = shop([van(), other], replace(CARTON, needed=date(2026, 11, 23)))
    assert hurry.chosen is not None
    assert (hurry.chosen.carrier, hurry.chosen.service) == ("van", "parcel")
    assert {(one.offer.carrier, one.offer.service): one.code for one in hurry.rejected} == {
        ("van", "express"): "carriers.dearer",
        ("swift", "parcel"): "carriers.too_late",
    }
    wish = shop([van(), other], replace(CARTON, level="express"))
    assert wish.chosen is not None
    assert wish.chosen.service == "express"
    late = shop([other], replace(CARTON, needed=date(2026, 11, 21)))
    assert late.chosen is not None, "late is better than never"
    assert not late.chosen.in_time
    assert shop([van()], replace(CARTON, weight_kg=Decimal(99))).chosen is None


def test_prices_of_two_currencies_are_never_compared() -> None:
    abroad = read_carrier("swift", "Swift", "file", {**VAN, "currency": "JPY", "surcharges": []})
    for order in ([van(), abroad], [abroad, van()]):
        found = shop(order, replace(CARTON, currency="EUR"))
        assert found.chosen is not None
        assert found.chosen.carrier == "van", "the company's currency, whatever the numbers"
        assert {one.code for one in found.rejected if one.offer.carrier == "swift"} == {"carriers.other_currency"}
    alone = shop([abroad], replace(CARTON, currency="EUR"))
    assert alone.chosen is not None, "compared with nothing else"


def test_rules_name_a_carrier_or_let_prices_decide_and_what_is_not_taken_is_shopped_for() -> None:
    policy = FORM.read(
        {
            "rules": [
                {"name": "a", "when": [{"field": "value", "operator": "above", "value": "500"}],
                 "then": {"carrier": "van", "service": "express"}},
                {"name": "b", "when": [], "then": {"carrier": "house", "service": "parcel", "cheapest": True}},
            ]
        }
    )  # fmt: skip
    house = read_carrier("house", "Own", "own", {"services": [{"code": "parcel", "name": "P", "most_kg": "10"}]})
    carriers = [house, van()]
    assert _chosen(select_carrier(CARTON, carriers, policy)) == ("van", "parcel"), "a price is better than none"
    assert _chosen(select_carrier(replace(CARTON, value=Decimal(900)), carriers, policy)) == ("van", "express")
    by_name = FORM.read({"rules": [{"name": "c", "when": [], "then": {"carrier": "house", "service": "parcel"}}]})
    assert _chosen(select_carrier(CARTON, carriers, by_name)) == ("house", "parcel")
    assert _chosen(select_carrier(replace(CARTON, weight_kg=Decimal(20)), carriers, by_name)) == ("van", "parcel")
    ordered = select_carrier(CARTON, carriers, by_name, ordered=Service("house", "NIGHT"))
    assert _chosen(ordered) == ("house", "NIGHT"), "without prices the customer's own word stands"
    named_by_order = select_carrier(CARTON, carriers, by_name, ordered=Service("VAN", "express"))
    assert _chosen(named_by_order) == ("van", "express")
    assert named(carriers, CARTON, carrier="none", service="x").chosen is None


def _chosen(selection: Selection) -> tuple[str, str]:
    assert selection.chosen is not None
    return selection.chosen.carrier, selection.chosen.service


def test_a_tour_is_the_narrowest_area_that_holds_the_postal_code() -> None:
    assert route_of(van(), CARTON.receiver) == "T1"
    assert route_of(van(), Address(postal_code="80331", country="DE")) == "T9"
    assert route_of(van(routes=[]), CARTON.receiver) == "DE 28195"


def test_numbers_of_a_range_carry_the_check_digit_that_is_published() -> None:
    """UPU S10 gives RA 47312482 9 GB as its example; the GS1 manual 629104150021 → 3."""
    assert NumberRange("RA", 47312482, 47312490, 8, "s10", "GB").written(47312482) == "RA473124829GB"
    assert NumberRange("", 1, 999999999999, 12, "mod10").written(629104150021) == "6291041500213"
    with pytest.raises(ValueError, match="not in the range"):
        NumberRange("", 1, 5, 3).written(6)


def test_a_fixed_file_holds_each_value_in_its_width_and_letters() -> None:
    carrier = van(columns=COLUMNS, layout="fixed", encoding="cp437")
    assert export_file(carrier, [CARTON]) == b"SHL000000001M\x81ller L\xa2dz   0003.20P\r\n"
    with pytest.raises(Refusal) as wide:
        export_file(van(columns=[{"heading": "Name", "source": "receiver_name", "width": 5}]), [CARTON])
    assert wide.value.code == "carriers.too_wide"
    with pytest.raises(Refusal) as foreign:
        japanese = replace(CARTON, receiver=Address(name="東京"))
        export_file(carrier, [japanese])
    assert foreign.value.code == "carriers.unwritable"


def test_a_csv_file_is_read_back_by_another_reader() -> None:
    carrier = van(columns=COLUMNS, heading=True, separator="tab", decimal_mark=",")
    text = export_file(carrier, [replace(CARTON, receiver=Address(name='A "B"\tC'))]).decode()
    assert list(csv.reader(io.StringIO(text), delimiter="\t")) == [
        ["Ref", "Name", "kg", "Kind"], ["SHL000000001", 'A "B" C', "3,20", "P"],
    ]  # fmt: skip


def test_answers_are_found_by_their_headings_and_others_are_refused() -> None:
    carrier = van(answer_reference="Your ref", answer_tracking="Barcode", answer_fault="Error")
    read = read_answers(carrier, b"Barcode;Your ref;Error\r\nRR1;SHL1;\r\n;SHL2;bad postcode\r\n\r\n")
    assert [(one.line, one.reference, one.tracking, one.fault) for one in read] == [
        (2, "SHL1", "RR1", ""), (3, "SHL2", "", "bad postcode"),
    ]  # fmt: skip
    for wrong in (b"Barcode;Ref\r\n", b"", b"\xff\xfe\x00"):
        with pytest.raises(Refusal) as refused:
            read_answers(carrier, wrong)
        assert refused.value.code == "carriers.unreadable_answer"


def test_answers_without_headings_are_read_by_the_place_of_their_cells() -> None:
    columns = [
        {"heading": "kind", "source": "nothing", "width": 2},
        {"heading": "ref", "source": "reference", "width": 8},
        {"heading": "no", "source": "tracking", "width": 6},
        {"heading": "why", "source": "fault", "width": 20},
    ]
    fixed = van(answer_columns=columns, answer_layout="fixed")
    said = read_answers(fixed, b"A SHL1    RR1   \r\nA SHL2          bad postcode\r\n\r\n")
    assert [(one.line, one.reference, one.tracking, one.fault) for one in said] == [
        (1, "SHL1", "RR1", ""), (2, "SHL2", "", "bad postcode"),
    ]  # fmt: skip
    by_place = read_answers(van(answer_columns=columns), "\ufeffA;SHL1;RR1\nA;SHL2\n".encode())
    assert [(one.line, one.reference, one.tracking) for one in by_place] == [(1, "SHL1", "RR1"), (2, "SHL2", "")]
    with pytest.raises(Refusal) as blind:
        van(answer_columns=columns[:1], answer_layout="fixed")
    assert "reference" in str(blind.value.facts["faults"])


def test_trucks_and_labels_given_back_are_told_in_columns_of_their_own() -> None:
    carrier = van(
        account="4711", layout="fixed",
        pickup_columns=[
            {"heading": "no", "source": "request", "width": 9}, {"heading": "day", "source": "day", "width": 10},
            {"heading": "from", "source": "from_time", "width": 6}, {"heading": "n", "source": "cartons", "width": 3},
        ],
        void_columns=[
            {"heading": "no", "source": "request", "width": 14}, {"heading": "code", "source": "tracking", "width": 13},
        ],
    )  # fmt: skip
    truck = Pickup("PUP000001", date(2026, 11, 24), 12, Address(name="Us"), from_time="14:00")
    assert pickup_file(carrier, truck) == b"PUP0000012026-11-2414:00 12 \r\n"
    told = void_file(carrier, replace(CARTON, tracking="RR473124829DE"), request="SHL000000001V")
    assert told == b"SHL000000001V RR473124829DE\r\n"


def test_a_number_is_believed_in_the_form_of_its_carrier_only() -> None:
    assert has_form("RR473124829DE", "RR#########@@")
    assert not has_form("RR47312482XDE", "RR#########@@")
    assert not has_form("28195", "RR#########@@"), "a postal code is no number"
    assert has_form("A-1/2.c", "")
    assert not has_form("", "")
    assert not has_form("Müller", ""), "no code on a label can hold it"


def test_a_set_up_that_contradicts_itself_is_refused_with_every_fault() -> None:
    wrong = {
        "colour": "red",
        "services": [{"code": "A b", "name": "x"}],
        "prices": "free",
        "columns": [{"heading": "x", "source": "moon"}],
    }
    with pytest.raises(Refusal) as refused:
        read_carrier("x", "X", "own", wrong)
    assert refused.value.facts["count"] == 4
    spans = ((1, 50, 4), (50, 60, 4), (9, 3, 1))
    ranges = [{"first": first, "last": last, "digits": digits, "check": "none"} for first, last, digits in spans]
    lost = [{"service": "gone", "zone": "moon", "up_to_kg": 1, "price": 1}]
    with pytest.raises(Refusal) as contradicting:
        read_carrier("x", "X", "file", {"ranges": ranges, "prices": lost, "layout": "fixed", "columns": [
            {"heading": "x", "source": "order"}], "numbers": "answer", "sends": "manifest"})  # fmt: skip
    assert contradicting.value.facts["count"] == 6


def test_a_rate_table_with_two_answers_or_with_none_is_refused() -> None:
    step = {"service": "std", "zone": "near", "up_to_kg": "5", "price": "4.90"}
    zones = [{"zone": "near", "country": "DE", "first": "20", "last": "29"},
             {"zone": "far", "country": "DE", "first": "40", "last": "3"},
             {"zone": "other", "country": "DE", "first": "20", "last": "29"},
             {"zone": "island", "country": "DE", "first": "27498", "last": "27498"}]  # fmt: skip
    dear = [step, {**step, "price": "5.90"}, {**step, "valid_from": "2027-01-01", "valid_until": "2026-01-01"}]
    document = {"services": [{"code": "std", "name": "Standard"}], "zones": zones, "prices": dear}
    assert read_carrier("x", "X", "own", document).prices, "what was saved before goes on being used"
    with pytest.raises(Refusal) as refused:
        require_one_answer("x", document)
    said = refused.value.facts["faults"]
    assert said == "prices 1 = prices 2; prices 3: 2027-01-01–2026-01-01; zones 2: 40–3; zones 1 = zones 3"


def test_papers_go_with_a_carton_by_country_value_and_customer() -> None:
    policy = PAPERS.default_policy()
    home = choose_papers(PaperFacts(country="DE", sent_from="DE"), policy)
    ours = Company("Blue Lamp", "4012345", "EUR", Decimal("1.18"), date(2026, 11, 2))
    abroad = PaperFacts(country="CH", customs=True, weight_kg=Decimal(1))
    small = choose_papers(replace(abroad, value_sdr=ours.in_sdr(Decimal("354.00"))), policy)
    big = choose_papers(replace(abroad, weight_kg=Decimal(9), value_sdr=Decimal(80)), policy)
    dear = choose_papers(replace(abroad, value_sdr=ours.in_sdr(Decimal("354.01"))), policy)
    unknown = choose_papers(replace(abroad, value_sdr=Company().in_sdr(Decimal(1))), policy)
    assert (home.packing_list, home.cn22, home.cn23, home.invoice) == (True, False, False, False)
    assert (small.cn22, small.cn23, small.invoice) == (True, False, False)
    assert [(one.cn22, one.cn23, one.invoice, one.incoterm) for one in (big, dear, unknown)] == [
        (False, True, True, "DAP")
    ] * 3, "up to 300 special drawing rights; where nobody knows the rate, the form that is always right"


def test_goods_are_declared_where_they_cross_a_customs_border_only() -> None:
    crossing = [(one, other) for one in ("DE", "CH", "GB", "") for other in ("FR", "CH", "")
                if crosses_customs(one, other)]  # fmt: skip
    assert crossing == [("DE", "CH"), ("CH", "FR"), ("GB", "FR"), ("GB", "CH")]


def test_a_cn22_label_sums_up_what_has_no_room() -> None:
    lamps = [CustomsLine(f"Lamp {n}", Decimal(2), "each", "940521", "CN", Decimal("0.3"), Decimal("39.90"))
             for n in range(6)]  # fmt: skip
    said = cn22_fields(lamps, currency="EUR", gross_kg=Decimal("1.834"))
    assert (said["goods_1"], said["tariff_1"]) == ("2 each Lamp 0", "HS 940521  Origin CN")
    assert said["goods_4"] == "6 Further goods: Lamp 3, Lamp 4, Lamp 5"
    assert (said["weight_4"], said["value_4"], said["weight"], said["value"]) == ("0.900", "119.70", "1.834", "239.40")


def test_goods_without_a_price_are_never_declared_as_worth_nothing() -> None:
    lamp = CustomsLine("Lamp", Decimal(2), "each", "940521", "CN", Decimal("0.3"), Decimal("39.90"))
    gift = CustomsLine("Sample", Decimal(1), "each", "940521", "CN", Decimal("0.3"))
    said = cn22_fields([lamp, gift], currency="EUR", gross_kg=Decimal(1))
    assert (said["value_1"], said["value_2"], said["value"]) == ("39.90", "-", "-")
    assert cn22_fields([lamp] * 3 + [gift] * 2, currency="EUR", gross_kg=Decimal(1))["value_4"] == "-"
    assert undeclared([lamp, gift, replace(lamp, description="No origin", origin="")]) == ("Sample", "No origin")


def test_every_service_is_offered_or_says_why_not() -> None:
    assert len(offers(van(), CARTON)) == len(VAN["services"])


def test_orders_name_carriers_and_services_by_code_or_name_and_others_are_told_the_nearest() -> None:
    swift = read_carrier("swift", "Swift Parcels", "file", {"services": [{"code": "night", "name": "Overnight"}]})
    silent = read_carrier("silent", "Silent", "file", {})
    known = [read_carrier("house", "Own delivery", "own", {}), swift, silent]
    assert wish_of("SWIFT parcels", "overnight", known) == ("swift", "night")
    assert wish_of("house", "night", known) == ("house", "night"), "the rules choose whose"
    assert wish_of("silent", "whatever they call it", known) == ("silent", "whatever they call it")
    for carrier, service in (("", ""), ("house", "STANDARD"), ("swift", "EXPRESS")):
        assert wish_of(carrier, service, known) == (carrier, service)
    assert wish_of("house", "", [swift]) == ("house", "")
    with pytest.raises(Refusal) as misspelt:
        wish_of("swfit", "", known)
    assert (misspelt.value.code, misspelt.value.facts["known"]) == ("orders.unknown_carrier", "swift, silent, house")
    with pytest.raises(Refusal) as strange:
        wish_of("swift", "nigth", known)
    assert strange.value.code == "orders.unknown_service"
    assert str(strange.value.facts["known"]).startswith("night, ")

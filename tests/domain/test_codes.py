"""What the characters of a code mean, without any database."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from biip.gs1_messages import GS1Message
from hypothesis import given
from hypothesis import strategies as st

from app.domain.codes import (
    CodeMeaning,
    Command,
    badge,
    command,
    gs1_128,
    gs1_check_digit,
    hri,
    look_up_key,
    make_sscc,
    read_code,
    to_gtin_14,
    without_badges,
)
from app.domain.errors import Refusal
from app.domain.scanning import Candidate, CodeKind

GTIN = "09506000134352"  # the trade item of GS1's own Digital Link examples
SSCC = "376104250021234569"  # General Specifications, section 7.9.1
GS = "\x1d"
CHARACTERS = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"  # GS1 set 82


def faults(meaning: CodeMeaning) -> list[str]:
    return [fault.code for fault in meaning.faults]


@pytest.mark.parametrize("number", ["6291041500213", SSCC, GTIN, "4006381333931", "96385074", "036000291452"])
def test_published_numbers_end_in_their_check_digit(number: str) -> None:
    assert gs1_check_digit(number[:-1]) == int(number[-1])


@given(st.text("0123456789", min_size=7, max_size=17), st.integers(1, 9), st.data())
def test_one_wrong_digit_is_always_noticed(payload: str, step: int, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(payload) - 1))
    wrong = payload[:place] + str((int(payload[place]) + step) % 10) + payload[place + 1 :]
    assert gs1_check_digit(wrong) != gs1_check_digit(payload)


@pytest.mark.parametrize(
    "raw",
    [
        f"]C101{GTIN}1728123110ABC{GS}21S1",
        f"]d201{GTIN}1728123110ABC{GS}21S1",
        f"]Q301{GTIN}1728123110ABC{GS}21S1",
        f"]e001{GTIN}1728123110ABC{GS}21S1",
        f"]J101{GTIN}1728123110ABC{GS}21S1",
        f"]C1{GS}01{GTIN}1728123110ABC{GS}21S1{GS}\r\n",
        f"01{GTIN}1728123110ABC{GS}21S1",
        f"(01){GTIN}(17)281231(10)ABC(21)S1",
        f"https://id.gs1.org/01/{GTIN}/10/ABC/21/S1?17=281231",
        f"]Q0https://id.gs1.org/01/{GTIN}/10/ABC/21/S1?17=281231",
        f"]Q1https://example.com/shop/01/{GTIN[1:]}/10/ABC/21/S1?utm=x&17=281231",
        f"]d1https://id.gs1.org/01/{GTIN}/10/%41BC/21/S1?17=281231",
    ],
)
def test_all_spellings_of_one_gs1_content_mean_the_same(raw: str) -> None:
    meaning = read_code(raw)
    assert (meaning.gtin, meaning.lot, meaning.serial) == (GTIN, "ABC", "S1")
    assert meaning.expiry == date(2028, 12, 31)
    assert meaning.lookups == (("gtin", GTIN),)
    assert not meaning.faults


def test_the_symbology_may_come_beside_the_code() -> None:
    assert read_code(f"01{GTIN}", "gs1-128").gtin == GTIN
    assert read_code(f"01{GTIN}", "]C1").gtin == GTIN


def test_digits_are_never_taken_for_gs1_by_their_looks() -> None:
    meaning = read_code(f"01{GTIN}10ABC", "code-128")
    assert not meaning.elements
    assert meaning.gtin is None
    assert ("sku", f"01{GTIN}10ABC") in meaning.lookups


def test_a_logistic_label_gives_sscc_content_and_count() -> None:
    meaning = read_code(f"]C100{SSCC}02{GTIN}3724")
    assert meaning.lookups == (("sscc", SSCC), ("gtin", GTIN))
    assert meaning.quantity == 24


def test_dates_of_three_kinds_and_day_00_as_the_months_end() -> None:
    meaning = read_code("]C1112602001526021517280200")
    assert meaning.production == date(2026, 2, 28)
    assert meaning.best_before == date(2026, 2, 15)
    assert meaning.expiry == date(2028, 2, 29)


def test_variable_weight_is_exact_kilograms() -> None:
    assert read_code(f"]C101{GTIN}3103001500").weight_kg == Decimal("1.500")
    assert read_code(f"]C101{GTIN}3202001000").weight_kg == Decimal("4.535924")  # ten pounds


@pytest.mark.parametrize(
    ("raw", "code", "text"),
    [
        (f"]C100{SSCC[:-1]}01728123110AB", "code.check_digit", f"(00){SSCC[:-1]}0"),
        ("]C1172813311021", "code.bad_date", "(17)281331"),
        ("]C1172802301021", "code.bad_date", "(17)280230"),
        (f"]C110{'A' * 21}{GS}21S1", "code.bad_element", f"(10){'A' * 21}"),
        (f"]C1051234{GS}10AB", "code.unknown_ai", "(05)1234"),
        ("]C101123", "code.bad_element", "(01)123"),
        (f"]C110{GS}21S1", "code.bad_element", "(10)"),
        ("(00)123(10)AB", "code.bad_element", "(00)123"),
    ],
)
def test_a_bad_element_is_named(raw: str, code: str, text: str) -> None:
    assert (code, text) in [(fault.code, fault.text) for fault in read_code(raw).faults]


def test_one_bad_element_does_not_void_the_good_ones() -> None:
    meaning = read_code(f"]C101{GTIN}17281331310300150010L7{GS}21S1")
    assert faults(meaning) == ["code.bad_date"]
    assert (meaning.gtin, meaning.lot, meaning.serial) == (GTIN, "L7", "S1")
    assert meaning.weight_kg == Decimal("1.5")


def test_an_element_that_contradicts_another_is_named() -> None:
    meaning = read_code(f"]C110A{GS}10B")
    assert meaning.lot == "A"
    assert faults(meaning) == ["code.contradiction"]
    assert not read_code(f"]C110A{GS}10A").faults


@pytest.mark.parametrize(
    ("raw", "symbology", "gtin"),
    [
        ("]E04006381333931", "", "04006381333931"),
        ("4006381333931", "ean-13", "04006381333931"),
        ("4006381333931", "", "04006381333931"),
        ("]E496385074", "", "00000096385074"),
        ("036000291452", "upc-a", "00036000291452"),
        ("]E00036000291452", "", "00036000291452"),
        ("01234565", "upc-e", "00012345000065"),
        ("04252614", "upc-e", "00042100005264"),
        ("]I109506000134352", "", GTIN),
        ("]E3400638133393112345", "", "04006381333931"),
    ],
)
def test_every_gtin_becomes_fourteen_digits(raw: str, symbology: str, gtin: str) -> None:
    meaning = read_code(raw, symbology)
    assert meaning.gtin == gtin
    assert ("gtin", gtin) in meaning.lookups


@pytest.mark.parametrize(
    ("raw", "symbology"), [("]E04006381333932", ""), ("4006381333932", "ean-13"), ("4006381333932", "")]
)
def test_an_ean_with_a_wrong_check_digit_is_a_fault_and_never_an_item(raw: str, symbology: str) -> None:
    meaning = read_code(raw, symbology)
    assert faults(meaning) == ["code.check_digit"]
    assert meaning.faults[0].facts["expected"] == "1"
    assert meaning.lookups == ()


def test_an_ean_of_wrong_length_is_a_fault() -> None:
    assert faults(read_code("]E0400638133")) == ["code.bad_length"]


def test_a_plain_code_may_be_anything_that_codes_are_kept_for() -> None:
    schemes = dict(read_code("prod-001").lookups)
    assert set(schemes) == {"sku", "bin_name", "document", "tracking", "article", "lpn"}
    assert set(schemes.values()) == {"PROD-001"}


@given(st.text())
def test_a_look_up_key_is_its_own_key(text: str) -> None:
    assert look_up_key(look_up_key(text)) == look_up_key(text)
    assert look_up_key(" straße  7 ") == "STRAßE 7"


def test_a_full_address_is_looked_up_as_a_bin() -> None:
    assert ("bin", "WH001-STO-R01") in read_code("wh001-sto-r01").lookups


def test_an_sscc_without_symbology_is_looked_up_but_not_believed_to_be_gs1() -> None:
    for raw in (SSCC, f"00{SSCC}"):
        meaning = read_code(raw)
        assert ("sscc", SSCC) in meaning.lookups
        assert not meaning.is_gs1


def test_badges_and_commands_are_nothing_else() -> None:
    assert badge(7) == "SH-P-0007"
    assert read_code("sh-p-0007").lookups == (("badge", "SH-P-0007"),)
    for word in Command:
        assert read_code(command(word)).lookups == (("command", f"SH-CMD-{word}"),)


@pytest.mark.parametrize("raw", ["", "  \r\n", "]C1"])
def test_an_empty_code_is_a_fault(raw: str) -> None:
    assert faults(read_code(raw)) == ["code.empty"]


@pytest.mark.parametrize("raw", ["AB\x00C", "\x1b[31m", "x" * 101])
def test_signs_that_no_label_has_are_a_fault(raw: str) -> None:
    meaning = read_code(raw)
    assert faults(meaning) == ["code.unreadable"]
    assert meaning.lookups == ()
    assert meaning.faults[0].text.isprintable()


def test_an_ordinary_address_is_a_plain_code() -> None:
    assert not read_code("https://example.com/help").is_gs1
    assert not read_code("http://[broken/01/x").is_gs1


@given(
    st.one_of(st.text(), st.binary().map(lambda raw: raw.decode("latin-1"))),
    st.sampled_from(["", "gs1-128", "ean-13", "upc-e", "]d2", "?"]),
)
def test_no_garbage_ever_raises(raw: str, symbology: str) -> None:
    for text in (raw, f"]C1{raw}", f"]Q1https://x.y/01/{raw}", f"({raw})", f"(01){raw}(10){raw}", f"]C101{GTIN}{raw}"):
        meaning = read_code(text, symbology)
        assert meaning.lookups or meaning.faults or meaning.elements
        assert meaning.reading().raw == text


lots = st.text(CHARACTERS, min_size=1, max_size=20)
days = st.dates(date(2000, 1, 1), date(2049, 12, 31))


@given(st.text("0123456789", min_size=13, max_size=13), lots, lots, days)
def test_what_is_printed_is_what_is_read(payload: str, lot: str, serial: str, expiry: date) -> None:
    gtin = f"{payload}{gs1_check_digit(payload)}"
    elements = [("01", gtin), ("10", lot), ("17", f"{expiry:%y%m%d}"), ("21", serial)]
    text = gs1_128(elements)
    meaning = read_code(f"]C1{text}")
    assert [(element.ai, element.value) for element in meaning.elements] == elements
    assert (meaning.gtin, meaning.lot, meaning.serial, meaning.expiry) == (gtin, lot, serial, expiry)
    assert [part.value for part in GS1Message.parse(text).element_strings] == [value for _, value in elements]


def test_separators_stand_after_elements_of_variable_length_only() -> None:
    assert gs1_128([("10", "L1"), ("01", GTIN), ("21", "S1")]) == f"10L1{GS}01{GTIN}21S1"
    assert hri([("01", GTIN), ("10", "L1")]) == f"(01){GTIN}(10)L1"


@pytest.mark.parametrize(
    "elements", [[], [("01", "123")], [("10", "a^b")], [("17", "261399")], [("00", SSCC[:-1] + "0")]]
)
def test_a_label_that_nobody_could_read_is_not_printed(elements: list[tuple[str, str]]) -> None:
    with pytest.raises(Refusal, match=r"code\.not_encodable"):
        gs1_128(elements)


@given(st.integers(0, 9), st.text("0123456789", min_size=4, max_size=12), st.integers(0, 9999))
def test_every_sscc_reads_back(extension: int, prefix: str, serial: int) -> None:
    sscc = make_sscc(extension, prefix, serial)
    assert len(sscc) == 18
    assert read_code(f"]C100{sscc}").sscc == sscc


def test_the_published_sscc_is_made_of_its_parts() -> None:
    assert make_sscc(3, "7610425", 2123456) == "376104250021234569"


@pytest.mark.parametrize(
    ("extension", "prefix", "serial"),
    [(10, "7610425", 1), (3, "761", 1), (3, "7610425", 10**9), (3, "76x0425", 1), (3, "7610425", -1)],
)
def test_parts_that_make_no_sscc_are_refused(extension: int, prefix: str, serial: int) -> None:
    with pytest.raises(Refusal, match=r"code\.sscc_parts"):
        make_sscc(extension, prefix, serial)


def test_gtin_14_of_digits_that_are_none() -> None:
    assert to_gtin_14("123") is None
    assert to_gtin_14("4006381333932") is None
    assert to_gtin_14("٤٠٠٦٣٨١٣٣٣٩٣١") is None


def test_a_reading_carries_the_facts_and_the_records() -> None:
    item = Candidate(CodeKind.ITEM, uuid4(), "PROD-001")
    reading = read_code(f"]C101{GTIN}10L7").reading([item])
    assert reading.of(CodeKind.ITEM) == (item,)
    assert (reading.gtin, reading.lot, reading.faults) == (GTIN, "L7", ())


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("]C0 SH-P-0042", "]C0 SH-P-…"),
        ("sh-p-7⟨CR⟩", "SH-P-…⟨CR⟩"),
        ("SH-CMD-UNDO", "SH-CMD-UNDO"),
        ("PROD-001", "PROD-001"),
    ],
)
def test_badges_are_not_shown_to_everybody(text: str, shown: str) -> None:
    assert without_badges(text) == shown

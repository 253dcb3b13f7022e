"""Numbers as people of two countries write them: read where all of them say which way, and asked about where not."""

from decimal import Decimal
from pathlib import Path

import pytest

from app.connectors.files import FileContents, read_file
from app.connectors.files.numbers import plain_number


def read(tmp_path: Path, text: str, mark: str = "", name: str = "items.csv") -> FileContents:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return read_file(path, mark=mark)


def codes(contents: FileContents) -> list[str]:
    return [finding.code for finding in contents.findings]


@pytest.mark.parametrize(
    ("text", "point", "comma"),
    [
        ("12.5", "12.5", None), ("12,5", None, "12.5"), ("1,250.5", "1250.5", None), ("1.250,5", None, "1250.5"),
        ("1.250", "1.250", "1250"), ("1,250", "1250", "1.250"), ("-3,25", None, "-3.25"), ("1 250,5", None, "1250.5"),
        ("1'250.5", "1250.5", None), ("0.125", "0.125", None), ("12.34.56", None, None), ("1,2,3", None, None),
        ("", None, None), (",5", None, None), ("five", None, None), ("1,2500", None, "1.2500"),
    ],
)  # fmt: skip
def test_a_number_is_what_its_mark_makes_of_it(text: str, point: str | None, comma: str | None) -> None:
    assert (plain_number(text, "."), plain_number(text, ",")) == (point, comma)


def test_one_clear_number_tells_how_all_others_are_meant_and_a_comma_is_said(tmp_path: Path) -> None:
    contents = read(tmp_path, "sku;min;weight g\nA;1.250;12,5\nB;3;1.000\n")
    assert codes(contents) == ["file.decimal_comma"]
    assert [(one.stock_levels.min, one.weight_g) for one in contents.products] == [
        (Decimal(1250), Decimal("12.5")), (Decimal(3), Decimal(1000))]  # fmt: skip
    quoted = read(tmp_path, 'sku,min,weight g\nA,7,"12,5"\n')
    assert (quoted.products[0].weight_g, codes(quoted)) == (Decimal("12.5"), ["file.decimal_comma"])
    english = read(tmp_path, 'sku,min,weight g\nA,"1,250",12.5\n')
    assert (english.products[0].stock_levels.min, codes(english)) == (Decimal(1250), [])


def test_what_nothing_tells_is_asked_and_never_guessed(tmp_path: Path) -> None:
    text = "sku;min;weight g\nA;1.250;12\n"
    assert codes(read(tmp_path, text)) == ["file.which_numbers"]
    assert read(tmp_path, text, ",").products[0].stock_levels.min == 1250
    assert read(tmp_path, text, ".").products[0].stock_levels.min == Decimal("1.250")
    assert read(tmp_path, "sku,min,weight g\nA,5,1.250\n").products[0].weight_g == Decimal("1.250")


def test_a_table_that_is_written_both_ways_is_refused_with_one_of_each(tmp_path: Path) -> None:
    contents = read(tmp_path, "sku;min;weight g\nA;5;12.5\nB;6;13,5\n")
    [fault] = [finding for finding in contents.findings if finding.code == "file.mixed_numbers"]
    assert (fault.value, fault.facts["other"], fault.where.line) == ("13,5", "12.5", 3)
    assert contents.refused
    said = read(tmp_path, "sku;min;weight g\nA;5;12.5\nB;6;13,5\n", ".")
    assert codes(said) == ["file.not_a_number"]


def test_tables_of_the_set_up_and_of_orders_are_read_alike_and_texts_are_left_alone(tmp_path: Path) -> None:
    levels = read(tmp_path, "sku;warehouse;minimum;maximum\n1,5;WH001;2,5;1.000\n")
    [record] = levels.setup
    assert (record.values["minimum"], record.values["maximum"], record.key) == (Decimal("2.5"), 1000, "1,5 · WH001")
    orders = read(tmp_path, "number;supplier;warehouse;sku;qty;price;currency\nPO-1;ACME;WH001;LAMP;12;3,25;EUR\n")
    assert [str(line.price.amount) for line in orders.purchase_orders[0].lines if line.price] == ["3.25"]
    assert codes(read(tmp_path, '[{"sku": "A", "weight_g": "12,5"}]', name="a.json")) == ["file.not_a_number"]

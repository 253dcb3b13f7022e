"""Rows of stock at a terminal and for programs: they tell weight and owner as the screen does."""

from decimal import Decimal

from app.main import report
from app.main.history import stock_line
from app.texts import Texts
from tests.reports.examples import stock_row


def test_a_row_tells_what_the_goods_weigh_and_whose_they_are() -> None:
    texts = Texts.load()
    vendors = stock_row(1, owner_name="Nordic Vendor", weight_kg=Decimal("51.300000"))
    assert stock_line(vendors, texts, owner="Nordic Vendor").endswith("13 each  51.3 kg  Nordic Vendor")
    assert stock_line(stock_row(1), texts, owner="").endswith("13 each")
    told = report._stock_values(vendors)
    assert (told["owner"], told["weight_kg"], told["available"]) == ("Nordic Vendor", Decimal("51.3"), Decimal(12))

"""The history of a product on the command line: what was changed, not which table was written."""

from datetime import UTC, datetime
from uuid import UUID

from app.domain.records import RecordChange
from app.main.output import Output
from app.main.product import change_words
from app.texts import Texts


def test_a_change_of_a_product_names_the_part_and_each_field_with_what_it_was() -> None:
    output = Output(Texts.load(), as_json=False)

    def told(part: str, before: dict[str, object] | None, after: dict[str, object] | None) -> str:
        at = datetime(2026, 11, 23, tzinfo=UTC)
        return change_words(RecordChange(UUID(int=1), at, "Ana", "", part, "UPDATE", before, after), output)

    renamed = {"version": 1, "name": "Lamp", "hs_code": "", "category_id": "x"}
    after = {"version": 2, "name": "Desk lamp", "hs_code": "940520", "category_id": "x"}
    assert told("item", renamed, after) == "Product: name Lamp → Desk lamp; hs_code 940520"
    assert told("code", {"value": "4012345000016"}, None) == "Code: value 4012345000016 → –"
    assert told("item_transition", None, {"id": "y", "state": "blocked"}) == "State: state blocked"

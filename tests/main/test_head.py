"""The head of the chain as a file: it is evidence, so that none is ever written over."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from app.database.ledger import Head
from app.domain.errors import Refusal
from app.main.admin import proving
from app.main.output import Output
from app.texts import Texts

HEAD = Head(UUID(int=1), 7, datetime(2026, 1, 31, tzinfo=UTC), "ab" * 32, 12, 34)


@pytest.mark.parametrize("name", ["head.json", "head.pdf"])
def test_a_head_that_was_kept_is_not_replaced(tmp_path: Path, name: str) -> None:
    kept = tmp_path / name
    kept.write_text("the only copy")
    with pytest.raises(Refusal) as refused:
        proving._export(kept, HEAD, Output(Texts.load(), as_json=False))
    assert refused.value.code == "export.file_exists"
    assert kept.read_text() == "the only copy"

"""Set-up records with every field wrong in turn: a fault of its record each time, and never a defect."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from app.composition import files
from app.connectors.files import FileContents
from app.domain.setup import plain
from app.domain.setup_examples import EXAMPLES
from app.domain.setup_kinds import SETUP_KINDS, Kind, Part, SetupKind, SetupRecord
from app.services.importing import preview
from app.services.importing.stored import as_stored
from app.services.work import Worker

_LONG = "a" * 150
_BAD: dict[Kind, tuple[Any, ...]] = {
    Kind.TEXT: ("X Y/é", _LONG),
    Kind.LONG_TEXT: ("x" * 5000,),
    Kind.NUMBER: (99_999_999,),
    Kind.WHOLE: (2_000_000_000,),
    Kind.TEXTS: (["Nope nope", "x" * 199],),
    Kind.FREE: ({"x": 1}, "text"),
    Kind.NAMED: ({"x": 1}, "text"),
    Kind.TRUTH: ("maybe",),
    Kind.DAY: ("today",),
    Kind.PICTURE: ("bm90IGFuIGltYWdl", "%%%"),
}


@dataclass
class Bad:
    """Contents of a file of set-up records alone, as the import takes them."""

    setup: tuple[SetupRecord, ...]
    name: str = "bad.yaml"
    products = warehouses = purchase_orders = orders = asns = findings = ()


def read(folder: Path, kind: str, record: object) -> FileContents:
    path = folder / "bad.yaml"
    path.write_text(yaml.safe_dump({kind: [record]}, allow_unicode=True), encoding="utf-8")
    return files.read(path)


def broken(kind: SetupKind) -> Iterator[dict[str, Any]]:
    """The example of a kind with one field wrong or missing, for each field and each way to be wrong."""
    example = as_stored(plain(EXAMPLES[kind.name], everything=True), fraction=float)
    for part in kind.parts:
        yield {name: value for name, value in example.items() if name != part.name}
        for bad in _bad(part):
            yield {**example, part.name: bad}


def _bad(part: Part) -> Iterator[Any]:
    if not part.of:
        yield from _BAD[part.kind]
    yield from (looks_right for looks_right in ("2026-13-45", "24:30") if re.fullmatch(part.form, looks_right))
    for inner in part.of:
        yield from ([{inner.name: bad}] for bad in _BAD[inner.kind])


def test_whatever_is_wrong_with_a_record_of_the_set_up_is_a_fault_of_this_record(desk: Worker, tmp_path: Path) -> None:
    contents = [read(tmp_path, kind.name, record) for kind in SETUP_KINDS.values() for record in broken(kind)]
    waiting = [record for content in contents if not content.refused for record in content.setup]
    assert len(waiting) > 100
    said: set[str] = set()
    for early in (True, False):
        left = [record for record in waiting if SETUP_KINDS[record.kind].early is early]
        while left:
            together = {(record.kind, record.key): record for record in left}
            left = [record for record in left if together[record.kind, record.key] is not record]
            bad = Bad(tuple(together.values()))
            said |= {one.finding.code for one in desk.run(partial(preview, contents=[bad])).findings}
    assert {"setup.unknown_category", "setup.unknown_place", "carriers.wrong_setup"} <= said


def test_a_value_that_could_not_be_kept_is_said_with_how_it_is_written(tmp_path: Path) -> None:
    wrong = (
        ("carriers", {"code": "HOUSE 2"}, "setup.wrong_form"),
        ("carriers", {"code": "swift", "setup": [1]}, "file.not_a_section"),
        ("closed_days", {"warehouse": "WH001", "day": "2026-02-30"}, "setup.wrong_form"),
        ("reasons", {"code": "wet goods"}, "setup.wrong_form"),
        ("company", {"gs1_prefix": "12AB"}, "setup.wrong_form"),
        ("partners", {"code": "C-1", "addresses": [{"purpose": "home"}]}, "setup.wrong_form"),
        ("partners", {"code": "C-1", "contacts": [{"name": "Ana", "email": "ana"}]}, "setup.wrong_form"),
        ("levels", {"warehouse": "WH001", "minimum": 5}, "file.missing"),
        ("senders", {"warehouse": "WH001", "city": _LONG}, "file.too_long"),
        ("dock_limits", {"warehouse": "WH001", "trucks_per_hour": 10**11}, "file.too_large"),
    )
    for kind, record, code in wrong:
        assert [finding.code for finding in read(tmp_path, kind, record).errors] == [code], (kind, record)

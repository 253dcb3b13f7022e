"""Every code that files, codes and quantities can be refused with has words, a remedy and a manual entry."""

import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
import yaml

from app.connectors.files import read_file
from app.domain.codes import read_code
from app.domain.errors import Refusal
from app.domain.sites import expand
from app.domain.values import parse_factor, parse_quantity

HOUSE = Path(__file__).parents[3]
CAPABILITIES = ("codes", "catalog", "sites", "orders")
SOURCES = ("values", "codes", "catalog/files.py", "sites", "orders.py", "partners", "../connectors/files")
CODE = re.compile(r'"((?:quantity|factor|money|code|catalog|sites|orders|file)\.[a-z_0-9]+)"')


def words() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for name in CAPABILITIES:
        content = yaml.safe_load((HOUSE / "resources" / "texts" / "en" / f"{name}.yaml").read_text("utf-8"))
        found.update(content["errors"])
    return found


def used() -> set[str]:
    roots = [HOUSE / "app" / "domain" / source for source in SOURCES]
    roots = [root if root.exists() else root.with_suffix(".py") for root in roots]
    files = [file for root in roots for file in (root.rglob("*.py") if root.is_dir() else [root])]
    return {code for file in files for code in CODE.findall(file.read_text("utf-8"))}


WORDS = words()


def assert_sayable(code: str, facts: dict[str, object]) -> None:
    for template in WORDS[code].values():
        wanted = {field for _, field, _, _ in Formatter().parse(template) if field}
        assert wanted <= facts.keys(), f"{code} speaks of {wanted - facts.keys()}"


def test_every_code_has_words_and_a_remedy_and_none_is_left_over() -> None:
    assert used() <= WORDS.keys()
    sources = (each for kind in ("*.py", "*.sql") for each in (HOUSE / "app").rglob(kind))
    said_somewhere = "".join(each.read_text("utf-8") for each in sources)
    assert [code for code in WORDS if code not in said_somewhere] == []
    assert all(entry["text"] and entry["remedy"] for entry in WORDS.values())


def test_every_code_has_a_manual_entry() -> None:
    folder = HOUSE / "resources" / "manual" / "en" / "errors"
    manual = "\n".join((folder / f"{name}.md").read_text("utf-8") for name in CAPABILITIES)
    assert set(re.findall(r"^## (\S+)$", manual, re.MULTILINE)) == WORDS.keys()


def bad_files() -> Iterator[tuple[str, str]]:
    yield "p.json", '{"product": {"sku": "A", "uom": {"base": "e", "alternates": [{"unit": "e", "conversion": "x"}]}}}'
    yield "p.json", '{"sku": "A", "sku": "SH-P-1", "nme": "", "warp": 9, "tracking": "x", "weight_g": 1e20}'
    yield (
        "p.json",
        '{"sku": "A", "name": [], "stock_levels": {"min": 9, "max": 1, "reorder_point": 7, "safety_stock": 8}}',
    )
    yield "p.json", '{"sku": "A", "barcodes": ["4006381333932", {"code": "X", "unit": "y"}, "x", "x", "36000291452"]}'
    yield (
        "p.json",
        '{"sku": "A", "shelf_life_days": 1.5, "precision": 0, "expiry_required": "?", "weight_g": -1, "name": "'
        + "x" * 201
        + '"}',
    )
    yield "p.json", '[{"sku": "A", "barcode": "x"}, {"sku": "a", "barcode": "x"}, {"sku": "B", "barcode": "x"}, 5, {}]'
    yield "o.json", '[{"lines": [{"qty": 0}, {"qty": 1.1234567}, {"qty": 1e11, "price": 1}]}, {"lines": []}]'
    yield (
        "o.json",
        '{"lines": [5], "cut_off": "2026-01-01", "ship_to": {"country": "X"}, "warehouse": "-", "number": "1"}',
    )
    yield (
        "w.yaml",
        "code: '-'\nzones:\n"
        "- {name: A, kind: x, bins: [A2-A1, A1-A02, A0000-Z9999, '?', A1, A1]}\n- {name: B, bins: A1}",
    )
    yield "p.csv", "sku,sku,colour,packs\nA,B,c,d,e\n"
    yield "p.csv", "colour\nred\n"
    yield "o.csv", "order,customer,sku,qty\n1,C,A,1\n1,D,A,1\n"
    yield "p.yaml", "a: &b c\n"
    yield "p.yaml", "a: [\n"
    yield "p.txt", ""
    yield "p.doc", "x"
    yield "none.csv", "\x00"


@pytest.mark.parametrize(("name", "content"), list(bad_files()))
def test_whatever_is_found_in_a_file_can_be_said(tmp_path: Path, name: str, content: str) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    findings = read_file(path).findings
    assert findings
    for finding in findings:
        assert_sayable(finding.code, dict(finding.all_facts))


@pytest.mark.parametrize(
    "raw", ["", "\x07", "]E01", "]E04006381333932", "]C1051", "]C110", "]C117999999", "]C110A\x1d10B"]
)
def test_whatever_is_wrong_with_a_code_can_be_said(raw: str) -> None:
    faults = read_code(raw).reading().faults
    assert faults
    for code, text in faults:
        assert_sayable(code, {"text": text})


@pytest.mark.parametrize("text", ["", "0", "-1", "1" * 20, "0.1234567", "A2-A1", "1/0"])
def test_whatever_a_rule_refuses_can_be_said(text: str) -> None:
    for rule in (parse_quantity, parse_factor, expand):
        try:
            rule(text)
        except Refusal as refused:
            assert_sayable(refused.code, refused.facts)

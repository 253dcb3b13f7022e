"""The manual tells what is there: pages that can be found, settings as they are declared, examples that can be read."""

import re
from pathlib import Path

import pytest

from app import resources
from app.connectors.files import read_file
from app.settings import DECLARED, load

MANUAL = resources.resource("manual", "en")
EXAMPLES = re.findall(r"(?ms)^```\n(.*?)^```$", (MANUAL / "imports.md").read_text(encoding="utf-8"))
FILES = [text for text in EXAMPLES if not text.startswith("stockhand ")]


def test_every_page_is_linked_from_the_first_one_and_every_link_leads_somewhere() -> None:
    linked = set(re.findall(r"\]\((\w+\.md)\)", (MANUAL / "index.md").read_text(encoding="utf-8")))
    assert linked == {page.name for page in MANUAL.glob("*.md")} - {"index.md"}
    for page in MANUAL.glob("*.md"):
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert (MANUAL / target).is_file(), f"{page.name} links {target}"


def test_the_page_for_it_names_every_setting_with_its_variable() -> None:
    page = (MANUAL / "administration.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| `([a-z_.]+)` \| `(STOCKHAND_\w+)` \|", page, re.MULTILINE))
    assert told == {declared.key: declared.variable for declared in DECLARED.values()}


def test_the_devices_of_the_page_for_it_are_accepted_as_settings(tmp_path: Path) -> None:
    page = (MANUAL / "administration.md").read_text(encoding="utf-8")
    example = re.search(r"(?ms)^```\n(\[station\].*?)^```$", page)
    assert example
    (tmp_path / "settings.toml").write_text(example[1], encoding="utf-8")
    assert [str(device.role) for device in load(tmp_path, environment={}).devices] == [
        "scanner",
        "scale",
        "label_printer",
    ]


def test_the_page_about_imports_has_an_example_of_each_kind() -> None:
    assert len(FILES) == 8


@pytest.mark.parametrize("text", FILES)
def test_every_example_of_the_page_about_imports_can_be_read(text: str, tmp_path: Path) -> None:
    suffix = ".json" if text.startswith("{") else ".yaml" if text.startswith("warehouse:") else ".csv"
    path = tmp_path / f"example{suffix}"
    path.write_text(text, encoding="utf-8")
    contents = read_file(path)
    assert not contents.findings
    assert contents.products or contents.warehouses or contents.purchase_orders or contents.asns or contents.orders

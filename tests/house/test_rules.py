"""The house keeps its rules, and each rule is able to fail."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.house import rules

ROOT = Path(__file__).parents[2]

Rule = Callable[[Path], list[str]]
RULES: tuple[Rule, ...] = (
    rules.sql_outside_database,
    rules.time_outside_the_clock,
    rules.binary_stock_or_money,
    rules.traces_of_a_machine,
    rules.codes_without_words,
    rules.long_files,
)

# For each rule: a file that keeps it, and files that break it, one in each way.
KEPT = {
    "app/database/stock.py": 'QUERY = "SELECT 1 FROM stock_move"\n',
    "app/services/clock.py": "import datetime\nnow = datetime.datetime.now(datetime.UTC)\n",
    "app/domain/fine.py": (
        '"""Select a printer from the list. SELECT this FROM that."""\n'
        "import time\nstarted = time.monotonic()\nvalue_mm: float = 1.0\nage_s: float = 0.0\n"
        'TEXT = "Select a printer from the list"\n'
        'def refuse(qty: int) -> None:\n    raise Refusal("stock.short", qty=qty)\n'
    ),
    "resources/texts/en/stock.yaml": "errors:\n  stock.short: {text: Not enough., remedy: Count.}\n",
    "resources/manual/en/errors/stock.md": "# Stock\n\n## stock.short\nWhy.\n",
    "app/database/schema/10_stock.sql": "PERFORM refuse('stock.short');\n",
}
BROKEN: tuple[tuple[Rule, str, str], ...] = (
    (rules.sql_outside_database, "app/services/stock.py", 'QUERY = "SELECT qty FROM stock_move"\n'),
    (rules.sql_outside_database, "app/services/stock.py", 'def f(t): return f"DELETE FROM {t}"\n'),
    (rules.sql_outside_database, "app/stations/stock.py", 'QUERY = "select * from stock_move"\n'),
    (rules.sql_outside_database, "drivers/printer.py", 'QUERY = "SELECT post_moves(1)"\n'),
    (rules.time_outside_the_clock, "app/domain/age.py", "from datetime import datetime\nn = datetime.now()\n"),
    (rules.time_outside_the_clock, "app/domain/age.py", "import datetime as d\nn = d.datetime.utcnow()\n"),
    (rules.time_outside_the_clock, "drivers/age.py", "import time\nn = time.time()\n"),
    (rules.binary_stock_or_money, "app/domain/move.py", "qty: float = 0\n"),
    (rules.binary_stock_or_money, "app/domain/move.py", "def pay(unit_price: float | None): ...\n"),
    (rules.binary_stock_or_money, "app/domain/move.py", "def stock_value() -> float: ...\n"),
    (rules.binary_stock_or_money, "app/domain/move.py", "x = float(move.qty)\n"),
    (rules.traces_of_a_machine, "README.md", "see /home/" + "somebody/stockhand\n"),
    (rules.traces_of_a_machine, "pip.txt", "--index" + "-url https://mirror\n"),
    (rules.codes_without_words, "app/domain/new.py", 'raise Fault("stock.lost", retry=True)\n'),
    (rules.codes_without_words, "app/domain/new.py", 'Finding(place, value, "stock.lost")\n'),
    (rules.codes_without_words, "app/database/schema/20.sql", "PERFORM refuse('stock.lost', '{}');\n"),
    (rules.codes_without_words, "app/database/errors.py", 'FAULTS = {"53100": ("stock.lost", True)}\n'),
    (rules.codes_without_words, "resources/texts/en/stock.yaml", "errors:\n  stock.short: {text: Not enough.}\n"),
    (rules.codes_without_words, "resources/manual/en/errors/stock.md", "# Stock\n"),
    (rules.codes_without_words, "resources/manual/en/errors/more.md", "## stock.nowhere\n"),
    (rules.long_files, "app/domain/long.py", "x = 1\n" * 501),
    (rules.long_files, "app/database/schema/long.sql", "SELECT 1;\n" * 501),
)


def tree(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    subprocess.run(["git", "init", "--quiet"], cwd=root, check=True)
    return root


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps_its_rules(rule: Rule) -> None:
    assert rule(ROOT) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_what_keeps_a_rule_is_left_in_peace(rule: Rule, tmp_path: Path) -> None:
    assert rule(tree(tmp_path, KEPT)) == []


@pytest.mark.parametrize(("rule", "name", "text"), BROKEN)
def test_what_breaks_a_rule_is_found(rule: Rule, name: str, text: str, tmp_path: Path) -> None:
    found = rule(tree(tmp_path, KEPT | {name: text}))
    assert len(found) == 1, found
    assert Path(name).stem in found[0] or "stock." in found[0]

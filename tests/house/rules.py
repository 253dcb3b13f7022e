"""The rules of the house that imports cannot show; each returns what breaks it, as `file:line: what`.

Every rule takes the root of a tree, so that `test_rules.py` can prove on a broken tree that it is able to fail.
"""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import yaml

SOURCES = ("app", "drivers")
LONGEST_FILE = 500

# The modules that may ask what time it is; everybody else is given the time.
CLOCKS = ("app/services/clock.py", "app/database/")
_NOW = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns"}

_SQL = re.compile(
    r"\b(SELECT\b[^;]*\bFROM\b|INSERT\s+INTO\b|UPDATE\s+\w+\s+SET\b|DELETE\s+FROM\b|TRUNCATE\s+\w|(LISTEN|NOTIFY)\s+\w"
    r"|(CREATE|ALTER|DROP)\s+(TABLE|ROLE|FUNCTION|DATABASE|SCHEMA|INDEX|VIEW)\b|SELECT\s+[\w.]+\()"
    r"|^\s*(select\s+.+\s+from\s+\w+\s*(where|order|limit|$)|insert\s+into\s|delete\s+from\s+\w+\s*(where|$))",
    re.DOTALL,
)

_EXACT = re.compile(r"(^|_)(qty|quantity|price|amount|money|\w+_value|cost|on_hand|reserved|available|promised)($|_)")
_UNIT = re.compile(r"_(s|ms|mm|px|dots|percent)$")  # `value_mm` is a length, not stock

_HERE = "tests/house/"
_MACHINE = re.compile(
    r"/(home|Users)/[a-z]\w*/|/root/\.|/wor[k]/[a-z]|[A-Z]:\\Users\\"
    r"|registry\.npm[j]s\.|python[h]osted\.|py[p]i\.org/simple|--(extra-)?inde[x]-url|--find-links|\"resolve[d]\":"
)

# What a module must say before it is parsed for a rule: parsing all of the house takes seconds.
_SAYS_SQL = re.compile(
    r"SELECT|INSERT|UPDATE|DELETE|TRUNCATE|LISTEN|NOTIFY|CREATE|ALTER|DROP|\b(select|insert|delete)\s"
)
_SAYS_TIME = re.compile(r"\b(now|utcnow|today|time|time_ns)\s*\(")
_SAYS_FLOAT = re.compile(r"\bfloat\b")
_SAYS_CODE = re.compile(r"\b(Refusal|Fault|Finding)\s*\(")

_CODE = re.compile(r"[a-z][a-z_]*\.[a-z][a-z_.]*")
_SQL_CODE = re.compile(r"\brefuse\(\s*'([^']+)'")
_TRANSLATOR = "app/database/errors.py"  # its tables name the codes


def sql_outside_database(root: Path) -> list[str]:
    """SQL in strings anywhere but in `app/database`."""
    return [
        f"{where}:{node.lineno}: SQL outside app/database: {str(node.value)[:60]!r}"
        for where, tree in _modules(root, _SAYS_SQL)
        if not where.startswith("app/database/")
        for node in _strings(tree)
        if _SQL.search(str(node.value))
    ]


def time_outside_the_clock(root: Path) -> list[str]:
    """Questions for the time of day; monotonic clocks are free."""
    return [
        f"{where}:{node.lineno}: {_dotted(node.func)}() outside the clock"
        for where, tree in _modules(root, _SAYS_TIME)
        if not where.startswith(CLOCKS)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ".".join(_dotted(node.func).split(".")[-2:]) in _NOW
    ]


def binary_stock_or_money(root: Path) -> list[str]:
    """Names of stock or money annotated as float, and such values converted to float."""
    return [
        f"{where}:{line}: {name} is stock or money, never float"
        for where, tree in _modules(root, _SAYS_FLOAT)
        if where.startswith("app/")
        for name, line in _floats(tree)
        if _EXACT.search(name) and not _UNIT.search(name)
    ]


def traces_of_a_machine(root: Path) -> list[str]:
    """Paths of somebody's machine and addresses of package registries in any file that is, or would be, tracked."""
    return [
        f"{path.relative_to(root)}:{number}: {found[0]}"
        for path in _tracked(root)
        if not path.relative_to(root).as_posix().startswith(_HERE)
        for number, line in enumerate(_text(path).splitlines(), 1)
        if (found := _MACHINE.search(line))
    ]


def codes_without_words(root: Path) -> list[str]:
    """Codes of refusals, faults and findings without a text, a remedy, or an entry in the manual."""
    texts = _error_texts(root)
    manual = _manual_headings(root)
    missing = []
    for code, where in sorted((dict.fromkeys(texts, "its text") | raised_codes(root)).items()):
        lacks = [part for part in ("text", "remedy") if not texts.get(code, {}).get(part)]
        lacks += [] if code in manual else ["manual entry"]
        if lacks:
            missing.append(f"{where}: {code} has no {', no '.join(lacks)}")
    return missing + [f"manual: {code} is in no text" for code in sorted(manual - texts.keys())]


def long_files(root: Path) -> list[str]:
    """Files that have outgrown about 500 lines and want to be a folder."""
    folders = (*SOURCES, "tests", "build_scripts")
    lengths = [
        (path.relative_to(root).as_posix(), _text(path).count("\n"))
        for folder in folders
        for pattern in ("*.py", "*.sql")
        for path in sorted((root / folder).rglob(pattern))
        if "node_modules" not in path.parts
    ]
    return [f"{where}: {length} lines" for where, length in lengths if length > LONGEST_FILE]


def raised_codes(root: Path) -> dict[str, str]:
    """Return every code that Python or SQL can raise, with a place that does."""
    codes: dict[str, str] = {}
    for where, tree in _modules(root, _SAYS_CODE):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _dotted(node.func).split(".")[-1] in ("Refusal", "Fault", "Finding"):
                found = _strings_in([*node.args, *(word.value for word in node.keywords if word.arg == "code")])
                codes |= {code: f"{where}:{node.lineno}" for code in found if _CODE.fullmatch(code)}
    if (translator := root / _TRANSLATOR).exists():
        words = _strings_in([ast.parse(_text(translator))])
        codes |= {code: _TRANSLATOR for code in words if _CODE.fullmatch(code)}
    for path in sorted((root / "app/database").rglob("*.sql")):
        codes |= {code: path.relative_to(root).as_posix() for code in _SQL_CODE.findall(_text(path))}
    return codes


def _modules(root: Path, says: re.Pattern[str]) -> Iterator[tuple[str, ast.Module]]:
    """Yield the modules in which the word stands that a rule looks for."""
    for folder in SOURCES:
        for path in sorted((root / folder).rglob("*.py")):
            if says.search(text := _text(path)):
                yield path.relative_to(root).as_posix(), ast.parse(text)


def _strings(tree: ast.AST) -> Iterator[ast.Constant]:
    """Yield string constants that are not docstrings (a string that is a statement of its own)."""
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node


def _strings_in(nodes: list[ast.expr] | list[ast.Module]) -> set[str]:
    return {str(found.value) for node in nodes for found in _strings(node)}


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def _floats(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Yield the names that are annotated as float or converted to it, with their lines."""
    for node in ast.walk(tree):
        match node:
            case ast.arg(arg=name, annotation=ast.expr() as kind) if _says_float(kind):
                yield name, node.lineno
            case ast.AnnAssign(target=target, annotation=kind) if _says_float(kind):
                yield _dotted(target).split(".")[-1], node.lineno
            case ast.FunctionDef(name=name, returns=ast.expr() as kind) if _says_float(kind):
                yield name, node.lineno
            case ast.Call(func=ast.Name(id="float"), args=[argument]):
                yield _dotted(argument).split(".")[-1], node.lineno


def _says_float(annotation: ast.expr) -> bool:
    return any(isinstance(node, ast.Name) and node.id == "float" for node in ast.walk(annotation))


def _tracked(root: Path) -> list[Path]:
    """Return the files git tracks or would track."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        check=True,
        capture_output=True,
    )
    return [path for name in listed.stdout.decode().split("\0") if name and (path := root / name).is_file()]


def _text(path: Path) -> str:
    """Return the text of a file; a binary file has none."""
    raw = path.read_bytes()
    return "" if b"\0" in raw[:8000] else raw.decode("utf-8", "replace")


def _error_texts(root: Path) -> dict[str, dict[str, str]]:
    texts: dict[str, dict[str, str]] = {}
    for path in sorted((root / "resources/texts/en").glob("*.yaml")):
        texts |= (yaml.safe_load(_text(path)) or {}).get("errors") or {}
    return texts


def _manual_headings(root: Path) -> set[str]:
    pages = (root / "resources/manual/en/errors").glob("*.md")
    return {heading for page in pages for heading in re.findall(r"^## (\S+)\s*$", _text(page), re.MULTILINE)}

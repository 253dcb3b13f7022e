"""Records as files that `read_file` takes again: a table (CSV, XLSX) or a list of records (JSON, YAML).

The same records make the same bytes (but for spreadsheets, which keep their time), so that files can be compared.
"""

import csv
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from app.domain.errors import Refusal

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_file(path: Path, kind: str, *, columns: Sequence[str], rows: Iterable[Mapping[str, Any]],
               records: Sequence[Mapping[str, Any]]) -> None:  # fmt: skip
    """Write records of one kind in the format that the file's name says.

    Tables take `rows` by `columns`; JSON and YAML take `records` under the name of their kind. Refuses
    `file.unknown_format`, and `export.not_written` where the disk or the folder does not let it.
    """
    suffix = path.suffix.lower()
    if suffix not in ENDINGS:
        raise Refusal("file.unknown_format", suffix=suffix, value=path.name, where="")
    try:
        if suffix in _TABLES:
            _TABLES[suffix](path, columns, rows)
        else:
            path.write_text(_TREES[suffix]({kind: list(records)}), encoding="utf-8")
    except OSError as problem:
        raise Refusal("export.not_written", path=path, reason=problem.strerror or str(problem)) from None


def write_tree(path: Path, content: Mapping[str, Any]) -> None:
    """Write several kinds of records to one JSON or YAML file."""
    try:
        path.write_text(_TREES[path.suffix.lower()](content), encoding="utf-8")
    except OSError as problem:
        raise Refusal("export.not_written", path=path, reason=problem.strerror or str(problem)) from None


def _cell(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _csv(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:  # the mark lets spreadsheets see UTF-8
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows([_cell(row.get(column)) for column in columns] for row in rows)


def _xlsx(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """Every cell is text, so that no leading zero and no long number is lost, and nothing runs as a formula."""
    import openpyxl  # noqa: PLC0415  (heavy: loaded on first use)
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Stockhand")
    sheet.freeze_panes = "A2"

    def text(value: object) -> object:
        cell = WriteOnlyCell(sheet, value=_cell(value))
        cell.number_format = "@"
        if str(value).startswith(_FORMULA):
            cell.data_type = "s"
        return cell

    sheet.append([text(column) for column in columns])
    for row in rows:
        sheet.append([text(row.get(column)) for column in columns])
    book.save(path)


def _json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2, default=_plain) + "\n"


def _plain(value: object) -> object:
    """A number as a number where JSON's own can say it exactly, else as text."""
    if not isinstance(value, Decimal):
        return str(value)
    number = int(value) if value == value.to_integral_value() else float(value)
    return number if Decimal(repr(number)) == value else _cell(value)


class _Dumper(yaml.SafeDumper):
    """Writes exact numbers as they are, texts that look like numbers as texts, and what stands twice twice."""

    def ignore_aliases(self, _data: object) -> bool:
        """An alias would be refused when the file comes in again."""
        return True


def _number(dumper: yaml.SafeDumper, value: Decimal) -> yaml.Node:
    tag = "tag:yaml.org,2002:int" if value == value.to_integral_value() else "tag:yaml.org,2002:float"
    return dumper.represent_scalar(tag, _cell(value))


_Dumper.add_representer(Decimal, _number)


def _yaml(content: object) -> str:
    return yaml.dump(content, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120)


_Table = Callable[[Path, Sequence[str], Iterable[Mapping[str, Any]]], None]
_TABLES: Mapping[str, _Table] = {".csv": _csv, ".xlsx": _xlsx}
_TREES: Mapping[str, Callable[[object], str]] = {".json": _json, ".yaml": _yaml, ".yml": _yaml}
ENDINGS = (*_TABLES, *_TREES)
"""The endings of the files that can be written."""

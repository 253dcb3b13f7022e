"""Malformed calls of every function that people may call, made from the catalogue and from what each function reads."""
# ruff: noqa: S608  (calls are put together from the catalogue)

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from tests.support import Site

_FUNCTIONS = r"""
    SELECT p.proname, coalesce(p.proargnames, '{}'), p.prosrc,
        ARRAY(SELECT format_type(t, NULL) FROM unnest(p.proargtypes) WITH ORDINALITY a (t, n) ORDER BY n)
    FROM pg_proc p WHERE p.pronamespace = 'stockhand'::regnamespace AND p.prokind = 'f'
        AND p.prorettype <> 'trigger'::regtype AND has_function_privilege('sh_everyone', p.oid, 'EXECUTE')
    ORDER BY p.proname
"""
_FINE = {"text": "X", "integer": "1", "bigint": "1", "numeric": "1", "boolean": "true", "bytea": "\\x00", "jsonb": "{}",
         "name": "x", "date": "2030-01-01", "timestamp with time zone": "2026-01-01", "smallint": "1"}  # fmt: skip
_ODD: dict[str, tuple[str, ...]] = {
    "text": ("", "'", "%", "é" * 3000, "\x01"),
    "name": ("",),
    "integer": ("-1", "0", "2147483647", "-2147483648"),
    "bigint": ("-1", "0", "9223372036854775807"),
    "numeric": ("NaN", "Infinity", "-1", "0", "1e30", "1e-30"),
    "boolean": ("false",),
    "bytea": ("\\x", "\\x" + "ff" * 40),
    "date": ("infinity", "-infinity", "0044-03-15 BC", "5874897-12-31"),
    "timestamp with time zone": ("infinity", "-infinity", "0044-03-15 BC", "294276-12-31"),
    "uuid": ("00000000-0000-0000-0000-000000000000", "11111111-1111-1111-1111-111111111111"),
}
_SHAPES = ("null", "1", '"x"', "[]", "{}", "[null]", "[1]", '["x"]', "[[]]", "[{}]")
_VALUES: tuple[object, ...] = (None, "x", "", -1, 1e30, True, [], [None], {}, "11111111-1111-1111-1111-111111111111",
                               "infinity", "NaN")  # fmt: skip


@dataclass(frozen=True)
class Call:
    """A call whose one argument is malformed."""

    name: str
    arguments: tuple[tuple[str, str | None], ...]
    about: str

    @property
    def sql(self) -> str:
        """With a place for each argument, of its type."""
        return f"SELECT * FROM {self.name}({', '.join(f'%s::{kind}' for kind, _ in self.arguments)})"


def malformed(site: Site) -> Iterator[Call]:
    """Every function, each of its arguments in every malformed way, the others as they might be."""
    with site.superuser() as connection:
        rows = connection.execute(_FUNCTIONS).fetchall()
        real = _real(site)
    for name, names, source, types in rows:
        fine = [_fine(kind, names[n] if n < len(names) else "", real, source) for n, kind in enumerate(types)]
        for n, kind in enumerate(types):
            for odd in _odd(kind, source, fine[n]):
                arguments = [*fine[:n], odd, *fine[n + 1 :]]
                about = f"{names[n] if n < len(names) else n} = {odd if odd is None else odd[:60]}"
                yield Call(name, tuple(zip(types, arguments, strict=True)), about)


def _real(site: Site) -> dict[str, str]:
    """Ids of what there is, by what parameters are called."""
    with site.desk.transaction() as session:
        found = session.row(
            "SELECT (SELECT id FROM document WHERE kind = 'order' LIMIT 1) AS document,"
            " (SELECT l.id FROM document_line l JOIN document d ON d.id = l.document_id AND d.kind = 'order' LIMIT 1)"
            " AS line,"
            " (SELECT id FROM handling_unit LIMIT 1) AS unit, (SELECT id FROM trace LIMIT 1) AS trace,"
            " (SELECT id FROM posting LIMIT 1) AS posting, (SELECT id FROM printer LIMIT 1) AS printer,"
            " (SELECT id FROM carrier LIMIT 1) AS carrier, (SELECT id FROM station LIMIT 1) AS station"
        )
    assert found is not None
    known = {name: str(value) for name, value in found.items() if value is not None}
    return known | {
        "warehouse": str(site.warehouse),
        "item": str(site.items["WIDGET"]),
        "location": str(site.places["R01"]),
        "place": str(site.places["R01"]),
        "dock": str(site.places["DOCK1"]),
        "door": str(site.places["DOCK1"]),
        "partner": str(site.partners["SHOPPER"]),
        "person": str(site.people["OPERATOR1"]),
        "order": known.get("document", ""),
    }


def _fine(kind: str, name: str, real: dict[str, str], source: str) -> str:
    """A value that may well be right."""
    single = kind.removesuffix("[]")
    if single == "uuid":
        stem = next((one for one in real if one in name and real[one]), "")
        value = real.get(stem) or "22222222-2222-2222-2222-222222222222"
    elif single == "text":
        value = next(iter(re.findall(rf"{name} (?:=|IN) \(?'(\w+)'", source)), "X") if name else "X"
    else:
        value = _FINE.get(single, "1")
    return f"{{{value}}}" if kind.endswith("[]") else value


def _odd(kind: str, source: str, fine: str) -> Iterator[str | None]:
    yield None
    if kind.endswith("[]"):
        single = kind.removesuffix("[]")
        value = fine[1:-1]
        yield from (
            "{}",
            "{NULL}",
            f"{{{{{value}}},{{{value}}}}}",
            f"{{{value},{value}}}",
            f"{{{value},NULL}}",
            f"[5:5]={fine}",
        )
        yield from (f'{{"{odd}"}}' for odd in _ODD.get(single, ()) if '"' not in odd and "\\" not in odd)
    elif kind == "jsonb":
        yield from _SHAPES
        keys = {*re.findall(r"->>? ?'(\w+)'", source), *_columns(source)}
        for each in _VALUES:
            record = dict.fromkeys(sorted(keys), each)
            yield json.dumps(record)
            yield json.dumps([record])
            yield json.dumps([record, record])
        for key in sorted(keys):
            yield json.dumps({key: "x"})
            yield json.dumps([{key: "x"}])
    else:
        yield from _ODD.get(kind, ())


def _columns(source: str) -> set[str]:
    """The columns that a function reads out of JSON records."""
    lists = re.findall(r"recordset\([^)]*\)\s*(?:WITH ORDINALITY )?AS \w* ?\(([^)]*)\)", source)
    return {column.split()[0] for columns in lists for column in columns.split(",") if column.split()}

"""Whether a text has the outer form of a label template, said in words of the one who wrote it; before it is read.

What stands in the elements is judged by `template.py`, which also says what a template is.
"""

import math
from collections.abc import Mapping
from datetime import date
from typing import Any

import yaml

MOST_CHARACTERS = 2_000_000
MOST_ELEMENTS = 2_000
_MOST_NESTED = 40
_LARGEST_MM = 1_000
_KEYS = ("name", "version", "size_mm", "fields", "elements")
_FIELD_KEYS: Mapping[str, type] = {"kind": str, "required": bool}
_EXAMPLES = (str, int, float, date)


class ShapeError(Exception):
    """The text is no template; the argument says where and why."""


def shape_of(text: str) -> dict[str, Any]:
    """What the YAML says, with `lines` as the line of each element, counted from one. Raises `ShapeError`."""
    raw, lines = _parsed(text)
    if not isinstance(raw, dict) or not raw.keys() & set(_KEYS):
        raise ShapeError(f"it is no label template; one says {', '.join(_KEYS)}")
    for key in _KEYS:
        if key not in raw:
            raise ShapeError(f"it does not say its {key}")
    if not isinstance(raw["name"], str) or not raw["name"]:
        raise ShapeError("its name is no word")
    if not _is_whole(raw["version"], least=0):
        raise ShapeError("its version is no whole number")
    _check_size(raw["size_mm"])
    _check_fields(raw["fields"])
    _check_elements(raw["elements"], lines)
    return {**raw, "lines": lines}


def _parsed(text: str) -> tuple[Any, list[int]]:
    """The YAML, and in which line each of its elements begins."""
    if len(text) > MOST_CHARACTERS:
        raise ShapeError(f"it has more than {MOST_CHARACTERS} characters")
    if _nesting(text) > _MOST_NESTED:
        raise ShapeError("it is nested too deeply")
    try:
        loader = yaml.SafeLoader(text)  # not the one in C: it crashes the program where lists nest by dashes
        top = loader.get_single_node()
        raw = loader.construct_document(top) if top else None
    except RecursionError:
        raise ShapeError("it is nested too deeply") from None
    except yaml.MarkedYAMLError as error:
        where = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise ShapeError(f"{where}{error.problem or 'this is no YAML'}") from error
    except (yaml.YAMLError, ValueError) as error:
        raise ShapeError("it holds characters that no text has") from error
    if not isinstance(top, yaml.MappingNode):
        return raw, []
    elements = next((value for key, value in top.value if key.value == "elements"), None)
    listed = elements.value if isinstance(elements, yaml.SequenceNode) else ()
    return raw, [one.start_mark.line + 1 for one in listed]


def _nesting(text: str) -> int:
    """How deep brackets stand in brackets, at most; brackets within words count too."""
    depth = deepest = 0
    for character in text:
        depth += (character in "[{") - (character in "]}")
        deepest = max(deepest, depth)
    return deepest


def _check_size(size: object) -> None:
    if not _is_pair(size) or not all(0 < side <= _LARGEST_MM for side in size):  # type: ignore[attr-defined]
        raise ShapeError(f"its size_mm is not [width, height], each up to {_LARGEST_MM} mm")


def _check_fields(fields: object) -> None:
    if not isinstance(fields, dict):
        raise ShapeError("its fields are not names, each with what it holds")
    for name, facts in fields.items():
        if not isinstance(name, str) or not isinstance(facts, dict | None):
            raise ShapeError(f"field {name}: it is not a name with what it holds, such as {{kind: text}}")
        for key, value in (facts or {}).items():
            wanted = _EXAMPLES if key == "example" else _FIELD_KEYS.get(key)
            if wanted is None:
                raise ShapeError(f"field {name}: it does not know {key}")
            if not isinstance(value, wanted):
                raise ShapeError(f"field {name}: {key} cannot be {str(value)[:60]!r}")


def _check_elements(elements: object, lines: list[int]) -> None:
    if not isinstance(elements, list):
        raise ShapeError("its elements are no list")
    made = 0
    for line, element in zip(lines, elements, strict=True):
        if not isinstance(element, dict) or not isinstance(element.get("kind"), str):
            raise ShapeError(f"line {line}: it does not say what kind of element it is")
        if element["kind"] == "grid":
            _check_grid(element, line)
            made += element["columns"] * element["rows"] * len(element["elements"])
        made += 1
        if made > MOST_ELEMENTS:
            raise ShapeError(f"line {line}: it has more than {MOST_ELEMENTS} elements")


def _check_grid(grid: Mapping[str, Any], line: int) -> None:
    for key in ("columns", "rows"):
        if not _is_whole(grid.get(key), least=1):
            raise ShapeError(f"line {line}, grid: its {key} are no whole number, 1 or more")
    for key in ("at", "cell"):
        if not _is_pair(grid.get(key)):
            raise ShapeError(f"line {line}, grid: its {key} are not two numbers")
    inner = grid.get("elements")
    if not isinstance(inner, list) or not all(
        isinstance(one, dict) and isinstance(one.get("kind"), str) and _is_pair(one.get("at")) for one in inner
    ):
        raise ShapeError(f"line {line}, grid: its elements are no list of elements, each with kind and at")


def _is_whole(value: object, *, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def _is_pair(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(is_number(one) for one in value)


def is_number(value: object) -> bool:
    """Whether it is a number that can be a length."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)

"""YAML as nodes, each with its line; only what a person writes by hand is accepted.

Values are read more carefully than YAML 1.1 would: `12:30`, `0123`, `12E4` (a code), `no` and dates stay texts, numbers
stay exact.
Anchors and aliases are refused, because a short file could stand for a huge one; so are tags of other programs.
"""

import re
from collections.abc import Iterator

import yaml

from app.connectors.files.json_nodes import MOST_DEPTH, exact_number, too_deep
from app.connectors.files.plain_text import Unreadable
from app.domain.values import Findings, Node, Place

_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?\Z")
_BAD_NUMBER = re.compile(r"[+-]?\.(inf|nan)\Z", re.IGNORECASE)
_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})
_TRUTH = {"true": True, "True": True, "false": False, "False": False}
_PLAIN_TAG = "tag:yaml.org,2002:"


def yaml_nodes(text: str, findings: Findings) -> Node:
    """The content of a YAML file; raises `Unreadable` with its line where it is not plain YAML."""
    try:
        _refuse_tricks(text)
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        where = Place(mark.line + 1 if mark else 0)
        raise Unreadable("file.syntax", where, reason=problem.problem or "") from None
    except yaml.YAMLError as problem:
        raise Unreadable("file.syntax", reason=str(problem).splitlines()[0]) from None
    if root is None:
        raise Unreadable("file.empty")
    return _node(root, "", "", findings)


def _refuse_tricks(text: str) -> None:
    """Walks over the file once without building anything, so that bombs never go off."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        where = Place(event.start_mark.line + 1 if event.start_mark else 0)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise Unreadable("file.alias", where)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MOST_DEPTH:
            too_deep(where)


def _node(node: yaml.Node, path: str, name: str, findings: Findings, line: int = 0) -> Node:
    """The node and all below it; `line` is the line of its key where it has one."""
    place = Place(line or _line(node), path)
    if not node.tag.startswith(_PLAIN_TAG) or node.tag.startswith(f"{_PLAIN_TAG}python"):
        findings.error(Node(node.tag, place), "file.tag")
        return Node(None, place, name)
    if isinstance(node, yaml.MappingNode):
        return Node(dict(_pairs(node, path, findings)), place, name)
    if isinstance(node, yaml.SequenceNode):
        items = (_node(part, f"{path}[{n}]", "", findings) for n, part in enumerate(node.value))
        return Node(tuple(items), place, name)
    return _scalar(node, place, name, findings)


def _line(node: yaml.Node) -> int:
    return node.start_mark.line + 1 if node.start_mark else 0


def _pairs(node: yaml.MappingNode, path: str, findings: Findings) -> Iterator[tuple[str, Node]]:
    seen: set[str] = set()
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            findings.error(Node(None, Place(_line(key_node), path)), "file.key")
            continue
        key = key_node.value
        part = _node(value_node, f"{path}.{key}" if path else key, key, findings, _line(key_node))
        if key in seen:
            findings.error(part, "file.duplicate_key", key=key)
        seen.add(key)
        yield key, part


def _scalar(node: yaml.Node, place: Place, name: str, findings: Findings) -> Node:
    text: str = node.value
    if getattr(node, "style", None):  # quoted or a block: a text, whatever it looks like
        return Node(text, place, name)
    if text in _NOTHING:
        return Node(None, place, name)
    if text in _TRUTH:
        return Node(_TRUTH[text], place, name)
    if _NUMBER.match(text) or _BAD_NUMBER.match(text):
        number = exact_number(text)
        if isinstance(number, str) or not number.is_finite():
            findings.error(Node(text, place, name), "file.number")
            return Node(None, place, name)
        return Node(number, place, name)
    return Node(text, place, name)

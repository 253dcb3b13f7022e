"""What is wrong, or worth saying, about a file that somebody brings: where it stands, what it is, and why.

`Node` is a file's content after reading, whatever the format: texts, exact numbers, lists and sections, each with its
place. `Section` reads one section field by field and collects every finding, so that a person mends a file once.
Reading bytes is the connectors' job; deciding whether findings stop an import is the caller's (`Findings.refused`).
"""

import difflib
import functools
import itertools
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple, Union

from app.domain.errors import Refusal
from app.domain.values.quantity import checked_amount

_SHOWN = 80
_NUMBER = re.compile(r"[+-]?[0-9]{1,20}(\.[0-9]{1,20})?")
_TRUTHS = {"yes": True, "y": True, "true": True, "1": True, "no": False, "n": False, "false": False, "0": False}


class Severity(StrEnum):
    """An error refuses the whole file; a notice is said and the import goes on."""

    ERROR = "error"
    NOTICE = "notice"


class Place(NamedTuple):
    """Where something stands in a file: its line (from 1; 0 where the format has none) and its path or cell.

    A tuple, as `Node` is: a table of a hundred thousand goods has more than a million of them.
    """

    line: int = 0
    path: str = ""

    def __str__(self) -> str:
        parts = ([f"line {self.line}"] if self.line else []) + ([self.path] if self.path else [])
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to say about a file: the place, the value as it stands there, a code, and facts for its text."""

    where: Place
    value: str
    code: str
    facts: Mapping[str, object] = field(default_factory=dict)
    severity: Severity = Severity.ERROR

    @property
    def all_facts(self) -> Mapping[str, object]:
        """The facts that its text may speak of: its own, and the `value` and the place (`where`)."""
        return {"value": self.value, "where": str(self.where), **self.facts}


class Findings:
    """Collects what is found while a file is read."""

    def __init__(self, found: Iterable[Finding] = ()) -> None:
        self._found = list(found)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    @property
    def refused(self) -> bool:
        """Whether anything found forbids to use the file."""
        return any(finding.severity is Severity.ERROR for finding in self._found)

    def error(self, node: "Node", code: str, **facts: object) -> None:
        """Something that must be mended at this place."""
        self._found.append(Finding(node.place, node.shown, code, facts))

    def notice(self, node: "Node", code: str, **facts: object) -> None:
        """Something worth saying about this place."""
        self._found.append(Finding(node.place, node.shown, code, facts, Severity.NOTICE))

    def refusal(self, node: "Node", refusal: Refusal) -> None:
        """A rule that refused the value at this place."""
        self._found.append(Finding(node.place, node.shown, refusal.code, dict(refusal.facts)))


Content = Union[str, Decimal, bool, None, tuple["Node", ...], dict[str, "Node"]]  # noqa: UP007  (names a class below)


class Node(NamedTuple):
    """One value of a file with its place: text, exact number, truth, nothing, a list, or a section of named values."""

    value: Content
    place: Place = Place()
    name: str = ""

    @property
    def shown(self) -> str:
        """The value as a person finds it in the file, shortened; empty for lists and sections."""
        if isinstance(self.value, tuple | dict) or self.value is None:
            return ""
        return str(self.value)[:_SHOWN]

    @property
    def text(self) -> str | None:
        """The value as text where it is a text or a number, else None."""
        if isinstance(self.value, str):
            return " ".join(self.value.split())
        return str(self.value) if isinstance(self.value, Decimal) else None


class Section:
    """One section of a file, read field by field; whatever is wrong goes to `findings`.

    Names are matched whatever their case, with blanks and hyphens as underscores, so that `Reorder Point` is
    `reorder_point`.
    """

    def __init__(self, node: Node, findings: Findings) -> None:
        self.node = node
        self.findings = findings
        self._fields: dict[str, Node] = {}
        self._asked: list[tuple[str, ...]] = []
        self._unread: set[str] = set()
        if isinstance(node.value, dict):
            self._take(node.value)
        else:
            findings.error(node, "file.not_a_section")

    def _take(self, fields: Mapping[str, Node]) -> None:
        for name, value in fields.items():
            plain = plain_name(name)
            if plain in self._fields:
                self.findings.error(value, "file.duplicate_key", key=name)
            self._fields[plain] = value
        self._unread = set(self._fields)

    def node_of(self, *names: str) -> Node | None:
        """The first of these fields that is there and says something."""
        self._asked.append(names)
        for name in names:
            if name in self._fields:
                self._unread.discard(name)
                node = self._fields[name]
                if node.value is not None and node.value != "":
                    return node
        return None

    def there(self, names: tuple[str, ...]) -> Collection[str]:
        """Those of these fields that are there; all of them may be."""
        self._asked.append(names)
        return self._fields.keys() & names

    def text(self, *names: str, longest: int = 200) -> str:
        """A text on one line; empty where the file says nothing."""
        node = self.node_of(*names)
        if node is None:
            return ""
        text = node.text
        if text is None:
            self.findings.error(node, "file.not_a_text", key=names[0])
            return ""
        if len(text) > longest:
            self.findings.error(node, "file.too_long", key=names[0], longest=longest)
            return ""
        if not text.isprintable():
            self.findings.error(node, "file.control_characters", key=names[0])
            return ""
        return text

    def required(self, *names: str, longest: int = 200) -> str:
        """A text that must be there."""
        if self.node_of(*names) is None:
            if isinstance(self.node.value, dict):
                self.findings.error(self.node, "file.missing", key=names[0])
            return ""
        return self.text(*names, longest=longest)

    def number(self, *names: str, least: Decimal | None = Decimal(0)) -> Decimal | None:
        """An exact number of at least `least` (0 unless told; None: any); None where the file says nothing."""
        node = self.node_of(*names)
        if node is None:
            return None
        number = number_of(node, self.findings, key=names[0])
        if number is not None and least is not None and number < least:
            self.findings.error(node, "file.too_small", key=names[0], least=str(least))
            return None
        return number

    def whole_number(self, *names: str, least: int = 0) -> int | None:
        """A whole number of at least `least`."""
        number = self.number(*names, least=Decimal(least))
        if number is None:
            return None
        if number != number.to_integral_value():
            node = self.node_of(*names)
            assert node is not None
            self.findings.error(node, "file.not_whole", key=names[0])
            return None
        return int(number)

    def truth(self, *names: str) -> bool | None:
        """Yes or no; None where the file says nothing."""
        node = self.node_of(*names)
        if node is None:
            return None
        if isinstance(node.value, bool):
            return node.value
        answer = _TRUTHS.get((node.text or "").casefold())
        if answer is None:
            self.findings.error(node, "file.not_a_truth", key=names[0])
        return answer

    def list_of(self, *names: str) -> tuple[Node, ...]:
        """The parts of a list; a single value counts as a list of one."""
        node = self.node_of(*names)
        if node is None:
            return ()
        return node.value if isinstance(node.value, tuple) else (node,)

    def section(self, *names: str) -> "Section | None":
        """A section within this one."""
        node = self.node_of(*names)
        return None if node is None else Section(node, self.findings)

    def finish(self) -> None:
        """Names the fields that nobody asked for, with the name that was probably meant."""
        asked = list(dict.fromkeys(itertools.chain.from_iterable(self._asked))) if self._unread else []
        for name in [name for name in self._fields if name in self._unread and name not in asked]:
            meant = difflib.get_close_matches(name, asked, n=1)
            if meant:
                self.findings.error(self._fields[name], "file.misspelt_key", key=name, meant=meant[0])
            else:
                self.findings.error(self._fields[name], "file.unknown_key", key=name)


@functools.lru_cache(maxsize=4096)
def plain_name(name: str) -> str:
    """A field's name as it is compared: `Reorder Point`, `reorder-point` and `REORDER_POINT` are the same."""
    return re.sub(r"[\s\-_]+", "_", name.strip().casefold()).strip("_")


def number_of(node: Node, findings: Findings, *, key: str) -> Decimal | None:
    """The exact number at this place, whether it is written as number or as text; None if it is none."""
    if isinstance(node.value, Decimal):
        number = node.value
    elif isinstance(node.value, str) and _NUMBER.fullmatch(node.value.strip()):
        number = Decimal(node.value.strip())
    else:
        findings.error(node, "file.not_a_number", key=key)
        return None
    try:
        return checked_amount(number)
    except Refusal as refusal:
        findings.refusal(node, refusal)
        return None

"""What the database says of a refusal is what its text speaks of: the same facts, call by call."""

import re
from pathlib import Path

import pytest

from app.texts import Texts

SCHEMA = Path(__file__).parents[2] / "app/database/schema"
CALL = re.compile(r"refuse\(\s*'([a-z_.]+)'\s*(\)|,\s*jsonb_build_object\()")
TEXTS = Texts.load()


def keys(text: str, start: int) -> set[str]:
    """The names in a call of jsonb_build_object whose arguments begin at `start`."""
    depth, parts, begin, at = 1, [], start, start
    while depth:
        match text[at]:
            case "'":
                at = text.index("'", at + 1)
            case "(":
                depth += 1
            case ")":
                depth -= 1
            case _:
                pass
        if depth == 0 or (depth == 1 and text[at] == ","):
            parts.append(text[begin:at].strip(" \n'"))
            begin = at + 1
        at += 1
    return set(parts[::2])


def calls() -> list[tuple[str, str, frozenset[str]]]:
    """(file and line, code, facts) of each refusal whose facts stand beside it."""
    found = []
    for file in sorted(SCHEMA.glob("*.sql")):
        text = file.read_text(encoding="utf-8")
        for call in CALL.finditer(text):
            facts = frozenset() if call[2] == ")" else frozenset(keys(text, call.end()))
            found.append((f"{file.name}:{text[: call.start()].count(chr(10)) + 1}", call[1], facts))
    return found


def test_the_refusals_of_the_schema_are_found() -> None:
    assert len(calls()) > 140


@pytest.mark.parametrize(("where", "code", "facts"), calls(), ids=lambda value: value if isinstance(value, str) else "")
def test_a_refusal_carries_what_its_text_speaks_of(where: str, code: str, facts: frozenset[str]) -> None:
    said = " ".join(TEXTS.error(code, dict.fromkeys(facts, "known")))
    assert not re.findall(r"\{\w+\}|\[[a-z_.]+\]", said), f"{where} says too little for {code}"


def test_what_cannot_be_undone_is_said_in_words() -> None:
    dialogs = SCHEMA.parents[1] / "dialogs"
    sources = "\n".join(file.read_text(encoding="utf-8") for file in sorted(dialogs.rglob("*.py")))
    effects = set(re.findall(r'outside="([a-z_]+)"', sources))
    assert "departed" in effects
    assert {effect for effect in effects if not TEXTS.has("captions", f"effect.{effect}")} == set()

"""The words people read, found by code: one folder a language, one file a capability, merged into sections.

Nothing here knows what a code is for; a code without words is shown as it is and logged, because a person at the
dock is better served by an odd word than by an empty line. A fact may itself be a code: a `status` that is `blocked`
is read as the caption `status.blocked`, a `command` that is `UNDO` as the word on its key. This one rule (`word`)
holds in sentences, beside captions and in columns, so that dialogs and the database hand over codes, never words.
A moment with its offset is read on the clock of this machine.
Where a number decides about the words, both stand in its place: `{count:# carton is|# cartons are} missing`, the first
for exactly one, `#` for the number itself.
Two languages are made from English on the fly to prove that the layout holds: `xx` (accented, 40 % longer) and `rtl`
(running right to left).
"""

import functools
import logging
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

import yaml

from app import resources

SOURCE_LANGUAGE = "en"
PSEUDO_LONGER = "xx"
PSEUDO_RIGHT_TO_LEFT = "rtl"
SECTIONS = frozenset({"errors", "prompts", "feedback", "captions", "commands", "choices", "actions", "titles", "hints"})

_RIGHT_TO_LEFT = frozenset({PSEUDO_RIGHT_TO_LEFT, "ar", "fa", "he", "ur"})
_PLACEHOLDER = re.compile(r"(\{[^{}]*\})")
_ACCENTS = str.maketrans("aceinosuyACEINOSUY", "àçéîñöšûýÀÇÉÎÑÖŠÛÝ")

# Control characters and half characters, what ends a line or a paragraph, and what turns the order of reading
# (Unicode UAX 9): in a name they steer the terminal or make it look like another name.
_STEERING_CATEGORIES = frozenset({"Cc", "Cs", "Zl", "Zp"})
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_REPLACED = "·"
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d(:?\d\d)?|Z)")
"""A moment as the database hands it over: with its offset, so that it can be read on the clock of this machine."""

_log = logging.getLogger(__name__)

Sections = Mapping[str, Mapping[str, object]]


def harmless(text: str) -> str:
    """A text whose characters all show what they are: those that would steer a terminal or a reader become `·`.

    The lines of a text of several lines stay apart.
    """
    if text.isprintable():
        return text
    return "".join(_REPLACED if _steers(character) else character for character in text)


def _steers(character: str) -> bool:
    return character != "\n" and (character in _TURNING or unicodedata.category(character) in _STEERING_CATEGORIES)


class BadTexts(Exception):  # noqa: N818  (read as "bad texts in file …")
    """A text file says one code twice, or has a section that nobody reads."""


class Texts:
    """All words of one language; immutable, safe to share between threads."""

    def __init__(self, language: str, sections: Sections) -> None:
        self.language = language
        self._sections = sections

    @staticmethod
    def load(language: str = SOURCE_LANGUAGE, *, root: Path | None = None) -> "Texts":
        """Read the words of `language` below `root`, English standing in for what is not translated yet."""
        return _read(language, root) if root else _shipped(language)

    @property
    def right_to_left(self) -> bool:
        """Whether the language is read from the right."""
        return self.language in _RIGHT_TO_LEFT

    def has(self, section: str, code: str) -> bool:
        """Whether `code` has words in `section`."""
        return code in self._sections.get(section, {})

    def codes(self, section: str) -> tuple[str, ...]:
        """Every code of `section`, in alphabetical order."""
        return tuple(sorted(self._sections.get(section, {})))

    def text(self, section: str, code: str, facts: Mapping[str, object] | None = None) -> str:
        """Return the words for `code` with `facts` filled in; an unknown code comes back visibly as itself."""
        found = self._sections.get(section, {}).get(code)
        if not isinstance(found, str):
            _log.error("no text for %s in section %s of language %s", code, section, self.language)
            return f"[{code}]" if code else ""
        return self._filled(code, found, facts or {})

    def word(self, name: str, value: str) -> str:
        """Return how people call `value`, a fact named `name`: its caption `name.value`, a command's word, or itself.

        `name` may be the caption above the value, such as `lookup.status`; its last part counts.
        """
        name = name.rpartition(".")[2]
        section, code = ("commands", value) if name == "command" else ("captions", f"{name}.{value}")
        return self.text(section, code) if value and self.has(section, code) else value

    def state(self, name: str, value: str) -> str:
        """The same where it stands alone, such as in a column: with a capital."""
        words = self.word(name, value)
        return words[:1].upper() + words[1:]

    def error(self, code: str, facts: Mapping[str, object] | None = None) -> tuple[str, str]:
        """Return what was refused and what to do now."""
        found = self._sections.get("errors", {}).get(code)
        if not isinstance(found, Mapping):
            _log.error("no text for error %s in language %s", code, self.language)
            return f"[{code}]", ""
        text, remedy = str(found.get("text", "")), str(found.get("remedy", ""))
        return self._filled(code, text, facts or {}), self._filled(code, remedy, facts or {})

    def said(self, code: str, facts: Mapping[str, object] | None = None) -> str:
        """What somebody or something said, by its code: a caption, a reason, or what was refused; or nothing."""
        for section, key in (("captions", code), ("choices", f"reason.{code}")):
            if self.has(section, key):
                return self.text(section, key, facts)
        return self.error(code, facts)[0] if self.has("errors", code) else code

    def _filled(self, code: str, template: str, facts: Mapping[str, object]) -> str:
        known = _Facts(code, {name: _Fact(self._told(name, str(value)), str(value)) for name, value in facts.items()})
        try:
            return template.format_map(known)
        except (ValueError, AttributeError, IndexError):
            _log.exception("the text of %s cannot be filled in", code)
            return template

    def _told(self, name: str, value: str) -> str:
        """A fact as people read it, isolated so that an SKU stays readable in right-to-left words (Unicode UAX 9)."""
        word = harmless(self.word(name, _read_moment(value) if _MOMENT.fullmatch(value) else value))
        return f"\u2068{word}\u2069" if self.right_to_left else word


def _read_moment(value: str) -> str:
    """A moment on the clock of this machine, to the minute."""
    try:
        return f"{datetime.fromisoformat(value).astimezone():%Y-%m-%d %H:%M}"
    except (ValueError, OverflowError):
        return value


@functools.cache
def _shipped(language: str) -> Texts:
    """The texts that come with the program do not change while it runs."""
    return _read(language, resources.resource("texts"))


def _read(language: str, root: Path) -> Texts:
    english = _merged(root / SOURCE_LANGUAGE)
    if language == PSEUDO_LONGER:
        return Texts(language, _transformed(english, _longer))
    if language == PSEUDO_RIGHT_TO_LEFT:
        return Texts(language, _transformed(english, _mirrored))
    own = _merged(root / language) if language != SOURCE_LANGUAGE else {}
    return Texts(language, {section: {**words, **own.get(section, {})} for section, words in english.items()})


class _Fact(str):
    """A fact as people read it, which knows the words that go with its number."""

    __slots__ = ("_plain",)
    _plain: str

    def __new__(cls, told: str, plain: str) -> "_Fact":
        made = super().__new__(cls, told)
        made._plain = plain
        return made

    def __format__(self, forms: str) -> str:
        one, _, more = forms.partition("|")
        return (one if self._plain == "1" else more).replace("#", self) if forms else str(self)


class _Facts(dict[str, _Fact]):
    """Facts by name; one that nobody gave stays visible as its placeholder."""

    def __init__(self, code: str, facts: Mapping[str, _Fact]) -> None:
        super().__init__(facts)
        self._code = code

    def __missing__(self, name: str) -> _Fact:
        _log.error("the text of %s speaks of %s, which was not given", self._code, name)
        return _Fact("{" + name + "}", "")


def _merged(folder: Path) -> dict[str, dict[str, object]]:
    """Every file of `folder` as one table by section; a code said twice is an error, not a silent choice."""
    merged: dict[str, dict[str, object]] = {section: {} for section in SECTIONS}
    for path in sorted(folder.glob("*.yaml")):
        for section, code, words in _entries(path):
            if code in merged[section]:
                raise BadTexts(f"{path.name}: {section}.{code} is already defined")
            merged[section][code] = words
    return merged


def _entries(path: Path) -> Iterator[tuple[str, str, object]]:
    content = yaml.load(path.read_text(encoding="utf-8"), Loader=_UniqueKeys) or {}  # noqa: S506  (a SafeLoader)
    for section, words in content.items():
        if section not in SECTIONS:
            raise BadTexts(f"{path.name}: unknown section {section}")
        for code, value in (words or {}).items():
            yield section, str(code), MappingProxyType(value) if isinstance(value, dict) else str(value)


class _UniqueKeys(yaml.CSafeLoader):
    """YAML keeps the last of two equal keys in silence; texts must not."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:  # noqa: FBT001, FBT002, RUF100  (PyYAML's signature)
        seen: set[object] = set()
        for key in (self.construct_object(key, deep=deep) for key, _ in node.value):
            if key in seen:
                raise BadTexts(f"{node.start_mark.name}: {key} is defined twice")
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


def _transformed(sections: Sections, change: Callable[[str], str]) -> Sections:
    return {
        section: {code: _applied(words, change) for code, words in table.items()} for section, table in sections.items()
    }


def _applied(words: object, change: Callable[[str], str]) -> object:
    if isinstance(words, Mapping):
        return {name: change(str(text)) for name, text in words.items()}
    return change(str(words))


def _literals(text: str, change: Callable[[str], str]) -> str:
    """Change the words between the placeholders and within them; facts and their names stay as they are."""
    parts = _PLACEHOLDER.split(text)
    return "".join(_forms(part, change) if _PLACEHOLDER.fullmatch(part) else change(part) for part in parts)


def _forms(placeholder: str, change: Callable[[str], str]) -> str:
    """Change the words that go with a number, around it."""
    name, colon, forms = placeholder[1:-1].partition(":")
    changed = ("#".join(change(words) if words else "" for words in form.split("#")) for form in forms.split("|"))
    return f"{{{name}{colon}{'|'.join(changed)}}}" if colon else placeholder


def _longer(text: str) -> str:
    """Accents, and words repeated from the start until the text is 40 % longer."""
    plain = "".join(part for part in _PLACEHOLDER.split(text) if not _PLACEHOLDER.fullmatch(part))
    words = plain.split() or [""]
    extra: list[str] = []
    while len(" ".join(extra)) < 0.4 * len(plain):
        extra.append(words[len(extra) % len(words)])
    return (_literals(text, lambda part: part.translate(_ACCENTS)) + " " + " ".join(extra).translate(_ACCENTS)).strip()


def _mirrored(text: str) -> str:
    """Let Latin letters run from the right (Unicode UAX 9, right-to-left override), the placeholders excepted."""
    return _literals(text, lambda part: f"\u202e{part}\u202c" if part.strip() else part)

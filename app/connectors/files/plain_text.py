"""From bytes to text, whatever program wrote them, and the one way to say that a file cannot be read at all."""

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE

from app.connectors.files.encodings import NAMES, guessed_encoding, unmarked_utf_16
from app.domain.values import Findings, Node, Place

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f]")


class Unreadable(Exception):  # noqa: N818  (a verdict on a file, caught by `read_file` and said as a finding)
    """The file cannot be read any further: a code, where it stopped, and facts for the text."""

    def __init__(self, code: str, where: Place = Place(), value: str = "", **facts: object) -> None:  # noqa: B008  (a frozen value)
        super().__init__(code, where)
        self.code = code
        self.where = where
        self.value = value
        self.facts = facts


def decoded(data: bytes, findings: Findings, encoding: str = "") -> str:
    """The file's text: in `encoding` where somebody says it, else UTF-8, UTF-16, or what is guessed, which is said."""
    text = _strict(data, encoding) if encoding else _decoded(data, findings)
    if not text.strip():
        raise Unreadable("file.empty")
    if _CONTROL.search(text):
        raise Unreadable("file.binary")
    return text


def _decoded(data: bytes, findings: Findings) -> str:
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return _strict(data, "utf-16")
    if data.startswith(BOM_UTF8):
        return _strict(data, "utf-8-sig")
    if b"\x00" in data:
        return _strict(data, unmarked_utf_16(data) or "utf-8")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as problem:
        guess = guessed_encoding(data)
        if guess is None:
            raise Unreadable("file.binary") from None
        text = _strict(data, guess)
        line = data.count(b"\n", 0, problem.start) + 1
        shown = data.split(b"\n", line)[line - 1].decode(guess, "replace").strip()
        findings.notice(Node(shown, Place(line)), "file.encoding", encoding=NAMES[guess])
        return text


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise Unreadable("file.binary") from None
    except LookupError:
        raise Unreadable("file.unknown_encoding", value=encoding, known=", ".join(NAMES.values())) from None

"""From bytes to text, whatever program wrote them, and the one way to say that a file cannot be read at all."""

from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE

from app.domain.values import Findings, Node, Place


class Unreadable(Exception):  # noqa: N818  (a verdict on a file, caught by `read_file` and said as a finding)
    """The file cannot be read any further: a code, where it stopped, and facts for the text."""

    def __init__(self, code: str, where: Place = Place(), value: str = "", **facts: object) -> None:  # noqa: B008  (a frozen value)
        super().__init__(code, where)
        self.code = code
        self.where = where
        self.value = value
        self.facts = facts


def decoded(data: bytes, findings: Findings) -> str:
    """The file's text: UTF-8, UTF-16 with its mark, or else Windows-1252, which is said because it is a guess."""
    text = _decoded(data, findings)
    if not text.strip():
        raise Unreadable("file.empty")
    if any(ord(sign) < 32 and sign not in "\t\r\n\f" for sign in text):
        raise Unreadable("file.binary")
    return text


def _decoded(data: bytes, findings: Findings) -> str:
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return _strict(data, "utf-16")
    if data.startswith(BOM_UTF8):
        return _strict(data, "utf-8-sig")
    if b"\x00" in data:
        raise Unreadable("file.binary")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as problem:
        text = _strict(data, "cp1252")
        line = data.count(b"\n", 0, problem.start) + 1
        findings.notice(Node(text.splitlines()[line - 1], Place(line)), "file.encoding", encoding="Windows-1252")
        return text


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise Unreadable("file.binary") from None

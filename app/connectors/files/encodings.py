"""Which letters the bytes of a file stand for, where the file does not say: judged by what people write.

A list of goods has few letters beyond ASCII, so statistics over running text fail on it (`charset-normalizer` took
half of the short lists of our tests for another encoding). Every encoding is tried that decodes the bytes at all; the
one wins whose letters make words of one language. What is found is a guess, is said, and a person may say otherwise.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping

WESTERN, EASTERN, MAC, DOS = "cp1252", "cp1250", "mac_roman", "cp850"
GUESSED: Mapping[str, str] = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    WESTERN: "Windows-1252",
    "iso8859_15": "ISO-8859-15",
    MAC: "Mac Roman",
    DOS: "DOS 850",
    EASTERN: "Windows-1250",
    "iso8859_2": "ISO-8859-2",
    "cp1251": "Windows-1251",
    "koi8_r": "KOI8-R",
    "cp1253": "Windows-1253",
    "cp1254": "Windows-1254",
    "cp932": "Shift-JIS",
    "gb18030": "GB18030",
}
"""The encodings that are found out, as Python knows them, and what people call them."""
NAMES: Mapping[str, str] = {
    **GUESSED,
    "mac_latin2": "Mac Central European",
    "mac_cyrillic": "Mac Cyrillic",
    "mac_greek": "Mac Greek",
    "mac_turkish": "Mac Turkish",
    "cp852": "DOS 852",
    "cp866": "DOS 866",
    "cp1255": "Windows-1255",
    "cp1256": "Windows-1256",
    "cp1257": "Windows-1257",
    "cp1258": "Windows-1258",
    "cp874": "Windows-874",
    "cp949": "Windows-949",
    "big5": "Big5",
    "euc_jp": "EUC-JP",
}
"""The encodings that somebody may choose."""

_WEST = ("äöüßÄÖÜ", "éèêëàâçîïôùûœæÉÈÊÀÇÔŒ", "áéíóúñüÁÉÍÓÚÑ", "ãõáéíóúâêôçàÃÕÁÉÍÓÚÂÊÔÇ", "åäöøæéÅÄÖØÆ", "àèéìòùÀÈÉÌÒÙ",
         "ëïéèöüó", "šžõäöüŠŽÕÄÖÜ")  # fmt: skip
_ICELANDIC = "ðþáéíóúýæöÐÞÁÉÍÓÚÝÆÖ"
_EAST = ("ąćęłńóśźżĄĆĘŁŃÓŚŹŻ", "áčďéěíňóřšťúůýžÁČĎÉĚÍŇÓŘŠŤÚŮÝŽ", "áäčďéíĺľňóôŕšťúýžÁÄČĎÉÍĹĽŇÓÔŔŠŤÚÝŽ",
         "áéíóöőúüűÁÉÍÓÖŐÚÜŰ", "čšžćđČŠŽĆĐ", "ăâîşţĂÂÎŞŢ")  # fmt: skip
_TURKISH = ("çğıöşüâîûÇĞİÖŞÜÂÎÛ",)
_CYRILLIC = frozenset("абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґ")
_GREEK = frozenset("αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώϊϋΐΰ")
_VOWELS = frozenset("aeiouyæœøı")
_SYMBOLS = frozenset("€£¥°²³µ×®™©½¼¾«»–—…’‘“”„•§±·¿¡№\u00a0")
_MEASURES = re.compile(r"(?:^|[^a-zA-Z])(?:m|mm|cm|dm|km)$")
_AFTER_A_LETTER, _MIXED, _RARE, _OUT_OF_TUNE = 0.5, 0.8, 0.95, 0.7
_ENOUGH = 0.5
_MOST_LINES = 2_000


def guessed_encoding(data: bytes) -> str | None:
    """The encoding in which these bytes make the most sense, None where they make none; not UTF-8 and not UTF-16."""
    telling = [line for line in data.splitlines() if not line.isascii()][:_MOST_LINES]
    scores = {name: _score(b"\n".join(telling), name) for name in _JUDGES}
    best = max(scores, key=lambda name: scores[name])  # the first of equals: the order of the judges
    return best if scores[best] >= _ENOUGH else _readable_in_the_west(data)


def _readable_in_the_west(data: bytes) -> str | None:
    return WESTERN if _decoded(data, WESTERN) is not None else None


def unmarked_utf_16(data: bytes) -> str | None:
    """UTF-16 without its mark: in text of the West every second byte is zero."""
    pairs = max(1, len(data) // 2)
    for first, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        if data[first::2].count(0) > 0.6 * pairs and data[1 - first :: 2].count(0) == 0:
            return name
    return None


def _score(data: bytes, encoding: str) -> float:
    """How much of what is not ASCII makes sense, from 0 to 1."""
    text = _decoded(data, encoding)
    if text is None or any("\x80" <= sign <= "\x9f" for sign in text):
        return 0.0
    signs = [(n, sign) for n, sign in enumerate(text) if not sign.isascii()]
    return _JUDGES[encoding](text, signs) / len(signs) if signs else 0.0


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


Signs = list[tuple[int, str]]


def _latin(alphabets: tuple[str, ...], rare: str = "") -> Callable[[str, Signs], float]:
    """The language of these whose letters fit best, or with less weight all of them mixed.

    `rare` is an alphabet of few people. Other signs count in full only where they stand alone.
    """
    weights = [(frozenset(alphabet), 1.0) for alphabet in alphabets]
    weights += [(frozenset(rare), _RARE), (frozenset("".join(alphabets) + rare), _MIXED)]

    def judge(text: str, signs: Signs) -> float:
        symbols = sum(_symbol(text, n) for n, sign in signs if sign in _SYMBOLS)
        fitting = [(sign, _in_a_word(text, n)) for n, sign in signs if sign.isalpha()]
        return symbols + max(
            weight * sum(fits for sign, fits in fitting if sign in letters) for letters, weight in weights
        )

    return judge


def _symbol(text: str, position: int) -> float:
    before, behind = text[max(0, position - 3) : position], text[position + 1 : position + 2]
    if _MEASURES.search(before) or not (before[-1:].isalpha() or behind.isalpha()):
        return 1.0
    return 0.0 if before[-1:].isalpha() and behind.isalpha() else _AFTER_A_LETTER


def _in_a_word(text: str, position: int) -> float:
    """How well a letter stands where it does: no capital behind a small one; vowels and consonants take turns."""
    before, letter, behind = text[max(0, position - 1) : position], text[position], text[position + 1 : position + 2]
    if letter.isupper() and before.islower():
        return 0.0
    beside = [_is_vowel(sign) for sign in (before, behind) if sign.isalpha()]
    if not beside:
        return 1.0
    in_tune = not all(beside) or len(beside) == 1 if _is_vowel(letter) else any(beside)
    return 1.0 if in_tune else _OUT_OF_TUNE


def _is_vowel(letter: str) -> bool:
    return unicodedata.normalize("NFD", letter.lower())[0] in _VOWELS


def _script(letters: frozenset[str]) -> Callable[[str, Signs], float]:
    """Letters of a script count in words that hold no others and are written as words are."""

    def judge(text: str, signs: Signs) -> float:
        fitting = {
            word.start() + n
            for word in re.finditer(r"[^\W\d_]+", text)
            if all(sign.lower() in letters for sign in word[0])
            and (word[0][1:].islower() or word[0].isupper() or len(word[0]) == 1)
            for n in range(len(word[0]))
        }
        return sum(n in fitting or sign in _SYMBOLS for n, sign in signs)

    return judge


def _japanese(text: str, signs: Signs) -> float:
    """Kana, and the common signs, which stand first in the standard; neither stands within a word of small letters."""
    return sum(
        not text[max(0, n - 1) : n].islower() and (_is_kana(sign) or 0x88 <= sign.encode("cp932", "replace")[0] <= 0x98)
        for n, sign in signs
    )


def _is_kana(sign: str) -> bool:
    return "\u3000" <= sign <= "\u30ff" or "\uff01" <= sign <= "\uff5e"


def _chinese(_text: str, signs: Signs) -> float:
    """The 3,755 common signs, which stand first in the standard, and its punctuation."""
    return sum(_is_common(sign.encode("gb18030")) for _, sign in signs)


def _is_common(code: bytes) -> bool:
    return len(code) == 2 and code[1] >= 0xA1 and (0xB0 <= code[0] <= 0xD7 or 0xA1 <= code[0] <= 0xA3)


_JUDGES: Mapping[str, Callable[[str, Signs], float]] = {
    WESTERN: _latin(_WEST, _ICELANDIC),
    "iso8859_15": _latin(_WEST, _ICELANDIC),
    MAC: _latin(_WEST, _ICELANDIC),
    DOS: _latin(_WEST, _ICELANDIC),
    EASTERN: _latin(_EAST),
    "iso8859_2": _latin(_EAST),
    "cp1254": _latin(_TURKISH),
    "cp1251": _script(_CYRILLIC),
    "koi8_r": _script(_CYRILLIC),
    "cp1253": _script(_GREEK),
    "cp932": _japanese,
    "gb18030": _chinese,
}

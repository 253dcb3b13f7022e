"""What a new scanner is set to, found out by scanning the known codes of a printed sheet. Pure, and without Qt.

Each code of `SHEET` is scanned once; `analyse` compares what arrived with what is printed and says which keyboard
layouts meet, what stands before and behind each code, what became of GS, and what is wrong. Keys are written as in
`wedge.py`: the character, or the key's name where it types none; bytes of a serial scanner as ISO 8859-1 characters.

What is found is used by `wedge_settings` and `serial_settings`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from drivers.scanners.layouts import Layout, caps_locked, lost, typed, undo
from drivers.scanners.plain import GS, Suffix
from drivers.scanners.protocols import ScannerOptions
from drivers.scanners.wedge import WedgeSettings


@dataclass(frozen=True, slots=True)
class TestCode:
    """One code of the sheet: `text` is what it holds (GS as U+001D), `aim_id` how a scanner announces it."""

    __test__ = False  # no test case, whatever pytest makes of the name

    name: str
    symbology: str
    text: str
    aim_id: str


# Letters that change places between the layouts, both cases; digits; the signs of bin names and of web addresses and
# those that tell US from UK; and a GS1 code with a separator in the middle (lot, then serial number).
SHEET = (
    TestCode("letters", "code-128", "QAZWSXYMqazwsxym", "]C0"),
    TestCode("digits", "code-128", "0123456789", "]C0"),
    TestCode("signs", "code-128", '-/.:_@#"%', "]C0"),
    TestCode("gs1", "gs1-128", f"10AB12{GS}21CD34", "]C1"),
)

_AIM_BEGINS = "]"
_MOST_SUFFIX_KEYS = 2


class Gs(StrEnum):
    """What became of the separator of GS1 codes."""

    AS_IS = "as_is"  # the character U+001D, on keyboards Ctrl+]
    KEY = "key"  # another key or character, always the same: `gs_key`
    LOST = "lost"


class Finding(StrEnum):
    """What is to be known or mended; some make the scanner useless as it is (`Calibration.usable`)."""

    NOT_UNDERSTOOD = "not_understood"  # no pair of layouts explains what arrived
    INCOMPLETE = "incomplete"  # not every code of the sheet was scanned
    CONTRADICTION = "contradiction"  # the codes differ in prefix or suffix: two scanners, or somebody typed
    AIM_GARBLED = (
        "aim_garbled"  # identifiers arrive, and their `]` as something that cannot be told from other characters
    )
    GS_LOST = "gs_lost"  # GS1 codes with several parts cannot be told apart
    CAPS_LOCK = "caps_lock"  # the computer's Caps Lock is on: switch it off and scan again
    NO_SUFFIX = "no_suffix"  # the end of a code is not marked: program a suffix
    NO_PREFIX = "no_prefix"  # a scanner that types can then be told from a person by its speed only
    LONG_PREFIX = "long_prefix"  # more than one key: program one
    LONG_SUFFIX = "long_suffix"  # more than two keys
    LAYOUTS_DIFFER = "layouts_differ"  # can be undone; better program the scanner for the computer's layout
    CHARACTERS_LOST = "characters_lost"  # some characters cannot be recovered: see `lost`
    GS_AMBIGUOUS = "gs_ambiguous"  # GS arrives as a character that codes hold too
    NO_AIM = "no_aim"  # the scanner does not say which symbology it read: GS1 codes cannot be told from others


@dataclass(frozen=True, slots=True)
class Calibration:
    """What was found.

    Attributes:
        prefix: the keys before each code, without the AIM identifier.
        suffix: the keys behind each code.
        scanner_layout: what the scanner is programmed for; with `computer_layout` `None` where both agree.
        computer_layout: what the computer is set to.
        gs: what became of the separator; `gs_key` is the key that stands for it.
        aim: whether AIM identifiers are sent.
        lost: characters that cannot be recovered.
        findings: what is to be known or mended, the worst first.
    """

    prefix: str = ""
    suffix: str = ""
    scanner_layout: Layout | None = None
    computer_layout: Layout | None = None
    gs: Gs = Gs.LOST
    gs_key: str = ""
    aim: bool = False
    lost: str = ""
    findings: tuple[Finding, ...] = ()
    prefix_keys: tuple[str, ...] = field(default=(), repr=False)
    suffix_keys: tuple[str, ...] = field(default=(), repr=False)

    @property
    def usable(self) -> bool:
        """Whether codes will arrive right with these settings."""
        useless = {
            Finding.NOT_UNDERSTOOD,
            Finding.INCOMPLETE,
            Finding.CONTRADICTION,
            Finding.AIM_GARBLED,
            Finding.CAPS_LOCK,
        }
        return not useless & set(self.findings)

    @property
    def replacements(self) -> Mapping[str, str]:
        """Which key stands for which character: undoes the layouts, and gives GS back."""
        found: dict[str, str] = {}
        if self.scanner_layout and self.computer_layout:
            found |= undo(scanner=self.scanner_layout, computer=self.computer_layout)
        if self.gs_key:
            found[self.gs_key] = GS
        return found


@dataclass(frozen=True, slots=True)
class _Reading:
    """How one explanation reads one code of the sheet."""

    prefix: tuple[str, ...]
    suffix: tuple[str, ...]
    aim: bool
    gs: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class _Explanation:
    """A pair of layouts, and whether Caps Lock is on."""

    scanner: Layout
    computer: Layout
    caps: bool

    def arrives(self, text: str) -> list[str | None]:
        """What each character arrives as; `None` for what cannot be said."""
        arrived = [typed(character, scanner=self.scanner, computer=self.computer) for character in text]
        return [caps_locked(key, self.computer) if key and self.caps else key for key in arrived]


def analyse(heard: Mapping[str, Sequence[str]], *, typing: bool = True) -> Calibration:
    """Say how the scanner is set.

    Args:
        heard: what arrived for each code of the sheet, by its name, as keys.
        typing: whether it is a scanner that types; a serial one has no layout and needs no prefix.
    """
    if missing := [code for code in SHEET if not heard.get(code.name)]:
        heard = {code.name: heard[code.name] for code in SHEET if code not in missing}
    first = (Finding.INCOMPLETE,) if missing else ()
    disagreement: Finding = Finding.NOT_UNDERSTOOD
    for explanation in _explanations(typing=typing) if heard else ():
        readings = _read(heard, explanation)
        if readings is None:
            continue
        if len({(reading.prefix, reading.suffix, reading.aim) for reading in readings}) == 1:
            return _calibration(explanation, readings, first, typing=typing)
        disagreement = Finding.CONTRADICTION
    return Calibration(findings=(*first, disagreement) if heard else first)


def wedge_settings(found: Calibration) -> WedgeSettings:
    """The settings for a scanner that types; raises `ValueError` where it has to be programmed first."""
    keys = len(found.prefix_keys), len(found.suffix_keys)
    nameless = keys[1] > 1 and any(len(key) > 1 for key in found.suffix_keys)
    if not found.usable or keys[0] > 1 or not 1 <= keys[1] <= _MOST_SUFFIX_KEYS or nameless:
        raise ValueError(f"the scanner must be programmed first: {', '.join(found.findings)}")
    return WedgeSettings(
        prefix="".join(found.prefix_keys),
        suffix="".join(found.suffix_keys),
        replacements={"F8": GS, GS: GS} | dict(found.replacements),
    )


def serial_settings(found: Calibration) -> ScannerOptions:
    """The options for a serial scanner; raises `ValueError` where it has to be programmed first."""
    suffixes = {suffix.value.decode("latin-1"): suffix for suffix in Suffix}
    if not found.usable or found.suffix not in suffixes or found.prefix not in {"", "\x02"}:
        raise ValueError(f"the scanner must be programmed first: {', '.join(found.findings)}")
    return ScannerOptions(suffix=suffixes[found.suffix], stx_prefix=found.prefix == "\x02", aim_required=found.aim)


# - the analysis -


def _explanations(*, typing: bool) -> Iterator[_Explanation]:
    """All that could have happened, the simplest first; layouts that agree are all alike."""
    pairs = [(Layout.US, Layout.US)]
    if typing:
        pairs += [(scanner, computer) for scanner in Layout for computer in Layout if scanner is not computer]
    for caps in (False, True) if typing else (False,):
        for scanner, computer in pairs:
            yield _Explanation(scanner, computer, caps)


def _read(heard: Mapping[str, Sequence[str]], explanation: _Explanation) -> list[_Reading] | None:
    """How the explanation reads every code; `None` where it does not explain one of them."""
    readings = []
    for code in SHEET:
        if code.name in heard:
            reading = _read_code(tuple(heard[code.name]), code, explanation)
            if reading is None:
                return None
            readings.append(reading)
    return readings


def _read_code(keys: tuple[str, ...], code: TestCode, explanation: _Explanation) -> _Reading | None:
    left, _, right = code.text.partition(GS)
    head, tail = explanation.arrives(left), explanation.arrives(right)
    for start in range(len(keys) - len(head) + 1):
        after = start + len(head)
        if not _fits(keys[start:after], head):
            continue
        for gap in range(3 if right else 1):
            end = after + gap + len(tail)
            if _fits(keys[after + gap : end], tail):
                aim = explanation.arrives(code.aim_id)
                announced = start >= len(aim) and _fits(keys[start - len(aim) : start], aim)
                begin = start - len(aim) if announced else start
                gs = keys[after : after + gap] if right else None
                return _Reading(keys[:begin], keys[end:], announced, gs)
    return None


def _fits(keys: tuple[str, ...], expected: Sequence[str | None]) -> bool:
    return len(keys) == len(expected) and all(want in {None, key} for key, want in zip(keys, expected, strict=True))


def _calibration(
    explanation: _Explanation, readings: Sequence[_Reading], first: tuple[Finding, ...], *, typing: bool
) -> Calibration:
    prefix, suffix, aim = readings[0].prefix, readings[0].suffix, readings[0].aim
    differ = explanation.scanner is not explanation.computer
    gone = lost(scanner=explanation.scanner, computer=explanation.computer) if differ else ""
    gs_keys = next((reading.gs for reading in readings if reading.gs is not None), ())
    gs_key = gs_keys[0] if len(gs_keys) == 1 else ""
    findings = {
        Finding.AIM_GARBLED: aim and _AIM_BEGINS in gone,
        Finding.GS_LOST: not gs_key,
        Finding.CAPS_LOCK: explanation.caps,
        Finding.NO_SUFFIX: not suffix,
        Finding.NO_PREFIX: typing and not prefix,
        Finding.LONG_PREFIX: len(prefix) > 1,
        Finding.LONG_SUFFIX: typing and len(suffix) > _MOST_SUFFIX_KEYS,
        Finding.LAYOUTS_DIFFER: differ,
        Finding.CHARACTERS_LOST: bool(gone),
        Finding.GS_AMBIGUOUS: len(gs_key) == 1 and gs_key.isprintable(),
        Finding.NO_AIM: not aim,
    }
    return Calibration(
        prefix="".join(prefix),
        suffix="".join(suffix),
        scanner_layout=explanation.scanner if differ else None,
        computer_layout=explanation.computer if differ else None,
        gs=Gs.LOST if not gs_key else Gs.AS_IS if gs_key == GS else Gs.KEY,
        gs_key=gs_key,
        aim=aim,
        lost=gone,
        findings=(*first, *(finding for finding, holds in findings.items() if holds)),
        prefix_keys=prefix,
        suffix_keys=suffix,
    )

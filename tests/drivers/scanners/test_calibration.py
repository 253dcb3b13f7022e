"""The calibration sheet: whatever a scanner is programmed to and the computer is set to, it is found out or said.

The keyboards here are an independent one: the differences of each layout from the US one, written down by hand.
"""

import itertools

import pytest

from drivers.scanners.calibration import (
    SHEET,
    Calibration,
    Finding,
    Gs,
    TestCode,
    analyse,
    serial_settings,
    wedge_settings,
)
from drivers.scanners.layouts import Layout, caps_locked
from drivers.scanners.plain import GS, Suffix
from drivers.scanners.scan import Scan
from drivers.scanners.wedge import WedgeDecoder

# What the key that types the first character on a US keyboard types elsewhere; dead keys type nothing that is known.
KEYBOARDS = {
    Layout.US: {},
    Layout.UK: dict(zip('"@#~\\|', '@"£¬#~', strict=True)),
    Layout.GERMAN: dict(
        zip(
            "yzYZ-[]\\;'/~@#^&*()_{}|:\"<>?",
            "zyZYßü+#öä-°\"§&/()=?Ü*'ÖÄ;:_",
            strict=True,
        )
    ),
    Layout.FRENCH: dict(
        zip(
            "qwazQWAZmM1234567890-]\\;',./!@#$%^&*()_}|:\"<>?",
            "azqwAZQW,?&é\"'(-è_çà)$*mù;:!1234567890°£µM%./§",
            strict=True,
        )
    ),
}
TERMINATORS = {"cr": "\r", "lf": "\n", "tab": "\t"}


def at_computer(text: str, computer: Layout) -> list[str]:
    """What a scanner set to the US layout types at a computer of another."""
    return [KEYBOARDS[computer].get(character, character) for character in text]


def scanned(
    computer: Layout = Layout.US,
    *,
    prefix: tuple[str, ...] = ("F9",),
    suffix: tuple[str, ...] = ("\r",),
    gs: tuple[str, ...] = ("\x1d",),
    aim: bool = True,
    caps: bool = False,
) -> dict[str, list[str]]:
    """All codes of the sheet, as they arrive."""

    def keys(code: TestCode) -> list[str]:
        left, separator, right = code.text.partition("\x1d")
        begin = at_computer((code.aim_id if aim else "") + left, computer)
        typed = [*begin, *(gs if separator else ()), *at_computer(right, computer)]
        return [*prefix, *(key.swapcase() if caps and len(key) == 1 and key != "ß" else key for key in typed), *suffix]

    return {code.name: keys(code) for code in SHEET}


@pytest.mark.parametrize(("computer", "terminator"), list(itertools.product(Layout, TERMINATORS)))
def test_layout_and_terminator_are_found_and_later_codes_arrive_right(computer: Layout, terminator: str) -> None:
    found = analyse(scanned(computer, suffix=(TERMINATORS[terminator],)))
    assert found.computer_layout is (None if computer is Layout.US else computer)
    assert (found.prefix, found.suffix) == ("F9", TERMINATORS[terminator])
    assert found.usable
    assert (found.gs, found.aim) == (Gs.AS_IS, True)
    decoder = WedgeDecoder(wedge_settings(found))
    code = "WH001-STO/Z:07.y_q?m=1"
    unsafe = set(found.lost)
    code = "".join(character for character in code if character not in unsafe)
    keys = ["F9", *at_computer("]C0" + code, computer), TERMINATORS[terminator]]
    outcomes = [decoder.feed(key, number, arrival_ms=number).outcome for number, key in enumerate(keys, 1)]
    assert isinstance(outcomes[-1], Scan)
    assert (outcomes[-1].text, outcomes[-1].symbology) == (code, "code-128")


@pytest.mark.parametrize("computer", Layout)
def test_a_scanner_without_a_terminator_is_to_be_programmed(computer: Layout) -> None:
    found = analyse(scanned(computer, suffix=()))
    assert Finding.NO_SUFFIX in found.findings
    with pytest.raises(ValueError, match="programmed first: no_suffix"):
        wedge_settings(found)


def test_a_scanner_that_is_set_to_the_computers_layout_needs_nothing() -> None:
    found = analyse(scanned(Layout.US))  # whatever both are: the characters arrive as they are
    assert (found.scanner_layout, found.computer_layout, found.findings) == (None, None, ())
    assert dict(found.replacements) == {"\x1d": "\x1d"}


@pytest.mark.parametrize("scanner", [Layout.UK, Layout.GERMAN, Layout.FRENCH])
def test_a_foreign_scanner_at_a_us_computer_is_found_too(scanner: Layout) -> None:
    there = {typed: key for key, typed in KEYBOARDS[scanner].items()}
    heard = {
        name: [there.get(key, key) if len(key) == 1 else key for key in keys]
        for name, keys in scanned(aim=False).items()
    }
    found = analyse(heard)
    assert (found.scanner_layout, found.computer_layout) == (scanner, Layout.US)
    assert Finding.LAYOUTS_DIFFER in found.findings


@pytest.mark.parametrize("at_bracket", ["9", "?", ")", ""])
@pytest.mark.parametrize(("scanner", "computer"), [(Layout.GERMAN, Layout.US), (Layout.FRENCH, Layout.UK)])
def test_a_foreign_scanner_whose_identifiers_arrive_spoiled_is_to_be_programmed_first(
    scanner: Layout, computer: Layout, at_bracket: str
) -> None:
    there = {typed: key for key, typed in KEYBOARDS[scanner].items()} | {"]": at_bracket}

    def arrives(key: str) -> list[str]:
        pressed = there.get(key, key)
        return [KEYBOARDS[computer].get(pressed, pressed)] if pressed else []

    heard = {
        name: [arrived for key in keys for arrived in (arrives(key) if len(key) == 1 else [key])]
        for name, keys in scanned().items()
    }
    found = analyse(heard)
    assert not found.usable
    assert {Finding.AIM_GARBLED, Finding.CONTRADICTION, Finding.NOT_UNDERSTOOD} & set(found.findings)
    with pytest.raises(ValueError, match="programmed first"):
        wedge_settings(found)


@pytest.mark.parametrize(
    ("gs", "expected", "key"),
    [
        (("\x1d",), Gs.AS_IS, "\x1d"),
        (("F8",), Gs.KEY, "F8"),
        (("|",), Gs.KEY, "|"),
        ((), Gs.LOST, ""),
    ],
)
def test_what_became_of_the_separator_is_found(gs: tuple[str, ...], expected: Gs, key: str) -> None:
    found = analyse(scanned(gs=gs))
    assert (found.gs, found.gs_key) == (expected, key)
    assert (Finding.GS_LOST in found.findings) == (expected is Gs.LOST)
    assert (Finding.GS_AMBIGUOUS in found.findings) == (key == "|")
    assert found.usable


@pytest.mark.parametrize("computer", [Layout.US, Layout.UK, Layout.GERMAN])
def test_caps_lock_is_recognised_and_to_be_switched_off(computer: Layout) -> None:
    found = analyse(scanned(computer, caps=True))
    assert Finding.CAPS_LOCK in found.findings
    assert not found.usable
    assert found.computer_layout is (None if computer is Layout.US else computer)


@pytest.mark.parametrize("prefix", [(), ("F9",), ("\x02",), ("~",), ("F9", "F10")])
def test_the_prefix_is_found(prefix: tuple[str, ...]) -> None:
    found = analyse(scanned(prefix=prefix))
    assert found.prefix == "".join(prefix)
    assert (Finding.NO_PREFIX in found.findings) == (not prefix)
    assert (Finding.LONG_PREFIX in found.findings) == (len(prefix) > 1)


def test_a_scanner_that_sends_no_identifiers_is_said_to() -> None:
    found = analyse(scanned(aim=False))
    assert not found.aim
    assert found.findings == (Finding.NO_AIM,)


def test_characters_that_cannot_be_recovered_are_named() -> None:
    found = analyse(scanned(Layout.GERMAN))
    assert found.lost == "+=`"
    assert Finding.CHARACTERS_LOST in found.findings


@pytest.mark.parametrize("suffix", [("\r", "\n"), ("\t", "\r")])
def test_two_terminators_are_learnt_of_a_scanner_that_types(suffix: tuple[str, ...]) -> None:
    found = analyse(scanned(suffix=suffix))
    assert Finding.LONG_SUFFIX not in found.findings
    settings = wedge_settings(found)
    assert settings.suffix_keys == suffix
    decoder, outcomes = WedgeDecoder(settings), []
    for place, key in enumerate([*found.prefix_keys, *"A01", *suffix]):
        outcomes.append(decoder.feed(key, 100 + place, arrival_ms=100 + place).outcome)
    assert [one.text for one in outcomes if isinstance(one, Scan)] == ["A01"]


def test_three_terminators_are_too_many_for_a_scanner_that_types() -> None:
    found = analyse(scanned(suffix=("\r", "\n", "\t")))
    assert found.suffix == "\r\n\t"
    with pytest.raises(ValueError, match="long_suffix"):
        wedge_settings(found)


def test_ctrl_and_the_key_of_a_german_computer_stand_for_the_separator() -> None:
    found = analyse(scanned(Layout.GERMAN, gs=("Ctrl++",)))
    assert (found.gs, found.gs_key) == (Gs.KEY, "Ctrl++")
    assert Finding.GS_AMBIGUOUS not in found.findings
    assert wedge_settings(found).replacements["Ctrl++"] == GS


def test_caps_lock_on_a_french_computer_is_seen_although_digits_become_signs() -> None:
    heard = {
        name: [caps_locked(key, Layout.FRENCH) if key.isprintable() and len(key) == 1 else key for key in keys]
        for name, keys in scanned(Layout.FRENCH).items()
    }
    found = analyse(heard)
    assert Finding.CAPS_LOCK in found.findings
    assert not found.usable


def test_a_sheet_that_was_not_scanned_to_the_end_is_incomplete() -> None:
    heard = scanned()
    del heard["gs1"]
    assert analyse(heard).findings[0] is Finding.INCOMPLETE
    assert not analyse(heard).usable
    assert analyse({}) == Calibration(findings=(Finding.INCOMPLETE,))


def test_codes_of_two_scanners_contradict_each_other() -> None:
    heard = scanned() | {"digits": scanned(suffix=("\t",))["digits"]}
    assert analyse(heard).findings == (Finding.CONTRADICTION,)


def test_what_nobody_understands_is_said() -> None:
    heard = scanned() | {"digits": list("F9 something else\r")}
    assert analyse(heard).findings == (Finding.NOT_UNDERSTOOD,)


@pytest.mark.parametrize("suffix", Suffix)
def test_a_serial_scanner_has_no_layout_and_every_terminator(suffix: Suffix) -> None:
    keys = tuple(suffix.value.decode())
    found = analyse(scanned(prefix=(), suffix=keys), typing=False)
    assert found.usable
    assert serial_settings(found).suffix is suffix
    assert serial_settings(found).aim_required


def test_a_serial_scanner_with_stx_is_set_so() -> None:
    found = analyse(scanned(prefix=("\x02",)), typing=False)
    assert serial_settings(found).stx_prefix
    with pytest.raises(ValueError, match="programmed first"):
        serial_settings(analyse(scanned(prefix=("#",)), typing=False))


def test_every_code_of_the_sheet_can_be_printed_and_typed_on_every_layout() -> None:
    assert len({code.name for code in SHEET}) == len(SHEET)
    for code, computer in itertools.product(SHEET, Layout):
        assert code.text.isascii()
        assert len(at_computer(code.text, computer)) == len(code.text)

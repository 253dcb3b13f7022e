"""Keyboard layouts, as far as scanners that type meet them: which character a key gives on which computer.

A wedge sends keys, not characters. It is programmed for one layout and the computer is set to another: then `Z`
arrives as `Y`, and `]` as `+`. Only keys that give a character at once are in the tables; dead keys (accents that wait
for a letter) and keys with AltGr are not, since what they give differs between systems.

Verification: the tables are those of ISO 9995 keyboards as Windows and Linux have them [K]; no real wedge was at hand.
"""

from collections.abc import Mapping
from enum import Enum

_DEAD = "\0"


class Layout(Enum):
    """A keyboard layout, by its usual short name."""

    US = "us"
    UK = "uk"
    GERMAN = "de"
    FRENCH = "fr"


# The keys row by row, without and with Shift, the 102nd key (right of the left Shift) and the space bar last.
_ROWS: Mapping[Layout, tuple[str, str]] = {
    Layout.US: (
        "`1234567890-=qwertyuiop[]\\asdfghjkl;'zxcvbnm,./\0 ",
        '~!@#$%^&*()_+QWERTYUIOP{}|ASDFGHJKL:"ZXCVBNM<>?\0 ',
    ),
    Layout.UK: (
        "`1234567890-=qwertyuiop[]#asdfghjkl;'zxcvbnm,./\\ ",
        '¬!"£$%^&*()_+QWERTYUIOP{}~ASDFGHJKL:@ZXCVBNM<>?| ',
    ),
    Layout.GERMAN: (
        "\x001234567890ß\0qwertzuiopü+#asdfghjklöäyxcvbnm,.-< ",
        "°!\"§$%&/()=?\0QWERTZUIOPÜ*'ASDFGHJKLÖÄYXCVBNM;:_> ",
    ),
    Layout.FRENCH: (
        "²&é\"'(-è_çà)=azertyuiop\0$*qsdfghjklmùwxcvbn,;:!< ",
        "\x001234567890°+AZERTYUIOP\0£µQSDFGHJKLM%WXCVBN?./§> ",
    ),
}


def _keys(layout: Layout) -> Mapping[str, tuple[int, int]]:
    """Where each character is: with Shift or not, and which key."""
    return {
        character: (shift, place)
        for shift, row in enumerate(_ROWS[layout])
        for place, character in enumerate(row)
        if character != _DEAD
    }


_PLACES = {layout: _keys(layout) for layout in Layout}


def typed(character: str, *, scanner: Layout, computer: Layout) -> str | None:
    """What arrives when a scanner programmed for one layout types a character at a computer set to another.

    `None` where that cannot be said: a dead key, or a character that the scanner's layout has behind AltGr.
    """
    if scanner is computer:
        return character
    place = _PLACES[scanner].get(character)
    if place is None:
        return None
    arrived = _ROWS[computer][place[0]][place[1]]
    return None if arrived == _DEAD else arrived


def caps_locked(character: str, computer: Layout) -> str:
    """What a character arrives as while Caps Lock is on.

    Letters change their case. On a French keyboard Caps Lock holds Shift for every key, so that digits arrive where
    signs were meant, and the other way round [K].
    """
    place = _PLACES[computer].get(character) if computer is Layout.FRENCH else None
    if place is None:
        return character if character == "ß" else character.swapcase()
    shift, key = place
    other = _ROWS[computer][1 - shift][key]
    return character if other == _DEAD else other


def undo(*, scanner: Layout, computer: Layout) -> dict[str, str]:
    """What arrived → what was in the code, for all characters that arrive as another; empty where layouts agree."""
    arrivals = {character: typed(character, scanner=scanner, computer=computer) for character in _ASCII}
    return {arrived: character for character, arrived in arrivals.items() if arrived and arrived != character}


def lost(*, scanner: Layout, computer: Layout) -> str:
    """The characters of codes that cannot be recovered: best to program the scanner for the computer's layout."""
    return "".join(character for character in _ASCII if typed(character, scanner=scanner, computer=computer) is None)


_ASCII = "".join(map(chr, range(0x20, 0x7F)))

"""How wide the printer's own scalable font 0 sets each character of printable Latin-1.

Thousandths of the font height, measured on zpl-renderer-js 3.4.0 [M]; unverified on a real printer. The hyphen is as
wide as a dash there.
"""

_WIDTHS = {
    250: " '\\|¦",
    274: "{}",
    278: "/:;IfijltÌÍÎÏìíîï",
    300: "ª²³¹º",
    333: '!"(),.[]`r¡¨¯´·¸',
    389: "z",
    400: "°",
    444: "Jcksvxyçýÿ",
    550: "¶",
    556: "ABCKPSVXYÀÁÂÃÄÅÇÝÞ",
    611: "DGHNOQRUÐÑÒÓÔÕÖØÙÚÛÜ",
    667: "&w",
    722: "æ",
    750: "¼½¾",
    778: "MmÆ",
    800: "-",
    830: "©®",
    833: "%@W",
}
_USUAL = 500
_WIDTH_OF = {character: width for width, characters in _WIDTHS.items() for character in characters}


def has(text: str) -> bool:
    """Whether font 0 has every character: printable Latin-1 without the soft hyphen."""
    return all(" " <= c <= "~" or "\u00a1" <= c <= "\u00ff" for c in text) and "\u00ad" not in text


def advance(character: str) -> float:
    """Return the width of a character over the font height."""
    return _WIDTH_OF.get(character, _USUAL) / 1000

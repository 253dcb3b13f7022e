"""AIM symbology identifiers: the `]cm` that a scanner can put before a code to say which kind of bar code it read.

`c` is the symbology, `m` a modifier (ISO/IEC 15424). The GS1 ones are those of the GS1 General Specifications; whether
a code is GS1 is decided by them alone, never guessed from what the code looks like.

Verification: `C0 C1 E0 E4 I1 d1 d2 Q1 Q3 e0 A0 L0 z U J1` [S]; the further letters and modifiers [K].
"""

from dataclasses import dataclass

_GS1 = {"C1": "gs1-128", "d2": "gs1-datamatrix", "Q3": "gs1-qr", "e0": "gs1-databar", "J1": "gs1-dotcode"}
_EXACT = {
    **_GS1,
    "C0": "code-128",
    "E0": "ean-13",
    "E1": "ean-add-on-2",
    "E2": "ean-add-on-5",
    "E3": "ean-13-add-on",
    "E4": "ean-8",
    "I1": "itf-14",
}
_BY_LETTER = {
    "A": "code-39",
    "C": "code-128",
    "F": "codabar",
    "G": "code-93",
    "I": "itf",
    "J": "dotcode",
    "L": "pdf417",
    "Q": "qr",
    "U": "maxicode",
    "d": "datamatrix",
    "z": "aztec",
}


@dataclass(frozen=True, slots=True)
class AimId:
    """One symbology identifier, without its bracket: `C1` for `]C1`."""

    code: str

    @property
    def symbology(self) -> str:
        """The name of the symbology (`gs1-128`, `ean-13`, …); empty for one that is not known here."""
        return _EXACT.get(self.code) or _BY_LETTER.get(self.code[0], "")

    @property
    def is_gs1(self) -> bool:
        """Tell whether what follows is a GS1 element string."""
        return self.code in _GS1

    def __str__(self) -> str:
        return f"]{self.code}"


def split_aim(text: str) -> tuple[AimId | None, str]:
    """Cut the identifier off a code: `]C10112…` → (`C1`, `0112…`); (`None`, text) where there is none."""
    letter, modifier = text[1:2], text[2:3]
    if text.startswith("]") and letter.isascii() and letter.isalpha() and modifier.isascii() and modifier.isalnum():
        return AimId(letter + modifier), text[3:]
    return None, text

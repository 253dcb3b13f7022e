"""The phrases that all dialogs share: verdicts for the feedback band, and what is wrong with a scan.

A code of the wrong kind, a record that does not belong here, and a code that nobody knows get different words.
Facts are numbers, names and codes, never words: a `status`, `decision`, `kind`, `reason`, `permission`, `tracking`
or `command` that is a code is shown by its caption (`status.blocked`) or its key's word, see `app.texts`.
"""

from app.dialogs.dialog import Feedback, Level, Scanned
from app.domain.catalog import amount
from app.domain.errors import Fault, Refusal
from app.domain.scanning import Candidate, CodeKind

__all__ = ["amount", "done", "error", "kind_of", "names", "not_understood", "ok", "one", "plain_number", "refused",
           "warning"]  # fmt: skip

_OF_TRADE = ("ean", "upc", "itf")
"""Symbologies that name items, never a lot or a piece."""


def ok(code: str, /, **facts: object) -> Feedback:
    """It was done."""
    return Feedback(Level.OK, code, _texts(facts))


def warning(code: str, /, **facts: object) -> Feedback:
    """Something to notice, or to confirm by scanning again."""
    return Feedback(Level.WARNING, code, _texts(facts))


def error(code: str, /, **facts: object) -> Feedback:
    """It was not done: what was scanned, why not, what to do now (the text's remedy)."""
    return Feedback(Level.ERROR, code, _texts(facts))


def refused(why: Refusal | Fault) -> Feedback:
    """A rule further down said no, or a device could not."""
    return error(why.code, **why.facts)


def done(code: str, /, **facts: object) -> Feedback:
    """The whole task is finished."""
    return Feedback(Level.DONE, code, _texts(facts))


def _texts(facts: dict[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in facts.items()}


def one(event: Scanned, kind: CodeKind) -> Candidate | None:
    """The only candidate of a kind, or None when there is none or several."""
    found = event.reading.of(kind)
    return found[0] if len(found) == 1 else None


def not_understood(event: Scanned, *expected: CodeKind) -> Feedback:
    """Why a scan could not be used where codes of the `expected` kinds were asked for."""
    reading = event.reading
    if reading.faults:
        code, text = reading.faults[0]
        return error(code, scan=text or reading.raw, text=text)
    if not reading.candidates:
        return error("scan.unknown_code", scan=reading.raw)
    found = reading.candidates[0]
    if found.kind in expected:
        return error("scan.ambiguous", scan=reading.raw, candidates=names(reading.of(*expected)))
    return error("scan.wrong_kind", scan=reading.raw, kind=kind_of(found), label=found.label)


def plain_number(event: Scanned, most: int) -> str:
    """The text of a code that nobody knows and that says nothing by itself, such as a supplier's lot; else nothing.

    Codes of trade (EAN, UPC, ITF) are none: they name items. `most` is the longest number that can be meant.
    """
    reading, text = event.reading, event.scan.raw.strip()
    known = reading.candidates or reading.faults or reading.gtin or reading.sscc or reading.lot or reading.serial
    dated = reading.expiry or reading.best_before or reading.production or reading.quantity or reading.weight_kg
    if known or dated or event.scan.symbology.startswith(_OF_TRADE):
        return ""
    return text if text.isprintable() and len(text) <= most else ""


def kind_of(found: Candidate) -> str:
    """What people call the record: a document and a handling unit by their own kind, which is their name."""
    return found.name if found.kind in {CodeKind.DOCUMENT, CodeKind.HANDLING_UNIT} else str(found.kind)


def names(candidates: tuple[Candidate, ...]) -> str:
    """Candidates as a person tells them apart."""
    return ", ".join(f"{one.label} ({one.zone})" if one.zone else one.label for one in candidates)

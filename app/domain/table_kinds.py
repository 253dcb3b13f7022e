"""What a table of set-up records is about, and what its headings mean there, whatever the program that wrote it.

A template has the fields' own names and speaks for itself. Lists that companies keep have names of their own: customers
with "Street" and "Zip", levels with "Min". A field of such a list is told with its kind, `partners.addresses.city`, so
that what somebody said of a heading says what the list is about. Items, orders and places: see `exchange`.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from app.domain import exchange
from app.domain.exchange import COLUMN_OF, PRODUCT_DETAILS, PRODUCTS
from app.domain.setup_kinds import SETUP_KINDS, SetupKind, setup_columns
from app.domain.values.findings import plain_name

_ADDRESS = {
    "line_1": "street street_address address address_1 address_line_1 line_1 straße strasse anschrift",
    "line_2": "street_2 address_2 address_line_2 line_2 adresszusatz",
    "postal_code": "postal_code postcode post_code zip zip_code plz postleitzahl",
    "city": "city town ort stadt",
    "region": "region state province county bundesland",
    "country": "country country_code land",
    "phone": "phone telephone phone_number tel telefon",
    "email": "email e_mail mail email_address",
}
_SYNONYMS: Mapping[str, Mapping[str, str]] = {
    "partners": {
        "code": "code number no id partner partner_code partner_number customer customer_code customer_number"
        " customer_no customer_id supplier supplier_code supplier_number supplier_no supplier_id vendor vendor_code"
        " vendor_number vendor_no vendor_id account account_number kundennr kundennummer kunden_nr lieferantennr"
        " lieferantennummer lieferanten_nr debitor kreditor debitorennummer kreditorennummer",
        "name": "name company company_name customer_name supplier_name vendor_name partner_name firma name_1",
        "kinds": "kinds kind type partner_type role",
        "note": "note notes remark remarks comment bemerkung",
        **{f"addresses.{name}": words for name, words in _ADDRESS.items()},
        "contacts.name": "contact contact_name contact_person ansprechpartner",
    },
    "levels": {
        "sku": "sku item item_number item_no item_code product_code article artikelnummer artikel_nr",
        "warehouse": "warehouse warehouse_code site lager",
        "minimum": "minimum min min_stock minimum_stock min_level mindestbestand",
        "maximum": "maximum max max_stock maximum_stock max_level höchstbestand",
        "reorder_point": "reorder_point reorder_level meldebestand",
        "safety_stock": "safety_stock buffer_stock sicherheitsbestand",
    },
    "pick_faces": {
        "place": "place bin location bin_name address lagerplatz",
        "sku": "sku item item_number item_no item_code product_code article artikelnummer artikel_nr",
        "minimum": "minimum min refill_below",
        "maximum": "maximum max refill_to",
    },
}
"""The kinds that are found out from a list's headings, with what each field is called."""
_GOODS = frozenset(column.name for column in (*PRODUCTS, *PRODUCT_DETAILS))
_CODES_OF = {"supplier": ("supplier", "vendor", "liefer", "kredit"), "customer": ("customer", "kunde", "debitor")}
_KINDS_OF_PARTNERS = {
    "kunde": "customer", "client": "customer", "buyer": "customer", "lieferant": "supplier", "vendor": "supplier",
    "spediteur": "carrier", "forwarder": "carrier", "hersteller": "manufacturer",
}  # fmt: skip


def column(kind: str, field: str) -> str:
    """A field of a kind of set-up records, as meanings of headings tell it."""
    return f"{kind}.{field}"


def columns(kind: str) -> tuple[str, ...]:
    """Every field of a kind that a heading may mean."""
    return tuple(column(kind, field) for field in setup_columns(SETUP_KINDS[kind]))


def parted(meaning: str) -> tuple[str, str]:
    """The kind of set-up records and the field that a heading means; no kind where it means a field of goods."""
    kind, _, field = meaning.partition(".")
    return (kind, field) if kind in SETUP_KINDS and field else ("", meaning)


def kind_said(meanings: Iterable[str]) -> str:
    """The kind of set-up records that somebody said a table holds, by what its headings mean; empty for none."""
    return next(filter(None, (parted(meaning)[0] for meaning in meanings)), "")


@cache
def names_of(kind: str) -> Mapping[str, str]:
    """The fields of a kind by every heading that means one, as `plain_name` writes it."""
    own = {plain_name(field): field for field in setup_columns(SETUP_KINDS[kind])}
    return own | {word: field for field, words in _SYNONYMS.get(kind, {}).items() for word in words.split()}


def template_of(headings: Sequence[str]) -> SetupKind | None:
    """The kind of records whose fields these headings are, all of them and the key among them."""
    named = {heading for heading in headings if heading}
    fitting = (
        kind
        for kind in SETUP_KINDS.values()
        if named <= set(setup_columns(kind)) and set(kind.key) - set(kind.may_lack) <= named
    )
    return next(fitting, None) if len(named) > 1 else None


def kind_of(headings: Sequence[str]) -> SetupKind | None:
    """The kind of set-up records of a list by its usual headings; None for goods and orders, and for what nobody knows.

    A list is one of these where more of its headings are understood so than as a list of goods.
    """
    named = {plain_name(heading) for heading in headings if heading.strip()}
    goods = {COLUMN_OF[name] for name in named if name in COLUMN_OF}
    if "qty" in goods or {"warehouse", "zone"} <= goods:
        return None
    as_goods = len({name for name in named if COLUMN_OF.get(name) in _GOODS}) if "sku" in goods else 0
    best, most = None, max(as_goods, 1)
    for name in _SYNONYMS:
        kind = SETUP_KINDS[name]
        fields = {names_of(name)[heading] for heading in named if heading in names_of(name)}
        if set(kind.key) <= fields and len(fields) > most:
            best, most = kind, len(fields)
    return best


def meanings(kind: str, headings: Iterable[str]) -> dict[str, str]:
    """What headings mean in a list of this kind, '' where nobody knows; no field is meant twice."""
    found: dict[str, str] = {}
    for heading in headings:
        field = names_of(kind).get(plain_name(heading), "")
        meaning = column(kind, field) if field else ""
        found[heading] = "" if meaning in found.values() else meaning
    return found


def guessed(headings: Sequence[str], samples: Sequence[Sequence[str]] = ()) -> dict[str, str]:
    """What each heading of a table probably means, whatever it is a list of; '' where nobody knows."""
    kind = template_of(headings) or kind_of(headings)
    return meanings(kind.name, headings) if kind else exchange.guessed(headings, samples)


def is_known(meaning: str, heading: str) -> bool:
    """Whether a heading says by its name that it means this."""
    kind, _ = parted(meaning)
    return plain_name(heading) in names_of(kind) if kind else exchange.is_known(heading)


def partners_named_by(heading: str) -> str:
    """Which partners a list holds whose codes stand below this heading: customers, suppliers, or empty for unsaid."""
    name = plain_name(heading)
    return next((kind for kind, words in _CODES_OF.items() if name.startswith(words)), "")


def kind_of_partner(word: str) -> str:
    """Our word for what a partner is: Vendor is a supplier."""
    plain = plain_name(word)
    return _KINDS_OF_PARTNERS.get(plain, plain.removesuffix("s") if plain.removesuffix("s") in _CODES_OF else plain)

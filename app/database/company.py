"""The company that owns the database."""

from app.database.session import Session, as_nouns
from app.domain.company import Company

_READ = """
    SELECT jsonb_build_object('name', name, 'gs1_prefix', gs1_prefix, 'currency', currency, 'sdr_rate', sdr_rate::text,
        'sdr_rate_on', sdr_rate_on) AS company FROM company
"""
_SAVE = """
    UPDATE company SET name = %(name)s, gs1_prefix = %(prefix)s, currency = %(currency)s,
        sdr_rate = %(rate)s, sdr_rate_on = %(rate_on)s
"""


def save(session: Session, company: Company) -> None:
    """Set name, GS1 company prefix (4 to 12 digits), currency and the rate of special drawing rights.

    Refuses another currency once amounts are kept (`company.currency_stays`).
    """
    session.change(
        _SAVE,
        name=company.name,
        prefix=company.gs1_prefix,
        currency=company.currency,
        rate=company.sdr_rate,
        rate_on=company.sdr_rate_on,
    )


def read(session: Session) -> Company:
    """Who the company is."""
    row = session.row(_READ)
    assert row is not None
    known: Company = as_nouns(row["company"], Company)
    return known


def name(session: Session) -> str:
    """What the company is called; empty where nobody has said it."""
    return read(session).name

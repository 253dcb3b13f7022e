"""The only place where PostgreSQL's errors become the warehouse's refusals and faults.

The schema's own refusals come as SQLSTATE SH001 with the code as message and the facts as JSON in DETAIL.
"""

import json
import re

import psycopg
import sqlalchemy.exc

from app.domain.errors import Fault, Refusal

_REFUSAL = "SH001"
_MALFORMED = "input.malformed"
"""What a function says to arguments that are none (88_malformed.sql): a defect of the caller; some have words."""
_CONSTRAINTS = {
    "stock_balance_not_enough": "stock.not_enough",
    "stock_balance_reserved": "stock.not_enough",
    "line_progress_qty_check": "ledger.already_reversed",
    "document_line_unit_price_check": "ledger.wrong_value",
    "code_pkey": "code.taken",
    "document_reference": "document.reference_taken",
    "item_sku_key": "item.sku_taken",
    "item_variant": "item.variant_taken",
    "item_substitute_check": "item.own_substitute",
    "item_substitute_pkey": "item.substitute_twice",
    "item_substitute_substitute_id_fkey": "item.unknown",
    "item_image_pkey": "image.unknown",
    "item_image_sha256_fkey": "image.unknown",
    "item_uom_weight_kg_check": "unit.wrong_size",
    "item_uom_length_mm_check": "unit.wrong_size",
    "item_uom_width_mm_check": "unit.wrong_size",
    "item_uom_height_mm_check": "unit.wrong_size",
    "bom_kind_check": "bom.unreadable",
    "bom_makes_check": "bom.unreadable",
    "bom_line_item_id_component_id_key": "bom.twice",
    "category_parent_id_name_key": "record.name_taken",
    "item_template_code_key": "record.name_taken",
    "attribute_definition_category_id_name_key": "record.name_taken",
    "location_profile_code_key": "location.profile_taken",
    "location_address_key": "location.name_taken",
    "location_parent_id_name_key": "location.name_taken",
    "partner_code_key": "partner.code_taken",
    "warehouse_code_key": "warehouse.code_taken",
}
_ENDINGS = {"_is_a_day": "ledger.no_such_day", "_is_a_number": "ledger.wrong_value"}  # 84_numbers.sql
_REFUSED = {"22003": "quantity.too_large", "22008": "ledger.no_such_day"}
_FAULTS = {
    "40001": ("database.collision", True),
    "40P01": ("database.collision", True),
    "25P03": ("database.lost", True),  # it waited too long between two statements, and the server let go of it
    "55P03": ("database.busy", True),
    "57014": ("database.too_slow", True),
    "53100": ("database.disk_full", True),
    "53300": ("database.too_many_clients", True),
    "28P01": ("database.login_refused", False),
    "28000": ("database.login_refused", False),
    "3D000": ("database.missing", False),
    "42501": ("database.not_allowed", False),
}


def translate(error: Exception) -> Exception:
    """The refusal or fault that an exception of the driver stands for; the exception itself when it is a defect."""
    if isinstance(error, sqlalchemy.exc.TimeoutError):
        return Fault("database.too_many_clients", retry=True)
    cause = error.orig if isinstance(error, sqlalchemy.exc.DBAPIError) else error
    return _translate_driver(cause) or error if isinstance(cause, psycopg.Error) else error


def _translate_driver(error: psycopg.Error) -> Refusal | Fault | None:
    state = error.sqlstate or ""
    if state == _REFUSAL:
        facts = json.loads(error.diag.message_detail or "{}")
        if error.diag.message_primary == _MALFORMED:
            return _meant(facts["constraint"] or "", facts["state"])
        return Refusal(error.diag.message_primary or "", **{str(name): value for name, value in facts.items()})
    if meant := _meant(error.diag.constraint_name or "", state):
        return meant
    if not state and (code := _refused_at_the_door(str(error))):
        return Fault(code, retry=code == "database.too_many_clients")
    if state[:2] in {"08", "57"} or (isinstance(error, psycopg.OperationalError) and not state):
        return Fault("database.lost", retry=True)
    return None


def _meant(constraint: str, state: str) -> Refusal | Fault | None:
    """What is known of an error by the constraint that it broke, or its kind."""
    if refused := _refused_by(constraint) or _REFUSED.get(state):
        return Refusal(refused)
    if state in _FAULTS:
        code, retry = _FAULTS[state]
        return Fault(code, retry=retry)
    return None


def _refused_by(constraint: str) -> str | None:
    """The code of what a constraint of a table refuses."""
    known = _CONSTRAINTS.get(constraint)
    return known or next((code for ending, code in _ENDINGS.items() if constraint.endswith(ending)), None)


def _refused_at_the_door(words: str) -> str:
    """Why a connection was refused: libpq tells it in words only, without a SQLSTATE."""
    if "too many clients" in words or "too many connections" in words or "connection slots are reserved" in words:
        return "database.too_many_clients"
    if "password" in words or "authentication" in words or "role " in words:
        return "database.login_refused"
    return "database.missing" if re.search(r'database ".*" does not exist', words) else ""


def is_repeatable(error: Exception) -> bool:
    """Whether the same transaction may be tried again as a whole: collisions and lost connections."""
    return isinstance(error, Fault) and error.code in {"database.collision", "database.lost"}

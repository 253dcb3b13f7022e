"""A client that lost its connection asks again: every function that writes knows the request, or does no harm.

Generated from the catalogue: a new function is on the list the day it comes.
"""

import re

from tests.support import Site

_STATES = "says how something is to be: said twice, it is so"
_REFUSED = "the second time it finds its work done: it is refused, or changes nothing"
_OWN_STEP = "is called within a step of a dialog, which has its own request id"
_SPENT = "leaves an empty thing that is not counted: a number is spent"
_VERSION = "keeps one more version of the same text; the newest counts"
_SESSION = "belongs to the session that calls it, and leaves nothing in the books"

HARMLESS = {
    # the people and the station
    "sign_on": _SESSION, "sign_off": _SESSION, "stay_signed_on": _SESSION, "sign_off_everywhere": _STATES,
    "change_pin": _STATES, "set_pin": _STATES, "unlock_pin": _STATES, "save_person": _STATES, "set_groups": _STATES,
    "set_person_active": _STATES, "replace_badge": _STATES, "set_login": _STATES, "set_permission": _STATES,
    "set_group_permission": _STATES, "save_station": _STATES, "change_station": _STATES,
    "save_cart": _STATES, "save_pick_shifts": _STATES,
    # documents, lots, places
    "complete_document": _REFUSED, "keep_said": _STATES, "give_priorities": _STATES,
    "decide_document": _REFUSED, "close_lines": _REFUSED, "close_period": _REFUSED, "reopen_period": _REFUSED,
    "cancel_state_change": _REFUSED, "ensure_trace": _STATES, "ensure_traces": _STATES, "kit_trace": _STATES,
    "add_photo": _STATES, "save_cut_offs": _STATES, "set_document_owner": _STATES, "set_owners": _STATES,
    "save_bom": _STATES, "keep_image": _STATES, "nest_unit": _STATES,
    "retire_unit": _STATES, "create_handling_unit": _SPENT,
    # claims
    "lock_demand": _SESSION, "held_paper": _SESSION,
    # dialogs, printing, packing, the ledger's seals
    "open_dialog": _SESSION, "begin_step": _OWN_STEP, "finish_step": _OWN_STEP, "store_unused_scan": _REFUSED,
    "take_walk": _STATES, "hold_walk": _STATES, "give_walk_back": _STATES, "assign_walk": _STATES, "put_tote": _STATES,
    "claim_tote": _STATES, "put_new_tote": _OWN_STEP, "claim_new_tote": _OWN_STEP, "list_walk": _STATES,
    "take_order": _STATES, "give_order_back": _STATES, "release_order": _REFUSED, "short_pick": _OWN_STEP,
    "swap_pick": _OWN_STEP, "raise_count": _STATES, "end_count": _STATES, "register_tote": _STATES,
    "store_decision": _OWN_STEP,
    "count_turnover": _STATES, "plan_replenishment": _STATES, "take_replenishment": _STATES,
    "give_replenishment_back": _STATES, "short_replenishment": _REFUSED,
    "open_carton": _STATES, "choose_carton": _STATES, "discard_carton": _REFUSED, "close_parcel": _REFUSED,
    "reopen_parcel": _REFUSED, "label_parcel": _OWN_STEP, "next_tracking_serial": _SPENT, "seal_at": _REFUSED,
    "save_label_template": _VERSION, "use_label_template": _STATES,
    "remember_mapping": _STATES, "go_on_undoing": _REFUSED,
    "save_station_template": _STATES, "remove_station_template": _STATES,
    "save_printer": _STATES,
    "lease_printer": _SESSION, "advance_print_job": _REFUSED, "redirect_print_job": _STATES, "seal_postings": _REFUSED,
    "cancel_print_jobs": _REFUSED,
    # carriers and shipments
    "claim_outbox": _OWN_STEP, "settle_outbox": _REFUSED, "take_answer": _STATES, "miss_answers": _STATES,
    "ask_again": _STATES, "take_confirmation": _STATES, "note_answer": _STATES, "tell_again": _STATES,
    "settle_errand": _STATES, "see_notice": _STATES, "save_sender": _STATES,
    "take_tracking": _STATES,
    "leave_out": _STATES, "depart": _REFUSED, "sign_for_shipment": _STATES,
    # goods in
    "end_asn": _REFUSED, "appraise_discrepancy": _STATES, "drop_discrepancies": _REFUSED,
    "take_up_discrepancies": _STATES,
    "settle_claim": _REFUSED,
    "begin_inspection": _STATES, "note_return": _REFUSED,
    "hold_docks": _SESSION, "reopen_door": _REFUSED, "limit_docks": _STATES, "mark_no_shows": _STATES,
}  # fmt: skip
"""Writes without a request id, and why repeating them does no harm."""

_WRITES = """
    SELECT p.proname, 'p_request' = ANY (coalesce(p.proargnames, '{}')), p.prosrc FROM pg_proc p
    WHERE p.pronamespace = 'stockhand'::regnamespace AND p.prokind = 'f' AND p.provolatile = 'v' AND p.prosecdef
      AND p.prorettype <> 'trigger'::regtype AND has_function_privilege('sh_everyone', p.oid, 'EXECUTE')
"""


def writes(site: Site) -> list[tuple[str, bool, str]]:
    """What people may call and may write: name, whether it takes a request id, text."""
    with site.superuser() as connection:
        return [(name, takes, text) for name, takes, text in connection.execute(_WRITES).fetchall()]


def test_what_writes_takes_a_request_id_or_does_no_harm_when_it_is_repeated(warehouse: Site) -> None:
    without = {name for name, takes, _ in writes(warehouse) if not takes}
    assert without - set(HARMLESS) == set()
    assert set(HARMLESS) - without == set()


def test_who_takes_a_request_id_remembers_it(warehouse: Site) -> None:
    """By itself, as the key of what it makes, or by handing it to one that does."""
    taking = {name: text for name, takes, text in writes(warehouse) if takes}
    with warehouse.superuser() as connection:
        rows = connection.execute(
            "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'stockhand'::regnamespace"
            " AND 'p_request' = ANY (proargnames)"
        ).fetchall()
    remembering = {"begin_request", "begin_record_request"}
    while more := {name for name, text in rows if name not in remembering and _hands_on(text, remembering)}:
        remembering |= more
    assert set(taking) - remembering == {"approve"}  # its request is the one that it approves, with a PIN each time


def _hands_on(text: str, to: set[str]) -> bool:
    return (
        "p_request" in text
        and re.search(rf"request_id = p_request|ON CONFLICT \(id\) DO NOTHING|\b({'|'.join(to)})\(", text) is not None
    )

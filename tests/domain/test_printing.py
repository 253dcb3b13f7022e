"""Print jobs: once the first byte has left, nothing is printed again by itself."""

from itertools import pairwise

import pytest

from app.domain.printing import PrintState, may_follow, needs_a_person

PRINTER_STATES = [PrintState.SENDING, PrintState.SENT]
DOUBTFUL = [PrintState.PARTIAL, PrintState.UNKNOWN, PrintState.UNVERIFIED]


def test_the_good_way_is_queued_sending_sent_confirmed() -> None:
    way = [PrintState.QUEUED, PrintState.SENDING, PrintState.SENT, PrintState.CONFIRMED]
    assert all(may_follow(one, other) for one, other in pairwise(way))


@pytest.mark.parametrize("state", DOUBTFUL)
def test_a_doubtful_label_waits_for_a_person(state: PrintState) -> None:
    answers = [PrintState.CONFIRMED, PrintState.VOIDED, PrintState.REPRINTED]
    assert all(may_follow(state, answer) for answer in answers)
    assert needs_a_person(state)


@pytest.mark.parametrize("state", [PrintState.PARTIAL, PrintState.UNVERIFIED, PrintState.CONFIRMED])
def test_a_label_of_which_paper_may_exist_is_never_sent_again(state: PrintState) -> None:
    assert not may_follow(state, PrintState.QUEUED)
    assert not may_follow(state, PrintState.SENDING)


def test_nothing_is_sent_twice_without_going_back_to_the_queue() -> None:
    assert [state for state in PrintState if may_follow(state, PrintState.SENDING)] == [PrintState.QUEUED]


@pytest.mark.parametrize("state", PRINTER_STATES)
def test_whatever_happens_while_sending_is_told_as_it_is(state: PrintState) -> None:
    assert may_follow(state, PrintState.PARTIAL)
    assert may_follow(state, PrintState.UNKNOWN)
    assert not may_follow(state, PrintState.CANCELLED)
    assert not may_follow(state, PrintState.REPRINTED)


def test_a_job_is_taken_back_only_before_a_byte_has_left() -> None:
    assert [state for state in PrintState if may_follow(state, PrintState.CANCELLED)] == [PrintState.QUEUED]


def test_a_label_that_came_out_can_be_voided_or_replaced_but_not_printed_again() -> None:
    following = {other for other in PrintState if may_follow(PrintState.CONFIRMED, other)}
    assert following == {PrintState.VOIDED, PrintState.REPRINTED}


@pytest.mark.parametrize("state", [PrintState.VOIDED, PrintState.REPRINTED, PrintState.CANCELLED])
def test_a_label_that_is_gone_stays_gone(state: PrintState) -> None:
    assert not any(may_follow(state, other) for other in PrintState)


def test_no_state_follows_itself_and_every_state_but_the_first_is_reached() -> None:
    assert not any(may_follow(state, state) for state in PrintState)
    assert all(any(may_follow(one, state) for one in PrintState) for state in PrintState)

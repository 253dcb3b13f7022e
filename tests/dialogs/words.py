"""Whatever a conversation shows in a test must have words, with every placeholder filled in."""

import logging
from collections.abc import Iterator

import pytest

from app.dialogs.dialog import Event, Level, Prompt
from app.dialogs.runner import ScanInput
from app.texts import Texts
from tests.dialogs.conversation import Conversation

TEXTS = Texts.load()


def read_aloud(prompt: Prompt) -> None:
    """Look every code of a prompt up, as a screen does; what is missing is logged as an error."""
    TEXTS.text("prompts", prompt.instruction, prompt.facts)
    if prompt.ask:
        TEXTS.text("prompts", prompt.ask, prompt.facts)
    details = prompt.item.details if prompt.item else ()
    for caption in (*prompt.columns, *(code for code, _ in details)):
        TEXTS.text("captions", caption)
    for command in prompt.commands:
        TEXTS.text("commands", command)
    for choice in prompt.choices:
        TEXTS.text("choices", choice.code, choice.facts)
    offered = [*prompt.commands, *(choice.value for choice in prompt.choices)]
    assert len(offered) == len(set(offered)), "an answer is offered twice"
    feedback = prompt.feedback
    if feedback is None:
        return
    if feedback.level is Level.ERROR:
        TEXTS.error(feedback.code, feedback.facts)
    else:
        TEXTS.text("feedback", feedback.code, feedback.facts)


@pytest.fixture(autouse=True)
def every_prompt_has_words(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Read every prompt of the test aloud, and fail where words or facts are missing."""
    handle = Conversation.handle

    def aloud(conversation: Conversation, event: Event | ScanInput) -> Prompt:
        prompt = handle(conversation, event)
        read_aloud(prompt)
        return prompt

    monkeypatch.setattr(Conversation, "handle", aloud)
    with caplog.at_level(logging.ERROR, logger="app.texts"):
        yield
    missing = [record.getMessage() for record in caplog.get_records("call") if record.name == "app.texts"]
    assert sorted(set(missing)) == []

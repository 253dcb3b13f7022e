"""The operator's conversation: one pure state machine a task, one runner."""

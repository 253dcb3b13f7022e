"""The only place where rooms are wired together; it reads like a table of contents and holds no rules."""

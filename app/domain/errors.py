"""The two ways in which work can be turned down.

Both carry a stable code and facts, never a sentence: the words stand in `resources/texts`, by language.
Anything else that is raised is a defect of the program.
"""


class _Stopped(Exception):  # noqa: N818  (a refusal is a verdict, not an error of the program)
    """What refusals and faults share: a code that texts are found by, and the facts the texts speak of."""

    def __init__(self, code: str, facts: dict[str, object]) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts = facts

    def __str__(self) -> str:
        facts = ", ".join(f"{name}={value}" for name, value in self.facts.items())
        return f"{self.code} ({facts})" if facts else self.code


class Refusal(_Stopped):
    """A rule said no: nothing was changed, and the person is told what to do instead."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code, facts)


class Fault(_Stopped):
    """A device, the network or the database is away; `retry` says whether trying again may help."""

    def __init__(self, code: str, *, retry: bool, **facts: object) -> None:
        super().__init__(code, facts)
        self.retry = retry

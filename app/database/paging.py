"""Pages of a list in an order that a person chose: what stands behind the last row seen, column by column.

Columns are named by fixed lists of the modules that ask; nothing that a person typed becomes SQL here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from app.database.session import Row

By = tuple[str, bool]
"""Something to stand in order by, and whether the last comes first."""


@dataclass(frozen=True, slots=True)
class Paging:
    """The order of a list and where in it a page begins.

    `by`: expressions of SQL that are never NULL, the last of which tell all rows apart. `after`: their values in the
    last row seen, which rows carry as `ordered_by`; nothing: from the start.
    """

    by: tuple[By, ...]
    after: tuple[Any, ...] = ()

    @property
    def columns(self) -> str:
        """What a query selects so that `positioned` finds it."""
        return ", ".join(f"{expression} AS order_{n}" for n, (expression, _) in enumerate(self.by))

    @property
    def order(self) -> str:
        """What stands behind ORDER BY."""
        return in_order(self.by)

    @property
    def order_again(self) -> str:
        """The same for rows that were cut into a page already, by the names of `columns`."""
        return in_order((f"order_{n}", descending) for n, (_, descending) in enumerate(self.by))

    @property
    def behind(self) -> str:
        """A condition on rows: those behind the last one seen."""
        return behind(self.by, [f"order_{n}" for n in range(len(self.by))]) if self.after else "true"

    @property
    def parameters(self) -> Mapping[str, Any]:
        """What `behind` compares with."""
        return {f"order_{n}": value for n, value in enumerate(self.after)}


def paging(
    known: Mapping[str, tuple[str, ...]], wanted: Iterable[By], key: Sequence[str], after: Sequence[Any] = ()
) -> Paging:
    """The order of the columns that somebody wants, by the expressions `known` of them, and then that of the key."""
    chosen = ((expression, descending) for name, descending in wanted for expression in known[name])
    return Paging((*chosen, *((one, False) for one in key)), tuple(after))


def positioned(row: Row) -> Row:
    """The row with its place in the order in one field, `ordered_by`."""
    names = [name for name in row if name.startswith("order_")]
    return row | {"ordered_by": tuple(row.pop(name) for name in names)} if names else row


def in_order(by: Iterable[By]) -> str:
    """Expressions with their directions."""
    return ", ".join(f"{expression} {'DESC' if descending else 'ASC'}" for expression, descending in by)


def behind(by: Sequence[By], parameters: Sequence[str]) -> str:
    """Behind the last row seen; the first column is named twice, so that an index on it is used.

    Columns of one direction are compared as one row; where the direction turns, the next are asked among equals.
    """
    seen = [(one, f"%({name})s", "<" if last else ">") for (one, last), name in zip(by, parameters, strict=True)]
    beyond = ""
    for sign, run in reversed([(sign, list(run)) for sign, run in groupby(seen, key=lambda one: one[2])]):
        columns, values = (", ".join(one[part] for one in run) for part in (0, 1))
        further = f"({columns}) {sign} ({values})"
        beyond = f"({further} OR ({columns}) = ({values}) AND {beyond})" if beyond else further
    column, value, sign = seen[0]
    return f"{column} {sign}= {value} AND {beyond}"

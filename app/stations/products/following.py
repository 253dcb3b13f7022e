"""A product's form that follows its category: fields nobody typed take what the category says, and tell so.

What follows is not saved with the product: the database lets it follow from then on, also when the category changes.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.domain.catalog.products import DEFAULTABLE, INHERITABLE, Category, Given
from app.domain.errors import Fault, Refusal
from app.stations.kit.record_form import RecordForm
from app.texts import Texts

CATEGORY = "category_id"


class Following:
    """Watches the category of a form; `own` are fields that the product states itself."""

    def __init__(self, form: RecordForm, texts: Texts) -> None:
        self._form, self._texts = form, texts
        self._categories: dict[UUID, Category] = {}
        self._begin: Mapping[str, Any] = {}
        self._fields: frozenset[str] = frozenset()
        self._given: dict[str, Given] = {}
        self.category: UUID | None = None

    def know(self, categories: Mapping[UUID, Category]) -> None:
        """All categories, to look up what they say."""
        self._categories = dict(categories)

    def begin(self, values: Mapping[str, Any], *, own: frozenset[str], fresh: bool) -> None:
        """The form was filled with these values.

        A new (`fresh`) product takes all that a category may say, another one what it inherits.
        """
        self._begin = values
        self._fields = frozenset(DEFAULTABLE) if fresh else INHERITABLE - own
        self.category = values.get(CATEGORY)
        self._given = self._says(self.category)
        if fresh:
            self._fill({})
        self._tell()

    def changed(self) -> bool:
        """Something was typed: whether it was another category, which the other fields follow."""
        chosen = self._value(CATEGORY)
        if chosen == self.category:
            self._tell()
            return False
        before, self.category = self._given, chosen
        self._given = self._says(chosen)
        self._fill(before)
        self._tell()
        return True

    def follows(self, name: str) -> bool:
        """Whether a field is as the category says, so that it need not be saved."""
        return name in INHERITABLE & self._fields and name in self._given and self._is(name, self._given[name].value)

    def given_attributes(self) -> dict[str, Given]:
        """What the category says of its goods' attributes."""
        category = self._categories.get(self.category) if self.category else None
        return self._named(category.inherited.get("attributes", {})) if category else {}

    # - inside -

    def _says(self, identity: UUID | None) -> dict[str, Given]:
        category = self._categories.get(identity) if identity else None
        if category is None:
            return {}
        return self._named({name: one for name, one in category.inherited.items() if name != "attributes"})

    def _named(self, inherited: Mapping[str, Any]) -> dict[str, Given]:
        names = {identity: one.full_name for identity, one in self._categories.items()}
        return {name: Given(one["value"], names.get(UUID(one["from"]), "")) for name, one in inherited.items()}

    def _fill(self, before: Mapping[str, Given]) -> None:
        """Give new values to the fields that nobody typed: those as the category before said, or as they began."""
        for name in self._fields:
            was = before[name].value if name in before else self._begin.get(name)
            if not self._is(name, was):
                continue
            if name in self._given:
                self._form.show_value(name, _decimal(self._given[name].value))
            elif name in before:
                self._form.show_value(name, self._begin.get(name) if name not in INHERITABLE else None)

    def _tell(self) -> None:
        for name in self._fields:
            told = ""
            if name in self._given and self._is(name, self._given[name].value):
                told = self._texts.text("captions", "products.from", {"category": self._given[name].category})
            self._form.note(name, told)

    def _is(self, name: str, value: object) -> bool:
        """Whether a field holds a value; nothing, zero and no are alike, as the database has them."""
        return (self._value(name) or None) == (_decimal(value) or None)

    def _value(self, name: str) -> Any:  # noqa: ANN401  (whatever the field holds)
        try:
            return self._form.value(name)
        except (Refusal, Fault):
            return object()  # what cannot be read was typed


def _decimal(value: Any) -> Any:  # noqa: ANN401  (JSON)
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value

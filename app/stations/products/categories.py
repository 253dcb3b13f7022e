"""Categories as a tree that is rearranged by dragging, with what each says of its goods, and their attributes."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.dialogs.dialog import Feedback, Level
from app.domain.catalog.products import BY_NAME, DEFAULTABLE, Attribute, Category
from app.domain.errors import Fault, Refusal
from app.domain.values import Field as Declared
from app.domain.values import FieldKind
from app.services.products import looking, writing
from app.services.work import UnitOfWork
from app.stations.kit.desk import Answers, Booking, Field, Question, page_of
from app.stations.kit.kit import Kit
from app.stations.kit.record_form import RecordForm
from app.stations.kit.record_table import Column, Query, Record, RecordTable
from app.stations.kit.scrolled import Scrolled
from app.stations.products.page import Page, Speaker

ATTRIBUTES = (
    Column("name", "field.name", 150, identifier=True),
    Column("type", "field.type", 110),
    Column("unit", "field.unit", 60),
    Column("choices", "field.choices", 200),
    Column("required", "field.required", 80),
    Column("limits", "products.limits", 110),
    Column("from", "products.declared_at", 160),
    Column("default", "products.attribute_default", 160),
)
TYPES = ("text", "number", "whole", "truth", "date", "choice", "choices")
_TREE_PX, _ATTRIBUTES_PX = 280, 60
_DECLARED = {
    "name": Declared("name", most=Decimal(60), required=True),
    "minimum": Declared("minimum", FieldKind.NUMBER, nullable=True),
    "maximum": Declared("maximum", FieldKind.NUMBER, nullable=True),
}


class Tree(QTreeWidget):
    """`moved` carries a category, the one above it (None: none) and its place there; the tree itself stays."""

    moved = Signal(object, object, int)

    def dropEvent(self, event: QDropEvent) -> None:
        """Ask for the move; the tree is read again afterwards, whatever came of it."""
        item = self.currentItem()
        if item is not None:
            self.drop_at(item, event.position().toPoint())
        event.ignore()

    def drop_at(self, item: QTreeWidgetItem, at: QPoint) -> None:
        """What dropping a category at a point means."""
        onto = self.itemAt(at)
        where = self.dropIndicatorPosition()
        if onto is None:
            self.moved.emit(_id(item), None, self.topLevelItemCount())
        elif where == QAbstractItemView.DropIndicatorPosition.OnItem:
            self.moved.emit(_id(item), _id(onto), onto.childCount())
        else:
            above = onto.parent()
            siblings = above.indexOfChild(onto) if above else self.indexOfTopLevelItem(onto)
            below = where == QAbstractItemView.DropIndicatorPosition.BelowItem
            self.moved.emit(_id(item), _id(above) if above else None, siblings + int(below))


class CategoriesPage(Page):
    """The tree, and beside it the category in hand."""

    def __init__(self, kit: Kit, screen: Speaker) -> None:
        super().__init__(kit, screen)
        self.all: tuple[Category, ...] = ()
        self._attributes: tuple[Attribute, ...] = ()
        self.tree = Tree()
        fields = [replace(BY_NAME[name], required=False, nullable=True) for name in DEFAULTABLE]
        self.defaults = RecordForm(kit, fields, columns=3)
        self.heading = QLabel()
        self.attributes = RecordTable(kit, ATTRIBUTES, page_of(ATTRIBUTES, self._rows), nothing=self._no_attributes)
        self.attributes.filter.hide()
        self.attributes.setMinimumHeight(kit.theme.px(_ATTRIBUTES_PX))
        self._arrange()
        self.tree.currentItemChanged.connect(lambda *_: self._show())
        self.tree.moved.connect(self.put_below)
        self.attributes.open()

    @property
    def category(self) -> Category | None:
        """The category in hand."""
        item = self.tree.currentItem()
        return next((each for each in self.all if item is not None and each.id == _id(item)), None)

    def keys(self) -> tuple[str, ...]:
        """Categories and their attributes."""
        return ("NEW_CATEGORY", "RENAME", "SAVE", "NEW_ATTRIBUTE", "CHANGE_ATTRIBUTE", "ATTRIBUTE_DEFAULT",
                "TAKE_ATTRIBUTE", "DELETE")  # fmt: skip

    def carry_out(self, command: str) -> None:
        """Do what a key stands for."""
        commands: dict[str, Callable[[], object]] = {
            "NEW_CATEGORY": lambda: self._screen.ask(self.naming(None)),
            "RENAME": lambda: self.category and self._screen.ask(self.naming(self.category)),
            "SAVE": self.save,
            "NEW_ATTRIBUTE": lambda: self._screen.ask(self.declaring(None)),
            "CHANGE_ATTRIBUTE": self._change_attribute,
            "ATTRIBUTE_DEFAULT": self._ask_default,
            "TAKE_ATTRIBUTE": self._take_attribute,
            "DELETE": self._delete,
        }
        commands[command]()

    def refresh(self) -> None:
        """Read the tree and the attributes again."""

        def read(unit: UnitOfWork) -> tuple[tuple[Category, ...], tuple[Attribute, ...]]:
            return looking.categories(unit), looking.attributes(unit)

        self._screen.do(read, lambda found: self._know(*found))

    def choose(self, name: str) -> None:
        """Take a category in hand by its full name."""
        category = next(each for each in self.all if each.full_name == name)
        self.tree.setCurrentItem(self._items[category.id])

    def put_below(self, category: UUID, above: UUID | None, place: int) -> None:
        """Put a category below another, or on top; refused where that would be a circle."""
        siblings = sorted(
            (each for each in self.all if each.parent_id == above and each.id != category),
            key=lambda each: (each.position, each.name),
        )
        order = [*(each.id for each in siblings[:place]), category, *(each.id for each in siblings[place:])]
        before = {each.id: each for each in self.all}
        old = before[category]

        def work(unit: UnitOfWork) -> None:
            values: dict[str, Any] = {"position": order.index(category)}
            if above != old.parent_id:
                values["parent_id"] = above
            writing.save_record(unit, "category", values, record=category, version=old.version)

        def back(unit: UnitOfWork) -> None:
            values = {"parent_id": old.parent_id, "position": old.position}
            writing.save_record(unit, "category", values, record=category)

        def done(_nothing: object) -> None:
            self._screen.undo_by(back)
            self._screen.say(Feedback(Level.OK, "products.category_moved", {"category": old.name}))
            self.refresh()

        self._screen.do(work, done, request=uuid4())

    def save(self) -> None:
        """Save what the category in hand says of its goods."""
        category = self.category
        if category is None:
            self._screen.say(Feedback(Level.WARNING, "products.choose_category"))
            return
        try:
            typed = self.defaults.values()
        except (Refusal, Fault) as stopped:
            self._screen.say_stopped(stopped)
            return
        defaults = {name: value for name, value in typed.items() if value not in (None, "", False)}
        if "attributes" in category.defaults:
            defaults["attributes"] = category.defaults["attributes"]

        def work(unit: UnitOfWork) -> object:
            values = {"defaults": defaults}
            return writing.save_record(unit, "category", values, record=category.id, version=category.version)

        self._screen.do(work, lambda _saved: self._told("category_saved", category=category.full_name), request=uuid4())

    # - questions -

    def naming(self, category: Category | None) -> Question:
        """Ask for the name of a new category below the one in hand, or for another name, and whether it is in use."""
        above = self.category if category is None else None
        caption = self._kit.texts.text("captions", "field.name")

        def told(answers: Answers) -> str:
            name = answers["name"].strip()
            return f"{above.full_name} / {name}" if above else name

        def book(answers: Answers, request: UUID) -> Booking:
            name = str(_DECLARED["name"].read(answers["name"]))
            values: dict[str, Any] = {"name": name}
            if category is None:
                values |= {"parent_id": above.id if above else None}
            else:
                values |= {"archived": answers["in_use"] == "no"}

            def call() -> object:
                known = (category.id, category.version) if category else (None, None)
                return self._screen.work.run(
                    lambda unit: writing.save_record(unit, "category", values, record=known[0], version=known[1]),
                    request_id=request,
                )

            return Booking(request, call, lambda _saved: self._ok("category_saved", category=name))

        title = self.words("captions", "rename_category" if category else "new_category")
        fields = [Field("name", caption, category.name if category else "", wide=True)]
        if category is not None:
            in_use = "no" if category.archived else "yes"
            fields.append(Field("in_use", self.words("captions", "in_use"), in_use, _yes_no(self)))
        return Question(title, tuple(fields), told, book)

    def declaring(self, attribute: Attribute | None) -> Question:
        """Ask for the definition of an attribute of the category in hand, or of all goods where none is."""
        category = self.category
        text = self._kit.texts.text
        types = tuple((each, text("captions", f"type.{each}")) for each in TYPES)

        def read(answers: Answers) -> dict[str, Any]:
            many = answers["type"] in ("choice", "choices")
            return {
                "name": _DECLARED["name"].read(answers["name"]),
                "type": answers["type"],
                "unit": answers["unit"].strip(),
                "choices": [part.strip() for part in answers["choices"].split(",") if part.strip()] if many else [],
                "required": answers["required"] == "yes",
                "archived": answers["in_use"] == "no",
                "minimum": _DECLARED["minimum"].read(answers["minimum"]),
                "maximum": _DECLARED["maximum"].read(answers["maximum"]),
            }

        def told(answers: Answers) -> str:
            read(answers)
            where = attribute.category if attribute else category.full_name if category else ""
            return self.words("captions", "attribute_for" if where else "attribute_for_all", category=where)

        def book(answers: Answers, request: UUID) -> Booking:
            values = read(answers)
            if attribute is None:
                values["category_id"] = category.id if category else None

            def call() -> object:
                known = (attribute.id, attribute.version) if attribute else (None, None)
                return self._screen.work.run(
                    lambda unit: writing.save_record(
                        unit, "attribute_definition", values, record=known[0], version=known[1]
                    ),
                    request_id=request,
                )

            return Booking(request, call, lambda _saved: self._ok("attribute_saved", attribute=values["name"]))

        now = attribute
        fields = (
            Field("name", text("captions", "field.name"), now.name if now else ""),
            Field("type", text("captions", "field.type"), now.type if now else "text", choices=types),
            Field("unit", text("captions", "field.unit"), now.unit if now else ""),
            Field("choices", text("captions", "field.choices"), ", ".join(now.choices) if now else "", wide=True),
            Field(
                "required", text("captions", "field.required"), "yes" if now and now.required else "no", _yes_no(self)
            ),
            Field("minimum", text("captions", "field.minimum"), _plain(now.minimum) if now else ""),
            Field("maximum", text("captions", "field.maximum"), _plain(now.maximum) if now else ""),
            Field("in_use", self.words("captions", "in_use"), "no" if now and now.archived else "yes",
                  _yes_no(self)),
        )  # fmt: skip
        return Question(self.words("captions", "attribute_title"), fields, told, book)

    def defaulting(self, category: Category, attribute: Attribute) -> Question:
        """Ask what goods of the category in hand have of an attribute, where they say nothing themselves."""
        known = category.defaults.get("attributes", {})

        def read(answers: Answers) -> Any:  # noqa: ANN401  (a value of the attribute's type)
            return attribute.field.read(answers["value"])

        def told(answers: Answers) -> str:
            empty = read(answers) in (None, "", ())
            return self.words("captions", "no_default" if empty else "default_for", category=category.full_name)

        def book(answers: Answers, request: UUID) -> Booking:
            value = read(answers)
            kept = {name: one for name, one in known.items() if name != attribute.name}
            if value not in (None, "", ()):
                kept[attribute.name] = value
            rest = {name: one for name, one in category.defaults.items() if name != "attributes"}
            defaults = {**rest, "attributes": kept} if kept else rest

            def call() -> object:
                return self._screen.work.run(
                    lambda unit: writing.save_record(
                        unit, "category", {"defaults": defaults}, record=category.id, version=category.version
                    ),
                    request_id=request,
                )

            return Booking(request, call, lambda _saved: self._ok("category_saved", category=category.full_name))

        now = attribute.field.written(_as_typed(known.get(attribute.name)))
        choices = tuple((each, each) for each in ("", *attribute.choices)) if attribute.type == "choice" else None
        caption = f"{attribute.name} ({attribute.unit})" if attribute.unit else attribute.name
        title = self.words("captions", "ask_default", attribute=attribute.name, category=category.full_name)
        return Question(title, (Field("value", caption, now, choices, wide=True),), told, book)

    # - inside -

    def _ask_default(self) -> None:
        category = self.category
        if category is None:
            self._screen.say(Feedback(Level.WARNING, "products.choose_category"))
        elif (attribute := self._attribute()) is not None:
            self._screen.ask(self.defaulting(category, attribute))

    def _change_attribute(self) -> None:
        if (attribute := self._attribute()) is not None:
            self._screen.ask(self.declaring(attribute))

    def _take_attribute(self) -> None:
        attribute = self._attribute()
        if attribute is not None:
            self._screen.do(
                lambda unit: writing.delete(unit, "attribute_definition", attribute.id, attribute.version),
                lambda _nothing: self._told("attribute_gone", attribute=attribute.name),
                request=uuid4(),
            )

    def _attribute(self) -> Attribute | None:
        chosen = next((each.made_of for each in self.attributes.selected()), None)
        if not isinstance(chosen, Attribute):
            self._screen.say(Feedback(Level.WARNING, "products.choose_attribute"))
            return None
        return chosen

    def _delete(self) -> None:
        category = self.category
        if category is not None:
            self._screen.do(
                lambda unit: writing.delete(unit, "category", category.id, category.version),
                lambda _nothing: self._told("category_gone", category=category.full_name),
                request=uuid4(),
            )

    def _told(self, code: str, **facts: str) -> None:
        self._screen.say(self._ok(code, **facts))
        self.refresh()

    def _ok(self, code: str, **facts: object) -> Feedback:
        return Feedback(Level.OK, f"products.{code}", {name: str(value) for name, value in facts.items()})

    def _know(self, categories: tuple[Category, ...], attributes: tuple[Attribute, ...]) -> None:
        now = self.category
        self.all, self._attributes = categories, attributes
        self.tree.blockSignals(True)
        self.tree.clear()
        self._items: dict[UUID, QTreeWidgetItem] = {}
        for each in sorted(categories, key=lambda one: (len(one.path), one.position, one.name)):
            item = QTreeWidgetItem([f"{each.name}  ({each.items})" if each.items else each.name])
            if each.archived:
                item.setText(0, f"{item.text(0)}  – {self.words('captions', 'archived')}")
                item.setForeground(0, self._kit.theme.colour("muted"))
            item.setData(0, Qt.ItemDataRole.UserRole, each.id)
            above = self._items.get(each.parent_id) if each.parent_id else None
            (above.addChild if above else self.tree.addTopLevelItem)(item)
            self._items[each.id] = item
        self.tree.expandAll()
        self.tree.blockSignals(False)
        if now is not None and now.id in self._items:
            self.tree.setCurrentItem(self._items[now.id])
        self._show()

    def _show(self) -> None:
        category = self.category
        self.heading.setText(category.full_name if category else self.words("hints", "no_category_chosen"))
        self.defaults.setEnabled(category is not None)
        self.defaults.show_values(category.defaults if category else {})
        names = {each.id: each.full_name for each in self.all}
        for name in DEFAULTABLE:
            given = category.inherited.get(name) if category else None
            above = given is not None and category is not None and UUID(given["from"]) != category.id
            words = (
                self.words("captions", "inherits", value=given["value"], category=names[UUID(given["from"])])
                if given and above
                else ""
            )
            self.defaults.note(name, words)
        self.attributes.refresh()

    def _rows(self) -> Sequence[Record]:
        category = self.category
        path = category.path if category else ()
        known = [each for each in self._attributes if each.category_id is None or each.category_id in path]
        return [self._record(each) for each in known]

    def _record(self, each: Attribute) -> Record:
        text = self._kit.texts.text
        limits = (
            "" if each.minimum is None and each.maximum is None else f"{_plain(each.minimum)} … {_plain(each.maximum)}"
        )
        cells = (
            *(each.name, text("captions", f"type.{each.type}"), each.unit, ", ".join(each.choices)),
            text("captions", "products.yes") if each.required else "",
            limits,
            each.category or text("captions", "products.all_goods"),
            self._default_words(each),
        )
        if each.archived:
            cells = (f"{each.name} – {self.words('captions', 'archived')}", *cells[1:])
        return Record(each.id, cells, made_of=each, tints=((0, "muted"),) if each.archived else ())

    def _default_words(self, attribute: Attribute) -> str:
        """What the category in hand says of an attribute, and where that comes from if not from itself."""
        category = self.category
        given = category.inherited.get("attributes", {}).get(attribute.name) if category else None
        if category is None or given is None:
            return ""
        value = attribute.field.written(_as_typed(given["value"]))
        names = {each.id: each.full_name for each in self.all}
        source = UUID(given["from"])
        if source == category.id:
            return value
        return self.words("captions", "inherits", value=value, category=names.get(source, ""))

    def _no_attributes(self, _query: Query) -> str:
        return self.words("hints", "no_attributes")

    def _arrange(self) -> None:
        self.tree.setHeaderHidden(True)
        self.tree.setAccessibleName(self.words("captions", "tab.categories"))
        self.tree.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.tree.setFixedWidth(self._kit.theme.px(_TREE_PX))
        self.heading.setProperty("role", "heading")
        self.heading.setWordWrap(True)
        defaults = Scrolled(self.defaults)
        defaults.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        defaults.setMinimumWidth(self.defaults.minimumSizeHint().width())
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(8, 0, 0, 0)
        column.addWidget(self.heading)
        for code, widget in (("defaults", defaults), ("attributes", self.attributes)):
            label = QLabel(self.words("captions", f"of_category_{code}"), wordWrap=True)
            label.setProperty("role", "caption")
            column.addWidget(label)
            column.addWidget(widget, 1 if code == "attributes" else 0)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.tree)
        row.addWidget(right, 1)

    _items: dict[UUID, QTreeWidgetItem] = {}  # noqa: RUF012  (made anew with every reading)


def _id(item: QTreeWidgetItem) -> UUID | None:
    found: UUID | None = item.data(0, Qt.ItemDataRole.UserRole)
    return found


def _as_typed(value: Any) -> Any:  # noqa: ANN401  (JSON)
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _plain(number: Decimal | None) -> str:
    return "" if number is None else f"{number.normalize():f}"


def _yes_no(page: Page) -> tuple[tuple[str, str], ...]:
    return (("no", page.words("captions", "no")), ("yes", page.words("captions", "yes")))

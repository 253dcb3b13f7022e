"""The list of products: found by words or a scan, narrowed by category, state and tracking, changed many at a time."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.database.products import ItemChange
from app.dialogs.dialog import Feedback, Level
from app.domain.catalog.files import Tracking
from app.domain.catalog.products import BY_NAME, PRODUCT_FIELDS, Category, ProductQuery, ProductRow, State
from app.domain.errors import Refusal
from app.domain.values import FieldKind
from app.services.products import changing, looking, writing
from app.services.products.changing import Edit
from app.services.work import UnitOfWork
from app.stations.kit.desk import Answers, Booking, Field, Question
from app.stations.kit.kit import Kit
from app.stations.kit.record_table import Column, Query, Record, RecordTable, Sums
from app.stations.products.page import Page, Preview, Speaker
from app.stations.products.rows import PRODUCTS, Listed, product_record, value_words

_FACETS_PX, _TREE_PX = 250, 30
_PREVIEW = (
    Column("sku", "field.sku", 150, identifier=True, sortable=False),
    Column("name", "field.name", 260, sortable=False),
    Column("field", "products.field", 180, sortable=False),
    Column("before", "products.before", 240, sortable=False),
    Column("after", "products.after", 240, sortable=False),
)


class ListPage(Page):
    """`opened` carries the product that somebody looks into."""

    opened = Signal(object)

    def __init__(self, kit: Kit, screen: Speaker) -> None:
        super().__init__(kit, screen)
        self.asked = ProductQuery()
        self.tree, self.states, self.tracking = QTreeWidget(), QListWidget(), QListWidget()
        self.incomplete = QCheckBox(self.words("captions", "only_incomplete"))
        self.archived = QCheckBox(self.words("captions", "only_archived"))
        self.rows = RecordTable(kit, PRODUCTS, self._page, totals=self._totals, nothing=self._nothing)
        self._counts: dict[str, dict[str, int]] = {}
        self._categories: tuple[Category, ...] = ()
        self._arrange()
        self._connect()
        self.rows.view.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.rows.open()

    def keys(self) -> tuple[str, ...]:
        """New, look into, copy, state, many, labels, archive, delete."""
        archive = "UNARCHIVE" if self.asked.archived else "ARCHIVE"
        return ("NEW_PRODUCT", "OPEN_PRODUCT", "COPY", "STATE", "BULK", "LABELS", archive, "DELETE")

    def carry_out(self, command: str) -> None:
        """Do it with the products in hand."""
        chosen = self.in_hand()
        if command == "NEW_PRODUCT":
            self.opened.emit(None)
        elif not chosen:
            self._screen.say(Feedback(Level.WARNING, "products.choose"))
        elif command == "OPEN_PRODUCT":
            self.opened.emit(chosen[0].id)
        else:
            commands: dict[str, Callable[[], object]] = {
                "COPY": lambda: self._screen.ask(self.copying(chosen[0])),
                "STATE": lambda: self._screen.ask(self.changing_state(chosen)),
                "BULK": lambda: self._screen.ask(self.changing_many(chosen)),
                "LABELS": lambda: self._screen.print_labels([row.id for row in chosen]),
                "ARCHIVE": lambda: self.archive(chosen, away=True),
                "UNARCHIVE": lambda: self.archive(chosen, away=False),
                "DELETE": lambda: self.delete(chosen[0]),
            }
            commands[command]()

    def refresh(self) -> None:
        """Read rows, counts and categories again."""
        self.rows.refresh()
        self._screen.do(looking.categories, self.know)

    def table(self) -> RecordTable | None:
        """The list."""
        return self.rows

    def in_hand(self) -> list[ProductRow]:
        """The products that are selected."""
        return [each.made_of.row for each in self.rows.selected() if isinstance(each.made_of, Listed)]

    def know(self, categories: tuple[Category, ...]) -> None:
        """The tree of categories to narrow by."""
        if categories == self._categories:
            return
        self._categories = categories
        self.tree.blockSignals(True)
        self.tree.clear()
        everything = QTreeWidgetItem([self.words("captions", "all_categories")])
        without = QTreeWidgetItem([self.words("captions", "no_category")])
        without.setData(0, Qt.ItemDataRole.UserRole, "nil")
        self.tree.addTopLevelItems([everything, without])
        made: dict[UUID, QTreeWidgetItem] = {}
        for each in sorted(categories, key=lambda one: (len(one.path), one.position, one.name)):
            if each.archived:
                continue
            item = QTreeWidgetItem([f"{each.name}  ({each.items})" if each.items else each.name])
            item.setData(0, Qt.ItemDataRole.UserRole, each.id)
            above = made.get(each.parent_id) if each.parent_id else None
            (above.addChild if above else self.tree.addTopLevelItem)(item)
            made[each.id] = item
        self.tree.expandAll()
        self.tree.setCurrentItem(everything)
        self.tree.blockSignals(False)

    # - questions -

    def copying(self, row: ProductRow) -> Question:
        """Ask for the number of a product that is like another."""

        def told(answers: Answers) -> str:
            BY_NAME["sku"].read(answers["sku"])
            return self.words("captions", "copy_effect", sku=row.sku, new=answers["sku"].strip())

        def book(answers: Answers, request: UUID) -> Booking:
            sku = str(BY_NAME["sku"].read(answers["sku"]))

            def call() -> UUID:
                def work(unit: UnitOfWork) -> UUID:
                    values = writing.copied(looking.show(unit, row.id), sku)
                    return writing.save(unit, [ItemChange(values)])[0].id

                return self._screen.work.run(work, request_id=request)

            return Booking(request, call, lambda _id: self._ok("copied", sku=row.sku, new=sku), after=self.opened.emit)

        field = Field("sku", self._kit.texts.text("captions", "field.sku"), f"{row.sku}-COPY", wide=True)
        return Question(self.words("captions", "copy_title", sku=row.sku), (field,), told, book)

    def changing_state(self, rows: Sequence[ProductRow]) -> Question:
        """Ask for a state, the day from which it holds, and why."""
        text = self._kit.texts.text

        def read(answers: Answers) -> tuple[State, date | None, str]:
            try:
                day = date.fromisoformat(answers["day"].strip()) if answers["day"].strip() else None
            except ValueError as wrong:
                raise Refusal("field.unreadable", field="day", value=answers["day"], kind="date") from wrong
            return State(answers["state"]), day, answers["reason"]

        def told(answers: Answers) -> str:
            state, day, _reason = read(answers)
            permits = text("captions", f"products.permits.{state}")
            when = day.isoformat() if day else text("captions", "products.at_once")
            return self.words("captions", "state_effect", count=len(rows), when=when, permits=permits)

        def book(answers: Answers, request: UUID) -> Booking:
            state, day, reason = read(answers)

            def call() -> object:
                return self._screen.work.run(
                    lambda unit: writing.change_state(
                        unit,
                        [(row.id, row.version) for row in rows],
                        state=state,
                        reason=reason,
                        on=day,
                        warehouse=self._screen.work.warehouse,
                    ),
                    request_id=request,
                )

            word = text("captions", f"state.{state}")
            return Booking(request, call, lambda _saved: self._ok("state_changed", count=len(rows), state=word))

        states = tuple((state.value, text("captions", f"state.{state}")) for state in State)
        fields = (
            Field("state", text("captions", "field.state"), rows[0].state.value, choices=states),
            Field("day", self.words("captions", "from_day")),
            Field("reason", self.words("captions", "reason"), wide=True),
        )
        title = self.words("captions", "state_title", count=len(rows), sku=rows[0].sku)
        return Question(title, fields, told, book)

    def changing_many(self, rows: Sequence[ProductRow]) -> Question:
        """Ask for one field and the value that all products in hand get; a preview follows."""
        text = self._kit.texts.text
        possible = [each for each in PRODUCT_FIELDS if each.bulk]

        def read(answers: Answers) -> tuple[str, object]:
            field = BY_NAME[answers["field"]]
            typed = answers["value"].strip()
            if field.kind is FieldKind.REFERENCE:
                found = [each.id for each in self._categories if each.full_name.casefold() == typed.casefold()]
                if typed and not found:
                    raise Refusal("record.unknown_reference", field=field.name, value=typed)
                return field.name, found[0] if found else None
            return field.name, field.read(typed)

        def told(answers: Answers) -> str:
            name, _value = read(answers)
            known = ", ".join(BY_NAME[name].choices)
            return self.words("captions", "bulk_known" if known else "bulk_effect", count=len(rows), known=known)

        def book(answers: Answers, request: UUID) -> Booking:
            name, value = read(answers)

            def call() -> tuple[Edit, ...]:
                items = [row.id for row in rows]
                return self._screen.work.run(lambda unit: changing.preview(unit, items, {name: value}))

            return Booking(
                request, call, lambda edits: self._ok("previewed", count=len(edits)), after=self.show_preview
            )

        choices = tuple((each.name, text("captions", f"field.{each.name}")) for each in possible)
        fields = (
            Field("field", self.words("captions", "field"), possible[0].name, choices=choices),
            Field("value", self.words("captions", "value"), wide=True),
        )
        return Question(self.words("captions", "bulk_title", count=len(rows)), fields, told, book)

    def show_preview(self, edits: tuple[Edit, ...]) -> None:
        """Show what a bulk edit would change, to be applied as a whole."""
        names = {each.id: each.full_name for each in self._categories}
        records = [
            Record(
                (edit.id, name),
                (
                    edit.sku,
                    edit.name,
                    self._kit.texts.text("captions", f"field.{name}"),
                    self._value(name, old, names),
                    self._value(name, new, names),
                ),
                made_of=edit,
            )
            for edit in edits
            for name, (old, new) in edit.changes.items()
        ]

        def apply(chosen: Sequence[Record]) -> None:
            wanted = [each.made_of for each in chosen if isinstance(each.made_of, Edit)]
            self._screen.do(lambda unit: changing.apply(unit, wanted), self._applied, request=preview.request)

        preview = Preview(
            self._kit, self._screen, title=self.words("captions", "bulk_preview", count=len(edits)),
            columns=_PREVIEW, records=records, apply=apply, nothing=self.words("hints", "nothing_changes"),
        )  # fmt: skip
        self._screen.lay_over(preview)

    def archive(self, rows: Sequence[ProductRow], *, away: bool) -> None:
        """Put products away, or back."""

        def work(unit: UnitOfWork) -> object:
            return writing.save(unit, [ItemChange({"archived": away}, row.id, row.version) for row in rows])

        def back(unit: UnitOfWork) -> object:
            return writing.save(unit, [ItemChange({"archived": not away}, row.id) for row in rows])

        def done(_saved: object) -> None:
            self._screen.undo_by(back)
            self._screen.say(self._ok("archived" if away else "unarchived", count=len(rows), sku=rows[0].sku))
            self.refresh()

        self._screen.do(work, done, request=uuid4())

    def delete(self, row: ProductRow) -> None:
        """Remove a product that nothing uses."""

        def done(_nothing: object) -> None:
            self._screen.say(self._ok("deleted", sku=row.sku))
            self.refresh()

        self._screen.do(lambda unit: writing.delete(unit, "item", row.id, row.version), done, request=uuid4())

    # - inside -

    def _applied(self, back: tuple[Edit, ...]) -> None:
        self._screen.leave()
        self._screen.undo_by(lambda unit: changing.apply(unit, back))
        self._screen.say(self._ok("changed_many", count=len(back)))
        self.refresh()

    def _value(self, name: str, value: object, categories: dict[UUID, str]) -> str:
        if isinstance(value, UUID):
            return categories.get(value, "–")
        return value_words(name, value, None, self._kit.texts)

    def _ok(self, code: str, **facts: object) -> Feedback:
        return Feedback(Level.OK, f"products.{code}", {name: str(value) for name, value in facts.items()})

    def _page(self, after: Record | None, limit: int, query: Query) -> Sequence[Record]:
        asked = replace(self.asked, text=query.text, order=query.order)
        last = after.made_of if after is not None and isinstance(after.made_of, Listed) else None
        offset, number = (last.place + 1, last.row.sku) if last else (0, "")
        rows = self._screen.work.run(lambda unit: looking.page(unit, asked, offset=offset, limit=limit, after=number))
        return [product_record(row, offset + n, self._kit.texts) for n, row in enumerate(rows)]

    def _totals(self, query: Query) -> Sums:
        asked = replace(self.asked, text=query.text)
        self._counts = self._screen.work.run(lambda unit: looking.counts(unit, asked))
        return Sums(self.words("captions", "count", count=self._counts.get("all", {}).get("", 0)))

    def _nothing(self, query: Query) -> str:
        return self.words(
            "hints", "no_match" if query.text or self.asked != ProductQuery() else "empty", text=query.text
        )

    def _narrow(self) -> None:
        chosen = self.tree.currentItem()
        category = chosen.data(0, Qt.ItemDataRole.UserRole) if chosen else None
        self.asked = ProductQuery(
            category=category if isinstance(category, UUID) else None,
            uncategorised=category == "nil",
            states=tuple(State(value) for value in _checked(self.states)),
            tracking=tuple(Tracking(value) for value in _checked(self.tracking)),
            archived=self.archived.isChecked(),
            incomplete=self.incomplete.isChecked(),
        )
        self.rows.open()
        self._screen.offer()

    def _arrange(self) -> None:
        text = self._kit.texts.text
        facets = QWidget()
        facets.setObjectName("card")
        facets.setFixedWidth(self._kit.theme.px(_FACETS_PX))
        column = QVBoxLayout(facets)
        column.setContentsMargins(8, 6, 8, 6)
        column.setSpacing(3)
        self.tree.setHeaderHidden(True)
        self.tree.setMinimumHeight(self._kit.theme.px(_TREE_PX))  # a question takes room from it
        self.tree.setAccessibleName(text("captions", "field.category"))
        column.addWidget(self._caption("field.category"))
        column.addWidget(self.tree, 1)
        for box, caption, values, words in (
            (self.states, "field.state", list(State), "state"),
            (self.tracking, "field.tracking", list(Tracking), "tracking"),
        ):
            for value in values:
                item = QListWidgetItem(text("captions", f"{words}.{value}"))
                item.setData(Qt.ItemDataRole.UserRole, value.value)
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
                item.setCheckState(Qt.CheckState.Unchecked)
                box.addItem(item)
            box.setAccessibleName(text("captions", caption))
            box.setProperty("role", "facet")
            box.setFixedHeight(self._kit.theme.px(22 * len(values) + 8))
            column.addWidget(self._caption(caption))
            column.addWidget(box)
        column.addWidget(self.incomplete)
        column.addWidget(self.archived)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(facets)
        row.addWidget(self.rows, 1)

    def _caption(self, code: str) -> QLabel:
        label = QLabel(self._kit.texts.text("captions", code))
        label.setProperty("role", "caption")
        return label

    def _connect(self) -> None:
        self.tree.currentItemChanged.connect(lambda *_: self._narrow())
        for box in (self.states, self.tracking):
            box.itemChanged.connect(lambda _item: self._narrow())
        for check in (self.incomplete, self.archived):
            check.toggled.connect(lambda _on: self._narrow())
        self.rows.opened.connect(lambda record: self.opened.emit(record.key))


def _checked(box: QListWidget) -> list[str]:
    items = (box.item(n) for n in range(box.count()))
    return [item.data(Qt.ItemDataRole.UserRole) for item in items if item.checkState() == Qt.CheckState.Checked]

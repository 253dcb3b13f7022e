"""Products for managers: the list, one product looked into, categories, templates of variants, and rules.

What may be written is the database's to say; what somebody else changed meanwhile is never overwritten.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID, uuid4

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from app.dialogs.dialog import Feedback, Level
from app.domain.catalog.products import Attribute, Image, Product
from app.domain.codes import read_code
from app.domain.errors import Fault, Refusal
from app.domain.label_batches import LabelLine
from app.services import label_batches
from app.services.products import images, looking, writing
from app.services.products.drafts import resolved
from app.services.work import UnitOfWork
from app.stations.kit.desk import DeskWork, LabelBatch, Question, QuestionForm
from app.stations.kit.fkey_bar import UNDO
from app.stations.kit.kit import Kit
from app.stations.kit.manager_screen import ManagerScreen
from app.stations.kit.record_table import RecordTable
from app.stations.kit.tasks import Stopped
from app.stations.products.categories import CategoriesPage
from app.stations.products.detail import ProductPage
from app.stations.products.listing import ListPage
from app.stations.products.page import Page
from app.stations.products.rules import RulesPage
from app.stations.products.templates import TemplatesPage

NAME = "products"
BOOK, CANCEL = "BOOK", "CANCEL"
_KINDS = {"item", "category", "attribute_definition", "item_template", "policy"}

T = TypeVar("T")


class DetailPage(Page):
    """One product over the list, with keys to save it and for its pictures."""

    def __init__(self, kit: Kit, screen: "ProductsScreen") -> None:
        super().__init__(kit, screen)
        self._desk = screen
        self.page = ProductPage(kit)
        self.request = uuid4()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.page)
        self.page.changed.connect(self._touched)
        self.page.page_turned.connect(self._turned)
        self.page.category_chosen.connect(self._follow)

    def open(self, item: UUID | None) -> None:
        """Read a product and all that there is to choose from; None begins a new one."""

        def read(unit: UnitOfWork) -> tuple[Any, ...]:
            product = looking.show(unit, item) if item else None
            pictures = [(each, looking.image(unit, each.sha256)) for each in product.images] if product else []
            known = looking.attributes_of(unit, product.category_id if product else None)
            return looking.categories(unit), looking.partners(unit), product, known, pictures

        self._screen.do(read, lambda found: self._show(*found))

    def keys(self) -> tuple[str, ...]:
        """Save; on the page of pictures also what is done with them."""
        pictures = ("ADD_PICTURE", "FIRST_PICTURE", "TAKE_PICTURE") if self.page.front == "images" else ()
        state = ("STATE", "CANCEL_STATE") if self.page.front == "life" and self.page.product else ()
        return ("SAVE", *pictures, *state, "CLOSE_PRODUCT")

    def carry_out(self, command: str) -> None:
        """Do what a key stands for."""
        commands: dict[str, Callable[[], object]] = {
            "SAVE": self.save,
            "ADD_PICTURE": self.ask_for_picture,
            "FIRST_PICTURE": self.page.picture_first,
            "TAKE_PICTURE": self.page.take_picture,
            "STATE": self._ask_state,
            "CANCEL_STATE": self._cancel_state,
            "CLOSE_PRODUCT": self.step_back,
        }
        commands[command]()

    def step_back(self) -> bool:
        """Leave the product; what is not saved asks for a second Escape."""
        if self.page.unsaved and not self._desk.warned:
            self._desk.warned = True
            self._screen.say(Feedback(Level.WARNING, "products.unsaved"))
        else:
            self._screen.leave()
        return True

    def refresh(self) -> None:
        """Somebody changed products: what is being typed stays, what is not is read again."""
        if self.page.product is not None and not self.page.unsaved:
            self.open(self.page.product.id)

    def save(self) -> None:
        """Save what was typed, under one request however often it is tried."""
        try:
            draft = self.page.draft()
        except (Refusal, Fault) as stopped:
            self._screen.say_stopped(stopped)
            return

        def work(unit: UnitOfWork) -> tuple[UUID, str]:
            change = resolved(unit, draft)
            saved = writing.save(unit, [change])[0]
            return saved.id, looking.show(unit, saved.id).sku

        self._screen.do(work, self._saved, request=self.request)

    def ask_for_picture(self) -> QFileDialog:
        """Let the person choose pictures, while everything else goes on."""
        dialog = QFileDialog(self, self.words("captions", "picture_title"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilter(self.words("captions", "picture_files"))
        dialog.filesSelected.connect(self._add_pictures)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def _add_pictures(self, names: list[str]) -> None:
        for name in names:
            self.add_picture(Path(name))

    def add_picture(self, path: Path) -> None:
        """Bring a picture: made small, kept, and shown; it belongs to the product once that is saved."""

        def work(unit: UnitOfWork) -> tuple[Image, bytes]:
            prepared = images.read_file(path)
            return images.keep(unit, prepared), prepared.content

        def done(found: tuple[Image, bytes]) -> None:
            self.page.add_picture(*found)

        self._screen.do(work, done)

    # - inside -

    def _show(self, categories: Any, partners: Any, product: Product | None, known: Any, pictures: Any) -> None:  # noqa: ANN401
        self.page.know(categories, partners)
        self.page.show_product(product, begin={"tracking": "none", "base_uom": "each", "decimals": 0})
        self.page.show_attributes(known, product.attributes if product else {})
        self.page.show_pictures(pictures)
        self.request = uuid4()
        self._turned(self.page.front)
        if product is None:
            self.page.turn_to("master")
            self.page.master.go_to("sku")

    def _saved(self, found: tuple[UUID, str]) -> None:
        item, sku = found
        self.page._typed.clear()  # noqa: SLF001
        self._screen.say(Feedback(Level.OK, "products.saved", {"sku": sku}))
        self.open(item)

    def _follow(self, category: UUID | None) -> None:
        """Another category was chosen: ask for its attributes, and keep what was typed of them."""

        def show(known: Sequence[Attribute]) -> None:
            names = {each.name for each in known}
            typed = {name: value for name, value in self.page.typed_attributes().items() if name in names}
            self.page.show_attributes(known, typed)

        self._screen.do(lambda unit: looking.attributes_of(unit, category), show)

    def _touched(self) -> None:
        self.request = uuid4()
        self._desk.warned = False

    def _turned(self, front: str) -> None:
        product = self.page.product
        if product is not None and front == "uses":
            self._screen.do(lambda unit: looking.uses(unit, "item", product.id), self.page.show_uses)
        elif product is not None and front == "history":
            self._screen.do(lambda unit: looking.history(unit, "item", product.id), self.page.show_history)
        self._screen.offer()

    def _ask_state(self) -> None:
        product = self.page.product
        if product is not None:
            self._screen.ask(self._desk.list.changing_state([self._desk.row_of(product)]))

    def _cancel_state(self) -> None:
        product = self.page.product
        planned = [each for each in product.transitions if each.done_at is None] if product else []
        if product is None or not planned:
            self._screen.say(Feedback(Level.WARNING, "products.nothing_planned"))
            return

        def done(_nothing: object) -> None:
            self._screen.say(Feedback(Level.OK, "products.plan_cancelled", {"sku": product.sku}))
            self.open(product.id)

        self._screen.do(lambda unit: writing.cancel_state_change(unit, product.id, planned[-1].id), done)


class ProductsScreen(ManagerScreen):
    """Four pages in front of each other, and what lies over them: a product, a preview."""

    done = Signal()
    """Something was read or written, or refused."""

    def __init__(self, kit: Kit, work: DeskWork) -> None:
        super().__init__(kit, NAME, subscribe=work.subscribe, kinds=_KINDS)
        self.work = work
        self.warned = False
        self.form: QuestionForm | None = None
        self._asking: tuple[UUID, object] | None = None
        self._undo: Callable[[UnitOfWork], object] | None = None
        self._over: list[Page] = []
        self.tabs = QTabBar(expanding=False, drawBase=False)
        self.list = ListPage(kit, self)
        self.categories = CategoriesPage(kit, self)
        self.templates = TemplatesPage(kit, self)
        self.rules = RulesPage(kit, self)
        self._fronts: tuple[Page, ...] = (self.list, self.categories, self.templates, self.rules)
        self._stack = QStackedWidget()
        for page, name in zip(self._fronts, ("list", "categories", "templates", "rules"), strict=True):
            self._stack.addWidget(page)
            self.tabs.addTab(kit.texts.text("captions", f"products.tab.{name}"))
        self._question = QWidget()
        QVBoxLayout(self._question).setContentsMargins(0, 0, 0, 0)
        self._question.hide()
        front = QWidget()
        column = QVBoxLayout(front)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.tabs)
        column.addWidget(self._stack, 1)
        self.lay_out(front, self._question)
        self.tabs.currentChanged.connect(self._turn_to)
        self.list.opened.connect(self.look_into)
        for page in self._fronts:
            if (table := page.table()) is not None:
                self.hear_of(table)
        self.list.refresh()
        self.offer()

    # - as the program uses it -

    def on_scan(self, raw: str, symbology: str = "", _source: str = "keyboard") -> None:
        """Find the product of a scanned code, or fill the form."""
        meaning = read_code(raw, symbology)
        while self._over:
            self.leave()
        self.tabs.setCurrentIndex(0)
        self.list.rows.filter.setText(meaning.gtin or meaning.text)

    def front(self) -> RecordTable | None:
        """The table in front."""
        return self.page.table()

    def refresh(self) -> None:
        """Read again what is in front."""
        self.page.refresh()

    def turn_to_tab(self, number: int) -> None:
        """Alt and a digit: turn to a page of the list's; not while one product lies over it."""
        if number < self.tabs.count() and not self._over:
            self.tabs.setCurrentIndex(number)

    def step_back(self) -> bool:
        """The question, then what lies over the list."""
        if self.form is not None:
            self._close_form()
            return True
        return self.page.step_back() if self._over else False

    def carry_out(self, command: str) -> None:
        """Keys of the question, else of the page in front."""
        if command == BOOK:
            self.book()
        elif command == CANCEL and self.form is not None:
            self._close_form()
        elif command == UNDO:
            self._take_back()
        else:
            self.band.clear()
            self.page.carry_out(command)

    # - as its pages use it -

    @property
    def page(self) -> Page:
        """What is in front."""
        page = self._stack.currentWidget()
        assert isinstance(page, Page)
        return page

    def do(self, work: Callable[[UnitOfWork], T], done: Callable[[T], object], *, request: UUID | None = None) -> None:
        """Do a use case in a worker thread; what stops it is said."""

        def finished(answer: T) -> None:
            done(answer)
            self.done.emit()

        self.start(lambda: self.work.run(work, request_id=request), finished, failed=self._stopped)

    def look_into(self, item: UUID | None) -> None:
        """Open a product, or a new one."""
        page = DetailPage(self._kit, self)
        self.lay_over(page)
        page.open(item)

    def print_labels(self, items: Sequence[UUID]) -> None:
        """Lay over everything what prints labels of these products."""

        def show(lines: Sequence[LabelLine]) -> None:
            self.cover_with(LabelBatch(self._kit, self.work, lines, warehouse=self.work.warehouse))

        self.do(lambda unit: label_batches.lines_of_items(unit, items), show)

    def lay_over(self, page: Page) -> None:
        """Show a page over the present one."""
        self._close_form()
        self._over.append(page)
        self._stack.addWidget(page)
        self._stack.setCurrentWidget(page)
        self.tabs.setEnabled(False)
        self.offer()

    def leave(self) -> None:
        """Go back to the page below."""
        page = self._over.pop()
        self.warned = False
        for table in page.findChildren(RecordTable):
            table.stop()
        self._stack.removeWidget(page)
        page.deleteLater()
        self._stack.setCurrentWidget(self._over[-1] if self._over else self._fronts[self.tabs.currentIndex()])
        self.tabs.setEnabled(not self._over)
        self.page.refresh()
        if (below := self.page.table()) is not None:
            below.view.setFocus()
        self.offer()

    def ask(self, question: Question) -> QuestionForm:
        """Ask something above the band; the key of the form books it."""
        self._close_form()
        self.form, self._asking = QuestionForm(self._kit, question), (uuid4(), None)
        layout = self._question.layout()
        assert layout is not None
        layout.addWidget(self.form)
        self.form.changed.connect(self._renew)
        self._question.show()
        self.form.start()
        self.offer()
        return self.form

    def book(self) -> None:
        """Do what the form says."""
        if self.form is None or self._asking is None:
            return
        answers = self.form.answers()
        try:
            booking = self.form.question.book(answers, self._asking[0])
        except (Refusal, Fault) as stopped:
            self._stopped(stopped)
            return

        def finished(answer: object) -> None:
            self._close_form()
            self.say(booking.done(answer))
            self.refresh()
            if booking.after is not None:
                booking.after(answer)
            self.done.emit()

        self.start(booking.call, finished, failed=self._stopped)

    def undo_by(self, undo: Callable[[UnitOfWork], object] | None) -> None:
        """What takes the last change back."""
        self._undo = undo
        self.offer()

    def offer(self) -> None:
        """Show the keys of what is in front."""
        if self.form is not None:
            self.keys.show_commands((BOOK, CANCEL), why=False)
            return
        undo = (UNDO,) if self._undo is not None and not self._over else ()
        self.keys.show_commands((*undo, *self.page.keys()), why=False)

    def row_of(self, product: Product) -> Any:  # noqa: ANN401
        """A product that is looked into, as the questions about rows of the list know it."""
        return product

    # - Qt -

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Control and Return book or save."""
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if control and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.carry_out(BOOK if self.form is not None else "SAVE" if isinstance(self.page, DetailPage) else BOOK)
        else:
            super().keyPressEvent(event)

    # - inside -

    def _turn_to(self, number: int) -> None:
        self._close_form()
        self._stack.setCurrentWidget(self._fronts[number])
        self.page.refresh()
        self.offer()

    def _renew(self) -> None:
        """Other answers are another request."""
        self._asking = (uuid4(), None)

    def _close_form(self) -> None:
        if self.form is not None:
            self.form.hide()
            self.form.setParent(None)
            self.form.deleteLater()
            self.form = None
            self._question.hide()
            self.offer()

    def _take_back(self) -> None:
        undo, self._undo = self._undo, None
        if undo is not None:

            def done(_answer: object) -> None:
                self.say(Feedback(Level.OK, "desk.undone"))
                self.refresh()
                self.offer()

            self.do(undo, done, request=uuid4())

    def _stopped(self, stopped: Stopped) -> None:
        self.say_stopped(stopped)
        self.done.emit()

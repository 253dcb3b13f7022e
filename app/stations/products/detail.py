"""One product, looked into and changed: pages for what it is, its units and codes, attributes, bill, pictures, life."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QSizePolicy,
    QStackedLayout,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app.domain.catalog.products import (
    PRODUCT_FIELDS,
    Attribute,
    Category,
    Image,
    Product,
)
from app.domain.errors import Fault, Refusal
from app.domain.records import RecordChange, Use
from app.domain.values import Field, FieldKind
from app.services.products.drafts import Draft
from app.stations.kit.kit import Kit
from app.stations.kit.part_table import PartTable
from app.stations.kit.record_form import RecordForm
from app.stations.kit.record_table import Query, Record, RecordTable
from app.stations.products.following import Following
from app.stations.products.rows import HISTORY, history_records, state_words, transition_words, use_words

_UNITS = (
    Field("unit", most=Decimal(30), required=True),
    Field("factor", required=True),
    Field("weight_kg", FieldKind.NUMBER, least=Decimal("0.000000001"), nullable=True),
    *(
        Field(name, FieldKind.WHOLE, least=Decimal(1), most=Decimal(100000), nullable=True)
        for name in ("length_mm", "width_mm", "height_mm")
    ),
)
_CODES = (Field("code", most=Decimal(80), required=True), Field("unit"), Field("issuer"))
_BILL = (
    Field("sku", required=True),
    Field("quantity", FieldKind.NUMBER, least=Decimal("0.000001"), required=True),
    Field("unit"),
)
_SUBSTITUTES = (Field("sku", required=True), Field("both_ways", FieldKind.TRUTH), Field("note"))
_BILLS = ("fixed", "assembled")
_PICTURE_PX = 190
PAGES = ("master", "units", "attributes", "bill", "images", "life", "uses", "history")


class ProductPage(QWidget):
    """The product in hand, or a new one. `changed` whenever there may be something to save."""

    changed = Signal()
    page_turned = Signal(str)
    category_chosen = Signal(object)
    """Another category was chosen; its attributes are wanted."""

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        self._kit = kit
        self.product: Product | None = None
        self._images: list[Image] = []
        self._attributes: tuple[Attribute, ...] = ()
        self._typed: set[str] = set()
        self._filling = False
        self._entries: tuple[RecordChange, ...] = ()
        self.heading, self.facts = QLabel(wordWrap=True), QLabel(wordWrap=True)
        self.heading.setProperty("role", "heading")
        for label in (self.heading, self.facts):  # a long name makes no wide window
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.facts.setProperty("role", "caption")
        self.master = RecordForm(kit, PRODUCT_FIELDS, columns=3)
        self.following = Following(self.master, kit.texts)
        text = kit.texts.text
        self.units = PartTable(kit, text("captions", "products.units"), _UNITS)
        self.codes = PartTable(kit, text("captions", "products.all_codes"), _CODES, told=("issuer_name",))
        self.attributes: RecordForm | None = None
        self._attribute_room = QStackedLayout()
        self.bill_kind = QComboBox()
        for kind in _BILLS:
            self.bill_kind.addItem(text("captions", f"products.bill_{kind}"), kind)
        self.bill = PartTable(kit, text("captions", "products.bill"), _BILL, told=("name",))
        self.substitutes = PartTable(kit, text("captions", "products.substitutes"), _SUBSTITUTES, told=("name",))
        self.pictures = QListWidget()
        self.life, self.uses = QLabel(wordWrap=True), QLabel(wordWrap=True)
        self.history = RecordTable(kit, HISTORY, self._history_page, nothing=self._no_history)
        self.pages = QTabWidget(documentMode=True)
        self._arrange()
        self._connect()

    # - what is shown -

    def show_product(self, product: Product | None, *, begin: Mapping[str, Any] | None = None) -> None:
        """Show a product as it is, or a new one that begins with these values."""
        self.product = product
        values = product.values() if product else dict(begin or {})
        self.blockSignals(True)
        self._filling = True
        self.master.show_values(values)
        self.following.begin(values, own=frozenset(product.own) if product else frozenset(), fresh=product is None)
        self.units.show_rows([_unit_row(each) for each in _parts(product, begin, "units")])
        self.codes.show_rows(
            [
                {"code": c.value, "unit": c.unit, "issuer": self._issuer(c.issuer), "issuer_name": c.issuer_name}
                for c in (product.codes if product else ())
            ]
        )
        bill = product.bom if product else (begin or {}).get("bom")
        self.bill_kind.setCurrentIndex(max(0, self.bill_kind.findData(bill.kind if bill else "fixed")))
        self.bill.show_rows(
            [{"sku": line.sku, "quantity": line.quantity, "unit": line.unit, "name": line.name} for line in bill.lines]
            if bill
            else []
        )
        self.substitutes.show_rows(
            [
                {"sku": each.sku, "both_ways": each.both_ways, "note": each.note, "name": each.name}
                for each in (product.substitutes if product else ())
            ]
        )
        self._images = list(product.images if product else ())
        self.pictures.clear()
        self.life.setText(self._life_words(product))
        self._head(product)
        self._typed.clear()
        self._filling = False
        self.blockSignals(False)
        self.show_attributes(self._attributes, (product.attributes if product else (begin or {}).get("attributes", {})))
        self._typed.clear()

    def show_attributes(self, known: Sequence[Attribute], values: Mapping[str, Any]) -> None:
        """The attributes that the product's category has, and what they are."""
        self._attributes = tuple(known)
        form = RecordForm(self._kit, [each.field for each in known], captions={each.name: each.name for each in known})
        form.show_values({name: _decimal(value) for name, value in values.items()})
        given = self.following.given_attributes()
        for each in known:
            says = []
            if each.required:
                says.append(self._kit.texts.text("captions", "products.required"))
            if each.name in given and each.name not in values:
                told = {
                    "value": each.field.written(_decimal(given[each.name].value)),
                    "category": given[each.name].category,
                }
                says.append(self._kit.texts.text("captions", "products.from_category", told))
            form.note(each.name, " · ".join(says))
        form.changed.connect(lambda: self._touch("attributes"))
        if self.attributes is not None:
            self._attribute_room.removeWidget(self.attributes)
            self.attributes.deleteLater()
        self.attributes = form
        self._attribute_room.addWidget(form)
        self._attribute_room.setCurrentWidget(form)

    def know(self, categories: Sequence[Category], partners: Sequence[tuple[UUID, str, str]]) -> None:
        """What there is to choose from."""
        self._partners = {identity: code for identity, code, _name in partners}
        self.following.know({each.id: each for each in categories})
        self.master.offer("category_id", [(each.full_name, each.id) for each in categories if not each.archived])

    def show_pictures(self, found: Sequence[tuple[Image, bytes]]) -> None:
        """The pictures themselves, once they are read."""
        self.pictures.clear()
        self._images = [image for image, _content in found]
        for image, content in found:
            self._add_icon(image, content)

    def add_picture(self, image: Image, content: bytes) -> None:
        """A picture that was just brought."""
        if image.sha256 not in {each.sha256 for each in self._images}:
            self._images.append(image)
            self._add_icon(image, content)
            self._touch("images")

    def take_picture(self) -> None:
        """Take the picture in hand away."""
        if (row := self.pictures.currentRow()) >= 0:
            self.pictures.takeItem(row)
            del self._images[row]
            self._touch("images")

    def picture_first(self) -> None:
        """Let the picture in hand stand for the product."""
        if (row := self.pictures.currentRow()) > 0:
            self._images.insert(0, self._images.pop(row))
            self.pictures.insertItem(0, self.pictures.takeItem(row))
            self.pictures.setCurrentRow(0)
            self._touch("images")

    def show_uses(self, uses: tuple[Use, ...]) -> None:
        """Where the product is used."""
        self.uses.setText(use_words(uses, self._kit.texts))

    def show_history(self, entries: tuple[RecordChange, ...]) -> None:
        """What was changed."""
        self._entries = entries
        self.history.refresh()

    # - what was typed -

    @property
    def unsaved(self) -> bool:
        """Whether somebody typed something since the product was read."""
        return bool(self._typed)

    @property
    def front(self) -> str:
        """The page in front."""
        return PAGES[self.pages.currentIndex()]

    def draft(self) -> Draft:
        """What was typed, ready to be saved; refuses the first field that cannot be read, and goes there."""
        product, typed = self.product, self._typed
        fresh = product is None
        values = self._master_values(product)
        if self.attributes is not None and (fresh or "attributes" in typed):
            values["attributes"] = {
                name: value
                for name, value in self._read(self.attributes, "attributes").items()
                if value not in (None, ())
            }
        if "images" in typed:
            values["images"] = tuple(self._images)
        return Draft(
            id=product.id if product else None,
            version=product.version if product else None,
            values=values,
            units=self._part("units", self.units),
            codes=self._part("codes", self.codes),
            bill_kind=self.bill_kind.currentData(),
            bill=self._part("bill", self.bill),
            substitutes=self._part("substitutes", self.substitutes),
        )

    def typed_attributes(self) -> dict[str, Any]:
        """The attributes as they stand in the form; those that cannot be read are left out."""
        if self.attributes is None:
            return {}
        found = {}
        for each in self._attributes:
            try:
                value = self.attributes.value(each.name)
            except (Refusal, Fault):
                continue
            if value not in (None, "", ()):
                found[each.name] = value
        return found

    def turn_to(self, name: str) -> None:
        """Bring a page to the front."""
        self.pages.setCurrentIndex(PAGES.index(name))

    # - inside -

    _partners: Mapping[UUID, str] = {}

    def _issuer(self, issuer: UUID | None) -> str:
        return self._partners.get(issuer, "") if issuer else ""

    def _master_values(self, product: Product | None) -> dict[str, Any]:
        values = self._read(self.master, "master")
        if product is None:
            typed = {name: value for name, value in values.items() if value not in (None, "")}
        else:
            now = product.values()
            typed = {name: value for name, value in values.items() if now[name] != value}
        return {name: value for name, value in typed.items() if not self.following.follows(name)}

    def _read(self, form: RecordForm, page: str) -> dict[str, Any]:
        try:
            return form.values()
        except Exception:
            self.turn_to(page)
            raise

    def _part(self, name: str, table: PartTable) -> tuple[dict[str, Any], ...] | None:
        if self.product is not None and name not in self._typed:
            return None
        try:
            return table.rows()
        except Exception:
            self.turn_to("bill" if name == "substitutes" else "units" if name == "codes" else name)
            raise

    def _touch(self, part: str) -> None:
        self._typed.add(part)
        self.changed.emit()

    def _master_typed(self) -> None:
        if self._filling:
            return
        self._filling = True
        another = self.following.changed()
        self._filling = False
        self._touch("master")
        if another:
            self.category_chosen.emit(self.following.category)

    def _head(self, product: Product | None) -> None:
        text = self._kit.texts.text
        if product is None:
            self.heading.setText(text("captions", "products.new"))
            self.facts.setText(text("hints", "products.new"))
            return
        self.heading.setText(f"{product.sku}   {product.name}")
        parts = [state_words(product.state, self._kit.texts)]
        if product.archived:
            parts.append(text("captions", "products.archived"))
        if product.bundle:
            parts.append(text("captions", "products.bundle"))
        if product.template:
            variant = ", ".join(product.variant.values())
            parts.append(text("captions", "products.variant_of", {"template": product.template, "variant": variant}))
        if product.category_rule:
            parts.append(text("captions", "products.by_rule", {"rule": product.category_rule}))
        if product.changed_at:
            when = f"{product.changed_at.astimezone():%Y-%m-%d %H:%M}"
            parts.append(text("captions", "products.last_changed", {"person": product.changed_by or "–", "when": when}))
        self.facts.setText("  ·  ".join(parts))

    def _life_words(self, product: Product | None) -> str:
        texts = self._kit.texts
        if product is None:
            return texts.text("hints", "products.life_new")
        permits = texts.text("captions", f"products.permits.{product.state}")
        lines = [f"{state_words(product.state, texts)} — {permits}", ""]
        return "\n".join([*lines, *(transition_words(each, texts) for each in product.transitions)])

    def _history_page(self, after: Record | None, _limit: int, query: Query) -> Sequence[Record]:
        if after is not None:
            return []
        words = query.text.casefold().split()
        found = history_records(self._entries, self._kit.texts, self._names())
        return [each for each in found if all(word in " ".join(each.cells).casefold() for word in words)]

    def _names(self) -> dict[str, str]:
        """The numbers of products that belong to this one, by their ids as the trail has them."""
        product = self.product
        if product is None:
            return {}
        components = {str(each.item): each.sku for each in (product.bom.lines if product.bom else ())}
        return components | {str(each.item): each.sku for each in product.substitutes}

    def _no_history(self, _query: Query) -> str:
        return self._kit.texts.text("hints", "products.no_history")

    def _add_icon(self, image: Image, content: bytes) -> None:
        pixmap = QPixmap()
        pixmap.loadFromData(content)
        self.pictures.addItem(QListWidgetItem(QIcon(pixmap), image.caption or f"{self.pictures.count() + 1}"))

    def _arrange(self) -> None:
        self.pictures.setViewMode(QListWidget.ViewMode.IconMode)
        side = self._kit.theme.px(_PICTURE_PX)
        self.pictures.setIconSize(QSize(side, side))
        self.pictures.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.pictures.setAccessibleName(self._kit.texts.text("captions", "products.page.images"))
        for label in (self.life, self.uses):
            label.setProperty("role", "body")
            label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeading)
            label.setMargin(12)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        attributes = QWidget()
        attributes.setLayout(self._attribute_room)
        pages = (
            _scrolled(self.master), _beside(self.units, self.codes), _scrolled(attributes), self._bill_page(),
            self.pictures, _scrolled(self.life), _scrolled(self.uses), self.history,
        )  # fmt: skip
        for name, page in zip(PAGES, pages, strict=True):
            self.pages.addTab(page, self._kit.texts.text("captions", f"products.page.{name}"))
        self.pages.tabBar().setDrawBase(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.heading)
        column.addWidget(self.facts)
        column.addWidget(self.pages, 1)

    def _bill_page(self) -> QWidget:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        kind = QHBoxLayout()
        kind.setContentsMargins(12, 8, 12, 0)
        words = QLabel(self._kit.texts.text("captions", "products.bill_kind"))
        words.setProperty("role", "caption")
        self.bill_kind.setAccessibleName(words.text())
        kind.addWidget(words)
        kind.addWidget(self.bill_kind, 1)
        column.addLayout(kind)
        column.addWidget(self.bill, 1)
        return _beside(left, self.substitutes)

    def _connect(self) -> None:
        self.master.changed.connect(self._master_typed)
        for name, table in (
            ("units", self.units),
            ("codes", self.codes),
            ("bill", self.bill),
            ("substitutes", self.substitutes),
        ):
            table.changed.connect(lambda name=name: self._touch(name))
        self.bill_kind.activated.connect(lambda _n: self._touch("bill"))
        self.pages.currentChanged.connect(lambda _n: self.page_turned.emit(self.front))
        self.history.open()


def _parts(product: Product | None, begin: Mapping[str, Any] | None, name: str) -> Sequence[Any]:
    found: Sequence[Any] = getattr(product, name) if product else (begin or {}).get(name, ())
    return found


def _unit_row(unit: Any) -> dict[str, Any]:  # noqa: ANN401  (a Unit)
    factor = Fraction(unit.numerator, unit.denominator)
    return {
        "unit": unit.unit, "factor": str(factor), "weight_kg": unit.weight_kg, "length_mm": unit.length_mm,
        "width_mm": unit.width_mm, "height_mm": unit.height_mm,
    }  # fmt: skip


def _decimal(value: Any) -> Any:  # noqa: ANN401  (JSON)
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _scrolled(inside: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setWidget(inside)
    return area


def _beside(left: QWidget, right: QWidget) -> QWidget:
    both = QWidget()
    row = QHBoxLayout(both)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(left, 1)
    row.addWidget(right, 1)
    return both

"""Templates: what variants have in common, and the variants that are missing, seen before they are made."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from uuid import UUID

from PySide6.QtWidgets import QLabel, QVBoxLayout

from app.dialogs.dialog import Feedback, Level
from app.domain.catalog.files import Tracking, unit_name
from app.domain.catalog.products import Category
from app.domain.catalog.variants import Template, TemplateAttribute, variants
from app.domain.errors import Refusal
from app.services.products import looking, writing
from app.services.products import variants as making
from app.services.products.variants import Proposal
from app.services.work import UnitOfWork
from app.stations.kit.desk import Answers, Booking, Field, Question, page_of
from app.stations.kit.kit import Kit
from app.stations.kit.marks import GOOD, LOOK, WAITS, marked
from app.stations.kit.record_table import Column, Query, Record, RecordTable
from app.stations.products.page import Page, Preview, Speaker

TEMPLATES = (
    Column("code", "field.code", 140, identifier=True),
    Column("name", "field.name", 260),
    Column("attributes", "products.variant_attributes", 420),
    Column("pattern", "field.sku_pattern", 220),
)
_VARIANTS = (
    Column("state", "field.state", 190, sortable=False),
    Column("sku", "field.sku", 220, identifier=True, sortable=False),
    Column("name", "field.name", 320, sortable=False),
    Column("variant", "field.variant", 300, sortable=False),
)


class TemplatesPage(Page):
    """All templates; one of them opens into its variants."""

    def __init__(self, kit: Kit, screen: Speaker) -> None:
        super().__init__(kit, screen)
        self._categories: tuple[Category, ...] = ()
        self.rows = RecordTable(kit, TEMPLATES, page_of(TEMPLATES, self._read), nothing=self._nothing)
        hint = QLabel(self.words("hints", "templates"), wordWrap=True)
        hint.setProperty("role", "caption")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(hint)
        column.addWidget(self.rows, 1)
        self.rows.opened.connect(lambda record: self.missing(record.made_of))
        self.rows.open()

    def keys(self) -> tuple[str, ...]:
        """New, change, the missing variants, archive or bring back, delete."""
        return ("NEW_TEMPLATE", "CHANGE_TEMPLATE", "MISSING", "ARCHIVE", "DELETE")

    def carry_out(self, command: str) -> None:
        """Do it with the template in hand."""
        if command == "NEW_TEMPLATE":
            self._screen.ask(self.describing(None))
            return
        template = next((each.made_of for each in self.rows.selected()), None)
        if not isinstance(template, Template):
            self._screen.say(Feedback(Level.WARNING, "products.choose_template"))
            return
        commands: dict[str, Callable[[], object]] = {
            "CHANGE_TEMPLATE": lambda: self._screen.ask(self.describing(template)),
            "MISSING": lambda: self.missing(template),
            "ARCHIVE": lambda: self._archive(template, away=not template.archived),
            "DELETE": lambda: self._delete(template),
        }
        commands[command]()

    def refresh(self) -> None:
        """Read again."""
        self.rows.refresh()
        self._screen.do(looking.categories, self._know)

    def table(self) -> RecordTable | None:
        """The templates."""
        return self.rows

    def describing(self, template: Template | None) -> Question:
        """Ask what variants have in common and what tells them apart."""
        text = self._kit.texts.text

        def told(answers: Answers) -> str:
            found = variants(_described(template, answers, self._categories), ())
            return self.words("captions", "variants_effect", count=len(found), first=found[0].sku, last=found[-1].sku)

        def book(answers: Answers, request: UUID) -> Booking:
            wanted = _described(template, answers, self._categories)
            variants(wanted, ())

            def call() -> object:
                return self._screen.work.run(lambda unit: writing.save_template(unit, wanted), request_id=request)

            return Booking(request, call, lambda _saved: self._ok("template_saved", template=wanted.code))

        model = template.model if template else {}
        categories = (("", "–"), *((str(each.id), each.full_name) for each in self._categories if not each.archived))
        trackings = tuple((each.value, text("captions", f"tracking.{each}")) for each in Tracking)
        fields = (
            Field("code", text("captions", "field.code"), template.code if template else ""),
            Field("name", text("captions", "field.name"), template.name if template else ""),
            Field("attributes", self.words("captions", "variant_example"), _written(template), wide=True),
            Field("sku_pattern", text("captions", "field.sku_pattern"), template.sku_pattern if template else ""),
            Field(
                "category", text("captions", "field.category"), str(model.get("category_id") or ""), choices=categories
            ),
            Field("base_uom", text("captions", "field.base_uom"), str(model.get("base_uom", "each"))),
            Field(
                "tracking", text("captions", "field.tracking"), str(model.get("tracking", "none")), choices=trackings
            ),
        )
        return Question(self.words("captions", "template_title"), fields, told, book)

    def missing(self, template: object) -> None:
        """Show every variant of a template: those that are there, and those that can be made."""
        if not isinstance(template, Template):
            return
        found = template
        self._screen.do(lambda unit: making.propose(unit, found), lambda proposals: self._preview(found, proposals))

    # - inside -

    def _preview(self, template: Template, proposals: tuple[Proposal, ...]) -> None:
        records = [self._record(each) for each in proposals]

        def apply(chosen: Sequence[Record]) -> None:
            wanted = [
                each.made_of.variant for each in chosen if isinstance(each.made_of, Proposal) and each.made_of.missing
            ]
            if not wanted:
                self._screen.say(Feedback(Level.WARNING, "products.nothing_missing"))
                return
            self._screen.do(
                lambda unit: making.make(unit, template, wanted),
                lambda made: self._made(len(made)),
                request=preview.request,
            )

        missing = sum(each.missing for each in proposals)
        title = self.words("captions", "variants_of", template=template.code, missing=missing, count=len(proposals))
        preview = Preview(
            self._kit, self._screen, title=title, columns=_VARIANTS, records=records, apply=apply,
            nothing=self.words("hints", "nothing_missing"),
        )  # fmt: skip
        self._screen.lay_over(preview)

    def _record(self, each: Proposal) -> Record:
        code, mark = ("there", GOOD) if each.variant.there else ("taken", LOOK) if each.taken else ("missing", WAITS)
        words = marked(mark, self.words("captions", f"variant_{code}"))
        values = ", ".join(f"{name} {value}" for name, value in each.variant.values.items())
        return Record(each.variant.sku, (words, each.variant.sku, each.variant.name, values), made_of=each)

    def _made(self, count: int) -> None:
        self._screen.leave()
        self._screen.say(self._ok("variants_made", count=count))

    def _archive(self, template: Template, *, away: bool) -> None:
        """Make no more variants of a template, or do again; the variants that are there stay."""

        def set_to(archived: bool, unit: UnitOfWork) -> None:
            writing.save_record(unit, "item_template", {"archived": archived}, record=template.id)

        def done(_nothing: object) -> None:
            self._screen.undo_by(partial(set_to, not away))
            self._screen.say(self._ok("template_archived" if away else "template_back", template=template.code))
            self.refresh()

        self._screen.do(partial(set_to, away), done)

    def _delete(self, template: Template) -> None:
        def work(unit: UnitOfWork) -> None:
            assert template.id is not None
            writing.delete(unit, "item_template", template.id, template.version)

        def done(_nothing: object) -> None:
            self._screen.say(self._ok("template_gone", template=template.code))
            self.refresh()

        self._screen.do(work, done)

    def _ok(self, code: str, **facts: object) -> Feedback:
        return Feedback(Level.OK, f"products.{code}", {name: str(value) for name, value in facts.items()})

    def _know(self, categories: tuple[Category, ...]) -> None:
        self._categories = categories

    def _read(self) -> Sequence[Record]:
        found = self._screen.work.run(making.templates)
        return [
            Record(each.id, self._cells(each), made_of=each, tints=((0, "muted"),) if each.archived else ())
            for each in sorted(found, key=lambda one: one.archived)
        ]

    def _cells(self, each: Template) -> tuple[str, ...]:
        archived = f" – {self.words('captions', 'archived')}" if each.archived else ""
        return f"{each.code}{archived}", each.name, _written(each), each.sku_pattern or "{code}-…"

    def _nothing(self, _query: Query) -> str:
        return self.words("hints", "no_templates")


def _written(template: Template | None) -> str:
    """Attributes as they are typed: `Size: S, M, L; Colour: Red, Blue`."""
    if template is None:
        return ""
    return "; ".join(f"{each.name}: {', '.join(each.values)}" for each in template.attributes)


def _typed(text: str) -> tuple[TemplateAttribute, ...]:
    found = []
    for part in text.split(";"):
        name, _, values = part.partition(":")
        if name.strip():
            found.append(
                TemplateAttribute(name.strip(), tuple(one.strip() for one in values.split(",") if one.strip()))
            )
    return tuple(found)


def _described(template: Template | None, answers: Answers, categories: Sequence[Category]) -> Template:
    for name in ("code", "name"):
        if not answers[name].strip():
            raise Refusal("field.missing", field=name)
    category = next((str(each.id) for each in categories if str(each.id) == answers["category"]), None)
    model = {
        **(template.model if template else {}),
        "base_uom": unit_name(answers["base_uom"]) or "each",
        "tracking": answers["tracking"],
        "category_id": category,
    }
    return replace(
        template or Template("", ""),
        code="-".join(answers["code"].upper().split()),
        name=answers["name"].strip(),
        attributes=_typed(answers["attributes"]),
        sku_pattern=answers["sku_pattern"].strip(),
        model=model,
    )

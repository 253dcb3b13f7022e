"""Making the variants of a template that are not there yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from app.database import products as store
from app.database.products import ItemChange
from app.domain.catalog.products import Saved
from app.domain.catalog.variants import Template, Variant, variants
from app.domain.codes import look_up_key
from app.domain.errors import Refusal
from app.services.products import writing
from app.services.work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Proposal:
    """A variant that would be made, or that is there; `taken`: something else has its number already."""

    variant: Variant
    taken: bool

    @property
    def missing(self) -> bool:
        """Whether it can be made."""
        return not self.variant.there and not self.taken


def templates(unit: UnitOfWork) -> tuple[Template, ...]:
    """Every template of variants."""
    return store.templates(unit.session)


def template_named(unit: UnitOfWork, code: str) -> Template:
    """The template with this code; refuses `record.gone`."""
    found = next((each for each in templates(unit) if look_up_key(each.code) == look_up_key(code)), None)
    if found is None:
        raise Refusal("record.gone", kind="item_template")
    return found


def propose(unit: UnitOfWork, template: Template) -> tuple[Proposal, ...]:
    """Every variant of a template as it would be; nothing is changed."""
    existing = [] if template.id is None else store.variants_of(unit.session, template.id)
    found = variants(template, existing)
    taken = store.taken_codes(unit.session, [each.sku for each in found if not each.there])
    return tuple(Proposal(each, not each.there and look_up_key(each.sku) in taken) for each in found)


def make(unit: UnitOfWork, template: Template, chosen: Sequence[Variant]) -> tuple[Saved, ...]:
    """Make variants of a template, all or none; each begins with the template's model."""
    changes = [ItemChange(_values(template, each, template.id)) for each in chosen]
    return writing.save(unit, changes)


def _values(template: Template, variant: Variant, identity: UUID | None) -> dict[str, object]:
    return {
        "tracking": "none",
        "base_uom": "each",
        **template.model,
        "sku": variant.sku,
        "name": variant.name,
        "description": template.description,
        "template_id": identity,
        "variant": dict(variant.values),
    }

"""Manifests and loading, as the office closes them and the person at the truck experiences it."""

import io
from decimal import Decimal

import pytest
from PIL import Image

from app.dialogs.dialog import Level
from app.dialogs.shipping import SHIPPING
from app.domain.errors import Refusal
from app.services import clock
from app.services.carriers import buying
from app.services.changes import Changes
from app.services.products import images
from app.services.shipping import ending, manifests
from app.services.work import Worker
from tests.dialogs.bench import Bench, labelled
from tests.dialogs.conversation import Conversation


@pytest.fixture
def office(bench: Bench) -> Worker:
    return Worker(bench.site.desk, Changes())


@pytest.fixture
def truck(bench: Bench) -> Conversation:
    return Conversation(bench.site.station("dock1", "OPERATOR2"), SHIPPING, bench.site)


def picture() -> bytes:
    """A photo."""
    file = io.BytesIO()
    Image.new("RGB", (80, 60), (0, 120, 0)).save(file, "JPEG")
    return file.getvalue()


def close(office: Worker, bench: Bench, truck: str = "") -> str:
    return office.run(lambda unit: manifests.close(unit, warehouse=bench.site.warehouse, carrier="house", truck=truck))


def tracking(bench: Bench, number: str) -> str:
    return str(bench.parcels(number)[0]["tracking"])


def test_cartons_are_loaded_by_their_manifest_and_the_truck_leaves_what_is_missing_behind(
    bench: Bench, packer: Conversation, truck: Conversation, office: Worker
) -> None:
    first, second = labelled(bench, packer), labelled(bench, packer)
    waits = office.run(lambda unit: manifests.waiting(unit, bench.site.warehouse))
    assert [(one.carrier, one.service, one.cartons, one.weight_kg) for one in waits] == [
        ("house", "parcel", 2, Decimal("5.1"))
    ]
    manifest = close(office, bench, "HB-123")
    late = labelled(bench, packer)
    truck.scan(manifest)
    assert (truck.said, truck.prompt.instruction) == ("shipping.load_taken", "shipping.scan_into_truck")
    assert truck.prompt.facts["truck"] == f"{manifest} HB-123"
    truck.key("DEPART")
    assert (truck.level, truck.said) == (Level.WARNING, "shipping.leave_behind")
    truck.key("DEPART")
    assert truck.said == "shipping.nothing_loaded"
    truck.scan(tracking(bench, first))
    assert truck.said == "shipping.last_parcel"
    truck.scan(tracking(bench, first))
    assert truck.said == "shipping.already_shipped"
    truck.scan(tracking(bench, late))
    assert (truck.level, truck.said) == (Level.ERROR, "shipping.not_manifested")
    other = close(office, bench)
    truck.scan(tracking(bench, late))
    assert truck.said == "shipping.wrong_truck"
    assert truck.prompt.feedback is not None
    assert truck.prompt.feedback.facts["manifest"] == other
    kept = office.run(lambda unit: images.keep(unit, images.prepare(picture())))
    truck.key("PHOTO")
    assert (truck.prompt.instruction, truck.prompt.waiting) == ("shipping.take_photo", "photo")
    truck.key("CANCEL")
    truck.key("PHOTO")
    truck.key("ENTER", kept.sha256)
    assert (truck.said, truck.prompt.waiting) == ("shipping.photo_kept", "")
    truck.key("DEPART")
    assert truck.prompt.feedback is not None
    assert truck.prompt.feedback.facts["cartons"] == tracking(bench, second)
    truck.key("DEPART")
    assert (truck.level, truck.said) == (Level.DONE, "shipping.truck_left")
    gone = office.run(lambda unit: manifests.look_into(unit, manifest))
    assert [(one.number, one.left_out_at is None) for one in gone.cartons] == [(first, True), (second, False)]
    assert len(gone.photos) == 1
    day = office.run(lambda unit: ending.end_of_day(unit, bench.site.warehouse, now=clock.now()))
    assert [(one.carton.number, one.why) for one in day.left] == [(second, "no_manifest"), (late, "not_loaded")]
    assert [(one.number, one.departed_at is None) for one in day.trucks] == [(other, True), (manifest, False)]
    sent = office.run(lambda unit: buying.carton(unit, bench.site.warehouse, tracking(bench, first)))
    assert sent.state == "shipped", "what has left is found, and its papers are"
    assert sent.purchase is not None
    label = sent.purchase
    with pytest.raises(Refusal, match=r"parcel\.wrong_state"):
        office.run(lambda unit: buying.void(unit, label, sent.id, reason="UNREADABLE"))
    truck.scan(manifest)
    assert truck.said == "shipping.departed"
    waits = office.run(lambda unit: manifests.waiting(unit, bench.site.warehouse))
    assert [one.cartons for one in waits] == [1], "what stayed behind goes with the next one"
    assert bench.site.prove() == []


def test_a_carton_of_another_carrier_and_one_without_its_manifest_stay(
    bench: Bench, packer: Conversation, truck: Conversation, office: Worker
) -> None:
    ours, theirs = labelled(bench, packer), labelled(bench, packer)
    with bench.site.superuser() as connection:
        connection.execute(
            "INSERT INTO stockhand.carrier (code, name, kind, setup)"
            " VALUES ('swift', 'Swift', 'own', '{\"manifest\": true}')"
        )
        connection.execute(
            "UPDATE stockhand.parcel SET carrier = 'swift' WHERE tracking = %s", (tracking(bench, theirs),)
        )
        connection.commit()
    truck.scan(tracking(bench, theirs))
    assert (truck.level, truck.said) == (Level.ERROR, "shipping.not_manifested")
    truck.scan(close(office, bench))
    truck.scan(tracking(bench, theirs))
    assert truck.said == "shipping.wrong_carrier"
    truck.scan(tracking(bench, ours))
    assert truck.said == "shipping.last_of_load"
    truck.scan("SH-CMD-UNDO")
    manifest = office.run(lambda unit: manifests.shipments(unit, bench.site.warehouse))[0]
    assert (manifest.loaded, manifest.cartons) == (0, 1), "what is taken back is out of the truck"
    assert bench.site.prove() == []


def test_a_departure_is_signed_for_once_and_by_somebody(
    bench: Bench, packer: Conversation, truck: Conversation, office: Worker
) -> None:
    number = labelled(bench, packer)
    manifest = close(office, bench)
    shipment = office.run(lambda unit: manifests.look_into(unit, manifest)).shipment

    def refused(name: str, signature: bytes | None = None) -> str:
        with pytest.raises(Refusal) as refusal:
            office.run(lambda unit: manifests.sign(unit, shipment.id, name=name, signature=signature))
        return refusal.value.code

    assert refused("Ana") == "shipping.not_departed"
    with pytest.raises(Refusal) as empty:
        office.run(lambda unit: manifests.depart(unit, shipment.id, leave_behind=True))
    assert empty.value.code == "shipping.nothing_loaded"
    truck.scan(tracking(bench, number))
    assert truck.said == "shipping.last_of_load", "the first carton says which truck it is"
    truck.key("DEPART")
    assert refused(" ") == "shipping.no_name"
    office.run(lambda unit: manifests.sign(unit, shipment.id, name="Ana Driver", signature=b"\x89PNG"))
    office.run(lambda unit: manifests.sign(unit, shipment.id, name="Ana Driver", signature=b"\x89PNG"))
    assert refused("Somebody else") == "shipping.signed"
    signed = office.run(lambda unit: manifests.look_into(unit, manifest)).shipment
    assert (signed.signed_by, signed.signature) == ("Ana Driver", b"\x89PNG")
    with pytest.raises(Refusal) as nothing:
        close(office, bench)
    assert nothing.value.code == "shipping.nothing_to_manifest"

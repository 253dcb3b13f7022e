"""Papers of cartons: wanted by rules when the label exists, printed once, on the right printer, by the right sender."""

import io
from uuid import UUID

import pypdfium2
import pytest

from app.composition.pages import page_maker
from app.database import printing as journal
from app.domain.errors import Refusal
from app.domain.labels import LabelContent
from app.domain.partners import Address
from app.services import people, policies
from app.services.changes import Changes
from app.services.shipping import papers
from app.services.sites import senders
from app.services.work import Worker
from app.texts import Texts
from tests.dialogs.bench import news_of_print
from tests.dialogs.conversation import Conversation
from tests.worker.carrying import Depot

ALL = {"packing_list": True, "invoice": True, "cn22": True, "cn23": True, "return_label": True, "incoterm": "DAP"}


def want(depot: Depot, **then: object) -> None:
    """From now on these papers go with every carton."""
    known = [one.version for one in depot.desk.run(policies.policies) if one.capability == "papers"]
    rules = {"rules": [{"name": "all", "when": [], "then": then}]}
    version = max(known, default=0)
    depot.desk.run(lambda unit: policies.save(unit, rules, capability="papers", version=version))


def add_page_printers(depot: Depot) -> UUID:
    """Two printers of pages; the second one is chosen for the bench, whose label printer is on the network: its id."""
    with depot.bench.site.desk.transaction() as session:
        journal.save_printer(session, name="archive", dpi=203, confirms="none", serial="", kind="pages")
        office = journal.save_printer(session, name="office", dpi=203, confirms="none", serial="", kind="pages")
    bench = depot.desk.run(lambda unit: people.station_named(unit, "bench1"))
    depot.desk.run(lambda unit: people.change_station(unit, bench.id, page_printer="office"))
    with pytest.raises(Refusal, match=r"station\.no_page_printer"):
        depot.desk.run(lambda unit: people.change_station(unit, bench.id, page_printer="zebra_1"))
    return office


def jobs(depot: Depot, number: str) -> dict[str, tuple[str, UUID]]:
    """State and printer of each paper of the order's carton, by its kind."""
    sscc = depot.bench.parcels(number)[0]["sscc"]
    with depot.bench.site.desk.transaction() as session:
        found = session.rows(
            "SELECT label_uid, state, printer_id FROM print_job WHERE label_uid LIKE %(of)s", of=f"{sscc}/%"
        )
    return {row["label_uid"].partition("/")[2]: (row["state"], row["printer_id"]) for row in found}


def text_of(pdf: bytes) -> str:
    return "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(io.BytesIO(pdf)))


def test_papers_print_once_when_the_label_exists_pages_and_labels_each_on_their_printer(
    depot: Depot, packer: Conversation
) -> None:
    want(depot, **ALL)
    office = add_page_printers(depot)
    hamburg = Address("Blue Lamp Ltd", "Hafenstraße 17", postal_code="20457", city="Hamburg", country="DE")
    depot.desk.run(lambda unit: senders.save(unit, depot.bench.site.warehouse, hamburg))
    number = depot.close(packer)
    assert jobs(depot, number) == {}, "the bench does not wait for papers"
    depot.work()
    depot.work()
    labels = depot.bench.printers["zebra_1"]
    assert jobs(depot, number) == {
        "packing_list": ("QUEUED", office), "invoice": ("QUEUED", office), "cn23": ("QUEUED", office),
        "cn22": ("QUEUED", labels), "return": ("QUEUED", labels),
    }  # fmt: skip
    assert len(depot.bench.jobs()) == 7, "carton label, shipping label and five papers"
    shipping = next(job for job in depot.bench.jobs() if job["template"] == "shipping")
    assert shipping["content"]["ship_from"] == "Blue Lamp Ltd\nHafenstraße 17\n20457 Hamburg\nDE"
    make = page_maker(depot.worker, Texts.load())
    carton = depot.bench.parcels(number)[0]
    said = {
        str(job["template"]): text_of(make(LabelContent(job["template"], job["label_uid"], job["content"]), 203))
        for job in depot.bench.jobs()
        if str(job["template"]).startswith("page.")
    }
    assert "DAP" in said["page.invoice"]
    assert "Incoterms 2020" in said["page.invoice"]
    assert all(word in said["page.cn23"] for word in ("CN 23", "(15)", "Blue Lamp Ltd", str(carton["tracking"])))
    assert "WIDGET" in said["page.packing_list"]
    bench = Worker(depot.bench.site.station("bench1", "MANAGER1"), Changes())
    assert bench.run(lambda unit: papers.print_paper(unit, carton["id"], "invoice")) == "office", "and it is said"
    stand = {one.kind: one for one in depot.desk.run(lambda unit: papers.state_of(unit, carton["id"]))}
    assert stand["invoice"].job is not None
    assert (stand["invoice"].wanted, stand["invoice"].job.printer) == (True, "office")
    assert depot.bench.site.prove() == []


def test_a_return_label_goes_with_any_carrier_and_pages_wait_for_a_printer_that_can(
    depot: Depot, packer: Conversation
) -> None:
    want(depot, return_label=True, packing_list=True)
    ours = depot.close(packer)
    depot.work()
    assert set(jobs(depot, ours)) == {"return"}, "nothing prints pages here"
    with pytest.raises(Refusal, match=r"printing\.no_page_printer"):
        depot.desk.run(lambda unit: papers.print_paper(unit, depot.bench.parcels(ours)[0]["id"], "packing_list"))
    depot.bench.print_all()
    news_of_print(packer)
    packer.scan(str(depot.bench.parcels(ours)[0]["tracking"]))
    depot.set_up()
    theirs = depot.close(packer)
    depot.work()
    back = [job["content"] for job in depot.bench.jobs() if job["template"] == "return"]
    assert [content["order"] for content in back] == [ours, theirs]
    assert back[1]["tracking"] == "RR473124829DE"


def test_a_sender_is_refused_where_post_would_not_arrive(depot: Depot) -> None:
    site = depot.bench.site.warehouse
    with pytest.raises(Refusal, match=r"address\."):
        depot.desk.run(lambda unit: senders.save(unit, site, Address("Blue Lamp Ltd", "Hafenstraße 17", country="DE")))
    assert depot.desk.run(lambda unit: senders.sender(unit, site))[1] is False

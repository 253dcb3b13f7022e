"""Two workstations, each a program of its own, at one printer: what came out is counted at the printer."""

import re
from collections import Counter

from app.domain.printing import PrintState
from tests.devices.spooler.bench import bench_with_printer, crashing
from tests.support import Site


def test_a_workstation_killed_between_sending_and_confirming_loses_and_doubles_no_label_of_the_two(
    warehouse: Site,
) -> None:
    uids = [f"{side}-{number}" for number in range(5) for side in ("LEFT", "RIGHT")]
    struck = uids[4]
    copies = Counter(uids) + Counter([struck])
    with bench_with_printer(warehouse) as (bench, printer):
        printer.run_out_of_paper(after=5)  # so that the first copy is out when the killer comes, and the second is not
        jobs = {uid: bench.queue(uid, copies=copies[uid]) for uid in uids}
        place = f"tcp:{bench.port}"
        with crashing(bench, place, "never") as left:
            assert printer.wait_for_labels(1, 20), "the first of the two holds the printer"
            with crashing(bench, place, "never") as right:
                bench.until(jobs[struck], PrintState.SENT)
                left.kill()
                printer.load_paper()
                for job in jobs.values():
                    bench.until(job, PrintState.CONFIRMED)
                assert right.poll() is None
    came_out = Counter(uid for zpl in printer.labels for uid in set(re.findall(r"(?:LEFT|RIGHT)-\d", str(zpl))))
    assert came_out == copies
    assert all(bench.path(job) == ["QUEUED", "SENDING", "SENT", "CONFIRMED"] for job in jobs.values())

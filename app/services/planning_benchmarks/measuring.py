"""What all benchmarks of planning share: taking the time, and saying how busy the machine was."""

import os
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

import psutil

Result = dict[str, object]
Answer = TypeVar("Answer")


def timed(work: Callable[[], Answer], took_ms: list[float]) -> Answer:
    """What the work answers; the CPU time that it took is added to the list: others may use the machine, too."""
    began = time.process_time()
    answer = work()
    took_ms.append((time.process_time() - began) * 1000)
    return answer


def quantile(values: Sequence[float], part: float) -> float:
    """The value that this part of all values does not exceed."""
    ordered = sorted(values)
    return ordered[min(int(part * len(ordered)), len(ordered) - 1)]


def times(took_ms: Sequence[float]) -> Result:
    """Median, 95th percentile and maximum, in milliseconds of CPU."""
    return {
        "cpu_p50_ms": round(quantile(took_ms, 0.5), 2),
        "cpu_p95_ms": round(quantile(took_ms, 0.95), 2),
        "cpu_max_ms": round(max(took_ms), 2),
    }


def surroundings() -> Result:
    """How busy the machine was."""
    return {"load": round(psutil.getloadavg()[0], 2), "cores": os.cpu_count()}

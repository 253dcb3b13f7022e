"""Pack verification: every unit against the order, then the carton against its expected weight.

`units` judges one scanned unit; `weighing` judges the closed carton and names the suspect; `learning` keeps what an
item weighs; `unpacking` what is approved when packing is taken back. Which carton to take and what to print is decided
elsewhere.
"""

from app.domain.packing.learning import Contents, ItemWeight, learn
from app.domain.packing.units import InTote, PackLine, PackVerdict, Portion, Unit, spread, verify
from app.domain.packing.unpacking import opening_content
from app.domain.packing.weighing import (
    FORM,
    Carton,
    Expected,
    Neighbours,
    Suspect,
    WeighFacts,
    Weighing,
    WeightTolerance,
    WeightVerdict,
    expected_weight,
    tolerance_for,
    weigh,
    weight_content,
)

__all__ = [
    "FORM",
    "Carton",
    "Contents",
    "Expected",
    "InTote",
    "ItemWeight",
    "Neighbours",
    "PackLine",
    "PackVerdict",
    "Portion",
    "Suspect",
    "Unit",
    "WeighFacts",
    "Weighing",
    "WeightTolerance",
    "WeightVerdict",
    "expected_weight",
    "learn",
    "opening_content",
    "spread",
    "tolerance_for",
    "verify",
    "weigh",
    "weight_content",
]

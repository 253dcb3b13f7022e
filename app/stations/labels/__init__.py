"""Label templates: every version of each, how it looks, and which one labels are made by."""

from app.stations.labels.screen import LabelsScreen
from app.stations.labels.work import LabelsWork

__all__ = ["LabelsScreen", "LabelsWork"]

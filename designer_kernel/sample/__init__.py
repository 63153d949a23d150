"""Sample data: believable rows that keep every constraint, the same for the same seed, loaded by COPY."""

from __future__ import annotations

from designer_kernel.design.sample_hints import SampleHints
from designer_kernel.sample.files import to_frames, write
from designer_kernel.sample.fill import abandon, fill, plan, under_way
from designer_kernel.sample.loading.filling import Filling
from designer_kernel.sample.loading.telling import FillEvent
from designer_kernel.sample.plan import Plan
from designer_kernel.sample.providers.custom import RowView
from designer_kernel.sample.providers.custom import register as provider
from designer_kernel.sample.statistics import learn

__all__ = [
    "FillEvent",
    "Filling",
    "Plan",
    "RowView",
    "SampleHints",
    "abandon",
    "fill",
    "learn",
    "plan",
    "provider",
    "to_frames",
    "under_way",
    "write",
]

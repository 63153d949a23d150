"""Sample data: believable rows that keep every constraint, the same for the same seed, loaded by COPY.

Beside what is here: `violations` puts constraints to the test, `subset` takes a part of a database, anonymised,
`statistics` learns from one, `files` writes rows without a server, and `catalogue` lists the providers of values.
"""

from __future__ import annotations

from designer_kernel.design.sample_hints import SampleHints
from designer_kernel.sample import files, statistics, subset, violations
from designer_kernel.sample.files import to_frames, write
from designer_kernel.sample.fill import abandon, fill, plan, under_way
from designer_kernel.sample.loading.filling import Filling
from designer_kernel.sample.loading.telling import FillEvent
from designer_kernel.sample.plan import Plan
from designer_kernel.sample.providers import catalogue
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
    "catalogue",
    "files",
    "fill",
    "learn",
    "plan",
    "provider",
    "statistics",
    "subset",
    "to_frames",
    "under_way",
    "violations",
    "write",
]

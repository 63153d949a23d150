"""Designs that look like those of real companies are drawn cleanly: these are the ones that the documents show."""

from __future__ import annotations

import pytest

from designer_kernel.diagram.picture import picture
from tests.believable import company, shop
from tests.designer_kernel.diagram.audit import audit


@pytest.mark.parametrize("count", [12, 60, 300])
def test_no_cards_overlap_and_no_line_runs_through_one(count: int) -> None:
    design = shop() if count == 12 else company(count)
    drawn = picture(design)
    assert len(drawn.cards) == count
    assert len(drawn.edges) == len(design.relationships) >= count
    wrong = audit(drawn)
    assert wrong.overlapping_cards == ()
    assert wrong.edges_through_cards == ()

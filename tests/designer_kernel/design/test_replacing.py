"""Another design in the place of one: all of it at once, undone at once."""

from __future__ import annotations

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.column import Column
from designer_kernel.catalog.kinds.schema import Schema
from designer_kernel.catalog.kinds.storage_parameter import StorageParameter
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.design import Attribute, Design, Entity, edits
from designer_kernel.design.history import History
from designer_kernel.design.lift import lift
from designer_kernel.design.lower import lower


def test_what_the_other_design_carries_along_stays() -> None:
    catalog = Catalog([
        Schema(name="public"),
        Table(schema="public", name="orders"),
        Column(schema="public", table="orders", name="id", type="integer"),
        StorageParameter(schema="public", table="orders", parameter="fillfactor", value="70"),
    ])  # fmt: skip
    other = lift(catalog).design
    mine = Design(name="mine", entities=(Entity(name="orders", attributes=(Attribute(name="id", data_type="int"),)),))
    history = History(mine)
    replaced = history.apply(edits.ReplaceDesign(design=other))
    assert lower(replaced) == catalog
    assert replaced.id == mine.id
    assert history.undo() == mine


def test_an_edit_made_meanwhile_is_a_conflict() -> None:
    mine = Design(name="mine", entities=(Entity(name="orders"),))
    replacing = edits.ReplaceDesign(design=Design(name="other"))
    assert replacing.touches(mine) >= {mine.id, mine.entities[0].id}

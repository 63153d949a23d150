"""How design files look, what people may leave out, and how they are saved."""

from __future__ import annotations

import difflib
import json
import os
import stat
from pathlib import Path

import jsonschema
import pytest

from designer_kernel.design import Attribute, Design
from designer_kernel.design.document import (
    content_hash,
    json_schema,
    load,
    open_file,
    read,
    save,
    to_json,
    to_yaml,
)
from designer_kernel.design.edits import ChangeAttribute, MoveNodes, RenameEntity, apply
from designer_kernel.design.values import Position
from designer_kernel.errors import DocumentError, EditConflict

SHOP = """\
format: 1
name: shop
id: 00000000-0000-8000-8000-000000000001
entities:
  - name: tenants
    id: 00000000-0000-8000-8000-000000000002
    attributes:
      - {name: id, data_type: bigint, is_primary_key: true, id: 00000000-0000-8000-8000-000000000003}
  - name: users
    id: 00000000-0000-8000-8000-000000000004
    schema_name: crm
    description: |-
      People who buy.
      And people who sell.
    attributes:
      - {name: id, data_type: bigint, is_primary_key: true, id: 00000000-0000-8000-8000-000000000005}
      - {name: email, data_type: varchar(255), id: 00000000-0000-8000-8000-000000000006}
    traits:
      - {kind: tenant_scoped, tenant_entity: tenants}
      - {kind: timestamps}
    position: {x: 10, y: 20.5}
relationships:
  - source_entity: crm.users
    target_entity: tenants
    id: 00000000-0000-8000-8000-000000000007
views:
  - name: mails
    id: 00000000-0000-8000-8000-000000000008
    query: |-
      SELECT email
        FROM crm.users
areas:
  - name: All
    id: 00000000-0000-8000-8000-000000000009
    members: [tenants, crm.users]
"""


BEFORE = """\
format: 1
name: shop
id: 00000000-0000-8000-8000-000000000001
entities:
  - id: 00000000-0000-8000-8000-000000000002
    name: tenants
    attributes:
      - {id: 00000000-0000-8000-8000-000000000003, name: id, data_type: bigint, is_primary_key: true}
  - id: 00000000-0000-8000-8000-000000000004
    name: users
    schema_name: crm
    description: |-
      People who buy.
      And people who sell.
    attributes:
      - {id: 00000000-0000-8000-8000-000000000005, name: id, data_type: bigint, is_primary_key: true}
      - {id: 00000000-0000-8000-8000-000000000006, name: email, data_type: character varying, length: 255}
    traits:
      - {kind: tenant_scoped, tenant_entity: tenants}
      - {kind: timestamps}
    position: {x: 10, y: 20.5}
relationships:
  - id: 00000000-0000-8000-8000-000000000007
    source_entity: crm.users
    target_entity: tenants
views:
  - id: 00000000-0000-8000-8000-000000000008
    name: mails
    query: |-
      SELECT email
        FROM crm.users
areas:
  - id: 00000000-0000-8000-8000-000000000009
    name: All
    members: [tenants, crm.users]
"""
"""The same, as files were written before."""


@pytest.fixture
def shop() -> Design:
    return read(SHOP)


def changed_lines(before: Design, after: Design) -> list[str]:
    diff = difflib.unified_diff(to_yaml(before).splitlines(), to_yaml(after).splitlines(), n=0, lineterm="")
    return [line for line in diff if line[0] in "+-" and line[:3] not in ("+++", "---")]


def test_a_file_is_written_as_it_was_read(shop: Design) -> None:
    assert to_yaml(shop) == SHOP
    assert to_yaml(read(to_json(shop))) == SHOP


def test_a_file_of_before_says_the_same(shop: Design) -> None:
    assert read(BEFORE) == shop


@pytest.mark.parametrize(
    ("fields", "written"),
    [
        ({"data_type": "varchar(40)"}, "data_type: varchar(40)"),
        ({"data_type": "character varying", "length": 40}, "data_type: varchar(40)"),
        ({"data_type": "numeric(10,2)[]"}, 'data_type: "numeric(10,2)[]"'),
        ({"data_type": "timestamp(3) with time zone"}, "data_type: timestamptz(3)"),
        ({"data_type": "text[]"}, 'data_type: "text[]"'),
        ({"data_type": "timestamptz"}, "data_type: timestamptz"),
        ({"data_type": "timestamp with time zone"}, "data_type: timestamp with time zone"),
        ({"data_type": "varchar", "length": 40}, "data_type: varchar, length: 40"),
        ({"data_type": "timestamptz", "precision": 3}, "data_type: timestamptz, precision: 3"),
        ({"data_type": "bit(8)"}, "data_type: bit(8)"),
        ({"data_type": "interval day to second(3)"}, None),
        ({"data_type": '"My Type"(3)[]'}, None),
    ],
)
def test_a_type_is_one_text_if_that_says_the_same(shop: Design, fields: dict[str, object], written: str | None) -> None:
    attribute = Attribute.model_validate({"name": "a"} | fields)
    users = shop.entity("users").model_copy(update={"attributes": (attribute,)})
    design = shop.model_copy(update={"entities": (shop.entities[0], users)})
    assert read(to_yaml(design)) == design
    assert read(to_json(design)) == design
    if written is not None:
        assert written in to_yaml(design)


def test_one_change_is_one_changed_line(shop: Design) -> None:
    users = shop.entity("users")
    change = ChangeAttribute(entity_id=users.id, attribute_id=users.attributes[1].id, changes={"is_nullable": False})
    assert [line[0] for line in changed_lines(shop, apply(shop, change))] == ["-", "+"]
    move = MoveNodes(positions={users.id: Position(x=1, y=2)})
    assert changed_lines(shop, apply(shop, move)) == ["-    position: {x: 10, y: 20.5}", "+    position: {x: 1, y: 2}"]


def test_renaming_an_entity_changes_only_its_names(shop: Design) -> None:
    lines = changed_lines(shop, apply(shop, RenameEntity(entity_id=shop.entity("tenants").id, name="shops")))
    assert [line.strip("+- ") for line in lines] == [
        "name: tenants", "name: shops",
        "{kind: tenant_scoped, tenant_entity: tenants}", "{kind: tenant_scoped, tenant_entity: shops}",
        "target_entity: tenants", "target_entity: shops",
        "members: [tenants, crm.users]", "members: [shops, crm.users]",
    ]  # fmt: skip


HAND_WRITTEN = """
# What a person types.
name: shop
entities:
- name: users
  attributes:
  - {name: email, data_type: varchar(255)}
  - name: "on"
    data_type: numeric(10, 2)[]
- {name: orders, schema_name: sales}
relationships:
- source_entity: public.users
  target_entity: orders
  on_delete_action: CASCADE
"""


def test_a_hand_written_file_gets_the_same_ids_every_time() -> None:
    first, again = read(HAND_WRITTEN), read(HAND_WRITTEN)
    assert first == again
    assert [entity.name for entity in first.entities] == ["users", "orders"]
    assert len({item.id for item in first.items()}) == len(list(first.items()))
    assert read(to_yaml(first)) == first


def test_types_are_taken_apart() -> None:
    price = read(HAND_WRITTEN).entity("users").attributes[1]
    assert (price.name, price.data_type, price.precision, price.scale, price.is_array) == ("on", "numeric", 10, 2, True)


def test_entities_are_found_by_any_name_that_means_them() -> None:
    for name in ("users", "public.users", str(read(HAND_WRITTEN).entity("users").id)):
        text = HAND_WRITTEN.replace("public.users", name)
        assert read(text).relationships[0].source_entity_id == read(HAND_WRITTEN).entity("users").id


def test_names_that_look_like_something_else_stay_names() -> None:
    odd = [
        "true",
        "No",
        "null",
        "1.5",
        "2024-01-01",
        "1:30",
        "0x1f",
        "~",
        "a: b",
        "#c",
        "- d",
        "{e}",
        "&f",
        "*g",
        "!h",
        " i",
    ]
    design = Design(name="x", entities=[{"name": name} for name in odd])
    assert [entity.name for entity in read(to_yaml(design)).entities] == odd


def test_an_entity_whose_name_means_another_is_named_by_its_id() -> None:
    text = "name: x\nentities:\n- name: a.b\n- {name: b, schema_name: a}\nareas:\n- name: all\n  members: [a.b]"
    design = read(text)
    both = design.areas[0].replace(members=tuple(entity.id for entity in design.entities))
    design = design.model_copy(update={"areas": (both,)})
    assert read(to_yaml(design)) == design


def test_the_schema_knows_the_files_words() -> None:
    validator = jsonschema.Draft202012Validator(json_schema())
    assert validator.is_valid(json.loads(to_json(read(SHOP))))
    for wrong in (
        {"name": "x", "entitys": []},
        {"name": "x", "entities": [{"name": "a", "traits": [{"kind": "tenant_scoped"}]}]},
        {"name": "x", "entities": [{"name": "a", "traits": [{}]}]},
        {"name": "x", "relationships": [{"source_entity_id": "a", "target_entity_id": "b"}]},
        {"name": "x", "entities": [{"name": "a", "attributes": [{"name": "b"}]}]},
        {"entities": []},
    ):
        assert not validator.is_valid(wrong), wrong


def test_saving_and_loading_gives_the_same_design(shop: Design, tmp_path: Path) -> None:
    for name in ("shop.design.yaml", "shop.design.json"):
        assert save(shop, tmp_path / name) == content_hash(tmp_path / name)
        assert load(tmp_path / name) == shop
    assert sorted(path.name for path in tmp_path.iterdir()) == ["shop.design.json", "shop.design.yaml"]
    assert json.loads((tmp_path / "shop.design.json").read_text(encoding="utf-8"))["name"] == "shop"


def test_saving_keeps_the_mode_and_follows_a_link(shop: Design, tmp_path: Path) -> None:
    path, link = tmp_path / "shop.yaml", tmp_path / "link.yaml"
    save(shop, path)
    path.chmod(0o640)
    link.symlink_to(path)
    save(shop.model_copy(update={"description": "new"}), link)
    assert link.is_symlink()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert load(path).description == "new"


def test_another_persons_change_is_not_overwritten(shop: Design, tmp_path: Path) -> None:
    path = tmp_path / "shop.yaml"
    save(shop, path, expected="")
    opened = open_file(path)
    path.write_text(SHOP.replace("name: shop", "name: theirs"), encoding="utf-8")
    with pytest.raises(EditConflict, match="changed by someone else"):
        save(opened.design, path, expected=opened.content_hash)
    with pytest.raises(EditConflict):
        save(opened.design, path, expected="")
    assert load(path).name == "theirs"
    again = open_file(path)
    save(opened.design, path, expected=again.content_hash)
    assert load(path).name == "shop"


def test_a_failed_save_leaves_the_old_file(shop: Design, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "shop.yaml"
    save(shop, path)

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DocumentError, match="No space left"):
        save(shop.model_copy(update={"name": "new"}), path)
    assert load(path) == shop
    assert [one.name for one in tmp_path.iterdir()] == ["shop.yaml"]


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="No such file"):
        load(tmp_path / "nothing.yaml")
    with pytest.raises(DocumentError, match="cannot be read"):
        load(tmp_path)


def test_every_problem_of_a_file_is_told_up_to_twenty():
    lines = "".join(f"- {{name: e{number}, colr: red}}\n" for number in range(30))
    with pytest.raises(DocumentError) as caught:
        read(f"format: 1\nname: shop\nentities:\n{lines}")
    first, *others = caught.value.what.splitlines()
    assert first == "entities.colr: there is no field 'colr'"
    assert others[0] == "  - line 5: entities.colr: there is no field 'colr'"
    assert len(others) == 21
    assert others[-1] == "  - … and 9 more"

import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./modules.mjs";

const { searchProjects } = await load("projects_list.js");
const { partsOf } = await load("navigator.js");

test("projects are found by name, place and person, and filtered by where they are and how they stand", () => {
  const projects = [
    { name: "shop", where: "/home/ada", changed_by: "", kind: "file", status: "saved" },
    { name: "blog", where: "Team, of bob", changed_by: "eve", kind: "team", status: "changed" },
  ];
  const names = (search, filter) => searchProjects(projects, search, filter).map(({ name }) => name);
  assert.deepEqual(names("", "all"), ["shop", "blog"]);
  assert.deepEqual(names("EVE blog", "all"), ["blog"]);
  assert.deepEqual(names("ada", "team"), []);
  assert.deepEqual(names("", "changed"), ["blog"]);
});

test("parts are told by section, with how many there are in all", () => {
  const design = { enums: [{ id: "1", name: "status" }], domains: [{ id: "2", name: "money" }], views: [{ id: "3", name: "sold" }] };
  const told = partsOf(design, "sta").map(({ title, items, total }) => [title, items.length, total]);
  assert.deepEqual(told, [["Views", 0, 1], ["Functions", 0, 0], ["Types", 1, 2], ["Areas", 0, 0]]);
});

const { relationshipLines, searchLines } = await load("relationships_list.js");

test("relationships are told from the entity with the foreign key, by its columns", () => {
  const entities = ["a", "b", "c"].map((id, i) => ({ id, qualified_name: ["customers", "orders", "tags"][i] }));
  const end = { source_cardinality: "1", target_cardinality: "0..N", relationship_type: "ONE_TO_MANY" };
  const relationships = [
    { id: "1", source_entity_id: "b", target_entity_id: "c", ...end, relationship_type: "MANY_TO_MANY", source_cardinality: "N", target_cardinality: "N", junction_name: "order_tags" },
    { id: "2", source_entity_id: "a", target_entity_id: "b", ...end },
    { id: "3", source_entity_id: "a", target_entity_id: "b", ...end, name: "payer", target_cardinality: "0..1", relationship_type: "ONE_TO_ONE", target_attributes: ["x", "y"] },
  ];
  const picture = {
    edges: [{ relationship_id: "2", target_card: "b", target_rows: ["r2"] }],
    cards: [{ id: "b", rows: [{ id: "r1", name: "id" }, { id: "r2", name: "customer_id" }] }],
  };
  const lines = relationshipLines({ entities, relationships }, picture);
  assert.deepEqual(
    lines.map(({ from, to, words, card }) => `${card}: ${from} → ${to}, ${words}`),
    ["b: orders → customers, many to one, by customer_id", "b: orders → customers, one to one, by x, y, payer", "b: orders → tags, many to many, through order_tags"],
  );
  assert.deepEqual(searchLines(lines, "CUSTOMER_id many").map(({ id }) => id), ["2"]);
  assert.equal(searchLines(lines, " ").length, 3);
});

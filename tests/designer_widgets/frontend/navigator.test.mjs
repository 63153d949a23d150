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

import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./modules.mjs";

const { crowsFoot, isMany, isOptional } = await load("crowsfoot.js");
const { endChoices, fittingEnds, spokenRelationship } = await load("cardinality.js");
const { sqlPieces } = await load("highlight.js");
const { searchEntities } = await load("entity_list.js");

test("a foot means many, a ring that none is allowed, as in the pictures of the kernel", () => {
  const at = { x: 0, y: 0 };
  const from = { x: 50, y: 0 };
  const strokes = (cardinality) => crowsFoot(at, from, cardinality).strokes.match(/M/g).length;
  for (const [cardinality, expected, hasRing] of [
    ["1", 2, false],
    ["0..1", 1, true],
    ["1..N", 3, false],
    ["0..N", 2, true],
    ["N", 2, false],
  ]) {
    assert.equal(strokes(cardinality), expected, cardinality);
    assert.equal(crowsFoot(at, from, cardinality).ring !== null, hasRing, cardinality);
  }
});

test("a foot opens towards its card", () => {
  const right = crowsFoot({ x: 100, y: 10 }, { x: 50, y: 10 }, "0..N");
  assert.ok(right.ring.x < 100 && right.ring.x > 50);
  const left = crowsFoot({ x: 0, y: 10 }, { x: 50, y: 10 }, "0..N");
  assert.ok(left.ring.x > 0 && left.ring.x < 50);
});

test("an end that has no length draws something finite", () => {
  assert.ok(!crowsFoot({ x: 1, y: 1 }, { x: 1, y: 1 }, "1").strokes.includes("NaN"));
});

test("changing the type keeps cardinalities that fit, and bends the others as little as possible", () => {
  assert.deepEqual(fittingEnds("ONE_TO_MANY", "0..1", "1..N"), { source: "0..1", target: "1..N" });
  assert.deepEqual(fittingEnds("ONE_TO_ONE", "1", "0..N"), { source: "1", target: "0..1" });
  assert.deepEqual(fittingEnds("MANY_TO_MANY", "0..1", "1"), { source: "0..N", target: "1..N" });
});

test("every type offers only ends that the kernel takes", () => {
  for (const [type, sourceMany, targetMany] of [
    ["ONE_TO_ONE", false, false],
    ["ONE_TO_MANY", false, true],
    ["MANY_TO_MANY", true, true],
  ]) {
    const { source, target } = endChoices(type);
    assert.ok(source.every(([value]) => isMany(value) === sourceMany));
    assert.ok(target.every(([value]) => isMany(value) === targetMany));
  }
});

test("a relationship is said in words", () => {
  const said = spokenRelationship("customers", "orders", "1", "0..N");
  assert.equal(said.title, "one to many");
  assert.match(said.forward, /customers has any number of rows in orders/);
  assert.match(said.backward, /orders belongs to exactly one row in customers/);
  assert.ok(isOptional("0..N"));
});

test("coloured SQL is the same SQL", () => {
  const sql = `-- a comment; with 'quotes'\nCREATE TABLE "my table" (id int DEFAULT 42, t text DEFAULT 'it''s'); /* x */
    CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $body$ SELECT 'a' $body$;\n$$unfinished 'x`;
  assert.equal(
    sqlPieces(sql)
      .map((piece) => piece.text)
      .join(""),
    sql,
  );
  const kinds = new Map(sqlPieces(sql).map((piece) => [piece.text, piece.kind]));
  assert.equal(kinds.get("CREATE"), "keyword");
  assert.equal(kinds.get("'it''s'"), "string");
  assert.equal(kinds.get('"my table"'), "quoted");
  assert.equal(kinds.get("42"), "number");
  assert.equal(kinds.get("$body$ SELECT 'a' $body$"), "string");
});

test("the search finds names first, then attributes", () => {
  const entity = (qualified_name, ...names) => ({
    qualified_name,
    attributes: names.map((name) => ({ name })),
    traits: [],
  });
  const all = [
    entity("zebra", "order_id"),
    entity("sales.orders", "id"),
    entity("order_items", "id"),
    entity("users", "email"),
  ];
  const names = (search) => searchEntities(all, search).map(({ entity: one }) => one.qualified_name);
  assert.deepEqual(names("order"), ["order_items", "sales.orders", "zebra"]);
  assert.deepEqual(names("ORDER items"), ["order_items"]);
  assert.deepEqual(names("email"), ["users"]);
  assert.equal(searchEntities(all, "email")[0].attribute.name, "email");
  assert.equal(names("").length, 4);
  assert.deepEqual(names("nothing"), []);
});

const { positionOf } = await load("ddl.js");

test("a table is found in the script by its name", () => {
  const sql =
    'BEGIN;\nCREATE TABLE public.orders_old (id int);\nCREATE TABLE public.orders (id int);\nCREATE TABLE sales."Odd name" (id int);\n';
  assert.equal(sql.slice(positionOf(sql, "orders")).split("\n")[0], "CREATE TABLE public.orders (id int);");
  assert.ok(positionOf(sql, "sales.Odd name") > 0);
  assert.equal(positionOf(sql, "gone"), -1);
  assert.equal(positionOf(sql, "a(b"), -1);
});

const { brightness } = await load("theme.js");

test("light and dark are told apart", () => {
  assert.ok(brightness("rgb(33, 33, 33)") < 0.2);
  assert.ok(brightness("rgba(255, 255, 255, 0.87)") > 0.9);
  assert.ok(brightness("color(srgb 0.1 0.1 0.12)") < 0.2);
  assert.equal(brightness("transparent"), 1);
});

const { sidesMode, usualWidth } = await load("sides.js");

test("the sides give way where there is little room", () => {
  assert.deepEqual([1500, 1100, 1000, 720, 390].map(sidesMode), ["wide", "wide", "narrow", "narrow", "small"]);
  assert.ok(usualWidth("left", 1150) < usualWidth("left", 1800));
});

const { placesOf } = await load("ddl.js");

test("a text is found wherever it stands, whatever its case", () => {
  assert.deepEqual(placesOf("CREATE TABLE a; create table b;", "create"), [0, 16]);
  assert.deepEqual(placesOf("aaaa", "aa"), [0, 2]);
  assert.deepEqual(placesOf("anything", ""), []);
});

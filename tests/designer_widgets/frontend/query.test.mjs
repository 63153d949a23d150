import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./modules.mjs";

const q = await load("query_words.js");
const people = { name: "people", schema: "public", relation: "people", origin: "", columns: [["id", "bigint", "number", true], ["Full name", "text", "text", false]] };
const orders = { name: "Sales.orders", schema: "Sales", relation: "orders", origin: "", columns: [["total", "numeric", "number", false]] };
const TABLES = [people, orders];

const offered = (sql) => q.completions(sql, sql.length, TABLES).offers.map((one) => one.text);

test("names are quoted where they must be", () => {
  assert.equal(q.sqlName("total"), "total");
  assert.equal(q.sqlName("order"), '"order"');
  assert.equal(q.sqlName('a"b'), '"a""b"');
});

test("lists come back from how they are written", () => {
  for (const values of [["a"], ["a", "b c"], ["a, b", "O'Hara", " x "], ["1", "2"]])
    assert.deepEqual(q.listedValues(q.asList(values)), values);
  assert.deepEqual(q.listedValues(" a ,, 'b,c' "), ["a", "b,c"]);
});

test("a value is a number only where numbers are compared", () => {
  assert.deepEqual(q.valueOf(" 1.5 ", "number"), { text: "1.5", kind: "number" });
  assert.equal(q.valueOf("1 OR 1", "number").kind, "text");
  assert.equal(q.valueOf("1", "text").kind, "text");
});

test("aliases are found, keywords are none", () => {
  const found = q.aliasesIn('SELECT FROM people AS p JOIN "Sales".orders o ON true LEFT JOIN public.people WHERE', TABLES);
  assert.deepEqual([...found.keys()], ["p", "o", "people"]);
});

test("columns are offered behind an alias, tables and keywords elsewhere", () => {
  assert.deepEqual(q.completions("SELECT p. FROM people p", 9, TABLES).offers.map((one) => one.text), ["id", '"Full name"']);
  assert.deepEqual(offered("SELECT * FROM people p WHERE p.fu"), ['"Full name"']);
  assert.deepEqual(offered('SELECT * FROM "Sales".o'), ["orders"]);
  assert.ok(offered("SELECT * FROM ord").includes('"Sales".orders'));
  assert.ok(offered("SELECT * FROM people ORD").includes("ORDER"));
  assert.equal(q.completions("SELECT peo", 10, TABLES).from, 7);
});

test("the caret stands under its column, in long lines and with tabs too", () => {
  assert.equal(q.caretLines("a\nbc de", [2, 4]), "bc de\n   ^");
  assert.equal(q.caretLines("\tx", [1, 2]), "\tx\n\t^");
  const [shown, caret] = q.caretLines(`${"x".repeat(200)}!`, [1, 201]).split("\n");
  assert.equal(shown[caret.indexOf("^")], "!");
  assert.equal(q.offsetOf("ab\ncd", [2, 2]), 4);
});

test("charts follow from what the columns hold", () => {
  const of = (...families) => q.chartFor(families.map((family) => ({ name: "n", family })));
  assert.deepEqual(of("number", "time"), { chart: "line", x: 1, y: 0 });
  assert.deepEqual(of("text", "number"), { chart: "bar", x: 0, y: 1 });
  assert.deepEqual(of("number", "number"), { chart: "scatter", x: 0, y: 1 });
  assert.deepEqual(of("number"), { chart: "histogram", x: 0, y: null });
  assert.equal(of("text"), null);
});

test("leaving a source out takes what needs it along; another alias goes everywhere", () => {
  const term = (source, column) => ({ source, column, every: false, expression: "", function: "" });
  const query = {
    source: { entity: "people", alias: "p" },
    joins: [
      { entity: "Sales.orders", alias: "o", to: "p", on: [["a", "b"]], kind: "inner" },
      { entity: "people", alias: "q", to: "o", on: [["a", "b"]], kind: "inner" },
    ],
    columns: [{ term: term("p", "id"), name: "" }, { term: term("o", "total"), name: "t" }],
    where: { every: true, negated: false, parts: [{ term: term("p", "id"), operator: "=", values: [], other: term("q", "id") }] },
    group: [term("o", "total")],
    having: { every: true, negated: false, parts: [] },
    order: [{ term: term("", "t"), descending: false, nulls: "" }],
  };
  const less = q.withoutSource(query, "o");
  assert.deepEqual([less.joins, less.columns.length, less.where.parts, less.group, less.order], [[], 1, [], [], []]);
  const renamed = q.withAlias(query, "p", "x");
  assert.equal(renamed.source.alias, "x");
  assert.equal(renamed.joins[0].to, "x");
  assert.equal(renamed.where.parts[0].term.source, "x");
  assert.equal(renamed.columns[1].term.source, "o");
});

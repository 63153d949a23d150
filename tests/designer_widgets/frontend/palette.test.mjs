import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./modules.mjs";

const { fuzzyScore, rankEntries } = await load("palette_rank.js");

const titles = (entries, typed) => rankEntries(entries.map((title) => ({ title })), typed).map(({ title }) => title);

test("what begins so comes before what holds it, and that before scattered letters", () => {
  assert.deepEqual(titles(["reorders", "old_orders", "orders", "order_items", "o_r_d"], "ord").slice(0, 2), ["orders", "order_items"]);
  assert.deepEqual(titles(["reorders", "old_orders"], "orders"), ["old_orders", "reorders"]);
  assert.deepEqual(titles(["order_items", "oreintense"], "oi")[0], "order_items");
});

test("all words have to fit, in any order", () => {
  assert.deepEqual(titles(["customers → orders", "orders → items"], "orders cust"), ["customers → orders"]);
  assert.equal(fuzzyScore("orders", "xq"), -1);
});

test("nothing typed keeps the order, and hostile text is only text", () => {
  assert.deepEqual(titles(["b", "a"], ""), ["b", "a"]);
  assert.deepEqual(titles(["<b>", "(.*"], "(.*"), ["(.*"]);
  assert.ok(fuzzyScore("注文明細", "文") > 0);
});

test("what stands beside a title counts less", () => {
  const found = rankEntries([{ title: "a", more: "orders" }, { title: "orders" }], "orders");
  assert.deepEqual(found.map(({ title }) => title), ["orders", "a"]);
});

// Names over a diagram that is seen from afar, without a page.

import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./modules.mjs";

const { keptInside, placeNames } = await load("map_names.js");

test("the first names stand, and none covers another", () => {
  const wanted = [
    { text: "Sales", size: 14, x: 100, y: 0 },
    { text: "orders", size: 10, x: 100, y: 10 },
    { text: "order_lines", size: 10, x: 100, y: 60 },
    { text: "returns", size: 10, x: 130, y: 62 },
    { text: "vouchers", size: 10, x: 220, y: 60 },
  ];
  assert.deepEqual(placeNames(wanted).map((name) => name.text), ["Sales", "order_lines", "vouchers"]);
  const many = Array.from({ length: 900 }, (_, i) => ({ text: "a", size: 1, x: 10 * i, y: 0 }));
  assert.equal(placeNames(many).length, 140);
});

test("a name stays in its area where it fits", () => {
  const name = { text: "suppliers", size: 10, x: 5, y: 0 };
  assert.equal(Math.round(keptInside(name, { x: 0, width: 200 }).x), 32);
  assert.equal(keptInside({ ...name, x: 198 }, { x: 0, width: 200 }).x, 168);
  assert.equal(keptInside(name, { x: 0, width: 30 }).x, 5);
  assert.equal(keptInside(name, undefined).x, 5);
});

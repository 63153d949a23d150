// Titles that fill their cards, without a page.

import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./modules.mjs";

const { bigTitle, lineMiddles } = await load("big_title.js");

test("a title is broken at its joints where that makes it larger", () => {
  const room = { width: 154, height: 120 };
  const one = bigTitle("orders", room, 30, 14);
  assert.deepEqual(one, { size: 30, lines: ["orders"] });
  const broken = bigTitle("category_events_21", room, 60, 14);
  assert.deepEqual(broken.lines, ["category_", "events_21"]);
  assert.ok(broken.size > 20);
  assert.deepEqual(bigTitle("category_events_21", { width: 154, height: 20 }, 60, 12).lines, ["category_events_21"], "a low card has one line");
  assert.equal(bigTitle("x".repeat(63), room, 60, 14).size, 14);
  for (const name of ["a__b", "_", "__init__", "注文 履歴"]) assert.equal(bigTitle(name, room, 60, 14).lines.join(""), name);
  assert.deepEqual(lineMiddles(2, 25, 60), [46, 74]);
});

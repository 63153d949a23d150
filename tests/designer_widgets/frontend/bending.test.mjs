import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { load } from "./modules.mjs";

const b = await load("bending.js");
const CASES = JSON.parse(readFileSync(new URL("../../designer_kernel/diagram/bends.json", import.meta.url), "utf8"));
const STUB = 26;
const card = ([x, y]) => ({ x, y, width: 180, height: 120 });

test("a line laid by hand is drawn as the kernel draws it", () => {
  for (const { turns, was, now, rows, then, points } of CASES) {
    const by = {
      x: b.common(now[0][0] - was[0][0], now[1][0] - was[1][0]),
      y: b.common(now[0][1] - was[0][1], now[1][1] - was[1][1]),
    };
    const [source, target] = now.map(card);
    const found = b.clearTurns(b.movedTurns(turns, by), source, target, STUB);
    assert.deepEqual(found, then);
    const line = b.lineThrough(found, source, rows[0], target, rows[1]);
    assert.deepEqual(line.map(({ x, y }) => [x, y]), points);
  }
});

test("turns are read from a line, and lead back to it", () => {
  const [source, target] = [card([0, 0]), card([500, 300])];
  for (const turns of [[300], [300, 200, 400], [240, 500, 900, 20, 450]]) {
    assert.deepEqual(b.turnsOf(b.lineThrough(turns, source, 50, target, 350)), turns);
  }
  assert.deepEqual(b.turnsOf([{ x: 180, y: 50 }, { x: 500, y: 50 }]), [340]);
});

test("pieces that have come together are one, and the line still ends at its rows", () => {
  assert.deepEqual(b.tidyTurns([300, 200, 303], 50, 350), [300]);
  assert.deepEqual(b.tidyTurns([300, 53, 400], 50, 350), [400]);
  assert.deepEqual(b.tidyTurns([300, 346, 400], 50, 350), [300]);
  assert.deepEqual(b.tidyTurns([300, 200, 301], 50, 350, 0.5), [300, 200, 301]);
  assert.deepEqual(b.tidyTurns([300], 50, 50), [300]);
});

test("corners move both their pieces, pieces move alone, and an end piece gets a corner", () => {
  const [source, target] = [card([0, 0]), card([500, 300])];
  const turns = [300, 200, 400];
  const grips = b.gripsOf(turns, b.lineThrough(turns, source, 50, target, 350), STUB);
  assert.equal(grips.filter((grip) => grip.isCorner).length, 4);
  const [first, , , second] = grips;
  assert.ok(first.isEnd);
  assert.deepEqual(b.dragged(first, { x: 0, y: 90 }), [206, 90, 300, 200, 400]);
  assert.deepEqual(b.dragged(second, { x: 320, y: 210 }), [320, 210, 400]);
  assert.deepEqual(b.dragged(grips[grips.length - 1], { x: 0, y: 90 }), [300, 200, 400, 90, 474]);
});

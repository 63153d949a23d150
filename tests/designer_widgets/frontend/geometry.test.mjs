import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./modules.mjs";

const g = await load("geometry.js");
const METRICS = { header_height: 38, row_height: 22 };

test("screen and diagram are inverse", () => {
  const view = { x: 31, y: -12, scale: 0.7 };
  const there = g.toDiagram(view, g.toScreen(view, { x: 123, y: 45 }));
  assert.ok(Math.abs(there.x - 123) < 1e-9 && Math.abs(there.y - 45) < 1e-9);
});

test("zooming keeps the point under the pointer, within the limits", () => {
  const view = { x: 10, y: 20, scale: 1 };
  const at = { x: 300, y: 200 };
  const before = g.toDiagram(view, at);
  const after = g.toDiagram(g.zoomAt(view, at, 1.7), at);
  assert.ok(Math.abs(before.x - after.x) < 1e-9 && Math.abs(before.y - after.y) < 1e-9);
  assert.equal(g.zoomAt(view, at, 1e9).scale, g.MAX_SCALE);
  assert.equal(g.zoomAt(view, at, 1e-9).scale, g.MIN_SCALE);
});

test("fitting shows all of an area", () => {
  const area = { x: -500, y: 200, width: 4000, height: 900 };
  const view = g.fitView(area, 800, 600);
  const corner = g.toScreen(view, area);
  const other = g.toScreen(view, { x: area.x + area.width, y: area.y + area.height });
  assert.ok(corner.x >= 0 && corner.y >= 0 && other.x <= 800 && other.y <= 600);
});

test("fitting nothing, or into nothing, gives a usable view", () => {
  assert.equal(g.fitView(null, 800, 600).scale, 1);
  assert.equal(g.fitView({ x: 0, y: 0, width: 10, height: 10 }, 0, 0).scale, 1);
});

test("revealing moves only what is outside", () => {
  const view = { x: 0, y: 0, scale: 1 };
  assert.deepEqual(g.revealView(view, { x: 100, y: 100, width: 50, height: 50 }, 800, 600), view);
  const moved = g.revealView(view, { x: 900, y: 100, width: 50, height: 50 }, 800, 600);
  assert.ok(moved.x < 0 && moved.y === 0);
});

test("between, around and overlap agree", () => {
  const box = g.between({ x: 5, y: 9 }, { x: 1, y: 2 });
  assert.deepEqual(box, { x: 1, y: 2, width: 4, height: 7 });
  assert.deepEqual(g.around([box, { x: 10, y: 0, width: 1, height: 1 }]), { x: 1, y: 0, width: 10, height: 9 });
  assert.equal(g.around([]), null);
  assert.ok(g.overlap(box, { x: 5, y: 9, width: 1, height: 1 }));
  assert.ok(!g.overlap(box, { x: 5.1, y: 9, width: 1, height: 1 }));
});

const isOrthogonal = (points) => points.slice(1).every((p, i) => p.x === points[i].x || p.y === points[i].y);

test("a connector leaves and arrives at sides, in right angles", () => {
  const a = { x: 0, y: 0, width: 100, height: 80 };
  const cases = [
    [{ x: 300, y: 40, width: 100, height: 80 }, 100, 300],
    [{ x: -300, y: 40, width: 100, height: 80 }, 0, -200],
    [{ x: 20, y: 400, width: 100, height: 80 }, 100, 120],
    [a, 100, 100],
  ];
  for (const [b, from, to] of cases) {
    const points = g.connector(a, 20, b, b.y + 50, 26);
    assert.ok(isOrthogonal(points));
    assert.equal(points[0].x, from);
    assert.equal(points.at(-1).x, to);
    assert.equal(points[0].y, 20);
    assert.equal(points.at(-1).y, b.y + 50);
  }
});

test("a level connector is straight, but a loop never collapses", () => {
  const a = { x: 0, y: 0, width: 100, height: 80 };
  assert.equal(g.connector(a, 20, { x: 300, y: 0, width: 100, height: 80 }, 20).length, 2);
  assert.equal(g.connector(a, 20, a, 20).length, 4);
});

test("rows and heights agree", () => {
  const card = { y: 100, rows_top: 60, rows: [{ id: "a" }, { id: "b" }] };
  assert.equal(g.rowMiddle(card, "b", METRICS), 193);
  assert.equal(g.rowMiddle(card, "", METRICS), 119);
  assert.equal(g.rowMiddle(card, "gone", METRICS), 119);
  assert.equal(g.rowAt(card, g.rowMiddle(card, "b", METRICS), METRICS), 1);
  assert.equal(g.rowAt(card, 119, METRICS), -1);
  assert.equal(g.rowAt(card, 1000, METRICS), -1);
});

test("a rounded path begins and ends where its line does", () => {
  const path = g.roundedPath([
    { x: 0, y: 0 },
    { x: 50, y: 0 },
    { x: 50, y: 4 },
    { x: 90, y: 4 },
  ]);
  assert.ok(path.startsWith("M0 0"));
  assert.ok(path.endsWith("L90 4"));
  assert.equal(g.roundedPath([]), "");
});

test("the middle lies half-way along the line", () => {
  assert.deepEqual(
    g.middle([
      { x: 0, y: 0 },
      { x: 10, y: 0 },
      { x: 10, y: 30 },
    ]),
    { x: 10, y: 10 },
  );
});

test("arrow keys go to the nearest card in their direction", () => {
  const at = (x, y) => ({ x, y, width: 10, height: 10 });
  const [home, right, far, below] = [at(0, 0), at(50, 5), at(200, 0), at(5, 60)];
  const all = [home, far, right, below];
  assert.equal(g.neighbour(home, all, "right"), right);
  assert.equal(g.neighbour(home, all, "down"), below);
  assert.equal(g.neighbour(home, all, "left"), null);
  assert.equal(g.neighbour(far, all, "left"), right);
});

test("few cards keep their rows where many lose them", () => {
  assert.equal(g.detailAt(1, 20), "all");
  assert.equal(g.detailAt(0.4, 20), "keys");
  assert.equal(g.detailAt(0.3, 20), "titles");
  assert.equal(g.detailAt(0.4, 500), "far");
  assert.equal(g.detailAt(0.1, 3), "far");
  assert.equal(g.detailAt(0.51, 20, "keys"), "keys", "a finer level begins a little nearer than it ends");
  assert.equal(g.detailAt(0.49, 20, "all"), "keys");
  assert.equal(g.detailAt(0.54, 20, "keys"), "all");
});

test("dropped cards stand on the grid", () => {
  assert.equal(g.snap(123.4), 120);
  assert.equal(g.snap(-7), -10);
});

test("a new card lies beside the others, near where it was wanted", () => {
  const size = { width: 180, height: 70 };
  const others = [
    { x: 0, y: 0, width: 400, height: 300 },
    { x: 500, y: 0, width: 400, height: 300 },
  ];
  const place = g.freePlace({ x: 120, y: 100 }, size, others);
  assert.ok(!others.some((other) => g.overlap(other, { ...place, ...size })));
  assert.ok(g.distance(place, { x: 120, y: 100 }) < 600);
  assert.deepEqual(g.freePlace({ x: -801, y: 3 }, size, others), { x: -800, y: 0 });
});

test("a view on a box shows nothing beyond the bounds", () => {
  const bounds = { x: -100, y: 0, width: 2000, height: 300 };
  const at = (x) => g.viewOn(bounds, { x, y: 0, width: 100, height: 50 }, 800, 600, 1);
  assert.equal(at(900).x, 400 - 950);
  assert.equal(at(-100).x, 100);
  assert.equal(at(1800).x, 800 - 1900);
  assert.equal(at(0).y, 150);
});

test("a bar beside a line covers no card where there is room, and stays in the room", () => {
  const room = { x: 8, y: 8, width: 984, height: 584 };
  const size = { width: 400, height: 40 };
  const cards = [{ x: 100, y: 100, width: 200, height: 200 }, { x: 500, y: 100, width: 200, height: 200 }];
  const place = g.besidePlace({ x: 400, y: 200 }, size, room, cards);
  assert.ok(!cards.some((card) => g.overlap(card, { ...place, ...size })));
  assert.deepEqual(g.besidePlace({ x: 400, y: 200 }, size, room, []), { x: 200, y: 146 });
  const full = g.besidePlace({ x: 0, y: 0 }, size, room, [{ x: 0, y: 0, width: 1000, height: 600 }]);
  assert.deepEqual(full, { x: 8, y: 8 });
});

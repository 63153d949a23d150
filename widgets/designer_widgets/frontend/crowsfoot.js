// Crow's feet: how many rows may stand at an end of a line, as strokes. Pure functions, no page.

/**
 * @typedef {import("./geometry.js").Point} Point
 * @typedef {"1" | "0..1" | "N" | "0..N" | "1..N"} Cardinality
 */

const FOOT_LENGTH = 13;
const FOOT_SPREAD = 7;
const BAR_HALF = 6;
const RING_RADIUS = 4.5;

/** Whether an end may hold more than one. @param {string} cardinality */
export function isMany(cardinality) {
  return cardinality !== "1" && cardinality !== "0..1";
}

/** Whether an end may hold none. @param {string} cardinality */
export function isOptional(cardinality) {
  return cardinality !== "1" && cardinality !== "1..N";
}

/** Say a cardinality in words. @param {string} cardinality */
export function spokenCardinality(cardinality) {
  return (
    { 1: "exactly one", "0..1": "zero or one", N: "many", "0..N": "zero or more", "1..N": "one or more" }[
      cardinality
    ] ?? cardinality
  );
}

/**
 * Return path data of the strokes at the end of a line that touches a card at `at` and comes from `from`, and the
 * circle of an optional end. A foot means many, a bar one, a ring none.
 * @param {Point} at @param {Point} from @param {string} cardinality
 * @returns {{strokes: string, ring: {x: number, y: number, r: number} | null}}
 */
export function crowsFoot(at, from, cardinality) {
  const length = Math.hypot(from.x - at.x, from.y - at.y) || 1;
  const along = { x: (from.x - at.x) / length, y: (from.y - at.y) / length };
  const across = { x: -along.y, y: along.x };
  const place = (out, aside) => ({
    x: tenth(at.x + along.x * out + across.x * aside),
    y: tenth(at.y + along.y * out + across.y * aside),
  });
  const line = (p, q) => `M${p.x} ${p.y}L${q.x} ${q.y}`;
  const bar = (out) => line(place(out, -BAR_HALF), place(out, BAR_HALF));
  const strokes = [];
  let next = 7;
  if (isMany(cardinality)) {
    const toe = place(FOOT_LENGTH, 0);
    strokes.push(line(toe, place(0, -FOOT_SPREAD)), line(toe, place(0, FOOT_SPREAD)));
    if (cardinality === "N") return { strokes: strokes.join(""), ring: null }; // many, and no more is said
    next = FOOT_LENGTH + 1;
  } else {
    strokes.push(bar(next));
    next += 1;
  }
  if (isOptional(cardinality)) {
    const centre = place(next + RING_RADIUS, 0);
    return { strokes: strokes.join(""), ring: { ...centre, r: RING_RADIUS } };
  }
  strokes.push(bar(next + 3));
  return { strokes: strokes.join(""), ring: null };
}

/** @param {number} value */
function tenth(value) {
  return Math.round(value * 10) / 10;
}

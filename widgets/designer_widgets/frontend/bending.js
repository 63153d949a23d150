// Lines that a person has laid, as designer_kernel.diagram.bending draws them, and what dragging does to their turns.
// Turns are an x, a y, an x, and so on: where the pieces between both rows lie. Pure.

/**
 * @typedef {import("./geometry.js").Point} Point
 * @typedef {import("./geometry.js").Rectangle} Rectangle
 */

/** Pieces that lie nearer than this become one. */
const MAGNET = 6;

/** @param {number} x @param {Rectangle} card @param {number} stub */
function beside(x, card, stub) {
  return x >= card.x + card.width / 2 ? Math.max(x, card.x + card.width + stub) : Math.min(x, card.x - stub);
}

/** Return turns that leave both ends room. @param {number[]} turns @param {Rectangle} source @param {Rectangle} target @param {number} stub */
export function clearTurns(turns, source, target, stub) {
  const [first, last] = [beside(turns[0], source, stub), beside(turns[turns.length - 1], target, stub)];
  if (turns.length > 1) return [first, ...turns.slice(1, -1), last];
  if (first === last || beside(first, target, stub) === first) return [first];
  if (beside(last, source, stub) === last) return [last];
  const middle = (source.y + source.height / 2 + target.y + target.height / 2) / 2;
  return [first, middle, last];
}

/** Return how far two things have moved the same way. @param {number} one @param {number} other */
export function common(one, other) {
  if (one * other <= 0) return 0;
  return Math.abs(one) < Math.abs(other) ? one : other;
}

/** @param {number[]} turns @param {Point} by */
export function movedTurns(turns, by) {
  return turns.map((turn, index) => turn + (index % 2 ? by.y : by.x));
}

/**
 * Return the corners of the line that leaves a row, takes these turns, and arrives at the other row.
 * @param {number[]} turns @param {Rectangle} source @param {number} sourceY @param {Rectangle} target @param {number} targetY
 * @returns {Point[]}
 */
export function lineThrough(turns, source, sourceY, target, targetY) {
  const side = (card, x) => (x >= card.x + card.width / 2 ? card.x + card.width : card.x);
  const points = [{ x: side(source, turns[0]), y: sourceY }];
  let y = sourceY;
  for (let i = 0; i < turns.length; i += 2) {
    points.push({ x: turns[i], y });
    y = i + 1 < turns.length ? turns[i + 1] : targetY;
    points.push({ x: turns[i], y });
  }
  return [...points, { x: side(target, turns[turns.length - 1]), y: targetY }];
}

/**
 * Return the turns of a line, however it was laid; a straight one has one in its middle.
 * @param {Point[]} points
 */
export function turnsOf(points) {
  const line = withoutRepeats(points);
  if (line.length < 4) return [(line[0].x + line[line.length - 1].x) / 2];
  return line.slice(1, -2).map((point, index) => (index % 2 ? point.y : point.x));
}

/**
 * Return turns without those that lead nowhere: pieces that have come to lie on one line, or on the rows', are one.
 * @param {number[]} turns @param {number} sourceY @param {number} targetY @param {number} [near]
 */
export function tidyTurns(turns, sourceY, targetY, near = MAGNET) {
  const all = [sourceY, ...turns, targetY];
  for (let i = 0; i + 2 < all.length && all.length > 3; ) {
    if (Math.abs(all[i] - all[i + 2]) > near) i += 1;
    else {
      all.splice(i + 3 === all.length ? i : i + 1, 2);
      i = Math.max(0, i - 2);
    }
  }
  return all.slice(1, -1);
}

/**
 * @typedef {{at: Point, across: "x" | "y" | "both", turns: number[], x: number | null, y: number | null, isEnd: boolean, isCorner: boolean, length: number}} Grip
 *   Something of a line that can be dragged: which turn its x and its y are, of turns that may be more than the line's.
 */

/**
 * Return what of a line can be dragged: its corners, and the middles of its pieces, those at the ends too, which get a
 * corner by it.
 * @param {number[]} turns @param {Point[]} points The line through them. @param {number} stub
 * @returns {Grip[]}
 */
export function gripsOf(turns, points, stub) {
  const last = points.length - 1;
  const corners = points.slice(1, -1).map((at, i) => {
    const of = [i - 1, i].filter((index) => index >= 0 && index < turns.length);
    const x = of.find((index) => index % 2 === 0) ?? null;
    const y = of.find((index) => index % 2 === 1) ?? null;
    return { at, across: /** @type {"x" | "both"} */ (y === null ? "x" : "both"), turns, x, y, isEnd: false, isCorner: true, length: 0 };
  });
  const pieces = turns.map((_turn, i) => ({
    ...pieceGrip(points[i + 1], points[i + 2], i % 2 ? "y" : "x"),
    turns,
    x: i % 2 ? null : i,
    y: i % 2 ? i : null,
    isEnd: false,
  }));
  const out = Math.sign(points[1].x - points[0].x) || 1;
  const back = Math.sign(points[last - 1].x - points[last].x) || 1;
  const [start, end] = [points[0].x + out * stub, points[last].x + back * stub];
  const ends = [
    { ...pieceGrip(points[0], points[1], "y"), turns: [start, points[0].y, ...turns], x: null, y: 1, isEnd: true },
    { ...pieceGrip(points[last - 1], points[last], "y"), turns: [...turns, points[last].y, end], x: null, y: turns.length, isEnd: true },
  ];
  return [ends[0], ...interleaved(corners, pieces), ends[1]];
}

/** @param {Point} p @param {Point} q @param {"x" | "y"} across */
function pieceGrip(p, q, across) {
  return { at: halfway(p, q), across, isCorner: false, length: Math.abs(p.x - q.x) + Math.abs(p.y - q.y) };
}

/** @param {Grip[]} corners @param {Grip[]} pieces */
function interleaved(corners, pieces) {
  return corners.flatMap((corner, i) => (i < pieces.length ? [corner, pieces[i]] : [corner]));
}

/** Return the turns after a grip was dragged to a point. @param {Grip} grip @param {Point} to */
export function dragged(grip, to) {
  const turns = [...grip.turns];
  if (grip.x !== null) turns[grip.x] = Math.round(to.x);
  if (grip.y !== null) turns[grip.y] = Math.round(to.y);
  return turns;
}

/** Return a line without points that repeat or lie on a straight piece. @param {Point[]} points */
function withoutRepeats(points) {
  /** @type {Point[]} */
  const kept = [];
  for (const point of points) {
    const [before, last] = kept.slice(-2).length === 2 ? kept.slice(-2) : [null, kept[kept.length - 1]];
    if (last && last.x === point.x && last.y === point.y) continue;
    const isStraight = before && ["x", "y"].some((axis) => before[axis] === last[axis] && last[axis] === point[axis]);
    if (isStraight) kept[kept.length - 1] = point;
    else kept.push(point);
  }
  return kept;
}

/** @param {Point} p @param {Point} q */
function halfway(p, q) {
  return { x: (p.x + q.x) / 2, y: (p.y + q.y) / 2 };
}

// Points, rectangles, views and light connectors. Pure functions over plain values; nothing here knows the page.

/**
 * @typedef {{x: number, y: number}} Point
 * @typedef {{x: number, y: number, width: number, height: number}} Rectangle
 * @typedef {{x: number, y: number, scale: number}} View Screen position of the diagram's origin, and the scale.
 */

export const MIN_SCALE = 0.05;
export const MAX_SCALE = 3;
export const GRID_STEP = 10;
const CONNECTOR_STUB = 26;
const CONNECTOR_RADIUS = 7;

/** @param {number} value @param {number} low @param {number} high */
export function clamp(value, low, high) {
  return Math.min(high, Math.max(low, value));
}

/** Return a value on the grid. @param {number} value */
export function snap(value) {
  return Math.round(value / GRID_STEP) * GRID_STEP;
}

/** Whether two rectangles share a point. @param {Rectangle} a @param {Rectangle} b */
export function overlap(a, b) {
  return a.x <= b.x + b.width && b.x <= a.x + a.width && a.y <= b.y + b.height && b.y <= a.y + a.height;
}

/** Whether a point lies in a rectangle. @param {Rectangle} a @param {Point} p */
export function contains(a, p) {
  return p.x >= a.x && p.x <= a.x + a.width && p.y >= a.y && p.y <= a.y + a.height;
}

/** Return the rectangle between two corners. @param {Point} p @param {Point} q @returns {Rectangle} */
export function between(p, q) {
  return { x: Math.min(p.x, q.x), y: Math.min(p.y, q.y), width: Math.abs(p.x - q.x), height: Math.abs(p.y - q.y) };
}

/** Return a rectangle grown on every side. @param {Rectangle} a @param {number} margin @returns {Rectangle} */
export function grown(a, margin) {
  return { x: a.x - margin, y: a.y - margin, width: a.width + 2 * margin, height: a.height + 2 * margin };
}

/**
 * Return the smallest rectangle around others; none around none.
 * @param {Rectangle[]} all
 * @returns {Rectangle | null}
 */
export function around(all) {
  if (all.length === 0) return null;
  const left = Math.min(...all.map((a) => a.x));
  const top = Math.min(...all.map((a) => a.y));
  const right = Math.max(...all.map((a) => a.x + a.width));
  const bottom = Math.max(...all.map((a) => a.y + a.height));
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** Return the rectangle around points. @param {Point[]} points @returns {Rectangle | null} */
export function aroundPoints(points) {
  return around(points.map((p) => ({ x: p.x, y: p.y, width: 0, height: 0 })));
}

/** Return where a point of the screen lies in the diagram. @param {View} view @param {Point} p @returns {Point} */
export function toDiagram(view, p) {
  return { x: (p.x - view.x) / view.scale, y: (p.y - view.y) / view.scale };
}

/** Return where a point of the diagram lies on the screen. @param {View} view @param {Point} p @returns {Point} */
export function toScreen(view, p) {
  return { x: p.x * view.scale + view.x, y: p.y * view.scale + view.y };
}

/** Return the part of the diagram that a view shows. @param {View} view @param {number} width @param {number} height */
export function visible(view, width, height) {
  const corner = toDiagram(view, { x: 0, y: 0 });
  return { x: corner.x, y: corner.y, width: width / view.scale, height: height / view.scale };
}

/**
 * Return the view scaled by a factor such that a point of the screen stays where it is.
 * @param {View} view @param {Point} p @param {number} factor @returns {View}
 */
export function zoomAt(view, p, factor) {
  const scale = clamp(view.scale * factor, MIN_SCALE, MAX_SCALE);
  const ratio = scale / view.scale;
  return { scale, x: p.x - (p.x - view.x) * ratio, y: p.y - (p.y - view.y) * ratio };
}

/**
 * Return the view that shows a rectangle whole and centred, never larger than `most`.
 * @param {Rectangle | null} area
 * @param {number} width
 * @param {number} height
 * @param {number} [margin]
 * @param {number} [most]
 * @param {number} [least]
 * @returns {View}
 */
export function fitView(area, width, height, margin = 36, most = 1, least = MIN_SCALE) {
  if (!area || width <= 0 || height <= 0) return { x: margin, y: margin, scale: 1 };
  const wide = (width - 2 * margin) / Math.max(area.width, 1);
  const high = (height - 2 * margin) / Math.max(area.height, 1);
  const scale = clamp(Math.min(wide, high), least, most);
  return {
    scale,
    x: (width - area.width * scale) / 2 - area.x * scale,
    y: (height - area.height * scale) / 2 - area.y * scale,
  };
}

/**
 * Return the view moved just far enough to show a rectangle; unchanged if it shows already.
 * @param {View} view @param {Rectangle} area @param {number} width @param {number} height @param {number} [margin]
 * @returns {View}
 */
export function revealView(view, area, width, height, margin = 24) {
  const shift = (start, length, size) => {
    if (length > size - 2 * margin) return margin - start;
    if (start < margin) return margin - start;
    if (start + length > size - margin) return size - margin - start - length;
    return 0;
  };
  const corner = toScreen(view, area);
  return {
    scale: view.scale,
    x: view.x + shift(corner.x, area.width * view.scale, width),
    y: view.y + shift(corner.y, area.height * view.scale, height),
  };
}

/**
 * Return the view of a scale with a box in its middle, but with nothing beyond the bounds where they fill the view.
 * @param {Rectangle} bounds @param {Rectangle} box @param {number} width @param {number} height @param {number} scale
 * @returns {View}
 */
export function viewOn(bounds, box, width, height, scale) {
  const along = (start, length, middle_, size) => {
    const room = size - length * scale;
    if (room >= 0) return room / 2 - start * scale;
    return clamp(size / 2 - middle_ * scale, room - start * scale, -start * scale);
  };
  return {
    scale,
    x: along(bounds.x, bounds.width, box.x + box.width / 2, width),
    y: along(bounds.y, bounds.height, box.y + box.height / 2, height),
  };
}

/**
 * Return a place near a point where a box lies free of others: the point itself, or the nearest on widening rings.
 * @param {Point} wanted @param {{width: number, height: number}} size @param {Rectangle[]} others @param {number} [gap]
 * @returns {Point}
 */
export function freePlace(wanted, size, others, gap = 24) {
  const isFree = (p) => !others.some((other) => overlap(grown(other, gap), { ...p, ...size }));
  const start = { x: snap(wanted.x), y: snap(wanted.y) };
  if (isFree(start)) return start;
  for (let ring = 1; ring <= 60; ring += 1) {
    const reach = ring * 40;
    const steps = 8 * ring;
    for (let i = 0; i < steps; i += 1) {
      const angle = (2 * Math.PI * i) / steps;
      const place = { x: snap(start.x + reach * Math.cos(angle)), y: snap(start.y + reach * Math.sin(angle)) };
      if (isFree(place)) return place;
    }
  }
  return start;
}

const BESIDE_GAP = 14;
const BESIDE_STEP = 24;
/** Dots stand on the edges of cards, so as much beside a card belongs to it. */
const CARD_EDGE = 10;

/**
 * Return where a box stands near a point, above or below it, within a room: the nearest place that covers no other
 * rectangle, or else the one that covers least.
 * @param {Point} at @param {{width: number, height: number}} size @param {Rectangle} room @param {Rectangle[]} others
 * @returns {Point}
 */
export function besidePlace(at, size, room, others) {
  const near = others.filter((other) => overlap(other, room)).map((other) => grown(other, CARD_EDGE));
  const inRoom = (p) => ({
    x: clamp(p.x, room.x, Math.max(room.x, room.x + room.width - size.width)),
    y: clamp(p.y, room.y, Math.max(room.y, room.y + room.height - size.height)),
  });
  let best = inRoom(at);
  let least = Infinity;
  for (const wanted of besidePlaces(at, size)) {
    const place = inRoom(wanted);
    const covered = near.reduce((sum, other) => sum + shared(other, { ...place, ...size }), 0);
    if (covered < least) [least, best] = [covered, place];
    if (least === 0) break;
  }
  return best;
}

/** Return places for a box above and below a point, the nearest first. @param {Point} at @param {{width: number, height: number}} size */
function besidePlaces(at, size) {
  const places = [];
  for (let down = 0; down <= 14; down += 1) {
    for (let aside = 0; aside <= 6; aside += 1) {
      const away = down * BESIDE_STEP;
      const by = (aside * size.width) / 8;
      for (const x of aside ? [-by, by] : [0]) {
        const left = at.x - size.width / 2 + x;
        places.push({ far: away + by, x: left, y: at.y - size.height - BESIDE_GAP - away });
        places.push({ far: away + by, x: left, y: at.y + BESIDE_GAP + away });
      }
    }
  }
  return places.sort((a, b) => a.far - b.far);
}

/** Return the size of what two rectangles share. @param {Rectangle} a @param {Rectangle} b */
function shared(a, b) {
  const wide = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const high = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return wide > 0 && high > 0 ? wide * high : 0;
}

/** From which scale on each level of detail is legible, the nearest first. @type {[Detail, number][]} */
const LEVELS = [
  ["all", 0.5],
  ["keys", 0.36],
  ["titles", 0.2],
  ["far", 0],
];
/** So many cards on the screen are blocks until the scale is this large. */
const MANY_SHOWN = 200;
const MANY_LEGIBLE = 0.55;
/** A finer level begins a little nearer than it ends, lest a trembling zoom flickers. */
const LINGER = 1.06;

/**
 * Return how much of a card is worth drawing: "all"; "keys", where only they are large enough to read; "titles"; or
 * "far", blocks with large titles, also where rows would be too many.
 * @typedef {"all" | "keys" | "titles" | "far"} Detail
 * @param {number} scale @param {number} shown Number of cards on the screen. @param {string} [before] What was drawn last.
 * @returns {Detail}
 */
export function detailAt(scale, shown, before = "") {
  if (shown > MANY_SHOWN && scale < MANY_LEGIBLE) return "far";
  const was = LEVELS.findIndex(([detail]) => detail === before);
  const level = LEVELS.findIndex(([, from], i) => scale >= from * (was > i ? LINGER : 1));
  return LEVELS[level][0];
}

/**
 * Return the card that lies next in a direction, for arrow keys: nearest, straying sideways counts double.
 * @template {Rectangle} T
 * @param {T} from @param {T[]} all @param {"left" | "right" | "up" | "down"} direction @returns {T | null}
 */
export function neighbour(from, all, direction) {
  const centre = (a) => ({ x: a.x + a.width / 2, y: a.y + a.height / 2 });
  const here = centre(from);
  let best = null;
  let least = Infinity;
  for (const other of all) {
    if (other === from) continue;
    const there = centre(other);
    const [dx, dy] = [there.x - here.x, there.y - here.y];
    const along = { left: -dx, right: dx, up: -dy, down: dy }[direction];
    const across = Math.abs(direction === "left" || direction === "right" ? dy : dx);
    if (along <= 1) continue;
    const distance = along + 2 * across;
    if (distance < least) [least, best] = [distance, other];
  }
  return best;
}

/**
 * Return the corners of an orthogonal line between two cards while one of them moves: between the sides that face each
 * other, else around both right sides. The heights say at which row the line leaves and arrives. After the drop the
 * kernel sends lines that are routed around cards; this is the same rule without the routing.
 * @param {Rectangle} a
 * @param {number} ay
 * @param {Rectangle} b
 * @param {number} by
 * @param {number} [stub]
 * @returns {Point[]}
 */
export function connector(a, ay, b, by, stub = CONNECTOR_STUB) {
  const [aRight, bRight] = [a.x + a.width, b.x + b.width];
  if (b.x - aRight >= 2 * stub) return bracket(aRight, ay, b.x, by, (aRight + b.x) / 2);
  if (a.x - bRight >= 2 * stub) return bracket(a.x, ay, bRight, by, (a.x + bRight) / 2);
  return bracket(aRight, ay, bRight, by, Math.max(aRight, bRight) + 1.5 * stub);
}

/** Return a line in three steps that turns at `x`, or a straight one. */
function bracket(x1, y1, x2, y2, x) {
  if (y1 === y2 && x >= Math.min(x1, x2) && x <= Math.max(x1, x2))
    return [
      { x: x1, y: y1 },
      { x: x2, y: y2 },
    ];
  return [
    { x: x1, y: y1 },
    { x, y: y1 },
    { x, y: y2 },
    { x: x2, y: y2 },
  ];
}

/**
 * Return the height at which a line touches a card: the middle of a row, or of the header if the row does not show.
 * @param {{y: number, rows_top: number, rows: {id: string}[]}} card @param {string} rowId
 * @param {{header_height: number, row_height: number}} metrics
 */
export function rowMiddle(card, rowId, metrics) {
  const index = rowId ? card.rows.findIndex((row) => row.id === rowId) : -1;
  return card.y + (index < 0 ? metrics.header_height / 2 : card.rows_top + (index + 0.5) * metrics.row_height);
}

/**
 * Return the index of the row at a height of the diagram; -1 above and below the rows.
 * @param {{y: number, rows_top: number, rows: any[]}} card @param {number} y @param {{row_height: number}} metrics
 */
export function rowAt(card, y, metrics) {
  const index = Math.floor((y - card.y - card.rows_top) / metrics.row_height);
  return index >= 0 && index < card.rows.length ? index : -1;
}

/**
 * Return path data through corners, with rounded turns.
 * @param {Point[]} points @param {number} [radius] @returns {string}
 */
export function roundedPath(points, radius = CONNECTOR_RADIUS) {
  if (points.length === 0) return "";
  let path = `M${points[0].x} ${points[0].y}`;
  for (let i = 1; i < points.length - 1; i += 1) {
    const [before, at, after] = [points[i - 1], points[i], points[i + 1]];
    const turn = Math.min(radius, distance(before, at) / 2, distance(at, after) / 2);
    const from = toward(at, before, turn);
    const to = toward(at, after, turn);
    path += `L${from.x} ${from.y}Q${at.x} ${at.y} ${to.x} ${to.y}`;
  }
  const end = points[points.length - 1];
  return points.length > 1 ? `${path}L${end.x} ${end.y}` : path;
}

/** @param {Point} p @param {Point} q */
export function distance(p, q) {
  return Math.hypot(p.x - q.x, p.y - q.y);
}

/**
 * Return the point `length` away from `p` in the direction of `q`.
 * @param {Point} p
 * @param {Point} q
 * @param {number} length
 */
export function toward(p, q, length) {
  const whole = distance(p, q);
  if (whole === 0) return { x: p.x, y: p.y };
  const part = length / whole;
  return { x: round(p.x + (q.x - p.x) * part), y: round(p.y + (q.y - p.y) * part) };
}

/** Return the point half-way along a line. @param {Point[]} points @returns {Point} */
export function middle(points) {
  let left = points.slice(1).reduce((sum, p, i) => sum + distance(points[i], p), 0) / 2;
  for (let i = 1; i < points.length; i += 1) {
    const length = distance(points[i - 1], points[i]);
    if (left <= length) return toward(points[i - 1], points[i], left);
    left -= length;
  }
  return points[points.length - 1] ?? { x: 0, y: 0 };
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 10) / 10;
}

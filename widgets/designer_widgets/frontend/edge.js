// One relationship of the canvas: a rounded line with a crow's foot at each end.

import { svg } from "./dom.js";
import { middle, roundedPath } from "./geometry.js";
import { crowsFoot, spokenCardinality } from "./crowsfoot.js";

/**
 * @typedef {import("./geometry.js").Point} Point
 * @typedef {{id: string, kind: string, relationship_id?: string, source_card: string, target_card: string,
 *   source_row: string, target_row: string, source_end: string, target_end: string, is_identifying?: boolean,
 *   is_quiet?: boolean, label?: string, points: [number, number][], turns?: number[]}} Edge
 */

/** Return the corners of an edge as points. @param {Edge} edge @returns {Point[]} */
export function edgePoints(edge) {
  return edge.points.map(([x, y]) => ({ x, y }));
}

/** Return what a tooltip says of an edge. @param {Edge} edge @param {string} source @param {string} target */
export function spokenEdge(edge, source, target) {
  if (edge.kind === "inherits") return `${target} inherits ${source}`;
  const words = `${spokenCardinality(edge.source_end)} ${source} to ${spokenCardinality(edge.target_end)} ${target}`;
  return edge.label ? `${edge.label}: ${words}` : words;
}

/**
 * Return an edge's group.
 * @param {Edge} edge @param {string} source Title of the parent's card. @param {string} target
 */
export function drawEdge(edge, source, target) {
  const classes = [
    "sd-edge",
    `sd-edge-${edge.kind}`,
    edge.is_quiet && "sd-edge-quiet",
    edge.is_identifying && "sd-edge-identifying",
  ];
  const group = svg(
    "g",
    { class: classes.filter(Boolean).join(" "), data: { edge: edge.id } },
    svg("title", {}, spokenEdge(edge, source, target)),
    svg("path", { class: "sd-edge-reach" }),
    svg("path", { class: "sd-edge-line" }),
    svg("path", { class: "sd-edge-foot" }),
    svg("circle", { class: "sd-edge-ring sd-edge-ring-source" }),
    svg("circle", { class: "sd-edge-ring sd-edge-ring-target" }),
    edge.label ? svg("text", { class: "sd-edge-label" }, edge.label) : null,
  );
  placeEdge(group, edge, edgePoints(edge));
  return group;
}

/**
 * Move an edge's group to other corners.
 * @param {SVGGElement} group @param {Edge} edge @param {Point[]} points
 */
export function placeEdge(group, edge, points) {
  if (points.length < 2) return;
  const line = roundedPath(points);
  part(group, ".sd-edge-reach").setAttribute("d", line);
  part(group, ".sd-edge-line").setAttribute("d", line);
  const last = points.length - 1;
  const ends =
    edge.kind === "inherits"
      ? [
          { strokes: triangle(points[0], points[1]), ring: null },
          { strokes: "", ring: null },
        ]
      : [end(points[0], points[1], edge.source_end), end(points[last], points[last - 1], edge.target_end)];
  part(group, ".sd-edge-foot").setAttribute("d", ends[0].strokes + ends[1].strokes);
  placeRing(part(group, ".sd-edge-ring-source"), ends[0].ring);
  placeRing(part(group, ".sd-edge-ring-target"), ends[1].ring);
  const label = group.querySelector(".sd-edge-label");
  if (label) {
    const at = middle(points);
    label.setAttribute("x", String(at.x));
    label.setAttribute("y", String(at.y - 7));
  }
}

/** @param {Point} at @param {Point} from @param {string} cardinality */
function end(at, from, cardinality) {
  return cardinality ? crowsFoot(at, from, cardinality) : { strokes: "", ring: null };
}

/** The hollow triangle of inheritance, at the parent. @param {Point} at @param {Point} from */
function triangle(at, from) {
  const way = Math.sign(from.x - at.x) || 1;
  return `M${at.x} ${at.y}l${12 * way}-7v14z`;
}

/** @param {Element} circle @param {{x: number, y: number, r: number} | null} ring */
function placeRing(circle, ring) {
  circle.setAttribute("visibility", ring ? "visible" : "hidden");
  if (!ring) return;
  circle.setAttribute("cx", String(ring.x));
  circle.setAttribute("cy", String(ring.y));
  circle.setAttribute("r", String(ring.r));
}

/** @param {Element} group @param {string} selector @returns {Element} */
function part(group, selector) {
  return /** @type {Element} */ (group.querySelector(selector));
}

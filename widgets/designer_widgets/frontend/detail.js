// How much of the diagram is drawn: nothing outside the view, no rows that nobody could read, titles that all can.

import { bigTitle, lineMiddles } from "./big_title.js";
import { cardContent, titleText } from "./card.js";
import { fill, svg } from "./dom.js";
import { between, detailAt, grown, overlap, visible } from "./geometry.js";
import { nameFromAfar } from "./map_labels.js";
import { cutText } from "./text.js";

/**
 * @typedef {import("./canvas.js").Canvas} Canvas
 * @typedef {import("./canvas.js").DrawnCard} DrawnCard
 * @typedef {import("./card.js").Card} Card
 */

const CULLING_FROM = 60;
const CULLING_MARGIN = 160;
/** Dashes of more lines than this cost more time than they tell. */
const MANY_LINES = 30;

/**
 * Leave out what lies outside the view, and set how much of the rest is drawn.
 * @param {Canvas} canvas
 */
export function showDetail(canvas) {
  const { width, height } = canvas.size;
  const shown = grown(visible(canvas.view, width, height), CULLING_MARGIN / canvas.view.scale);
  const isLarge = canvas.cards.size >= CULLING_FROM;
  const held = document.activeElement?.closest(".sd-card");
  const here = /** @type {DrawnCard[]} */ ([]);
  let count = 0;
  for (const known of canvas.cards.values()) {
    const inside = !isLarge || overlap(known.card, shown);
    count += inside ? 1 : 0;
    if (inside || known.group === held || canvas.moved.has(known.card.id)) here.push(known);
    else hideCard(known);
  }
  if (isLarge) {
    let lines = 0;
    for (const [id, { edge, group }] of canvas.edges) {
      const inside = canvas.bent.has(id) || passes(edge.points, shown);
      lines += inside ? 1 : 0;
      setShown(group, inside);
    }
    canvas.surface.classList.toggle("sd-many-edges", lines > MANY_LINES);
  }
  const detail = detailAt(canvas.view.scale, count, canvas.level);
  canvas.level = detail;
  canvas.surface.classList.toggle("sd-titles-only", detail === "titles" || detail === "far");
  canvas.surface.classList.toggle("sd-far", detail === "far");
  canvas.surface.classList.toggle("sd-keys-only", detail === "keys");
  for (const known of here) showCard(canvas, known);
  if (detail !== "far") sizeTitles(canvas, detail, here); // names stand over the cards then
  nameFromAfar(canvas);
}

/** Show a card, with as much in it as can be seen of it now. @param {Canvas} canvas @param {DrawnCard} known */
export function showCard(canvas, known) {
  const sort = canvas.level === "far" || canvas.level === "titles" ? canvas.level : "near";
  setShown(known.group, true);
  if (known.content && known.content === known.contents[sort]) return;
  known.content = known.contents[sort] ??= cardContent(known.card, canvas.metrics, sort);
  known.group.replaceChildren(known.content);
  markRows(known);
  canvas.store.emit("furnished", known);
}

/** @param {DrawnCard} known */
function hideCard(known) {
  setShown(known.group, false);
  if (known.content) known.group.replaceChildren();
  known.content = null;
}

/** Mark the row of a card that is chosen. @param {DrawnCard} known */
export function markRows({ content, row }) {
  for (const one of content?.querySelectorAll(".sd-row.sd-selected") ?? []) one.classList.remove("sd-selected");
  if (row) content?.querySelector(`[data-row="${CSS.escape(row)}"]`)?.classList.add("sd-selected");
}

/**
 * Show or hide a group of the diagram.
 * @param {SVGElement} group @param {boolean} isShown
 */
function setShown(group, isShown) {
  const one = /** @type {any} */ (group);
  if ((one.isShown ?? true) === isShown) return; // to ask the element's style of it takes longer
  one.isShown = isShown;
  group.style.display = isShown ? "" : "none";
}

/**
 * Size titles: from afar they fill their header, and further away their card.
 * @param {Canvas} canvas @param {string} detail @param {DrawnCard[]} here
 */
function sizeTitles(canvas, detail, here) {
  const { metrics } = canvas;
  const wanted = (detail === "keys" ? 12 : 11) / canvas.view.scale;
  const areaSize = Math.round(Math.max(metrics.area_title_size, Math.min(13 / canvas.view.scale, 40)));
  for (const text of canvas.areaLayer.querySelectorAll("text"))
    if (text.getAttribute("font-size") !== String(areaSize)) text.setAttribute("font-size", String(areaSize));
  const sized = detail === "all" ? "" : `${detail} ${wanted}`;
  for (const { card, content } of here) {
    const one = /** @type {any} */ (content);
    if ((one.sized ?? "") === sized) continue;
    one.sized = sized;
    if (detail === "all") restoreTitle(card, one, metrics);
    else enlargeTitle(card, one, metrics, detail, wanted);
  }
}

/** @param {Card} card @param {SVGGElement} group @param {any} metrics @param {string} detail @param {number} wanted */
function enlargeTitle(card, group, metrics, detail, wanted) {
  if (detail !== "keys") {
    fillCard(card, group, metrics, Math.min(wanted, 44));
    return;
  }
  const text = /** @type {any} */ (group.querySelector(".sd-card-title"));
  const fitting = (1.62 * (card.width - 22)) / Math.max(card.title.length, 4);
  const size = Math.round(Math.max(metrics.title_size, Math.min(wanted, metrics.header_height * 0.72, fitting)));
  if (text.dataset.size === String(size)) return;
  text.dataset.size = String(size);
  text.setAttribute("font-size", String(size));
  text.textContent = cutText(card.title, titleFont(size, metrics), card.width - 18);
}

/** Write a title over the whole card. @param {Card} card @param {SVGGElement} group @param {any} metrics @param {number} wanted */
function fillCard(card, group, metrics, wanted) {
  const text = /** @type {any} */ (group.querySelector(".sd-card-big"));
  const room = { width: card.width - 20, height: card.height * 0.84 };
  const { size, lines } = bigTitle(card.title, room, wanted, metrics.title_size);
  const drawn = `${size} ${lines.length}`;
  if (text.dataset.size === drawn) return;
  text.dataset.size = drawn;
  text.setAttribute("font-size", String(size));
  const middles = lineMiddles(lines.length, size, card.height / 2 + 2);
  const spans = lines.map((line, i) =>
    svg("tspan", { x: card.width / 2, y: middles[i] }, cutText(line, titleFont(size, metrics), card.width - 14)),
  );
  fill(text, ...spans);
}

/** @param {number} size @param {any} metrics */
function titleFont(size, metrics) {
  return `600 ${size}px ${metrics.font_family}`;
}

/**
 * Give a title its own size back, where it gives way to what stands beside it.
 * @param {Card} card @param {SVGGElement} group @param {any} metrics
 */
function restoreTitle(card, group, metrics) {
  const text = /** @type {any} */ (group.querySelector(".sd-card-title"));
  if (!text.dataset.size) return;
  text.textContent = titleText(card, metrics);
  text.setAttribute("font-size", String(metrics.title_size));
  delete text.dataset.size;
}

/**
 * Whether a line passes through a rectangle.
 * @param {[number, number][]} points @param {import("./geometry.js").Rectangle} area
 */
function passes(points, area) {
  return points.slice(1).some(([x, y], i) => overlap(between({ x, y }, { x: points[i][0], y: points[i][1] }), area));
}

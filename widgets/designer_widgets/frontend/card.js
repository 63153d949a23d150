// One card of the canvas: header, badges, and rows with their keys and types.

import { svg } from "./dom.js";
import { counted, cutText, textWidth } from "./text.js";

/** Less room than this beside a title is left empty. */
const LEAST_SIDE = 28;

/**
 * @typedef {{id: string, name: string, type: string, is_primary_key?: boolean, is_foreign_key?: boolean,
 *   is_unique?: boolean, is_nullable?: boolean, is_indexed?: boolean, is_generated?: boolean, is_checked?: boolean,
 *   is_tenant?: boolean, origin?: string, description?: string}} Row
 * @typedef {{id: string, kind: string, title: string, schema?: string, subtitle?: string, description?: string,
 *   badges: {text: string, kind: string, detail?: string}[], colour: string, area_id?: string, x: number, y: number,
 *   width: number, height: number, rows_top: number, hidden_rows?: number, is_derived?: boolean, rows: Row[]}} Card
 * @typedef {Record<string, any>} Metrics
 */

/** Return what a screen reader says of a card. @param {Card} card @param {number} relationships */
export function spokenCard(card, relationships) {
  const kind =
    { entity: "table", abstract: "abstract entity", materialized_view: "materialized view" }[card.kind] ?? card.kind;
  const rows = card.rows.length + (card.hidden_rows ?? 0);
  const parts = [card.schema ? `${card.schema}.${card.title}` : card.title, kind, counted(rows, "attribute")];
  if (relationships) parts.push(counted(relationships, "relationship"));
  if (card.badges.length) parts.push(card.badges.map((badge) => badge.text).join(", "));
  return parts.join(", ");
}

/** Return a card's group without what is in it; the canvas places it. @param {Card} card */
export function drawCard(card) {
  const group = svg("g", {
    class: `sd-card sd-card-${card.kind}${card.is_derived ? " sd-card-derived" : ""}`,
    role: "option",
    tabindex: -1,
    data: { card: card.id },
  });
  group.style.setProperty("--sd-card-colour", card.colour || "#6b7a90");
  return group;
}

/**
 * Return what is in a card, drawn at its own origin: all that can be read from near, its title over all of it, or only
 * its place on the map. A browser lays out a group of SVG also where it is hidden, so nothing is drawn in reserve.
 * @param {Card} card @param {Metrics} metrics @param {"near" | "titles" | "far"} sort
 */
export function cardContent(card, metrics, sort) {
  const { width, height } = card;
  const radius = metrics.card_radius;
  const isNear = sort === "near";
  return svg(
    "g",
    { class: "sd-card-content", role: "presentation" },
    isNear ? svg("rect", { class: "sd-card-shadow", x: 0, y: 3, width, height, rx: radius }) : null,
    svg("rect", { class: "sd-card-body", width, height, rx: radius }),
    isNear ? header(card, metrics) : plainHeader(card, metrics, sort),
    isNear
      ? svg(
          "g",
          { class: "sd-card-detail" },
          badges(card, metrics),
          card.rows.map((row, i) => drawRow(card, row, i, metrics)),
          more(card, metrics),
        )
      : null,
    sort === "titles" ? svg("text", { class: "sd-card-big", x: width / 2, y: height / 2 }) : null,
    svg("rect", { class: "sd-card-frame", x: -1.5, y: -1.5, width: width + 3, height: height + 3, rx: radius + 1.5 }),
  );
}

/** Return the outline of a header down to a height. @param {Card} card @param {Metrics} metrics @param {number} bottom */
function headerShape({ width }, { card_radius: radius }, bottom) {
  return `M0 ${radius}a${radius} ${radius} 0 0 1 ${radius}-${radius}h${width - 2 * radius}a${radius} ${radius} 0 0 1 ${radius} ${radius}V${bottom}H0z`;
}

/** @param {Card} card @param {Metrics} metrics @param {string} sort */
function plainHeader(card, metrics, sort) {
  const part =
    sort === "far"
      ? svg("path", { class: "sd-card-tint", d: headerShape(card, metrics, metrics.header_height) })
      : svg("path", { class: "sd-card-band", d: headerShape(card, metrics, metrics.card_radius) + `M0 ${metrics.card_radius}` });
  return svg("g", { class: "sd-card-header", data: { part: "header" } }, part);
}

/** Return as much of a card's title as its header has room for. @param {Card} card @param {Metrics} metrics */
export function titleText(card, metrics) {
  return cutText(card.title, `600 ${metrics.title_size}px ${metrics.font_family}`, card.width - 26);
}

/** @param {Card} card @param {Metrics} metrics */
function header(card, metrics) {
  const { width } = card;
  const [radius, high] = [metrics.card_radius, metrics.header_height];
  const top = (bottom) => headerShape(card, metrics, bottom);
  const font = `600 ${metrics.title_size}px ${metrics.font_family}`;
  const side = [card.schema, card.subtitle].filter(Boolean).join(" · ");
  const title = titleText(card, metrics); // comes before what stands beside it
  const room = width - 38 - textWidth(title, font);
  const sideText = side && room > LEAST_SIDE ? cutText(side, `${metrics.badge_size}px ${metrics.font_family}`, room) : "";
  const middle = high / 2 + 2;
  return svg(
    "g",
    { class: "sd-card-header", data: { part: "header" } },
    svg("path", { class: "sd-card-tint", d: top(high) }),
    svg("path", { class: "sd-card-band", d: top(radius) + `M0 ${radius}` }),
    svg("line", { class: "sd-card-rule", x1: 0, x2: width, y1: high, y2: high }),
    svg("text", { class: "sd-card-title", x: 13, y: middle, "font-size": metrics.title_size }, title),
    sideText
      ? svg("text", { class: "sd-card-side", x: width - 12, y: middle, "font-size": metrics.badge_size }, sideText)
      : null,
  );
}

/** @param {Card} card @param {Metrics} metrics */
function badges(card, metrics) {
  let x = 12;
  const drawn = [];
  for (const badge of card.badges) {
    const width = badge.text.length * metrics.badge_size * 0.56 + 14;
    if (x + width > card.width - 8) break;
    drawn.push(
      svg(
        "g",
        { class: `sd-badge sd-badge-${badge.kind}`, transform: `translate(${x} ${metrics.header_height + 6})` },
        svg("rect", { width, height: 16, rx: 8 }),
        svg("text", { x: width / 2, y: 8.5, "font-size": metrics.badge_size }, badge.text),
      ),
    );
    x += width + 5;
  }
  return drawn;
}

/** @param {Card} card @param {Row} row @param {number} index @param {Metrics} metrics */
function drawRow(card, row, index, metrics) {
  const y = card.rows_top + index * metrics.row_height;
  const middle = metrics.row_height / 2;
  const nameFont = `${row.is_primary_key ? 600 : 400} ${metrics.row_size}px ${metrics.font_family}`;
  const room = card.width - metrics.row_text_x - metrics.row_right;
  const name = cutText(row.name, nameFont, room * 0.72);
  const type = cutText(
    row.type,
    `${metrics.type_size}px ${metrics.font_family}`,
    room - name.length * metrics.row_size * 0.55 - 8,
  );
  const classes = [
    "sd-row",
    row.origin && "sd-row-added",
    row.is_primary_key && "sd-row-key",
    !row.is_primary_key && !row.is_foreign_key && "sd-row-plain",
    row.is_generated && "sd-row-made",
  ];
  return svg(
    "g",
    { class: classes.filter(Boolean).join(" "), transform: `translate(0 ${y})`, data: { row: row.id } },
    svg("rect", { class: "sd-row-ground", x: 3, width: card.width - 6, height: metrics.row_height, rx: 4 }),
    rowMarks(row).map(([mark, place]) => drawMark(mark, markX(card, place, metrics), middle, metrics)),
    svg("text", { class: "sd-row-name", x: metrics.row_text_x, y: middle, "font-size": metrics.row_size }, name),
    svg(
      "text",
      { class: "sd-row-type", x: card.width - metrics.row_right, y: middle, "font-size": metrics.type_size },
      type,
    ),
  );
}

/**
 * Return the marks of a row with the names of their places; the strongest of key, unique and indexed is told.
 * @param {Row} row @returns {[string, string][]}
 */
export function rowMarks(row) {
  const first = row.is_primary_key ? "key" : row.is_unique ? "uq" : row.is_indexed ? "idx" : "";
  const second = row.is_tenant ? "tenant" : row.is_foreign_key ? "ref" : "";
  /** @type {[string, string][]} */
  const all = [
    [first, "first"],
    [second, "second"],
    [row.is_checked ? "check" : "", "check"],
    [row.is_nullable ? "null" : "", "null"],
  ];
  return all.filter(([mark]) => mark);
}

/** Return a mark as the kernel draws it. @param {string} mark @param {number} x @param {number} y @param {Metrics} metrics */
export function drawMark(mark, x, y, metrics) {
  return svg("path", { class: `sd-mark sd-mark-${mark}`, d: metrics.marks?.[mark], transform: `translate(${x} ${y})` });
}

/** Places are counted from the left side, or from the right where negative. @param {Card} card @param {string} place @param {Metrics} metrics */
function markX(card, place, metrics) {
  const x = metrics.mark_places?.[place] ?? 0;
  return x > 0 ? x : card.width + x;
}

/** @param {Card} card @param {Metrics} metrics */
function more(card, metrics) {
  if (!card.hidden_rows) return null;
  const y = card.rows_top + (card.rows.length + 0.5) * metrics.row_height;
  return svg(
    "text",
    { class: "sd-row-more", x: metrics.row_text_x, y, "font-size": metrics.type_size },
    `${card.hidden_rows} more`,
  );
}

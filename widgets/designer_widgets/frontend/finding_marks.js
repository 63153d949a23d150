// Findings on the canvas: a mark on the card that has some, with their count, and one on each row they speak of.

import { svg } from "./dom.js";
import { counted } from "./text.js";

const FINDING_SHAPES = {
  error: "M-5.5 0a5.5 5.5 0 1 0 11 0a5.5 5.5 0 1 0 -11 0zM0 -2.8V.6M0 2.7V2.8",
  warning: "M0 -5.5L6 5H-6zM0 -2V1.4M0 3.2V3.3",
};
const GRAVEST_FIRST = ["error", "warning", "info"];

/**
 * Return the findings that speak of each entity and attribute, the gravest first.
 * @param {any[]} items @returns {Map<string, any[]>}
 */
export function findingsById(items) {
  const found = new Map();
  const sorted = GRAVEST_FIRST.flatMap((severity) => items.filter((finding) => finding.severity === severity));
  for (const finding of sorted) {
    for (const id of new Set([...finding.entity_ids, ...finding.attribute_ids])) {
      if (!found.has(id)) found.set(id, []);
      found.get(id).push(finding);
    }
  }
  return found;
}

export class FindingMarks {
  /** @param {import("./canvas.js").Canvas} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    /** Findings by the entity or attribute they speak of. @type {Map<string, any[]>} */
    this.found = new Map();
    /** The findings that each card tells of, and that each drawing of a card is marked for. @type {WeakMap<Element, string>} */
    this.drawn = new WeakMap();
    /** The mark of each card as a whole. @type {WeakMap<Element, {text: string, mark: any}>} */
    this.marks = new WeakMap();
    canvas.store.on("findings", () => this.take());
    canvas.store.on("drawn", () => this.draw());
    canvas.store.on("furnished", (known) => this.mark(known));
    this.take();
  }

  take() {
    this.found = findingsById(this.canvas.store.get("findings").items ?? []);
    this.draw();
  }

  /** Mark cards whose findings, or whose drawings, are others than before; the picture itself knows nothing of it. */
  draw() {
    for (const known of this.canvas.cards.values()) this.mark(known);
  }

  /** @param {import("./canvas.js").DrawnCard} known */
  mark({ card, group, content, contents }) {
    const grave = this.graveOf(card.id);
    const text = grave.map((finding) => finding.key).join(" ");
    if (this.isOther(group, text)) {
      if (grave.length) group.setAttribute("aria-description", spokenFindings(grave));
      else group.removeAttribute("aria-description");
    }
    if (!content) return;
    const isWorthIt = grave.length > 0 && (content !== contents.far || grave[0].severity === "error");
    this.markCard({ card, group }, isWorthIt ? grave : [], isWorthIt ? text : "");
    if (!this.isOther(content, text)) return;
    for (const old of content.querySelectorAll(".sd-found")) old.remove();
    for (const row of card.rows) this.markRow(content, row.id);
  }

  /** Mark a card as a whole, over all that is in it. @param {{card: any, group: Element}} known @param {any[]} grave @param {string} text */
  markCard({ card, group }, grave, text) {
    let known = this.marks.get(group);
    if ((known?.text ?? "") !== text) {
      known?.mark?.remove();
      known = { text, mark: text ? this.cardMark(card, grave) : null };
      this.marks.set(group, known);
    }
    if (known?.mark && known.mark.parentNode !== group) group.append(known.mark);
  }

  /** Whether something was marked for other findings than these; it is taken to be marked for these from now on. @param {Element} drawn @param {string} text */
  isOther(drawn, text) {
    if ((this.drawn.get(drawn) ?? "") === text) return false;
    this.drawn.set(drawn, text);
    return true;
  }

  /** Findings that a card is marked for: what is only worth knowing is told by the list. @param {string} id */
  graveOf(id) {
    return (this.found.get(id) ?? []).filter((finding) => finding.severity !== "info");
  }

  /** @param {import("./card.js").Card} card @param {any[]} grave */
  cardMark(card, grave) {
    const width = 26 + 7 * String(grave.length).length;
    const mark = svg(
      "g",
      { class: `sd-found sd-found-${grave[0].severity}`, transform: `translate(${card.width - 8} 0)`, data: { found: card.id } },
      svg(
        "g",
        { class: "sd-found-pill" },
        svg("rect", { x: -width, y: -10, width, height: 20, rx: 10 }),
        svg("path", { d: FINDING_SHAPES[grave[0].severity], transform: `translate(${12 - width} 0)` }),
        svg("text", { x: 21 - width, y: 0.5, "font-size": 11 }, String(grave.length)),
      ),
    );
    return this.opening(mark, grave[0].key);
  }

  /** @param {Element} group @param {string} rowId */
  markRow(group, rowId) {
    const [finding] = this.graveOf(rowId);
    const row = finding && group.querySelector(`[data-row="${CSS.escape(rowId)}"]`);
    if (!row) return;
    const middle = this.canvas.metrics.row_height / 2;
    const mark = svg(
      "g",
      { class: `sd-found sd-found-${finding.severity}`, transform: `translate(6.6 ${middle}) scale(0.7)` },
      svg("path", { d: FINDING_SHAPES[finding.severity] }),
    );
    row.append(this.opening(mark, finding.key));
  }

  /** A press on a mark is no beginning of a gesture. @param {any} mark @param {string} key */
  opening(mark, key) {
    mark.addEventListener("pointerdown", (event) => event.stopPropagation());
    mark.addEventListener("dblclick", (event) => event.stopPropagation());
    mark.addEventListener("click", () => this.canvas.store.emit("show-finding", key));
    return mark;
  }

  /** Show the gravest finding of a card in the list, with its mend. @param {string} id @returns {boolean} Whether there is one. */
  open(id) {
    const [finding] = this.found.get(id) ?? [];
    if (finding) this.canvas.store.emit("show-finding", finding.key);
    return Boolean(finding);
  }
}

/** @param {any[]} grave */
function spokenFindings(grave) {
  const errors = grave.filter((finding) => finding.severity === "error").length;
  const counts = [errors && counted(errors, "error"), grave.length - errors && counted(grave.length - errors, "warning")];
  return `${counts.filter(Boolean).join(", ")}: ${grave[0].message}`;
}

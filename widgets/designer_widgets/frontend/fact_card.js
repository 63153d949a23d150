// A small card beside what the pointer rests on, or what has the keyboard: all that is known of an entity or attribute.

import { fill, html } from "./dom.js";
import { factsOfCard, factsOfRow } from "./facts.js";
import { icon } from "./icons.js";
import { clamp } from "./geometry.js";

const REST = 450;
const MOST_FINDINGS = 4;

export class FactCard {
  /** @param {import("./canvas.js").Canvas} canvas @param {HTMLElement} root @param {import("./finding_marks.js").FindingMarks} marks */
  constructor(canvas, root, marks) {
    this.canvas = canvas;
    this.store = canvas.store;
    this.marks = marks;
    this.element = html("div", { class: "sd-facts", role: "note", "aria-label": "What is known", hidden: true });
    canvas.element.append(this.element);
    /** @type {Element | null} What is told of, or will be. */
    this.told = null;
    this.waiting = 0;
    const { surface } = canvas;
    surface.addEventListener("pointerover", (event) => this.over(event));
    surface.addEventListener("pointerleave", () => this.hide());
    for (const name of ["pointerdown", "wheel", "focusout"]) surface.addEventListener(name, () => this.hide());
    for (const name of ["picture", "view"]) this.store.on(name, () => this.hide());
    surface.addEventListener("keydown", (event) => this.key(event));
    root.addEventListener("keydown", (event) => this.escape(event), true);
  }

  /** @param {PointerEvent} event */
  over(event) {
    const target = /** @type {Element} */ (event.target);
    const part = target.closest(".sd-row, .sd-card-header, .sd-badge, [data-found]") ?? (this.isTitleOnly() ? target.closest(".sd-card") : null);
    if (part === this.told) return;
    this.hide();
    if (!part || event.buttons || event.pointerType === "touch") return;
    this.told = part;
    this.waiting = window.setTimeout(() => this.show(part), REST);
  }

  isTitleOnly() {
    return this.canvas.surface.classList.contains("sd-titles-only");
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const isAsked = (event.key === "F10" && event.shiftKey) || (event.key === "i" && !event.ctrlKey && !event.metaKey && !event.altKey);
    if (!isAsked) return this.hide();
    const id = this.canvas.focused;
    const group = id ? this.canvas.cards.get(id)?.group : null;
    if (!group || !group.contains(document.activeElement)) return;
    event.preventDefault();
    const row = this.store.view.entities.has(id) && this.store.view.attribute;
    const part = (row && group.querySelector(`[data-row="${CSS.escape(row)}"]`)) || group.querySelector(".sd-card-header");
    const wasOpen = !this.element.hidden && this.told === part;
    this.hide();
    if (!part || wasOpen) return;
    this.told = part;
    this.show(part);
    this.store.emit("announce", [...this.element.querySelectorAll("h4, .sd-facts-type, dt, dd, p, li")].map((one) => one.textContent).join(". "));
  }

  /** @param {KeyboardEvent} event */
  escape(event) {
    if (event.key !== "Escape" || this.element.hidden) return;
    this.hide();
    if (this.store.view.relationship) return; // it came up beside a line just drawn, which the key is meant for
    event.preventDefault();
    event.stopPropagation();
  }

  hide() {
    window.clearTimeout(this.waiting);
    this.told = null;
    this.element.hidden = true;
  }

  /** @param {Element} part */
  show(part) {
    const group = /** @type {any} */ (part.closest(".sd-card"));
    const card = this.canvas.cards.get(group?.dataset.card)?.card;
    if (!card || !part.isConnected) return;
    const rowId = part.closest(".sd-row")?.getAttribute("data-row");
    const row = card.rows.find((one) => one.id === rowId);
    const entity = this.store.entity(card.id);
    const facts = row ? factsOfRow(card, row, entity, this.store.get("design").enums) : factsOfCard(card, entity);
    fill(
      this.element,
      html("h4", {}, facts.title),
      facts.type ? html("div", { class: "sd-facts-type" }, facts.type) : null,
      ...this.findings((row ? this.marks.found.get(row.id) : this.marks.found.get(card.id)) ?? []),
      facts.text ? html("p", {}, facts.text) : null,
      facts.lines.length
        ? html("dl", {}, facts.lines.map(([name, value]) => [html("dt", {}, name), html("dd", {}, value)]).flat())
        : null,
    );
    this.element.hidden = false;
    this.place(part);
  }

  /** @param {any[]} all */
  findings(all) {
    if (all.length === 0) return [];
    const more = all.length - MOST_FINDINGS;
    return [
      html(
        "ul",
        {},
        all.slice(0, MOST_FINDINGS).map((finding) =>
          html("li", { class: `sd-${finding.severity}` }, icon(finding.severity, 14), html("span", {}, finding.message)),
        ),
        more > 0 ? html("li", {}, html("span", {}, `and ${more} more`)) : null,
      ),
    ];
  }

  /** Stand beside what is told of, at the right if there is room, never over it if it can be helped. @param {Element} part */
  place(part) {
    const host = this.canvas.element.getBoundingClientRect();
    const body = /** @type {Element} */ (part.closest(".sd-card")?.querySelector(".sd-card-body")).getBoundingClientRect();
    const [wide, high] = [this.element.offsetWidth, this.element.offsetHeight];
    const right = body.right - host.left + 12;
    const left = body.left - host.left - wide - 12;
    const x = right + wide <= host.width - 8 || left < 8 ? right : left;
    const y = part.getBoundingClientRect().top - host.top - 6;
    this.element.style.left = `${clamp(x, 8, Math.max(host.width - wide - 8, 8))}px`;
    this.element.style.top = `${clamp(y, 8, Math.max(host.height - high - 8, 8))}px`;
  }
}

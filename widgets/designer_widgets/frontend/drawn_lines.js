// One gesture for a relationship: a line from a row to another card, to one of its rows, to its own card, or to empty
// space, where it makes an entity. What the line means, the kernel decides.

import { typeAttributes } from "./card_lines.js";
import { append, html, svg } from "./dom.js";
import { problemLine, sendFrom } from "./field.js";
import { connector, contains, distance, grown, roundedPath, rowAt, rowMiddle, toScreen } from "./geometry.js";

/**
 * @typedef {import("./canvas.js").Canvas} Canvas
 * @typedef {import("./geometry.js").Point} Point
 * @typedef {{card: string, rows: string[]}} LineStart
 * @typedef {{card: string, row: string | null}} LineEnd
 */

/** A line to its own card leaves it first by as much, or ends at another row: a slip draws nothing. */
const AWAY = 14;

/**
 * Rows of one card that were chosen together, for a relationship over several attributes.
 */
export class ChosenRows {
  /** @param {Canvas} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    this.card = "";
    /** @type {Set<string>} */
    this.rows = new Set();
    const { store } = canvas;
    store.on("selection", () => {
      const { entities, attribute } = store.view;
      const isHere = entities.size === 1 && entities.has(this.card);
      if (!isHere || (attribute !== null && !this.rows.has(attribute))) this.rows.clear();
      this.show();
    });
    store.on("drawn", () => this.show());
  }

  /** Choose a row beside those that are chosen, or leave it out. @param {string} card @param {string} row */
  toggle(card, row) {
    const { store } = this.canvas;
    if (this.card !== card) this.rows.clear();
    this.card = card;
    if (this.rows.size === 0 && store.view.attribute && store.view.entities.has(card)) this.rows.add(store.view.attribute);
    if (!this.rows.delete(row)) this.rows.add(row);
    const last = [...this.rows].pop() ?? null;
    store.select({ entities: [card], attribute: last, origin: "canvas" });
    store.emit("announce", this.rows.size === 1 ? "1 row is chosen" : `${this.rows.size} rows are chosen`);
  }

  /** Return the rows that a line from a row of a card stands for. @param {string} card @param {string | null} row */
  from(card, row) {
    if (row && this.card === card && this.rows.has(row)) return [...this.rows];
    return row ? [row] : [];
  }

  show() {
    for (const row of this.canvas.cardLayer.querySelectorAll(".sd-row-chosen")) row.classList.remove("sd-row-chosen");
    const group = this.canvas.cards.get(this.card)?.group;
    for (const id of this.rows) group?.querySelector(`[data-row="${id}"]`)?.classList.add("sd-row-chosen");
  }
}

/**
 * Return the gesture that draws a line. M or Alt makes it many-to-many.
 * @param {import("./drag.js").Gestures} gestures @param {PointerEvent} start @param {LineEnd} place Where the line begins.
 * @returns {import("./drag.js").Gesture}
 */
export function lineGesture(gestures, start, place) {
  const { canvas } = gestures;
  const source = { card: place.card, rows: gestures.rows.from(place.card, place.row) };
  const line = svg("path", { class: "sd-connecting" });
  const hint = html("div", { class: "sd-connect-hint", "aria-hidden": "true" });
  append(canvas.overLayer, [line]);
  canvas.element.append(hint);
  canvas.surface.classList.add("sd-connect");
  const begin = canvas.pointOf(start);
  let [isMany, wasAway, last] = [false, false, start];
  const end = () => {
    line.remove();
    hint.remove();
    canvas.surface.classList.remove("sd-connect");
    document.removeEventListener("keydown", keys, true);
    highlight(canvas, null, null);
  };
  const endAt = (to) => {
    const card = canvas.cardAt(to);
    if (!card || !canvas.store.entity(card.id)) return { card: null, row: null };
    const index = rowAt(card, to.y, canvas.metrics);
    return { card, row: index >= 0 ? card.rows[index].id : null };
  };
  const isSlip = (found, to) =>
    found.card?.id === place.card && !wasAway && (found.row === place.row || distance(begin, to) < AWAY);
  const move = (event) => {
    last = event;
    const to = canvas.pointOf(event);
    const card = canvas.cards.get(place.card)?.card;
    const found = endAt(to);
    if (!card) return;
    wasAway ||= !contains(grown(card, AWAY), to);
    highlight(canvas, isSlip(found, to) ? null : found.card?.id ?? null, found.row);
    const many = isMany || event.altKey;
    const at = canvas.screenPointOf(event);
    hint.style.left = `${at.x + 16}px`;
    hint.style.top = `${at.y + 14}px`;
    const isOnView = !found.card && canvas.cardAt(to);
    hint.textContent = isSlip(found, to) || isOnView ? "" : [many ? "many to many" : "one to many", found.card ? "" : ", new entity"].join("");
    hint.hidden = !hint.textContent;
    const box = found.card ?? { x: to.x, y: to.y, width: 0, height: 0 };
    const [from, rowY] = [rowMiddle(card, place.row ?? "", canvas.metrics), found.card && found.row ? rowMiddle(found.card, found.row, canvas.metrics) : to.y];
    line.setAttribute("d", roundedPath(connector(card, from, box, rowY)));
  };
  const keys = (event) => {
    if (event.key === "Escape") gestures.cancel();
    else if (event.key.toLowerCase() === "m") {
      isMany = !isMany;
      move(last);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  document.addEventListener("keydown", keys, true);
  return {
    move,
    drop: (event) => {
      move(event);
      const many = isMany || event.altKey;
      end();
      const to = canvas.pointOf(event);
      const found = endAt(to);
      if (isSlip(found, to)) return;
      gestures.focusSurface(); // keys after a drawn line are for the diagram, wherever the keyboard was
      if (found.card) connectAtOnce(canvas, source, { card: found.card.id, row: found.row }, many);
      else if (canvas.cardAt(to)) canvas.store.tell("Only entities can be connected.");
      else connectToNew(canvas, source, to, many);
    },
    cancel: end,
  };
}

/** @param {Canvas} canvas @param {string | null} cardId @param {string | null} rowId */
function highlight(canvas, cardId, rowId) {
  for (const [id, { group }] of canvas.cards) group.classList.toggle("sd-drop", id === cardId);
  for (const row of canvas.cardLayer.querySelectorAll(".sd-row-drop")) row.classList.remove("sd-row-drop");
  if (cardId && rowId) canvas.cards.get(cardId)?.group.querySelector(`[data-row="${rowId}"]`)?.classList.add("sd-row-drop");
}

/** @param {LineStart} source @param {boolean} isMany */
function connectIntent(source, isMany) {
  return { kind: "connect", source_id: source.card, source_rows: source.rows, is_many: isMany };
}

/** @param {Canvas} canvas @param {LineStart} source @param {LineEnd} target @param {boolean} isMany */
async function connectAtOnce(canvas, source, target, isMany) {
  const { store } = canvas;
  let isLeft = false; // Esc may come before the answer
  const leave = (event) => (isLeft ||= event.key === "Escape");
  document.addEventListener("keydown", leave, true);
  const asked = store.ask({ ...connectIntent(source, isMany), target_id: target.card, target_row: target.row });
  const answer = await asked.finally(() => document.removeEventListener("keydown", leave, true));
  if (!answer) return;
  if (!isLeft) store.select({ relationship: answer.relationship_id, origin: "canvas" });
  store.emit("announce", `Done: ${answer.told}`);
}

/** Ask for the new entity's name where the line ended; it and its relationship come to be together. */
function connectToNew(canvas, source, at, isMany) {
  const { store } = canvas;
  const input = html("input", { type: "text", "aria-label": "Name of the new entity", placeholder: "name of the new entity", spellcheck: "false", autocomplete: "off" });
  const box = html("div", { class: "sd-rename" }, input, problemLine(input));
  const place = () => {
    const corner = toScreen(canvas.view, at);
    box.style.left = `${Math.max(8, Math.min(corner.x, canvas.element.clientWidth - box.offsetWidth - 8))}px`;
    box.style.top = `${corner.y}px`;
  };
  const stop = store.on("view", place);
  let isDone = false;
  const close = () => {
    isDone = true;
    stop();
    box.remove();
  };
  const commit = async () => {
    const name = input.value.trim();
    if (isDone || !name) return isDone || close();
    const [x, y] = [Math.round(at.x), Math.round(at.y)];
    const answer = await sendFrom(store, input, { ...connectIntent(source, isMany), name, x, y });
    if (!answer) return input.focus();
    close();
    store.select({ entities: [answer.entity_id], origin: "canvas" });
    store.emit("announce", `Done: ${answer.told}`);
    return requestAnimationFrame(() => typeAttributes(canvas, answer.entity_id));
  };
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") commit();
    else if (event.key === "Escape") {
      close();
      canvas.focusCard(source.card);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  input.addEventListener("blur", () => !isDone && !input.value.trim() && close());
  canvas.element.append(box);
  place();
  input.focus({ preventScroll: true });
}

// Attributes typed on the card itself: a line of SQL under its rows, or in the place of one.

import { html } from "./dom.js";
import { accept, problemLine, sendFrom } from "./field.js";
import { toScreen } from "./geometry.js";

const LINE_EXAMPLE = "email varchar(255) unique not null";
const LEAST_LINE_WIDTH = 250;

/**
 * Whether a row is an attribute of the entity's own, that can be changed where it stands.
 * @param {import("./store.js").Store} store @param {string} entityId @param {string | null} rowId
 */
export function isOwnRow(store, entityId, rowId) {
  return Boolean(rowId && store.entity(entityId)?.attributes.some((attribute) => attribute.id === rowId));
}

/**
 * Type attributes under a card's rows, one line each, until an empty line or Escape.
 * @param {import("./canvas.js").Canvas} canvas @param {string} entityId
 */
export function typeAttributes(canvas, entityId) {
  const { store } = canvas;
  const entity = store.entity(entityId);
  if (!entity || store.isReadOnly || !canvas.cards.has(entityId)) return;
  const line = new CardLine(canvas, entityId, null, `New attribute of ${entity.name}`);
  /** What was typed while a line before it was on its way, and came back. */
  let later = "";
  line.input.placeholder = LINE_EXAMPLE;
  line.commit = async (goesOn) => {
    const text = line.input.value;
    if (!text.trim()) return line.close(goesOn);
    line.input.value = "";
    const answer = await sendFrom(store, line.input, { kind: "add_attribute", entity_id: entityId, line: text.trim() });
    if (answer === null) {
      later = [line.input.value, later].filter(Boolean).join(" ");
      line.input.value = text;
      return line.place();
    }
    store.emit("announce", `Added: ${text.trim()}`);
    if (!line.input.value) [line.input.value, later] = [later, ""];
    line.place();
    if (!goesOn && !line.input.value) line.close(false);
    return undefined;
  };
}

/**
 * Change an attribute where its row stands, as one line: name, type and what holds for it.
 * @param {import("./canvas.js").Canvas} canvas @param {string} entityId @param {string} rowId
 */
export async function retypeAttribute(canvas, entityId, rowId) {
  const { store } = canvas;
  const attribute = store.entity(entityId)?.attributes.find((one) => one.id === rowId);
  if (!attribute || store.isReadOnly || !canvas.cards.has(entityId)) return;
  const told = await store.ask({ kind: "attribute_line", entity_id: entityId, attribute_id: rowId });
  if (!told) return;
  const line = new CardLine(canvas, entityId, rowId, `Line of ${attribute.name}`);
  line.input.value = told.line;
  line.input.setSelectionRange(0, told.line.startsWith('"') ? told.line.length : told.line.indexOf(" "));
  line.commit = async (goesOn) => {
    const text = line.input.value;
    if (!text.trim() || text === told.line) return line.close(goesOn);
    const intent = { kind: "put_attribute", entity_id: entityId, attribute_id: rowId, line: text.trim() };
    if ((await sendFrom(store, line.input, intent)) === null) return line.place();
    store.emit("announce", `Changed: ${text.trim()}`);
    return line.close(goesOn);
  };
}

/** A field over a card, in the place of a row or under the last one; it follows the card and the view. */
class CardLine {
  /** @param {import("./canvas.js").Canvas} canvas @param {string} entityId @param {string | null} rowId @param {string} label */
  constructor(canvas, entityId, rowId, label) {
    this.canvas = canvas;
    this.entityId = entityId;
    this.rowId = rowId;
    this.isOpen = true;
    /** @type {(goesOn: boolean) => any} */
    this.commit = () => {};
    for (const open of canvas.element.querySelectorAll(".sd-card-line")) open.dispatchEvent(new CustomEvent("leave-line"));
    this.input = html("input", { type: "text", class: "sd-code", "aria-label": label, spellcheck: "false", autocomplete: "off" });
    this.box = html("div", { class: "sd-card-line" }, this.input, problemLine(this.input));
    this.stops = [canvas.store.on("view", () => this.place()), canvas.store.on("drawn", () => this.grown())];
    this.box.addEventListener("leave-line", () => this.close(false));
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("input", () => accept(this.input));
    this.input.addEventListener("blur", () => this.left());
    canvas.element.append(this.box);
    this.place();
    this.input.focus({ preventScroll: true });
    this.show();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.key === "Enter") this.commit(true);
    else if (event.key === "Escape") this.close(true);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** A line that was refused stays open, so that nothing typed is lost. */
  left() {
    if (this.isOpen && this.box.isConnected && this.input.getAttribute("aria-invalid") !== "true") this.commit(false);
  }

  /** The card has other rows now. */
  grown() {
    this.place();
    if (this.isOpen) this.show();
  }

  place() {
    const card = this.canvas.cards.get(this.entityId)?.card;
    if (!card) return this.close(false);
    const { metrics, view } = this.canvas;
    const found = this.rowId ? card.rows.findIndex((row) => row.id === this.rowId) : -1;
    const index = found >= 0 ? found : card.rows.length + (card.hidden_rows ? 1 : 0);
    const corner = toScreen(view, { x: card.x, y: card.y + card.rows_top + index * metrics.row_height });
    const scale = Math.max(view.scale, 0.75);
    this.box.style.left = `${corner.x}px`;
    this.box.style.top = `${corner.y}px`;
    this.input.style.width = `${Math.max(LEAST_LINE_WIDTH, card.width * view.scale)}px`;
    this.input.style.fontSize = `${12.5 * scale}px`;
    return undefined;
  }

  /** Move the view just far enough that the field is seen. */
  show() {
    const { canvas } = this;
    const { right, bottom, left } = canvas.covered();
    const [width, height] = [canvas.element.clientWidth - right, canvas.element.clientHeight - bottom];
    const box = this.box;
    const dx = Math.min(0, width - 12 - (box.offsetLeft + box.offsetWidth)) || Math.max(0, left + 12 - box.offsetLeft);
    const dy = Math.min(0, height - 60 - (box.offsetTop + box.offsetHeight)) || Math.max(0, 12 - box.offsetTop);
    if (dx || dy) canvas.setView({ ...canvas.view, x: canvas.view.x + dx, y: canvas.view.y + dy });
  }

  /** @param {boolean} refocuses Whether the card gets the keyboard. */
  close(refocuses) {
    if (!this.isOpen) return;
    this.isOpen = false;
    for (const stop of this.stops) stop();
    this.box.remove();
    if (refocuses) this.canvas.focusCard(this.entityId);
  }
}

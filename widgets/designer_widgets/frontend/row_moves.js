// Rows that move: a chosen row is dragged to another place of its card or to another card; Alt with an arrow moves it
// one place, on the canvas and in the grid. Ctrl with an arrow goes from row to row.

import { isOwnRow } from "./card_lines.js";
import { append, svg } from "./dom.js";

const THRESHOLD = 4;

/** Where a row would go: before this one of the entity's own attributes, counted without itself. */
function placeAt(store, card, y, metrics, movedId) {
  const between = Math.round((y - card.y - card.rows_top) / metrics.row_height);
  const own = new Set(store.entity(card.id).attributes.map((attribute) => attribute.id));
  const index = Math.max(0, Math.min(card.rows.length, between));
  const position = card.rows.slice(0, index).filter((row) => own.has(row.id) && row.id !== movedId).length;
  return { position, y: card.y + card.rows_top + index * metrics.row_height };
}

/**
 * Return the gesture that drags a chosen row, or `null` where the row under the pointer is not one to move.
 * @param {import("./drag.js").Gestures} gestures @param {PointerEvent} start @param {string} cardId @param {string | null} rowId
 * @returns {import("./drag.js").Gesture | null}
 */
export function rowGesture(gestures, start, cardId, rowId) {
  const { canvas } = gestures;
  const { store } = canvas;
  const isChosen = rowId && store.view.attribute === rowId && store.view.entities.has(cardId);
  const hasKey = start.shiftKey || start.ctrlKey || start.metaKey || start.altKey;
  if (!isChosen || hasKey || !isOwnRow(store, cardId, rowId)) return null;
  const mark = svg("line", { class: "sd-row-mark", visibility: "hidden" });
  append(canvas.overLayer, [mark]);
  let moved = false;
  const end = () => {
    mark.remove();
    canvas.surface.classList.remove("sd-moving");
  };
  const goal = (event) => {
    const at = canvas.pointOf(event);
    const card = canvas.cardAt(at);
    return card && store.entity(card.id) ? { card, ...placeAt(store, card, at.y, canvas.metrics, rowId) } : null;
  };
  return {
    move: (event) => {
      moved ||= Math.hypot(event.clientX - start.clientX, event.clientY - start.clientY) > THRESHOLD;
      if (!moved) return;
      gestures.handles.hide();
      canvas.surface.classList.add("sd-moving");
      const found = goal(event);
      mark.setAttribute("visibility", found ? "visible" : "hidden");
      if (!found) return;
      const places = { x1: found.card.x, x2: found.card.x + found.card.width, y1: found.y, y2: found.y };
      for (const [name, value] of Object.entries(places)) mark.setAttribute(name, String(value));
    },
    drop: (event) => {
      end();
      const found = moved ? goal(event) : null;
      if (found) putRow(store, cardId, rowId, found.card.id, found.position);
    },
    cancel: end,
  };
}

/** @param {import("./store.js").Store} store @param {string} from @param {string} rowId @param {string} to @param {number} position */
async function putRow(store, from, rowId, to, position) {
  const attributes = store.entity(from)?.attributes ?? [];
  const index = attributes.findIndex((attribute) => attribute.id === rowId);
  if (index < 0 || (from === to && index === position)) return;
  const answer = await store.ask({ kind: "carry_attribute", entity_id: from, attribute_id: rowId, to_id: to, position });
  if (!answer) return;
  store.select({ entities: [to], attribute: answer.attribute_id, origin: "canvas" });
  store.emit("announce", `${attributes[index].name} is number ${position + 1} of ${store.entity(to)?.name}`);
}

/**
 * Listen to the keys that go from row to row, and that move a row.
 * @param {import("./canvas.js").Canvas} canvas @param {HTMLElement} root
 */
export function rowKeys(canvas, root) {
  const { store } = canvas;
  root.addEventListener(
    "keydown",
    (event) => {
      const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (!step || event.shiftKey || event.metaKey || event.altKey === event.ctrlKey) return;
      const target = /** @type {HTMLElement} */ (event.target);
      const isDone = canvas.surface.contains(target)
        ? event.altKey ? shift(store, store.view.attribute, step) : walkRows(canvas, step)
        : event.altKey && shift(store, /** @type {any} */ (target.closest("[data-attribute]"))?.dataset.attribute, step);
      if (!isDone) return;
      event.preventDefault();
      event.stopPropagation();
    },
    true,
  );
}

/** Move an attribute one place; whether there was one to move. */
function shift(store, rowId, step) {
  const entity = store.current;
  const index = entity?.attributes.findIndex((attribute) => attribute.id === rowId) ?? -1;
  if (store.isReadOnly || index < 0) return false;
  const position = index + step;
  if (position >= 0 && position < entity.attributes.length) putRow(store, entity.id, rowId, entity.id, position);
  return true;
}

/** Choose the row after or before the chosen one, and say it. */
function walkRows(canvas, step) {
  const { store } = canvas;
  const id = store.current?.id ?? canvas.focused;
  const rows = canvas.cards.get(id ?? "")?.card.rows ?? [];
  if (!id || !store.entity(id) || rows.length === 0) return false;
  const index = rows.findIndex((row) => row.id === store.view.attribute);
  const next = rows[Math.max(0, Math.min(rows.length - 1, index < 0 ? (step > 0 ? 0 : rows.length - 1) : index + step))];
  store.select({ entities: [id], attribute: next.id, origin: "canvas" });
  store.emit("announce", `${next.name} ${next.type}`);
  return true;
}

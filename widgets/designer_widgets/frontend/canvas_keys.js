// The canvas without a pointer: arrows walk over cards, letters act. The table of keys is also the help's text.

import { pinChosen } from "./arranging.js";
import { isOwnRow } from "./card_lines.js";
import { stepRelationship } from "./line_bar.js";
import { neighbour, snap, GRID_STEP } from "./geometry.js";

/**
 * @typedef {import("./canvas.js").Canvas} Canvas
 * @typedef {{add: (at?: {x: number, y: number}) => void, rename: (cardId: string) => void, open: () => void,
 *   attributes: (cardId: string) => void, retype: (cardId: string, rowId: string) => void, relate: (sourceId: string) => void, remove: () => void, help: () => void}} KeyActions
 */

/** What the keys do, for the help, by where they do it. @type {[string, [string, string][]][]} */
export const KEY_HELP = [
  [
    "On the diagram, while it or a card has the keyboard",
    [
      ["N", "New entity"],
      ["C", "Connect the selected entity to another"],
      ["T", "New note; also Alt + double click"],
      ["R", "Choose the card's next relationship; Tab leads to the bar at its line, Esc closes it"],
      ["B", "Bend the chosen line: Tab goes from bend to bend, arrows move it (Shift: by little), Delete takes it away, S straightens the line, Esc leaves"],
      ["P", "Pin the selected cards where they stand, or release them"],
      ["A, Insert", "Type attributes on the card, one line each; an empty line ends it"],
      ["F2", "Rename; where a row is chosen, edit its line"],
      ["Delete, Backspace", "Remove what is selected"],
      ["← ↑ → ↓", "Go to the next card in that direction"],
      ["Shift + arrows", "Move the selected cards"],
      ["Enter", "Select the card and open the inspector"],
      ["I, Shift + F10", "Tell what is known of the card, or of its chosen row; again, or Esc: no more"],
      ["Menu", "What can be done with the card, the line or the canvas; so does the pointer's second button"],
      ["!", "Go to the card's gravest finding"],
      ["Space", "Add the card to the selection, or take it out; hold and drag to pan"],
      ["Ctrl + ↑ ↓", "Choose a row of the card"],
      ["Ctrl + Shift + ↑ ↓", "Go from row to row, and keep those that are chosen"],
      ["Ctrl + Space", "Choose the row beside the others, or leave it out; C then connects them together"],
      ["Alt + ↑ ↓", "Move the chosen row up or down; in the attribute grid too"],
      ["Alt + ← →", "Move the chosen row to the card beside this one"],
      ["Ctrl + A", "Select all"],
      ["Ctrl + D", "Duplicate the selected entities, with the relationships among them"],
      ["Ctrl + C, Ctrl + V", "Copy and paste them, also to another notebook; DBML can be pasted too"],
      ["+ − 0", "Zoom in, out, show everything"],
      ["Page up, Page down", "Pan up, down; with Shift: left, right"],
      ["Esc", "Close what is open, or clear the selection"],
      ["?", "This list"],
    ],
  ],
  [
    "On a note, which Tab reaches",
    [
      ["Enter, F2", "Write it; Ctrl + Enter or Esc ends it and keeps what is written"],
      ["Shift + arrows", "Move it"],
      ["Alt + arrows", "Make it wider, narrower, taller, shorter"],
      ["Delete, Backspace", "Remove it"],
    ],
  ],
  [
    "Everywhere in the designer, but not while typing",
    [
      ["Tab", "Reach the diagram; again: the inspector"],
      ["/", "Search"],
      ["Ctrl + K, Ctrl + P", "Go to anything, do anything"],
      ["Ctrl + Z, Ctrl + Shift + Z", "Undo, redo"],
    ],
  ],
];

/** Where the view goes, as a part of what is seen: with the key alone, and with Shift. */
const PAGES = { PageUp: [[0, -1], [-1, 0]], PageDown: [[0, 1], [1, 0]] };

const ARROWS = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down" };

/**
 * Listen to keys on the canvas.
 * @param {Canvas} canvas @param {import("./drag.js").Gestures} gestures @param {KeyActions} actions
 */
export function listenToKeys(canvas, gestures, actions) {
  canvas.surface.addEventListener("keydown", (event) => {
    if (canvas.element.closest(".sd-root")?.querySelector(".sd-veil")) return; // a dialog is open: nothing is done behind it
    if (event.altKey || (event.metaKey && event.key !== "a") || (event.ctrlKey && event.key !== "a")) return;
    if (pressed(event, canvas, gestures, actions)) event.preventDefault();
  });
  canvas.surface.addEventListener("keyup", (event) => {
    if (event.key === " ") gestures.isSpaceDown = false;
  });
  canvas.surface.addEventListener("blur", () => {
    gestures.isSpaceDown = false;
  });
}

/**
 * Act on a key; whether it meant something.
 * @param {KeyboardEvent} event
 * @param {Canvas} canvas
 * @param {import("./drag.js").Gestures} gestures
 * @param {KeyActions} actions
 */
function pressed(event, canvas, gestures, actions) {
  const { store } = canvas;
  const card = document.activeElement?.closest?.("[data-card]")?.getAttribute("data-card") ?? canvas.focused;
  const direction = ARROWS[event.key];
  if (direction) {
    if (event.shiftKey) nudge(canvas, card, direction);
    else walk(canvas, card, direction);
    return true;
  }
  const page = PAGES[event.key];
  if (page && !event.ctrlKey && !event.metaKey) {
    pan(canvas, page[event.shiftKey ? 1 : 0]);
    return true;
  }
  const view = {
    Enter: () => open(store, card, actions),
    "+": () => canvas.zoom(1.2),
    "=": () => canvas.zoom(1.2),
    "-": () => canvas.zoom(1 / 1.2),
    0: () => canvas.fit(),
    "?": canvas.element.querySelector(".sd-popover") ? null : actions.help,
    r: () => stepRelationship(canvas, card),
    b: () => store.emit("focus-bends"),
    " ": () => space(event, gestures, store, card),
  };
  if (event.ctrlKey || event.metaKey) {
    store.select({ entities: store.get("design").entities.map((entity) => entity.id) });
    return true;
  }
  if (event.key === "Escape") {
    if (gestures.gesture) gestures.cancel();
    else store.select({});
    return true;
  }
  const act = view[event.key] ?? (store.isReadOnly ? null : writing(event.key, canvas, card, actions));
  act?.();
  return Boolean(act);
}

/** @param {string} key @param {Canvas} canvas @param {string | null} card @param {KeyActions} actions */
function writing(key, canvas, card, actions) {
  const { store } = canvas;
  const chosen = store.current?.id ?? (card && store.entity(card) ? card : null);
  return {
    n: () => actions.add(),
    a: () => chosen && actions.attributes(chosen),
    Insert: () => chosen && actions.attributes(chosen),
    F2: () => chosen && named(store, chosen, actions),
    c: () => chosen && actions.relate(chosen),
    p: () => pinChosen(store),
    Delete: actions.remove,
    Backspace: actions.remove,
  }[key];
}

/** Edit the chosen row's line, or the entity's name. @param {import("./store.js").Store} store @param {string} card @param {KeyActions} actions */
function named(store, card, actions) {
  const row = store.view.attribute;
  if (row && isOwnRow(store, card, row)) actions.retype(card, row);
  else actions.rename(card);
}

/** @param {import("./store.js").Store} store @param {string | null} card @param {KeyActions} actions */
function open(store, card, actions) {
  if (card) store.select({ entities: [card], origin: "canvas" });
  actions.open();
}

/**
 * @param {KeyboardEvent} event
 * @param {import("./drag.js").Gestures} gestures
 * @param {import("./store.js").Store} store
 * @param {string | null} card
 */
function space(event, gestures, store, card) {
  gestures.isSpaceDown = true;
  if (event.repeat || !card) return;
  const entities = new Set(store.view.entities);
  if (entities.has(card)) entities.delete(card);
  else entities.add(card);
  store.select({ entities, origin: "canvas" });
}

/** Show what is beside, half a view away. @param {Canvas} canvas @param {number[]} way */
function pan(canvas, [dx, dy]) {
  const { width, height } = canvas.size;
  const { x, y, scale } = canvas.view;
  canvas.setView({ scale, x: x - (dx * width) / 2, y: y - (dy * height) / 2 });
}

/** @param {Canvas} canvas @param {string | null} from @param {"left" | "right" | "up" | "down"} direction */
function walk(canvas, from, direction) {
  const here = from ? canvas.cards.get(from)?.card : null;
  if (!here) return;
  const next = neighbour(
    here,
    [...canvas.cards.values()].map(({ card }) => card),
    direction,
  );
  if (!next) return;
  canvas.focusCard(next.id);
  canvas.reveal(next.id);
}

/**
 * Move the selection one step of the grid.
 * @param {Canvas} canvas
 * @param {string | null} focused
 * @param {"left" | "right" | "up" | "down"} direction
 */
function nudge(canvas, focused, direction) {
  const { store } = canvas;
  if (store.isReadOnly) return;
  const chosen = store.view.entities.size ? store.view.entities : new Set(focused ? [focused] : []);
  const [dx, dy] = { left: [-1, 0], right: [1, 0], up: [0, -1], down: [0, 1] }[direction];
  const positions = {};
  for (const id of chosen) {
    const card = canvas.cards.get(id)?.card;
    if (!card) continue;
    positions[id] = { x: snap(card.x) + dx * 2 * GRID_STEP, y: snap(card.y) + dy * 2 * GRID_STEP };
    canvas.moveCard(id, positions[id]);
  }
  canvas.reconnect(chosen);
  if (Object.keys(positions).length) store.ask({ kind: "move", positions });
}

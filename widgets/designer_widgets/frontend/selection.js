// What is chosen on the canvas and what is near to it; the one card that the keyboard reaches.

import { markRows, showCard } from "./detail.js";

/** @typedef {import("./canvas.js").Canvas} Canvas @typedef {import("./canvas.js").DrawnCard} DrawnCard */

/** Show what is chosen, and what its lines lead to. @param {Canvas} canvas */
export function showSelection(canvas) {
  const { entities, relationship } = canvas.store.view;
  const near = showLines(canvas);
  showCards(canvas, near);
  const hasSelection = entities.size > 0 || relationship !== null;
  canvas.surface.classList.toggle("sd-has-selection", hasSelection && near.size > 0);
  if (entities.size === 1) canvas.focused = [...entities][0];
  keepFocusable(canvas);
}

/** Mark lines; returns the cards that those which are marked lead to. @param {Canvas} canvas @returns {Set<string>} */
function showLines(canvas) {
  const { entities, relationship } = canvas.store.view;
  const near = new Set();
  for (const known of canvas.edges.values()) {
    const { edge, group } = known;
    const chosen = relationship !== null && edge.relationship_id === relationship;
    const touches = entities.has(edge.source_card) || entities.has(edge.target_card);
    if (chosen || touches) near.add(edge.source_card).add(edge.target_card);
    const look = `${chosen ? "c" : ""}${touches ? "n" : ""}`;
    if (known.look === look) continue;
    known.look = look;
    group.classList.toggle("sd-selected", chosen);
    group.classList.toggle("sd-near", touches);
    if (look) canvas.edgeLayer.append(group);
  }
  return near;
}

/** @param {Canvas} canvas @param {Set<string>} near */
function showCards(canvas, near) {
  const { entities, attribute } = canvas.store.view;
  for (const [id, known] of canvas.cards) {
    const chosen = entities.has(id);
    const row = attribute !== null && known.card.rows.some((one) => one.id === attribute) ? attribute : "";
    const look = `${chosen ? "c" : near.has(id) ? "n" : ""}/${row}`;
    if (known.look === look) continue;
    known.look = look;
    known.row = row;
    markCard(known, chosen, near.has(id));
  }
}

/** @param {DrawnCard} known @param {boolean} chosen @param {boolean} near */
function markCard(known, chosen, near) {
  known.group.classList.toggle("sd-selected", chosen);
  known.group.classList.toggle("sd-near", !chosen && near);
  known.group.setAttribute("aria-selected", String(chosen));
  markRows(known);
}

/** Exactly one card can be reached with Tab. @param {Canvas} canvas */
export function keepFocusable(canvas) {
  if (!canvas.focused || !canvas.cards.has(canvas.focused)) canvas.focused = canvas.cards.keys().next().value ?? null;
  const group = canvas.cards.get(canvas.focused ?? "")?.group ?? null;
  if (group !== canvas.reached) {
    canvas.reached?.setAttribute("tabindex", "-1");
    group?.setAttribute("tabindex", "0");
    canvas.reached = group;
  }
  canvas.surface.setAttribute("tabindex", canvas.cards.size ? "-1" : "0");
}

/** Give a card the keyboard. @param {Canvas} canvas @param {string} id */
export function focusCard(canvas, id) {
  const known = canvas.cards.get(id);
  if (!known) return;
  canvas.focused = id;
  keepFocusable(canvas);
  showCard(canvas, known);
  known.group.focus({ preventScroll: true });
}

// Rows without a pointer: several of one card chosen together and connected, a row carried to the card beside it.

import { isOwnRow } from "./card_lines.js";
import { showDialog } from "./dialog.js";
import { button, html, uniqueId } from "./dom.js";
import { problemLine, sendFrom } from "./field.js";
import { freePlace, neighbour } from "./geometry.js";

const SIDEWAYS = { ArrowLeft: "left", ArrowRight: "right" };

/**
 * Listen to the keys of rows on the canvas.
 * @param {import("./canvas.js").Canvas} canvas @param {HTMLElement} root
 * @param {import("./drawn_lines.js").ChosenRows} chosen
 */
export function rowChoice(canvas, root, chosen) {
  const { store } = canvas;
  /** The row that the keyboard stands on, while several are chosen. */
  let cursor = { card: "", row: "" };
  const mark = () => {
    for (const old of canvas.cardLayer.querySelectorAll(".sd-row-cursor")) old.classList.remove("sd-row-cursor");
    if (!cursor.row) return;
    const group = canvas.cards.get(cursor.card)?.group;
    group?.querySelector(`[data-row="${CSS.escape(cursor.row)}"]`)?.classList.add("sd-row-cursor");
  };
  const here = () => store.current?.id ?? canvas.focused;
  const walk = (step) => {
    const id = here();
    const rows = canvas.cards.get(id ?? "")?.card.rows ?? [];
    if (!id || !store.entity(id) || rows.length === 0) return false;
    const from = cursor.card === id && cursor.row ? cursor.row : store.view.attribute;
    const index = rows.findIndex((row) => row.id === from);
    const next = rows[Math.max(0, Math.min(rows.length - 1, index < 0 ? 0 : index + step))];
    cursor = { card: id, row: next.id };
    mark();
    const isChosen = chosen.card === id && chosen.rows.has(next.id);
    store.emit("announce", `${next.name} ${next.type}${isChosen ? ", chosen" : ""}`);
    return true;
  };
  const toggle = () => {
    const id = here();
    const row = cursor.card === id && cursor.row ? cursor.row : store.view.attribute;
    if (!id || !row) return false;
    chosen.toggle(id, row);
    cursor = { card: id, row };
    mark();
    return true;
  };
  const carry = (direction) => {
    const [from, row] = [store.current, store.view.attribute];
    if (store.isReadOnly || !from || !row || !isOwnRow(store, from.id, row)) return false;
    const card = canvas.cards.get(from.id)?.card;
    const others = [...canvas.cards.values()].map((one) => one.card).filter((one) => store.entity(one.id));
    const to = card ? neighbour(card, others, direction) : null;
    if (to) carryTo(store, from, row, to.id);
    return true;
  };
  store.on("selection", () => {
    if (store.view.entities.has(cursor.card)) return;
    cursor = { card: "", row: "" };
    mark();
  });
  store.on("drawn", mark);
  root.addEventListener(
    "keydown",
    (event) => {
      if (!canvas.surface.contains(/** @type {Node} */ (event.target)) || event.metaKey) return;
      if (acted(event)) {
        event.preventDefault();
        event.stopPropagation();
      }
    },
    true,
  );
  /** @param {KeyboardEvent} event */
  const acted = (event) => {
    const { ctrlKey, shiftKey, altKey, key } = event;
    const step = { ArrowUp: -1, ArrowDown: 1 }[key];
    if (ctrlKey && shiftKey && !altKey && step) return walk(step);
    if (ctrlKey && !shiftKey && !altKey && key === " ") return toggle();
    if (altKey && !ctrlKey && !shiftKey && SIDEWAYS[key]) return carry(SIDEWAYS[key]);
    if (key === "c" && !ctrlKey && !altKey && !store.isReadOnly && chosen.rows.size > 0) {
      connectChosen(canvas, root, chosen.card, [...chosen.rows]);
      return true;
    }
    return false;
  };
}

/** @param {import("./store.js").Store} store @param {any} from @param {string} row @param {string} to */
async function carryTo(store, from, row, to) {
  const position = store.entity(to).attributes.length;
  const answer = await store.ask({ kind: "carry_attribute", entity_id: from.id, attribute_id: row, to_id: to, position });
  if (!answer) return;
  store.select({ entities: [to], attribute: answer.attribute_id, origin: "canvas" });
  store.emit("focus-card", to);
  store.emit("announce", `${from.attributes.find((one) => one.id === row)?.name} is in ${store.entity(to)?.name} now`);
}

/**
 * Ask what chosen rows are to be connected to: an entity there is, or a new one.
 * @param {import("./canvas.js").Canvas} canvas @param {HTMLElement} root @param {string} card @param {string[]} rows
 */
function connectChosen(canvas, root, card, rows) {
  const { store } = canvas;
  const source = store.entity(card);
  const names = (canvas.cards.get(card)?.card.rows ?? []).filter((row) => rows.includes(row.id)).map((row) => row.name);
  const known = html(
    "datalist",
    { id: uniqueId("entities") },
    store.get("design").entities.map((entity) => html("option", { value: entity.qualified_name })),
  );
  const input = html("input", { type: "text", list: known.id, "aria-label": "Connect to", placeholder: "an entity, or the name of a new one", spellcheck: "false", autocomplete: "off", "data-first": "" });
  const isMany = html("input", { type: "checkbox" });
  const connect = async () => {
    const name = input.value.trim();
    if (!name) return input.focus();
    const target = store.get("design").entities.find((entity) => entity.qualified_name === name);
    const begin = { kind: "connect", source_id: card, source_rows: rows, is_many: isMany.checked };
    const place = freePlace(canvas.cards.get(card)?.card ?? { x: 0, y: 0 }, { width: 180, height: 70 }, [...canvas.cards.values()].map((one) => one.card));
    const end = target ? { target_id: target.id, target_row: null } : { name, x: Math.round(place.x), y: Math.round(place.y) };
    const answer = await sendFrom(store, input, { ...begin, ...end });
    if (!answer) return input.focus();
    close();
    store.select(answer.relationship_id ? { relationship: answer.relationship_id, origin: "canvas" } : { entities: [answer.entity_id], origin: "canvas" });
    canvas.focusCard(target?.id ?? answer.entity_id ?? card);
    return store.emit("announce", `Done: ${answer.told}`);
  };
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    connect();
  });
  const close = showDialog(root, {
    title: `Connect ${names.join(", ")} of ${source.qualified_name}`,
    body: [input, problemLine(input), known, html("label", { class: "sd-tick" }, isMany, "Many to many")],
    actions: [button({ label: "Cancel", onclick: () => close() }), button({ label: "Connect", kind: "primary", onclick: connect })],
  });
}

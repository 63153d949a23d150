// Lines: which of them are lit with both their ends, and which kinds this view hides.

import { showPopover } from "./dialog.js";
import { button, html } from "./dom.js";
import { checkBox } from "./field.js";
import { sceneOf } from "./scenes.js";

/** Kinds of lines, with the words of the menu and what belongs to them. @type {[string, string, (edge: any) => boolean][]} */
const LINE_SORTS = [
  ["relationship", "Relationships", (edge) => edge.kind === "relationship" && !edge.is_quiet],
  ["quiet", "Lines of hubs, which many entities refer to", (edge) => edge.kind === "relationship" && edge.is_quiet],
  ["inherits", "Inheritance", (edge) => edge.kind === "inherits"],
  ["tenant", "Tenants", (edge) => edge.kind === "tenant"],
];

/** Light a line with its rows and cards while the pointer is on it, and a row's lines while it is on the row. @param {import("./canvas.js").Canvas} canvas */
export function lightLines(canvas) {
  /** @type {Element[]} */
  let lit = [];
  let at = "";
  const dark = () => {
    for (const one of lit) one.classList.remove("sd-lit");
    lit = [];
    at = "";
  };
  const light = (edges) => {
    for (const { edge, group } of edges) {
      lit.push(group);
      for (const [cardId, rows] of [
        [edge.source_card, [edge.source_row, ...(edge.source_rows ?? [])]],
        [edge.target_card, [edge.target_row, ...(edge.target_rows ?? [])]],
      ]) {
        const card = canvas.cards.get(cardId)?.group;
        if (!card) continue;
        lit.push(card);
        for (const row of card.querySelectorAll(".sd-row")) if (rows.includes(row.getAttribute("data-row"))) lit.push(row);
      }
    }
    for (const one of lit) one.classList.add("sd-lit");
  };
  canvas.surface.addEventListener("pointerover", (event) => {
    if (event.buttons) return;
    const target = /** @type {Element} */ (event.target);
    const edge = target.closest("[data-edge]")?.getAttribute("data-edge") ?? "";
    const row = target.closest("[data-row]")?.getAttribute("data-row") ?? "";
    if (at === edge + row) return;
    dark();
    at = edge + row;
    if (edge) light([canvas.edges.get(edge)].filter(Boolean));
    else if (row) light(edgesOfRow(canvas, String(target.closest("[data-card]")?.getAttribute("data-card")), row));
  });
  canvas.surface.addEventListener("pointerleave", dark);
  canvas.surface.addEventListener("pointerdown", dark);
  canvas.store.on("picture", dark);
}

/** @param {import("./canvas.js").Canvas} canvas @param {string} card @param {string} row */
function edgesOfRow(canvas, card, row) {
  const touches = ({ edge }) =>
    [edge.source_row, edge.target_row, ...(edge.source_rows ?? []), ...(edge.target_rows ?? [])].includes(row);
  const all = (canvas.edgesOfCard.get(card) ?? []).map((id) => canvas.edges.get(id));
  return all.filter((known) => known && touches(known));
}

/** Return the button that hides lines by kind; each diagram is seen again as it was left. @param {import("./canvas.js").Canvas} canvas */
export function linesButton(canvas) {
  const { store } = canvas;
  const element = button({
    label: "Lines",
    title: "Show or hide lines by kind",
    "aria-haspopup": "dialog",
    onclick: () => showMenu(),
  });
  const scene = () => sceneOf(store)?.diagram_id ?? "";
  const hidden = () => hiddenLines(store)[scene()] ?? [];
  const draw = () => {
    const now = hidden();
    for (const [sort] of LINE_SORTS) canvas.surface.classList.toggle(`sd-without-${sort}`, now.includes(sort));
    element.lastChild.textContent = now.length ? "Lines (some hidden)" : "Lines";
  };
  const set = (sort, isShown) => {
    const rest = hidden().filter((one) => one !== sort);
    keepHidden(store, { ...hiddenLines(store), [scene()]: isShown ? rest : [...rest, sort] });
    draw();
  };
  const showMenu = () => {
    const edges = [...canvas.edges.values()].map(({ edge }) => edge);
    const now = hidden();
    const counts = LINE_SORTS.map(([sort, words, isOne]) => ({ sort, words, count: edges.filter(isOne).length }));
    const ticks = counts
      .filter(({ sort, count }) => count > 0 || now.includes(sort))
      .map(({ sort, words, count }) =>
        html(
          "label",
          { class: "sd-tick" },
          checkBox({ value: !now.includes(sort), label: words, commit: (on) => set(sort, on) }),
          `${words} (${count})`,
        ),
      );
    const from = element.getBoundingClientRect();
    const host = canvas.element.getBoundingClientRect();
    showPopover(canvas.element, { x: from.left - host.left, y: 28 }, {
      title: "Lines to show",
      body: [html("div", { class: "sd-line-sorts" }, ticks.length ? ticks : html("p", {}, "There are no lines yet."))],
    });
  };
  for (const name of ["scene", "picture"]) store.on(name, draw);
  draw();
  return element;
}

/** @param {import("./store.js").Store} store @returns {Record<string, string[]>} What each diagram hides. */
function hiddenLines(store) {
  if (store.view.lines) return store.view.lines;
  try {
    const known = JSON.parse(window.localStorage.getItem(linesKey(store)) ?? "{}");
    store.view.lines = typeof known === "object" && known !== null && !Array.isArray(known) ? known : {};
  } catch {
    store.view.lines = {}; // a page may keep its storage closed; nothing is remembered then
  }
  return store.view.lines;
}

/** @param {import("./store.js").Store} store @param {Record<string, string[]>} hidden */
function keepHidden(store, hidden) {
  store.view.lines = hidden;
  try {
    window.localStorage.setItem(linesKey(store), JSON.stringify(hidden));
  } catch {
    // a page may keep its storage closed
  }
}

/** @param {import("./store.js").Store} store */
function linesKey(store) {
  return `schema-designer.lines.${store.get("history").file ?? ""}`;
}

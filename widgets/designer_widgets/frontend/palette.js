// The command palette: all that can be done, and all there is to go to, by a few typed letters.

import { fill, html, uniqueId } from "./dom.js";
import { rankEntries } from "./palette_rank.js";
import { jumpTo, showScene } from "./scenes.js";

/**
 * @typedef {{title: string, kind: string, more?: string, keys?: string, weight?: number, run: () => any}} Entry
 */

/**
 * Open the palette.
 * @param {import("./store.js").Store} store @param {HTMLElement} root @param {import("./canvas.js").Canvas} canvas
 * @param {() => Entry[]} commands
 */
export function openPalette(store, root, canvas, commands) {
  if (root.querySelector(".sd-veil")) return; // a dialog is modal, and another palette is one too many
  const before = /** @type {HTMLElement | null} */ (document.activeElement);
  const entries = [...commands(), ...thereIs(store, canvas)];
  const list = html("ul", { class: "sd-palette-list", role: "listbox", id: uniqueId("palette"), "aria-label": "Found" });
  const count = html("div", { class: "sd-out-of-sight", "aria-live": "polite" });
  const input = html("input", {
    type: "text",
    class: "sd-palette-input",
    placeholder: "Go to an entity, an attribute, a diagram, or do something",
    role: "combobox",
    "aria-label": "Commands and places",
    "aria-expanded": "true",
    "aria-controls": list.id,
    "aria-autocomplete": "list",
    autocomplete: "off",
    spellcheck: "false",
  });
  const panel = html(
    "div",
    { class: "sd-palette", role: "dialog", "aria-modal": "true", "aria-label": "Command palette" },
    input,
    list,
    count,
  );
  const veil = html("div", { class: "sd-veil sd-palette-veil" }, panel);
  /** @type {Entry[]} */
  let found = [];
  let at = 0;
  const close = (isBack) => {
    veil.remove();
    if (isBack && before?.isConnected) before.focus({ preventScroll: true });
  };
  const mark = () => {
    const items = [...list.children];
    items.forEach((item, index) => item.setAttribute("aria-selected", String(index === at)));
    const chosen = items[at];
    if (chosen) input.setAttribute("aria-activedescendant", chosen.id);
    else input.removeAttribute("aria-activedescendant");
    chosen?.scrollIntoView({ block: "nearest" });
  };
  const draw = () => {
    found = rankEntries(entries, input.value);
    at = 0;
    fill(list, found.length ? found.map((entry, index) => paletteItem(entry, () => run(index))) : paletteEmpty());
    count.textContent = found.length ? `${found.length} found` : "Nothing fits";
    mark();
  };
  const run = async (index) => {
    const entry = found[index];
    if (!entry) return;
    close(true);
    await entry.run();
  };
  const step = (by) => {
    if (found.length) at = (at + by + found.length) % found.length;
    mark();
  };
  panel.addEventListener("keydown", (event) => {
    const act = {
      ArrowDown: () => step(1),
      ArrowUp: () => step(-1),
      PageDown: () => step(Math.min(8, found.length - 1 - at)),
      PageUp: () => step(-Math.min(8, at)),
      Enter: () => run(at),
      Escape: () => close(true),
      Tab: () => {},
    }[event.key];
    event.stopPropagation();
    if (!act) return;
    event.preventDefault();
    act();
  });
  veil.addEventListener("pointerdown", (event) => {
    if (event.target === veil) close(true);
  });
  input.addEventListener("input", draw);
  root.append(veil);
  draw();
  input.focus();
}

/** @param {Entry} entry @param {() => void} choose */
function paletteItem(entry, choose) {
  return html(
    "li",
    { role: "option", id: uniqueId("found"), class: "sd-palette-item", onclick: choose },
    html("span", { class: "sd-palette-title" }, entry.title),
    entry.more ? html("span", { class: "sd-palette-more" }, entry.more) : null,
    html("span", { class: "sd-palette-kind" }, entry.kind),
    entry.keys ? html("kbd", {}, entry.keys) : null,
  );
}

function paletteEmpty() {
  return html("li", { class: "sd-palette-none", role: "presentation" }, "Nothing fits");
}

/** Return all there is to go to. @param {import("./store.js").Store} store @param {import("./canvas.js").Canvas} canvas @returns {Entry[]} */
function thereIs(store, canvas) {
  const design = store.get("design");
  const entities = design.entities ?? [];
  const names = new Map(entities.map((entity) => [entity.id, entity.qualified_name]));
  const go = (place) => () => jumpTo(store, canvas, place);
  return [
    { title: "Everything", kind: "diagram", run: () => showScene(store, canvas, { what: "all" }) },
    ...(design.diagrams ?? []).map((one) => ({
      title: one.name,
      kind: "diagram",
      more: one.description,
      weight: 30,
      run: () => showScene(store, canvas, { what: "diagram", diagram_id: one.id }),
    })),
    ...entities.map((entity) => ({
      title: entity.qualified_name,
      kind: "entity",
      more: entity.description,
      weight: 40,
      run: go({ card: entity.id }),
    })),
    ...["views", "materialized_views"].flatMap((collection) =>
      (design[collection] ?? []).map((view) => ({ title: view.name, kind: "view", weight: 20, run: go({ card: view.id }) })),
    ),
    ...entities.flatMap((entity) =>
      entity.attributes.map((attribute) => ({
        title: `${entity.qualified_name}.${attribute.name}`,
        kind: "attribute",
        more: attribute.type,
        weight: -20,
        run: go({ card: entity.id, attribute: attribute.id }),
      })),
    ),
    ...(design.relationships ?? []).map((one) => ({
      title: `${names.get(one.source_entity_id) ?? "?"} → ${names.get(one.target_entity_id) ?? "?"}`,
      kind: "relationship",
      more: one.name ?? "",
      weight: -10,
      run: go({ card: one.source_entity_id, relationship: one.id }),
    })),
  ];
}

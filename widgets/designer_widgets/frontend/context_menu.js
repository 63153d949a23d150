// The menu at a card, a line or the canvas: what can be done there, under the pointer's second button or the Menu key.

import { layoutCommands } from "./arranging.js";
import { html } from "./dom.js";
import { frameCommands } from "./frame_commands.js";
import { focusOnSelection } from "./scenes.js";

/**
 * @typedef {{title: string, keys?: string, run: () => any, isPossible?: boolean}} MenuEntry
 * @typedef {import("./canvas.js").Canvas} Canvas
 * @typedef {{x: number, y: number}} MenuPoint
 */

/**
 * Open menus on the canvas.
 * @param {Canvas} canvas @param {HTMLElement} root @param {any} actions @param {{note: () => any, area: () => any}} does
 */
export function contextMenu(canvas, root, actions, does) {
  canvas.surface.addEventListener("contextmenu", (event) => {
    const target = /** @type {Element} */ (event.target);
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) return; // what is typed has the browser's own
    event.preventDefault();
    event.stopPropagation(); // the page around it has a menu of its own
    const entries = menuEntries(canvas, target, event, actions, does).filter((one) => one.isPossible !== false);
    if (entries.length) openMenu(root, entries, event);
  });
}

/** Choose what the menu is of, and return what can be done with it. @returns {MenuEntry[]} */
function menuEntries(canvas, target, event, actions, does) {
  const { store } = canvas;
  const card = /** @type {HTMLElement | null} */ (target.closest("[data-card]"))?.dataset.card;
  const line = /** @type {HTMLElement | null} */ (target.closest("[data-edge]"))?.dataset.edge;
  if (card && store.entity(card)) {
    if (!store.view.entities.has(card)) store.select({ entities: [card], origin: "canvas" });
    return cardEntries(canvas, actions, does);
  }
  const relationship = line && canvas.edges.get(line)?.edge.relationship_id;
  if (relationship) {
    store.select({ relationship, origin: "canvas" });
    return lineEntries(canvas, actions, line);
  }
  return canvasEntries(canvas, actions, does, canvas.pointOf(event));
}

/** @param {Canvas} canvas @returns {MenuEntry[]} */
function cardEntries(canvas, actions, does) {
  const { store } = canvas;
  const chosen = [...store.view.entities];
  const isOne = chosen.length === 1;
  const mayWrite = !store.isReadOnly;
  const command = (title, run, keys = "", isPossible = true) => ({ title, run, keys, isPossible });
  const layouts = layoutCommands(store, command).filter((one) => !one.title.startsWith("Straighten"));
  const frame = frameCommands(store, actions, command);
  const named = (title) => frame.filter((one) => one.title === title);
  return [
    command("Open the inspector", actions.open, "Enter"),
    command("Rename", () => actions.rename(chosen[0]), "F2", mayWrite && isOne),
    ...named("Type attributes on the card"),
    command("New relationship", () => actions.relate(chosen[0]), "C", mayWrite && isOne),
    ...named("Duplicate the selection"),
    command("Focus on it", () => focusOnSelection(store, canvas)),
    command("Its SQL", named("SQL of the selection")[0]?.run),
    command("Put into a new area", does.area, "", mayWrite),
    ...layouts.map((one) => ({ ...one, isPossible: one.isPossible && mayWrite })),
    command("Remove", actions.remove, "Delete", mayWrite),
  ];
}

/** @param {Canvas} canvas @returns {MenuEntry[]} */
function lineEntries(canvas, actions, line) {
  const { store } = canvas;
  const mayWrite = !store.isReadOnly;
  const isBent = Boolean(canvas.edges.get(line)?.edge.turns?.length);
  return [
    { title: "Open the inspector", keys: "Enter", run: actions.open },
    {
      title: "Straighten the line",
      run: () => store.ask({ kind: "bend_line", line_id: line, turns: null }),
      isPossible: mayWrite && isBent,
    },
    { title: "Remove", keys: "Delete", run: actions.remove, isPossible: mayWrite },
  ];
}

/** @param {Canvas} canvas @param {MenuPoint} point @returns {MenuEntry[]} */
function canvasEntries(canvas, actions, does, point) {
  const { store } = canvas;
  const mayWrite = !store.isReadOnly;
  const ids = (store.get("design").entities ?? []).map((one) => one.id);
  return [
    { title: "New entity here", keys: "N", run: () => actions.add(point), isPossible: mayWrite },
    { title: "New note", keys: "T", run: does.note, isPossible: mayWrite },
    { title: "Import…", run: () => actions.importing(), isPossible: mayWrite },
    { title: "Select everything", keys: "Ctrl + A", run: () => store.select({ entities: ids }), isPossible: ids.length > 0 },
    { title: "Show everything", keys: "0", run: actions.fit },
    { title: "Arrange the diagram anew", run: actions.arrange, isPossible: mayWrite && ids.length > 1 },
    { title: "Save as picture…", run: () => actions.picture() },
  ];
}

/** @param {HTMLElement} root @param {MenuEntry[]} entries @param {{clientX: number, clientY: number}} at */
function openMenu(root, entries, at) {
  const before = /** @type {HTMLElement | SVGElement | null} */ (document.activeElement);
  const close = (isBack = true) => {
    menu.remove();
    removeEventListener("pointerdown", outside, true);
    if (isBack && before?.isConnected) before.focus({ preventScroll: true });
  };
  const outside = (event) => {
    if (!menu.contains(event.target)) close(false);
  };
  const items = entries.map(({ title, keys, run }) =>
    html(
      "button",
      {
        type: "button",
        role: "menuitem",
        tabindex: "-1",
        class: "sd-menu-item",
        onclick: () => {
          close();
          run();
        },
      },
      html("span", {}, title),
      keys ? html("kbd", { "aria-hidden": "true" }, keys) : null,
    ),
  );
  const menu = html("div", { class: "sd-menu", role: "menu", "aria-label": "What can be done here" }, ...items);
  menu.addEventListener("keydown", (event) => {
    event.stopPropagation();
    const now = items.indexOf(/** @type {any} */ (document.activeElement));
    const to = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: -1 }[event.key];
    if (to !== undefined) items.at(to % items.length)?.focus();
    else if (event.key === "Escape" || event.key === "Tab") close();
    else return;
    event.preventDefault();
  });
  menu.addEventListener("contextmenu", (event) => event.preventDefault());
  for (const old of root.querySelectorAll(".sd-menu")) old.remove();
  root.append(menu);
  addEventListener("pointerdown", outside, true);
  placeMenu(root, menu, at);
  items[0].focus({ preventScroll: true });
}

/** Put a menu at a point, and within what it belongs to. */
function placeMenu(root, menu, at) {
  const box = root.getBoundingClientRect();
  const within = (wanted, size, room) => Math.max(4, Math.min(wanted, room - size - 4));
  menu.style.left = `${within(at.clientX - box.left, menu.offsetWidth, box.width)}px`;
  menu.style.top = `${within(at.clientY - box.top, menu.offsetHeight, box.height)}px`;
}

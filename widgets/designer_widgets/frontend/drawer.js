// The drawer under the canvas: findings, SQL, plans, rows, history; one at a time, as tall as its person made it. What
// is open and how tall it is, is remembered for each project.

import { button, fill, html, uniqueId } from "./dom.js";
import { icon } from "./icons.js";
import { clamp } from "./geometry.js";
import { recall, remember } from "./memory.js";
import { nothingDrawn } from "./nothing_drawn.js";

/** The panels by name, in the order of their tabs: what is drawn, what it comes to, its rows, what was, ways in and out. */
export const PANEL_TITLES = {
  findings: "Validation",
  ddl: "DDL",
  migrate: "Migrate",
  deploy: "Deploy and fill",
  data: "Data",
  query: "Query",
  sample: "Sample data",
  history: "History",
  transfer: "Import and export",
  carried: "Carried along",
  losses: "Import report",
  connections: "Connections",
};

const LEAST_HEIGHT = 90;
const CANVAS_LEFT = 120;
const KEY_HEIGHT = 24;

/** Return the names of the panels that have something to do here, in order. @param {import("./store.js").Store} store */
export function panelsThere(store) {
  const settings = store.get("settings");
  const isThere = {
    deploy: settings.can_deploy,
    migrate: settings.can_deploy,
    data: settings.can_see_rows ?? false,
    transfer: Boolean(settings.notations),
    carried: store.get("design").carried,
    losses: store.get("history").losses,
    connections: settings.has_connections,
  };
  return Object.keys(PANEL_TITLES).filter((name) => isThere[name] ?? true);
}

/** How many findings there are. @param {import("./store.js").Store} store */
function countOf(store) {
  return store.get("findings").items?.length ?? 0;
}

/**
 * @param {import("./store.js").Store} store @param {Record<string, {element: HTMLElement}>} panels
 * @param {{add: () => any, importing: () => any}} actions
 */
export function drawerOf(store, panels, actions) {
  const memory = recall(store, "drawer");
  const body = html("div", { class: "sd-drawer-body", id: uniqueId("drawer"), role: "tabpanel" });
  const tabs = html("div", { class: "sd-tabs", role: "tablist", "aria-label": "Panels below the diagram" });
  const grip = html("div", {
    class: "sd-grip",
    role: "separator",
    "aria-orientation": "horizontal",
    "aria-label": "Height of the panel",
    "aria-controls": body.id,
    "aria-valuemin": String(LEAST_HEIGHT),
    title: "Drag, or use the arrow keys; double click for all the room there is",
    tabindex: "0",
  });
  const tall = button({ icon: icon("up"), title: "Make the panel as tall as it can be", onclick: () => stretch() });
  const close = button({ icon: icon("close"), title: "Close the panel", onclick: () => leave() });
  /** The one panel that this view is, if it is no more than that. */
  const alone = () => store.get("settings").panel ?? "";
  const bar = html("div", { class: "sd-drawer-bar" }, tabs, html("div", { class: "sd-drawer-acts" }, tall, close));
  const element = html(
    "section",
    { class: "sd-drawer", hidden: true, "aria-label": "Panels under the diagram" },
    grip,
    bar,
    nothingDrawn(store, actions),
    body,
  );

  let drawn = "";
  const draw = () => {
    const open = store.view.drawer;
    element.hidden = !open || !panels[open];
    if (element.hidden) return;
    const names = alone() ? [alone()] : panelsThere(store).filter((name) => panels[name]);
    if (!names.includes(open)) names.push(open);
    const said = [open, ...names, countOf(store)].join(" ");
    if (said === drawn && body.firstChild === panels[open].element) return; // most edits change nothing of it
    drawn = said;
    bar.hidden = names.length === 1;
    const hadFocus = tabs.contains(document.activeElement);
    fill(tabs, ...names.map((name) => tab(name, open)));
    const chosen = /** @type {HTMLElement} */ (tabs.querySelector('[aria-selected="true"]'));
    if (hadFocus) chosen.focus({ preventScroll: true });
    tabs.scrollLeft = clamp(tabs.scrollLeft, chosen.offsetLeft + chosen.offsetWidth - tabs.clientWidth, chosen.offsetLeft);
    element.dataset.panel = open;
    if (body.firstChild !== panels[open].element) fill(body, panels[open].element);
    tell();
  };
  const tab = (name, open) =>
    html(
      "button",
      {
        type: "button",
        role: "tab",
        "aria-selected": String(name === open),
        "aria-controls": body.id,
        tabindex: name === open ? "0" : "-1",
        data: { panel: name },
        onclick: () => store.showDrawer(name),
      },
      PANEL_TITLES[name],
      name === "findings" && countOf(store) ? html("span", { class: "sd-count" }, countOf(store)) : null,
    );
  /** Close, and give the keyboard to the diagram: the button that had it has gone. */
  const leave = () => {
    store.showDrawer(null);
    const root = element.closest(".sd-root");
    const next = root?.querySelector(".sd-card[tabindex='0']") ?? root?.querySelector(".sd-surface");
    /** @type {any} */ (next)?.focus({ preventScroll: true });
  };
  const most = () => Math.max((element.parentElement?.clientHeight ?? 600) - CANVAS_LEFT, LEAST_HEIGHT);
  const tell = () => {
    grip.setAttribute("aria-valuemax", String(most()));
    grip.setAttribute("aria-valuenow", String(element.offsetHeight));
  };
  const setHeight = (height) => {
    memory.height = Math.round(clamp(height, LEAST_HEIGHT, most()));
    element.style.setProperty("--sd-drawer", `${memory.height}px`);
    remember(store, "drawer", memory);
    tell();
  };
  const stretch = () => {
    const isTall = element.offsetHeight >= most() - 2;
    if (!isTall) memory.before = element.offsetHeight;
    setHeight(isTall ? (memory.before ?? most() / 2) : most());
  };
  grip.addEventListener("pointerdown", (event) => {
    const from = event.clientY + element.offsetHeight;
    grip.setPointerCapture(event.pointerId);
    grip.onpointermove = (move) => setHeight(from - move.clientY);
    grip.onpointerup = grip.onpointercancel = () => {
      grip.onpointermove = null;
    };
    event.preventDefault();
  });
  grip.addEventListener("dblclick", stretch);
  grip.addEventListener("keydown", (event) => {
    const height = {
      ArrowUp: element.offsetHeight + KEY_HEIGHT,
      ArrowDown: element.offsetHeight - KEY_HEIGHT,
      Home: LEAST_HEIGHT,
      End: most(),
    }[event.key];
    if (height === undefined) return;
    setHeight(height);
    event.preventDefault();
  });
  tabs.addEventListener("keydown", (event) => {
    const all = /** @type {HTMLElement[]} */ ([...tabs.children]);
    const at = all.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (next === undefined || at < 0) return;
    store.showDrawer(all[(next + all.length) % all.length].dataset.panel ?? null);
    event.preventDefault();
  });
  element.addEventListener("keydown", (event) => {
    const isEscape = event.key === "Escape" && !event.defaultPrevented;
    if (!isEscape || /^(INPUT|TEXTAREA|SELECT)$/.test(/** @type {Element} */ (event.target).tagName)) return;
    if (alone() || (!tabs.contains(/** @type {Node} */ (event.target)) && event.target !== grip)) return;
    leave();
    event.stopPropagation();
  });
  if (memory.height && !alone()) element.style.setProperty("--sd-drawer", `${memory.height}px`);
  store.on("drawer", (name) => {
    if (name) memory.last = name;
    memory.open = name;
    if (!alone()) remember(store, "drawer", memory);
    draw();
  });
  store.on("history", draw);
  store.on("findings", draw);
  store.on("settings", draw);
  draw();
  return {
    element,
    /** Open again what was open when the page was left, or the one panel that this view is. */
    restore: () => {
      const open = alone() || memory.open;
      if (panels[open] && (alone() || panelsThere(store).includes(open))) store.showDrawer(open);
    },
    /** Close the drawer, or open what was open in it last. */
    toggle: () => store.showDrawer(store.view.drawer ? null : panels[memory.last] ? memory.last : "findings"),
  };
}

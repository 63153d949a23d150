// The navigator: which project is open and which others there are, its entities, and below them what else there is in
// it: relationships, views, functions, types, areas. One search goes through all of it.

import { fill, html, uniqueId } from "./dom.js";
import { icon } from "./icons.js";
import { recall, remember } from "./memory.js";
import { projectsList } from "./projects_list.js";
import { relationshipsList } from "./relationships_list.js";
import { jumpTo } from "./scenes.js";

/** What there is beside entities, in order: title, and the collections of the design. @type {[string, string[]][]} */
const SECTIONS = [
  ["Views", ["views", "materialized_views"]],
  ["Functions", ["functions"]],
  ["Types", ["enums", "domains", "composites", "ranges"]],
  ["Areas", ["areas"]],
];

const NOUNS = {
  enums: "enum",
  domains: "domain",
  composites: "composite",
  ranges: "range",
};

/**
 * Return what a design holds beside entities that fits a search, by section.
 * @param {any} design @param {string} search
 * @returns {{title: string, items: {collection: string, item: any}[], total: number}[]}
 */
export function partsOf(design, search) {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return SECTIONS.map(([title, collections]) => {
    const all = collections.flatMap((collection) => (design[collection] ?? []).map((item) => ({ collection, item })));
    const items = all.filter(({ item }) => words.every((word) => (item.name ?? "").toLowerCase().includes(word)));
    return { title, items, total: all.length };
  });
}

/**
 * Make the entity list a navigator.
 * @param {import("./store.js").Store} store @param {import("./canvas.js").Canvas} canvas
 * @param {{element: HTMLElement}} list @param {{open: () => void, exporting: () => void}} actions
 */
export function navigatorOf(store, canvas, list, actions) {
  const memory = recall(store, "navigator");
  memory.open ??= {};
  const search = /** @type {HTMLInputElement} */ (list.element.querySelector(".sd-search"));
  const projects = projectsList(store, actions.exporting);
  const name = html("b", {});
  const head = html(
    "button",
    {
      type: "button",
      class: "sd-nav-head",
      "aria-expanded": "false",
      title: "All projects",
      onclick: () => switchTo(head.getAttribute("aria-expanded") !== "true"),
    },
    icon("file", 14),
    name,
    icon("down", 12),
  );
  const parts = html("div", { class: "sd-nav-parts" });
  const lines = relationshipsList(store, canvas);
  list.element.prepend(head, projects.element);
  list.element.append(parts);

  const switchTo = (isProjects) => {
    head.setAttribute("aria-expanded", String(isProjects));
    list.element.classList.toggle("sd-nav-projects", isProjects);
    projects.show(isProjects);
  };
  const drawHead = () => {
    head.hidden = !store.get("settings").has_projects;
    name.textContent = store.get("design").name ?? "";
  };
  const draw = () => {
    const design = store.get("design");
    const hadFocus = /** @type {HTMLElement | null} */ (parts.contains(document.activeElement) ? document.activeElement : null);
    const key = hadFocus?.dataset.part;
    const scrolled = parts.scrollTop;
    const sections = partsOf(design, search.value).filter(({ total }) => total > 0).map(section);
    fill(parts, lines.total() ? linesSection() : null, ...sections);
    parts.scrollTop = scrolled;
    if (key) /** @type {any} */ (parts.querySelector(`[data-part="${CSS.escape(key)}"]`))?.focus({ preventScroll: true });
  };
  const isOpened = (title, found) => (search.value ? found > 0 : Boolean(memory.open[title]));
  const linesSection = () => {
    const found = lines.count(search.value);
    lines.draw(search.value, isOpened("Relationships", found));
    return headed("Relationships", lines.element, found, lines.total());
  };
  const section = ({ title, items, total }) => {
    const isOpen = isOpened(title, items.length);
    return headed(title, html("ul", { class: "sd-nav-items" }, isOpen ? items.map(row) : null), items.length, total);
  };
  /** A section: its heading opens and closes its body. @param {string} title @param {HTMLElement} body @param {number} found @param {number} total */
  const headed = (title, body, found, total) => {
    const isSearched = Boolean(search.value);
    const isOpen = isOpened(title, found);
    body.id ||= uniqueId("part");
    body.hidden = !isOpen;
    const heading = html(
      "button",
      {
        type: "button",
        class: "sd-nav-section",
        "aria-expanded": String(isOpen),
        "aria-controls": body.id,
        data: { part: `section ${title}` },
        onclick: () => {
          memory.open[title] = !isOpen;
          remember(store, "navigator", memory);
          if (!isSearched) draw();
        },
      },
      icon(isOpen ? "down" : "right", 11),
      html("span", {}, title),
      html("span", { class: "sd-item-count" }, isSearched ? `${found} of ${total}` : total),
    );
    return html("div", {}, heading, body);
  };
  const row = ({ collection, item }) =>
    html(
      "li",
      {},
      html(
        "button",
        {
          type: "button",
          class: "sd-nav-item",
          title: item.description || (collection === "materialized_views" ? "Materialized view" : null),
          data: { part: `${collection} ${item.id}` },
          onclick: () => goTo(store, canvas, actions, collection, item),
        },
        html("span", {}, item.name),
        NOUNS[collection] ? html("span", { class: "sd-hint" }, NOUNS[collection]) : null,
        collection === "areas" ? html("span", { class: "sd-item-count" }, item.members.length) : null,
      ),
    );
  parts.addEventListener("keydown", (event) => {
    const all = /** @type {HTMLElement[]} */ ([...parts.querySelectorAll("button")]);
    const at = all.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (next === undefined || at < 0) return;
    (next < 0 ? search : all[Math.min(next, all.length - 1)]).focus();
    event.preventDefault();
  });
  search.addEventListener("input", draw);
  search.addEventListener("keydown", () => queueMicrotask(draw)); // Escape empties it without an event
  for (const event of ["design", "settings"]) store.on(event, drawHead);
  store.on("design", draw);
  store.on("picture", () => {
    if (isOpened("Relationships", lines.count(search.value))) draw(); // the rows of the lines' ends are in the picture
  });
  drawHead();
  draw();
  return {
    projects: () => switchTo(true),
    newProject: projects.make,
    /** Go to what is no entity. @param {string} collection @param {any} item */
    goTo: (collection, item) => goTo(store, canvas, actions, collection, item),
  };
}

/**
 * Show something that is no entity: a view as its card, an area with its members, a type where it is edited, the rest
 * in the SQL.
 * @param {import("./store.js").Store} store @param {import("./canvas.js").Canvas} canvas @param {{open: () => void}} actions
 * @param {string} collection @param {any} item
 */
function goTo(store, canvas, actions, collection, item) {
  if (collection.endsWith("views")) return jumpTo(store, canvas, { card: item.id });
  if (collection === "areas") return store.select({ entities: item.members, reveal: true });
  if (collection === "enums") {
    store.select({});
    actions.open();
    return requestAnimationFrame(() => {
      const field = canvas.element.closest(".sd-root")?.querySelector(`[data-focus="enum.${CSS.escape(item.id)}"]`);
      field?.scrollIntoView({ block: "center" });
      /** @type {any} */ (field)?.focus({ preventScroll: true });
    });
  }
  return findInSql(store, canvas, item.name);
}

/** Open the SQL and find a name in it. @param {import("./store.js").Store} store @param {import("./canvas.js").Canvas} canvas @param {string} name */
function findInSql(store, canvas, name) {
  const root = canvas.element.closest(".sd-root");
  const look = () => {
    const input = /** @type {HTMLInputElement | null} */ (root?.querySelector(".sd-ddl .sd-find input"));
    if (!input) return;
    input.value = name;
    input.dispatchEvent(new Event("input"));
  };
  const isThere = store.get("ddl")?.revision === store.get("history").revision && store.view.drawer === "ddl";
  store.showDrawer("ddl");
  if (isThere) look();
  else {
    const stop = store.on("ddl", () => {
      stop();
      requestAnimationFrame(look);
    });
  }
}

// The list of entities with its search: the diagram as a list, for eyes and for screen readers.

import { afterFrame, fill, html } from "./dom.js";
import { icon } from "./icons.js";
import { LongList } from "./long_list.js";
import { CARRIED_ENTITY } from "./scenes.js";
import { counted } from "./text.js";

/** A list of more entities is drawn when the diagram is on the screen. */
const MANY = 200;

/** To compare names by one collator is many times as fast as to let each name find its own. */
const NAMES = new Intl.Collator();

/**
 * Return the entities that fit all words of a search: in their name, schema or attributes; best first.
 * @param {any[]} entities @param {string} search
 * @returns {{entity: any, attribute: any | null}[]}
 */
export function searchEntities(entities, search) {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const byName = (a, b) => NAMES.compare(a.entity.qualified_name, b.entity.qualified_name);
  if (words.length === 0) return entities.map((entity) => ({ entity, attribute: null })).sort(byName);
  const ranked = [];
  for (const entity of entities) {
    const name = entity.qualified_name.toLowerCase();
    const attributes = entity.attributes.map((attribute) => attribute.name.toLowerCase());
    const all = [name, ...attributes, ...(entity.traits ?? []).map((trait) => trait.kind)];
    if (!words.every((word) => all.some((text) => text.includes(word)))) continue;
    const inName = words.every((word) => name.includes(word));
    const index = inName ? -1 : attributes.findIndex((text) => words.some((word) => text.includes(word)));
    const rank = name === search.toLowerCase() ? 0 : name.startsWith(words[0] ?? "") ? 1 : inName ? 2 : 3;
    ranked.push({ rank, entity, attribute: index < 0 ? null : entity.attributes[index] });
  }
  return ranked.sort((a, b) => a.rank - b.rank || byName(a, b));
}

/** @param {import("./store.js").Store} store */
export function entityList(store) {
  const search = html("input", {
    type: "search",
    class: "sd-search",
    placeholder: "Search",
    "aria-label": "Search entities and attributes",
    spellcheck: "false",
  });
  const list = html("ul", { class: "sd-list", role: "listbox", "aria-label": "Entities" });
  const count = html("div", { class: "sd-list-count", "aria-live": "polite" });
  const element = html(
    "nav",
    { class: "sd-side sd-left", "aria-label": "Entities" },
    html("div", { class: "sd-search-box" }, icon("search", 14), search),
    count,
    list,
  );

  const findIn = remembered(searchEntities);
  const coloursOf = remembered((cards) => new Map(cards.map((card) => [card.id, card.colour])));
  const problemsOf = remembered(worstFindings);
  const idsOf = remembered((cards) => new Set(cards.map((card) => card.id)));
  const lines = new LongList(list, {
    key: ({ title, entity }) => (entity ? entity.id : `group ${title}`),
    shell: (line) => lineShell(store, line),
    furnish: (element, line) => line.entity && fill(element, ...itemParts(line)),
    same: isSameLine,
  });

  const draw = () => {
    const entities = store.get("design").entities ?? [];
    const found = findIn(entities, search.value);
    const colours = coloursOf(store.whole.cards ?? NONE);
    const problems = problemsOf(store.get("findings").items ?? NONE);
    const shown = store.view.scene ? idsOf(store.get("picture").cards ?? NONE) : null;
    count.textContent = search.value
      ? `${found.length} of ${counted(entities.length, "entity", "entities")}`
      : counted(entities.length, "entity", "entities");
    lines.draw(
      grouped(found, store.get("design").areas ?? NONE).flatMap(([title, members]) => [
        ...(title ? [{ title }] : []),
        ...members.map(({ entity, attribute }) => ({
          entity,
          attribute,
          colour: colours.get(entity.id),
          severity: problems.get(entity.id),
          isAway: shown !== null && !shown.has(entity.id),
          isReadOnly: store.isReadOnly,
        })),
      ]),
    );
    mark();
  };
  let scrolled = /** @type {Element | null} */ (null);
  const mark = () => {
    const chosen = store.view.entities;
    let isFirst = true;
    let only = /** @type {Element | null} */ (null);
    for (const { item, element } of lines.order) {
      if (!item.entity) continue;
      const isChosen = chosen.has(item.entity.id);
      put(element, "aria-selected", String(isChosen));
      put(element, "tabindex", isFirst || isChosen ? "0" : "-1");
      isFirst = false;
      if (isChosen && chosen.size === 1) only = element;
    }
    if (only && only !== scrolled && !list.contains(document.activeElement)) only.scrollIntoView({ block: "nearest" });
    scrolled = only;
  };
  search.addEventListener("input", draw);
  search.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && search.value) {
      search.value = "";
      draw();
      event.stopPropagation();
    } else if (event.key === "ArrowDown" || event.key === "Enter") {
      const first = list.querySelector("[data-entity]");
      first?.focus();
      if (event.key === "Enter") first?.click();
      event.preventDefault();
    }
  });
  list.addEventListener("keydown", (event) => walkList(list, search, event));
  for (const name of ["design", "picture", "findings"]) store.on(name, draw);
  store.on("selection", mark);
  if ((store.get("design").entities ?? NONE).length > MANY) afterFrame(draw)(); // the diagram comes first
  else draw();
  return { element, focusSearch: () => search.focus() };
}

/**
 * @typedef {{title?: string, entity?: any, attribute?: any, colour?: string, severity?: string, isAway?: boolean,
 *   isReadOnly?: boolean}} Line A line of the list: the title of a group, or an entity.
 */

/** @type {any[]} */
const NONE = [];

/** Return a function that remembers what it last came to. @template {any[]} A, R @param {(...all: A) => R} make @returns {(...all: A) => R} */
function remembered(make) {
  let known = /** @type {any} */ (null);
  return (...all) => {
    if (!known || all.some((one, i) => one !== known.all[i])) known = { all, made: make(...all) };
    return known.made;
  };
}

/** Set an attribute, unless it is so. @param {Element} element @param {string} name @param {string} value */
function put(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/** @param {Line} one @param {Line} other */
function isSameLine(one, other) {
  return ["title", "entity", "attribute", "colour", "severity", "isAway", "isReadOnly"].every((name) => one[name] === other[name]);
}

/** Return the element of a line, with its text alone. @param {import("./store.js").Store} store @param {Line} line */
function lineShell(store, { title, entity, attribute, isAway, isReadOnly }) {
  if (!entity) return html("li", { class: "sd-list-group", role: "presentation" }, title);
  const choose = (event) => {
    const entities =
      event.shiftKey || event.ctrlKey || event.metaKey ? new Set(store.view.entities).add(entity.id) : [entity.id];
    store.select({ entities, attribute: attribute?.id ?? null, reveal: true });
  };
  return html(
    "li",
    {
      role: "option",
      class: `sd-item${isAway ? " sd-item-away" : ""}`,
      data: { entity: entity.id },
      draggable: isReadOnly ? null : "true",
      ondragstart: (event) => event.dataTransfer?.setData(CARRIED_ENTITY, entity.id),
      title: entity.description || null,
      onclick: choose,
      ondblclick: () => store.emit("open-inspector"),
    },
    entity.qualified_name,
  );
}

/** Return all that the line of an entity shows. @param {Line} line */
function itemParts({ entity, attribute, colour, severity }) {
  const swatch = html("span", { class: "sd-swatch" });
  if (colour) swatch.style.background = colour;
  return [
    swatch,
    html(
      "span",
      { class: `sd-item-name${entity.is_abstract ? " sd-abstract" : ""}` },
      entity.qualified_name,
      attribute ? html("span", { class: "sd-item-found" }, ` .${attribute.name}`) : null,
    ),
    severity
      ? html(
          "span",
          { class: `sd-item-mark sd-${severity}`, title: `has ${severity === "error" ? "errors" : "warnings"}` },
          icon(severity === "info" ? "info" : severity, 12),
        )
      : null,
    html("span", { class: "sd-item-count", title: attributeWords(entity) }, rowsOf(entity)),
  ];
}

/** How many rows the whole card of an entity has. @param {any} entity @returns {number} */
const rowsOf = (entity) => entity.attributes.length + (entity.added?.length ?? 0);

/** @param {any} entity */
function attributeWords(entity) {
  const all = counted(rowsOf(entity), "attribute");
  return entity.added?.length ? `${all}, ${entity.added.length} of them from traits, relationships and the like` : all;
}

/** Group what was found by area, in the areas' order; the rest comes last. */
function grouped(found, areas) {
  if (areas.length === 0) return [["", found]];
  const areaOf = new Map(areas.flatMap((area) => area.members.map((member) => [member, area.id])));
  const groups = areas.map((area) => [area.name, found.filter(({ entity }) => areaOf.get(entity.id) === area.id)]);
  groups.push(["Other", found.filter(({ entity }) => !areaOf.has(entity.id))]);
  return groups.filter(([, members]) => members.length > 0);
}

/** @param {any[]} findings @returns {Map<string, string>} */
function worstFindings(findings) {
  const order = ["info", "warning", "error"];
  const worst = new Map();
  for (const finding of findings) {
    if (finding.severity === "info") continue;
    for (const id of finding.entity_ids ?? []) {
      if (order.indexOf(finding.severity) > order.indexOf(worst.get(id) ?? "info")) worst.set(id, finding.severity);
    }
  }
  return worst;
}

/** Arrows walk over the items; Enter and Space choose. */
function walkList(list, search, event) {
  const items = [...list.querySelectorAll("[data-entity]")];
  const at = items.indexOf(document.activeElement);
  if (at < 0) return;
  if (event.key === "ArrowDown") items[Math.min(at + 1, items.length - 1)].focus();
  else if (event.key === "ArrowUp" && at === 0) search.focus();
  else if (event.key === "ArrowUp") items[at - 1].focus();
  else if (event.key === "Home") items[0].focus();
  else if (event.key === "End") items[items.length - 1].focus();
  else if (event.key === "Enter" || event.key === " ") items[at].click();
  else return;
  event.preventDefault();
}

// The list of entities with its search: the diagram as a list, for eyes and for screen readers.

import { fill, html } from "./dom.js";
import { icon } from "./icons.js";
import { CARRIED_ENTITY } from "./scenes.js";
import { counted } from "./text.js";

/**
 * Return the entities that fit all words of a search: in their name, schema or attributes; best first.
 * @param {any[]} entities @param {string} search
 * @returns {{entity: any, attribute: any | null}[]}
 */
export function searchEntities(entities, search) {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
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
  return ranked.sort((a, b) => a.rank - b.rank || a.entity.qualified_name.localeCompare(b.entity.qualified_name));
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

  const draw = () => {
    const entities = store.get("design").entities ?? [];
    const found = searchEntities(entities, search.value);
    const colours = new Map((store.whole.cards ?? []).map((card) => [card.id, card.colour]));
    const problems = worstFindings(store.get("findings").items ?? []);
    count.textContent = search.value
      ? `${found.length} of ${counted(entities.length, "entity", "entities")}`
      : counted(entities.length, "entity", "entities");
    fill(
      list,
      grouped(found, store.get("design").areas ?? [])
        .map(([title, members]) => [
          title ? html("li", { class: "sd-list-group", role: "presentation" }, title) : null,
          members.map(({ entity, attribute }) =>
            entityItem(store, entity, attribute, colours.get(entity.id), problems.get(entity.id)),
          ),
        ])
        .flat(2),
    );
    mark();
  };
  const mark = () => {
    const chosen = store.view.entities;
    let isFirst = true;
    for (const one of list.querySelectorAll("[data-entity]")) {
      const isChosen = chosen.has(one.dataset.entity);
      one.setAttribute("aria-selected", String(isChosen));
      one.setAttribute("tabindex", isFirst || isChosen ? "0" : "-1");
      isFirst = false;
      if (isChosen && chosen.size === 1 && !list.contains(document.activeElement))
        one.scrollIntoView({ block: "nearest" });
    }
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
  draw();
  return { element, focusSearch: () => search.focus() };
}

/** @param {import("./store.js").Store} store */
function entityItem(store, entity, attribute, colour, severity) {
  const choose = (event) => {
    const entities =
      event.shiftKey || event.ctrlKey || event.metaKey ? new Set(store.view.entities).add(entity.id) : [entity.id];
    store.select({ entities, attribute: attribute?.id ?? null, reveal: true });
  };
  const isAway = store.view.scene && !(store.get("picture").cards ?? []).some((card) => card.id === entity.id);
  const swatch = html("span", { class: "sd-swatch" });
  if (colour) swatch.style.background = colour;
  return html(
    "li",
    {
      role: "option",
      class: `sd-item${isAway ? " sd-item-away" : ""}`,
      data: { entity: entity.id },
      draggable: store.isReadOnly ? null : "true",
      ondragstart: (event) => event.dataTransfer?.setData(CARRIED_ENTITY, entity.id),
      title: entity.description || null,
      onclick: choose,
      ondblclick: () => store.emit("open-inspector"),
    },
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
    html(
      "span",
      { class: "sd-item-count", title: counted(entity.attributes.length, "attribute") },
      entity.attributes.length,
    ),
  );
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

// The lines of the diagram as a list: every relationship in words, for eyes and for screen readers.

import { html } from "./dom.js";
import { spokenRelationship } from "./cardinality.js";
import { LongList } from "./long_list.js";
import { jumpTo } from "./scenes.js";

/**
 * @typedef {{id: string, from: string, to: string, card: string, words: string, all: string}} Line A relationship in
 *   words; `card` is where it begins, `all` is what a search looks through.
 */

/**
 * Say all relationships of a design: from the entity that has the foreign key to the one that it is about.
 * @param {any} design @param {any} picture @returns {Line[]}
 */
export function relationshipLines(design, picture) {
  const names = new Map((design.entities ?? []).map((entity) => [entity.id, entity.qualified_name]));
  const keys = new Map((picture.edges ?? []).map((edge) => [edge.relationship_id, edge]));
  const cards = new Map((picture.cards ?? []).map((card) => [card.id, card]));
  const lines = (design.relationships ?? []).map((one) => {
    const isBoth = one.relationship_type === "MANY_TO_MANY";
    const [parent, child] = [names.get(one.source_entity_id) ?? "?", names.get(one.target_entity_id) ?? "?"];
    const [from, to] = isBoth ? [parent, child] : [child, parent];
    const key = keys.get(one.id);
    const rows = key && !isBoth ? rowNames(cards.get(key.target_card), key.target_rows ?? []) : [];
    const columns = rows.length ? rows : isBoth ? [] : one.target_attributes ?? [];
    const junction = one.junction_entity_id ? names.get(one.junction_entity_id) : one.junction_name;
    const kind = isBoth
      ? "many to many"
      : spokenRelationship(child, parent, one.target_cardinality, one.source_cardinality).title;
    const words = [
      kind,
      columns.length ? `by ${columns.join(", ")}` : "",
      isBoth && junction ? `through ${junction}` : "",
      one.name ?? "",
    ].filter(Boolean).join(", ");
    const card = isBoth ? one.source_entity_id : one.target_entity_id;
    return { id: one.id, from, to, card, words, all: `${from} → ${to} ${words}`.toLowerCase() };
  });
  const order = new Intl.Collator();
  return lines.sort((a, b) => order.compare(a.from, b.from) || order.compare(a.to, b.to));
}

/** @param {any} card @param {string[]} ids @returns {string[]} */
function rowNames(card, ids) {
  const rows = card?.rows ?? [];
  return ids.map((id) => rows.find((row) => row.id === id)?.name).filter(Boolean);
}

/** Return the lines that have all words of a search. @param {Line[]} lines @param {string} search */
export function searchLines(lines, search) {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return words.length ? lines.filter(({ all }) => words.every((word) => all.includes(word))) : lines;
}

/**
 * The list for the navigator; Enter on a line selects it and brings it into view.
 * @param {import("./store.js").Store} store @param {import("./canvas.js").Canvas} canvas
 */
export function relationshipsList(store, canvas) {
  const place = html("ul", { class: "sd-nav-items", "aria-label": "Relationships" });
  const list = new LongList(place, {
    key: (line) => line.id,
    shell: (line) => row(store, canvas, line),
    furnish: () => {},
    same: (one, other) => one.all === other.all && one.card === other.card,
  });
  let known = /** @type {{design: any, picture: any, lines: Line[]} | null} */ (null);
  /** What there is now; said again only when it has changed. */
  const lines = () => {
    const [design, picture] = [store.get("design"), store.whole];
    if (known?.design !== design || known.picture !== picture) known = { design, picture, lines: relationshipLines(design, picture) };
    return known.lines;
  };
  const mark = () => {
    for (const { item, element } of list.order) {
      const chosen = item.id === store.view.relationship;
      if (chosen) element.firstElementChild?.setAttribute("aria-current", "true");
      else element.firstElementChild?.removeAttribute("aria-current");
    }
  };
  store.on("selection", mark);
  return {
    element: place,
    /** How many there are in all. */
    total: () => (store.get("design").relationships ?? []).length,
    /** How many a search finds. @param {string} search */
    count: (search) => (search ? searchLines(lines(), search).length : (store.get("design").relationships ?? []).length),
    /** @param {string} search @param {boolean} isOpen */
    draw: (search, isOpen) => {
      list.draw(isOpen ? searchLines(lines(), search) : []);
      mark();
    },
  };
}

/** @param {import("./store.js").Store} store @param {import("./canvas.js").Canvas} canvas @param {Line} line */
function row(store, canvas, { id, from, to, card, words }) {
  return html(
    "li",
    {},
    html(
      "button",
      {
        type: "button",
        class: "sd-nav-item sd-nav-line",
        "aria-label": `${from} → ${to}, ${words}`,
        title: `${from} → ${to}, ${words}`,
        data: { part: `relationships ${id}` },
        onclick: () => jumpTo(store, canvas, { card, relationship: id }),
      },
      html("span", {}, html("bdi", {}, from), " → ", html("bdi", {}, to)),
      html("span", { class: "sd-hint" }, words),
    ),
  );
}

// The relationships of an entity: each said in words, opened on a click.

import { isolated } from "./bidi.js";
import { button, html, svg } from "./dom.js";
import { spokenRelationship } from "./cardinality.js";
import { icon } from "./icons.js";

/**
 * @param {import("./store.js").Store} store @param {any} entity @param {{relate: (id: string) => void}} actions
 * @returns {Node[]}
 */
export function relationshipsTab(store, entity, actions) {
  const name = (id) => store.entity(id)?.qualified_name ?? "?";
  const mine = (store.get("design").relationships ?? []).filter((one) =>
    [one.source_entity_id, one.target_entity_id, one.junction_entity_id].includes(entity.id),
  );
  const items = mine.map((one) => {
    const [source, target] = [name(one.source_entity_id), name(one.target_entity_id)];
    const spoken = spokenRelationship(source, target, one.source_cardinality, one.target_cardinality);
    const deletes = one.on_delete_action === "NO ACTION" ? "" : `, on delete ${one.on_delete_action.toLowerCase()}`;
    return html(
      "li",
      {},
      html(
        "button",
        {
          type: "button",
          class: "sd-entry",
          title: `${spoken.forward} ${spoken.backward}`,
          onclick: () => store.select({ relationship: one.id }),
        },
        html("span", { class: "sd-entry-title" }, html("b", {}, source), svgArrow(), html("b", {}, target)),
        html("span", { class: "sd-entry-words" }, [one.name, spoken.title + deletes].filter(Boolean).join(" · ")),
      ),
    );
  });
  const foreign = (entity.foreign_keys ?? []).map((key) =>
    html(
      "li",
      { class: "sd-fact" },
      html(
        "code",
        {},
        isolated(`(${key.child_attributes.join(", ")}) → ${key.parent} (${key.parent_attributes.join(", ")})`),
      ),
      key.on_delete === "NO ACTION" ? null : ` on delete ${key.on_delete.toLowerCase()}`,
    ),
  );
  return [
    items.length
      ? html("ul", { class: "sd-entries", "aria-label": "Relationships" }, items)
      : html("p", { class: "sd-hint" }, "No relationships yet."),
    store.isReadOnly
      ? null
      : button({ icon: icon("link", 14), label: "New relationship", onclick: () => actions.relate(entity.id) }),
    foreign.length ? html("h4", {}, "Foreign keys of the table") : null,
    foreign.length ? html("ul", { class: "sd-foreign-keys" }, foreign) : null,
  ].filter(Boolean);
}

function svgArrow() {
  return svg(
    "svg",
    { class: "sd-icon", viewBox: "0 0 16 16", width: 14, height: 14, "aria-hidden": "true" },
    svg("path", { d: "M2 8h11M9.5 4.5 13 8l-3.5 3.5" }),
  );
}

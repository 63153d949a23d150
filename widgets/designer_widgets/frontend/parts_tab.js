// Keys, checks, indexes, exclusions, policies, triggers and partitions of an entity: one list each, one form each.

import { isolated } from "./bidi.js";
import { carriedSection } from "./carried.js";
import { button, fill, html } from "./dom.js";
import { problemLine, sendFrom } from "./field.js";
import { formOf } from "./form.js";
import { icon } from "./icons.js";
import { judgedLine } from "./judged_field.js";
import { PART_KINDS } from "./part_kinds.js";
import { dividedBy, hasPartitions } from "./partitions.js";

/**
 * @param {import("./store.js").Store} store @param {any} entity
 * @returns {Node[]}
 */
export function partsTab(store, entity) {
  const sections = PART_KINDS.flatMap((kind) => {
    if (kind.collection !== "partitions") return [partSection(store, entity, kind)];
    return [dividedBy(store, entity), hasPartitions(entity) ? partSection(store, entity, kind) : null];
  });
  return [...sections, carriedSection(store, entity)].filter(Boolean);
}

/** @param {import("./store.js").Store} store @param {any} entity @param {any} kind */
function partSection(store, entity, kind) {
  const place = html("div", {});
  const open = (part) => {
    fill(
      place,
      partForm(store, entity, kind, part, () => fill(place)),
    );
    place.querySelector("input, select")?.focus();
  };
  const items = entity[kind.collection].map((part) =>
    html(
      "li",
      { class: "sd-part", data: { part: part.id } },
      html(
        "button",
        {
          type: "button",
          class: "sd-entry",
          disabled: store.isReadOnly,
          title: part.description || null,
          onclick: () => open(part),
        },
        part.name ? html("b", {}, part.name) : null,
        html("code", {}, isolated(kind.words(part))),
      ),
      store.isReadOnly ? null : removePart(store, entity, kind, part),
    ),
  );
  const add = store.isReadOnly
    ? null
    : button({ icon: icon("add", 13), title: `New ${kind.one}`, onclick: () => open(null) });
  if (store.isReadOnly && items.length === 0) return html("div", { hidden: true });
  return html(
    "section",
    { class: "sd-section" },
    html(
      "header",
      {},
      html("h4", {}, kind.title, items.length ? html("span", { class: "sd-count" }, items.length) : null),
      add,
    ),
    place,
    html("ul", { class: "sd-entries" }, items),
  );
}

function removePart(store, entity, kind, part) {
  return button({
    icon: icon("close", 12),
    title: `Remove this ${kind.one}`,
    onclick: () =>
      store.ask(
        store.editing({ kind: "remove_part", entity_id: entity.id, collection: kind.collection, part_id: part.id }),
      ),
  });
}

/** @param {any} kind @param {any | null} part @param {() => void} close */
function partForm(store, entity, kind, part, close) {
  const attributes = [...entity.attributes, ...(entity.added ?? [])].map((attribute) => attribute.name);
  const judged = (input, spec) =>
    judgedLine(store, input, {
      piece: spec.piece ?? "expression",
      judge: () => (spec.judge ? { entity_id: entity.id, use: spec.judge } : null),
    });
  const form = formOf(kind.fields, part ?? {}, { attributes, entities: [], judged });
  const first = form.read();
  const changed = (value) =>
    Object.fromEntries(Object.entries(value).filter(([name, now]) => JSON.stringify(now) !== JSON.stringify(first[name])));
  const save = button({
    label: part ? "Change" : `Add ${kind.one}`,
    kind: "primary",
    onclick: async () => {
      const value = form.read();
      const changes = changed(value);
      if (part && Object.keys(changes).length === 0) {
        close();
        return;
      }
      const edit = part
        ? { kind: "change_part", entity_id: entity.id, collection: kind.collection, part_id: part.id, changes }
        : { kind: "add_part", entity_id: entity.id, collection: kind.collection, part: value };
      if (await sendFrom(store, save, store.editing(edit))) close();
    },
  });
  const cancel = button({ label: "Cancel", onclick: close });
  const box = html(
    "div",
    { class: "sd-inline-form" },
    form.element,
    problemLine(save),
    html("div", { class: "sd-buttons" }, save, cancel),
  );
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && /** @type {Element} */ (event.target).tagName === "INPUT") save.click();
    if (event.key !== "Escape") return;
    event.stopPropagation();
    close();
  });
  return box;
}

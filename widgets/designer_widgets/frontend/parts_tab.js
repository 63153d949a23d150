// Keys, checks, indexes, exclusions, policies and triggers of an entity: one list each, one form each.

import { carriedSection } from "./carried.js";
import { button, fill, html } from "./dom.js";
import { problemLine, sendFrom } from "./field.js";
import { formOf } from "./form.js";
import { icon } from "./icons.js";

const NAME = { name: "name", label: "Name", kind: "text" };
const DEFERRABLE = {
  name: "deferrable",
  label: "Checked",
  kind: "choice",
  options: [
    ["", "with each statement"],
    ["IMMEDIATE", "deferrable, immediate"],
    ["DEFERRED", "at the end of the transaction"],
  ],
};

/** What each collection's parts are made of. */
const PART_KINDS = [
  {
    collection: "keys",
    title: "Unique keys",
    one: "unique key",
    fields: [
      { name: "attributes", label: "Attributes", kind: "names" },
      NAME,
      { name: "nulls_not_distinct", label: "Nulls are equal (NULLS NOT DISTINCT)", kind: "bool" },
      DEFERRABLE,
    ],
    words: (part) => `unique (${part.attributes.join(", ")})${part.nulls_not_distinct ? " nulls not distinct" : ""}`,
  },
  {
    collection: "checks",
    title: "Checks",
    one: "check",
    fields: [
      { name: "expression", label: "Expression", kind: "sql", hint: "such as: price >= 0", nullable: false },
      NAME,
    ],
    words: (part) => `check (${part.expression})`,
  },
  {
    collection: "indexes",
    title: "Indexes",
    one: "index",
    fields: [
      { name: "keys", label: "Keys", kind: "index_keys" },
      NAME,
      {
        name: "method",
        label: "Method",
        kind: "choice",
        options: ["btree", "gin", "gist", "brin", "hash", "spgist"],
        start: "btree",
      },
      { name: "is_unique", label: "Unique", kind: "bool" },
      {
        name: "predicate",
        label: "Only rows where",
        kind: "sql",
        hint: "a partial index, such as: deleted_at IS NULL",
      },
      { name: "include", label: "Include", kind: "names" },
    ],
    words: (part) =>
      `${part.is_unique ? "unique " : ""}${part.method} (${part.keys.map((key) => (key.attribute ?? `(${key.expression})`) + (key.descending ? " desc" : "")).join(", ")})${part.include.length ? ` include (${part.include.join(", ")})` : ""}${part.predicate ? ` where ${part.predicate}` : ""}`,
  },
  {
    collection: "exclusions",
    title: "Exclusions",
    one: "exclusion",
    fields: [
      { name: "elements", label: "No two rows agree on all of", kind: "elements" },
      NAME,
      { name: "method", label: "Method", kind: "choice", options: ["gist", "btree", "hash", "spgist"], start: "gist" },
      { name: "predicate", label: "Only rows where", kind: "sql" },
    ],
    words: (part) =>
      `exclude using ${part.method} (${part.elements.map((element) => `${element.expression} with ${element.operator}`).join(", ")})`,
  },
  {
    collection: "policies",
    title: "Policies",
    one: "policy",
    fields: [
      { ...NAME, nullable: false },
      {
        name: "command",
        label: "For",
        kind: "choice",
        options: ["ALL", "SELECT", "INSERT", "UPDATE", "DELETE"],
        start: "ALL",
      },
      { name: "permissive", label: "Permissive", kind: "bool", start: true },
      { name: "roles", label: "Roles", kind: "words", hint: "nobody named: everyone" },
      { name: "using", label: "Rows that are seen", kind: "sql" },
      { name: "check", label: "Rows that may be written", kind: "sql" },
    ],
    words: (part) =>
      `${part.command.toLowerCase()}${part.using ? ` using (${part.using})` : ""}${part.check ? ` check (${part.check})` : ""}`,
  },
  {
    collection: "triggers",
    title: "Triggers",
    one: "trigger",
    fields: [
      { ...NAME, nullable: false },
      { name: "timing", label: "When", kind: "choice", options: ["BEFORE", "AFTER", "INSTEAD OF"], start: "BEFORE" },
      {
        name: "events",
        label: "Events",
        kind: "names",
        options: ["INSERT", "UPDATE", "DELETE", "TRUNCATE"],
        start: ["UPDATE"],
      },
      { name: "function", label: "Function", kind: "text", nullable: false },
      { name: "for_each_row", label: "For each row", kind: "bool", start: true },
      { name: "condition", label: "Only when", kind: "sql" },
    ],
    words: (part) => `${part.timing.toLowerCase()} ${part.events.join(" or ").toLowerCase()} → ${part.function}`,
  },
];

/**
 * @param {import("./store.js").Store} store @param {any} entity
 * @returns {Node[]}
 */
export function partsTab(store, entity) {
  return [...PART_KINDS.map((kind) => partSection(store, entity, kind)), carriedSection(store, entity)];
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
        html("code", {}, kind.words(part)),
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
  const form = formOf(kind.fields, part ?? {}, { attributes, entities: [] });
  const save = button({
    label: part ? "Change" : `Add ${kind.one}`,
    kind: "primary",
    onclick: async () => {
      const value = form.read();
      const edit = part
        ? { kind: "change_part", entity_id: entity.id, collection: kind.collection, part_id: part.id, changes: value }
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

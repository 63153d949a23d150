// Traits: what an entity is, in one switch each, with the few things that a trait leaves open.

import { button, fill, html } from "./dom.js";
import { checkBox, problemLine, sendFrom } from "./field.js";
import { formOf } from "./form.js";

const SETTING_HINT = "a session setting, such as app.tenant_id";

/** What each trait says and asks. */
const TRAIT_KINDS = [
  {
    kind: "timestamps",
    title: "Timestamps",
    words: "created_at and updated_at, kept by a trigger.",
    fields: [
      { name: "created", label: "Created", kind: "text", start: "created_at", nullable: false },
      { name: "updated", label: "Updated", kind: "text", start: "updated_at", hint: "empty: rows never change" },
    ],
  },
  {
    kind: "soft_delete",
    title: "Soft delete",
    words: "Rows are marked as deleted; a view shows the live ones.",
    fields: [
      { name: "attribute", label: "Attribute", kind: "text", start: "deleted_at", nullable: false },
      { name: "view", label: "View of live rows", kind: "text" },
    ],
  },
  {
    kind: "tenant_scoped",
    title: "Tenant-scoped",
    words: "Every row belongs to one tenant; row-level security keeps the others away.",
    fields: [
      { name: "tenant_entity_id", label: "Tenant", kind: "entity" },
      { name: "attribute", label: "Attribute", kind: "text", start: "tenant_id", nullable: false },
      { name: "setting", label: "Setting", kind: "text", start: "app.tenant_id", hint: SETTING_HINT, nullable: false },
      { name: "roles", label: "Roles", kind: "words", hint: "nobody named: everyone" },
    ],
  },
  {
    kind: "audited",
    title: "Audited",
    words: "Every change is written to an append-only log, by trigger.",
    fields: [
      { name: "log", label: "Log table", kind: "text", start: "audit_log", nullable: false },
      { name: "exclude", label: "Kept out of the log", kind: "names" },
    ],
  },
  {
    kind: "partitioned",
    title: "Partitioned",
    words: "The table is split by time, by value or by hash.",
    fields: [
      {
        name: "method",
        label: "Method",
        kind: "choice",
        options: [
          ["RANGE", "range of time"],
          ["LIST", "list of values"],
          ["HASH", "hash"],
        ],
        start: "RANGE",
      },
      { name: "attribute", label: "Attribute", kind: "attribute", start: "created_at" },
      {
        name: "interval",
        label: "One partition each",
        kind: "choice",
        options: ["DAY", "MONTH", "YEAR"],
        start: "MONTH",
        when: (value) => value.method === "RANGE",
      },
      { name: "start", label: "From", kind: "date", when: (value) => value.method === "RANGE" },
      {
        name: "ahead",
        label: "Partitions made ahead",
        kind: "number",
        start: 12,
        when: (value) => value.method === "RANGE",
      },
      { name: "lists", label: "Values of each partition", kind: "lists", when: (value) => value.method === "LIST" },
      { name: "modulus", label: "Partitions", kind: "number", start: 4, when: (value) => value.method === "HASH" },
      {
        name: "default_partition",
        label: "A default partition takes the rest",
        kind: "bool",
        start: true,
        when: (value) => value.method !== "HASH",
      },
    ],
  },
  {
    kind: "archived",
    title: "Archived",
    words: "Old rows move to a table of their own, many at a time.",
    fields: [
      {
        name: "after",
        label: "After",
        kind: "text",
        start: "2 years",
        hint: "such as 90 days, 18 months, 7 years",
        nullable: false,
      },
      { name: "attribute", label: "By", kind: "attribute", start: "created_at" },
      { name: "table", label: "Archive table", kind: "text" },
    ],
  },
  {
    kind: "encrypted",
    title: "Encrypted",
    words: "Attributes are kept as ciphertext; needs pgcrypto.",
    fields: [
      { name: "attributes", label: "Attributes", kind: "names" },
      {
        name: "key_setting",
        label: "Setting with the key",
        kind: "text",
        start: "app.encryption_key",
        nullable: false,
      },
    ],
  },
  {
    kind: "searchable",
    title: "Searchable",
    words: "A text-search vector over weighted attributes, with its index.",
    fields: [
      { name: "weights", label: "Weights, A weighs most", kind: "weights" },
      { name: "configuration", label: "Configuration", kind: "text", start: "simple", nullable: false },
      { name: "attribute", label: "Attribute", kind: "text", start: "search_vector", nullable: false },
    ],
  },
];

/**
 * @param {import("./store.js").Store} store @param {any} entity
 * @returns {Node[]}
 */
export function traitsTab(store, entity) {
  return TRAIT_KINDS.map((spec) => traitCard(store, entity, spec));
}

/** @param {import("./store.js").Store} store @param {any} entity @param {any} spec */
function traitCard(store, entity, spec) {
  const value = entity.traits.find((trait) => trait.kind === spec.kind);
  const place = html("div", {});
  const problem = html("div", { class: "sd-problem", hidden: true });
  const toggle = checkBox({
    value: Boolean(value),
    label: spec.title,
    disabled: store.isReadOnly,
    data: { focus: `trait.${spec.kind}` },
    commit: async (on) => {
      if (!on && value) {
        if (
          !(await sendFrom(
            store,
            toggle,
            store.editing({ kind: "remove_trait", entity_id: entity.id, trait: spec.kind }),
          ))
        )
          toggle.checked = true;
      } else if (on) open(spec.fields.some((one) => one.start === undefined && one.kind !== "text"));
      else fill(place);
    },
  });
  toggle.problemLine = problem;
  const open = (isAsking) => {
    const form = traitForm(store, entity, spec, value, () => fill(place));
    fill(place, form.element);
    if (!isAsking) form.save.click();
  };
  const settings =
    value && !store.isReadOnly
      ? button({ label: "Settings", onclick: () => (place.firstChild ? fill(place) : open(true)) })
      : null;
  return html(
    "section",
    { class: `sd-trait${value ? " sd-trait-on" : ""}` },
    html("header", {}, html("label", { class: "sd-tick" }, toggle, html("b", {}, spec.title)), settings),
    html(
      "p",
      { class: "sd-hint" },
      spec.words,
      value ? html("span", { class: "sd-trait-facts" }, ` ${factsOf(store, spec, value)}`) : null,
    ),
    problem,
    place,
  );
}

/** Say in short what a trait was set to. */
function factsOf(store, spec, value) {
  return spec.fields
    .filter((one) => !one.when || one.when(value))
    .map((one) => {
      const set = value[one.name];
      if (set === null || set === undefined || set === "" || set === false || set?.length === 0) return null;
      if (one.kind === "entity") return store.entity(set)?.qualified_name;
      if (Array.isArray(set)) return set.join(", ");
      if (typeof set === "object")
        return Object.entries(set)
          .map(([name, weight]) => `${name} ${weight}`)
          .join(", ");
      return set === true ? null : String(set);
    })
    .filter(Boolean)
    .join(" · ");
}

/** @param {any} spec @param {any | undefined} value @param {() => void} close */
function traitForm(store, entity, spec, value, close) {
  const attributes = [...entity.attributes, ...(entity.added ?? [])].map((attribute) => attribute.name);
  const entities = (store.get("design").entities ?? [])
    .filter((one) => !one.is_abstract)
    .map((one) => /** @type {[string, string]} */ ([one.id, one.qualified_name]));
  const form = formOf(spec.fields, value ?? {}, { attributes, entities });
  const save = button({
    label: value ? "Change" : `Make it ${spec.title.toLowerCase()}`,
    kind: "primary",
    onclick: async () => {
      const trait = { ...(value ?? {}), kind: spec.kind, ...form.read() };
      if (await sendFrom(store, save, store.editing({ kind: "set_trait", entity_id: entity.id, trait }))) close();
    },
  });
  const cancel = button({
    label: "Cancel",
    onclick: () => {
      close();
      store.emit("design");
    },
  });
  return {
    save,
    element: html(
      "div",
      { class: "sd-inline-form" },
      form.element,
      problemLine(save),
      html("div", { class: "sd-buttons" }, save, cancel),
    ),
  };
}

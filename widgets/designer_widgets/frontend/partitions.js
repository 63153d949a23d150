// How the rows of an entity are divided: by which attributes, in which way. The trait "partitioned" says it shorter.

import { button, html } from "./dom.js";
import { choice, field, sendFrom, textInput } from "./field.js";

/** Whether an entity has partitions of its own, beside those of the trait. @param {any} entity */
export function hasPartitions(entity) {
  return Boolean(entity.partition_method) || entity.partitions.length > 0;
}

/** @param {import("./store.js").Store} store @param {any} entity */
export function dividedBy(store, entity) {
  if (entity.is_abstract) return null;
  const isTrait = entity.traits.some((trait) => trait.kind === "partitioned");
  if (store.isReadOnly && !hasPartitions(entity) && !isTrait) return null;
  const content = isTrait
    ? [
        html("p", { class: "sd-hint" }, "The trait Partitioned divides this table into regular partitions."),
        button({ label: "Show the trait", onclick: () => store.showTab("traits") }),
      ]
    : division(store, entity);
  return html(
    "section",
    { class: "sd-section", "aria-label": "Divided by" },
    html("header", {}, html("h4", {}, "Divided by")),
    content,
  );
}

/** @param {import("./store.js").Store} store @param {any} entity */
function division(store, entity) {
  const disabled = store.isReadOnly;
  const method = choice({
    value: entity.partition_method,
    label: "Method",
    disabled,
    options: [
      ["", "not divided"],
      ["RANGE", "ranges of values"],
      ["LIST", "lists of values"],
      ["HASH", "hash"],
    ],
  });
  method.dataset.focus = "entity.partition-method";
  const keys = textInput({
    value: entity.partition_keys.map((key) => key.attribute ?? `(${key.expression})`).join(", "),
    label: "Attributes that decide",
    placeholder: "created_at",
    disabled,
    data: { focus: "entity.partition-keys" },
    commit: () => send(keys),
  });
  const send = (control) => {
    const known = new Map(entity.partition_keys.map((key) => [key.attribute ?? `(${key.expression})`, key]));
    const names = keys.value.split(",").map((one) => one.trim()).filter(Boolean);
    if (method.value && names.length === 0) {
      keys.focus();
      return;
    }
    const partition_keys = method.value ? names.map((name) => known.get(name) ?? keyOf(name)) : [];
    sendFrom(
      store,
      control,
      store.editing({
        kind: "change_entity",
        entity_id: entity.id,
        changes: { partition_method: method.value, partition_keys },
      }),
    );
  };
  method.addEventListener("change", () => send(method));
  return [
    html(
      "div",
      { class: "sd-row-of-fields" },
      field("Method", method, { help: "How rows are divided among partitions; the table itself keeps none" }),
      field("Attributes that decide", keys, {
        help: "Which partition a row goes to: attributes, or an expression in brackets, with commas between",
      }),
    ),
  ];
}

/** @param {string} text */
function keyOf(text) {
  const inner = /^\((.*)\)$/s.exec(text);
  return inner ? { expression: inner[1] } : { attribute: text };
}

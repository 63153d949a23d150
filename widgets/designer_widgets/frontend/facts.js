// What is known of an entity or one of its attributes, in short lines. Pure; nothing here knows the page.

import { counted } from "./text.js";

/**
 * @typedef {{title: string, type: string, lines: [string, string][], text: string}} Facts
 */

const KIND_WORDS = { entity: "table", abstract: "abstract entity", materialized_view: "materialized view" };
const MOST_LABELS = 12;
const MOST_PARTS = 6;

/** Return the facts of a card. @param {any} card @param {any} [entity] @returns {Facts} */
export function factsOfCard(card, entity) {
  const rows = card.rows.length + (card.hidden_rows ?? 0);
  /** @type {[string, string][]} */
  const lines = [
    ["Primary key", entity ? primaryKeyOf(entity).join(", ") : ""],
    ["Unique", listedParts((entity?.keys ?? []).map((key) => namedPart(key, key.attributes.join(", "))))],
    ["Indexes", listedParts((entity?.indexes ?? []).map((index) => namedPart(index, indexWords(index))))],
    ["Checks", listedParts((entity?.checks ?? []).map((check) => namedPart(check, check.expression)))],
    ["References", listedParts((entity?.foreign_keys ?? []).map(referenceWords))],
    ["Traits", listedParts(card.badges.map((badge) => (badge.detail ? `${badge.text}: ${badge.detail}` : badge.text)))],
    ["From", card.is_derived ? (card.subtitle ?? "") : ""],
  ];
  return {
    title: entity?.qualified_name ?? [card.schema, card.title].filter(Boolean).join("."),
    type: `${KIND_WORDS[card.kind] ?? card.kind}, ${counted(rows, card.kind === "enum" ? "label" : "attribute")}`,
    lines: lines.filter(([, value]) => value),
    text: entity?.description || card.description || "",
  };
}

/**
 * Return the facts of a row of a card.
 * @param {any} card @param {any} row @param {any} [entity] @param {any[]} [enums] @returns {Facts}
 */
export function factsOfRow(card, row, entity, enums = []) {
  const attribute = [...(entity?.attributes ?? []), ...(entity?.added ?? [])].find((one) => one.id === row.id);
  const own = (parts, names) => parts.filter((part) => names(part).includes(row.name));
  const labels = labelsOf(attribute, enums);
  const isNull = row.type ? (row.is_nullable ? "yes" : "no") : "";
  /** @type {[string, string][]} */
  const lines = [
    ["Nullable", isNull],
    ["Default", attribute?.default_value ?? ""],
    ["Generated", attribute?.generated ?? (attribute?.identity ? `identity, ${attribute.identity.toLowerCase()}` : "")],
    ["Key", row.is_primary_key ? primaryKeyWords(entity) : ""],
    ["Unique", attribute?.is_unique ? "alone" : listedParts(own(entity?.keys ?? [], (key) => key.attributes).map((key) => namedPart(key, key.attributes.join(", "))))],
    ["Indexes", listedParts(own(entity?.indexes ?? [], indexNames).map((index) => namedPart(index, indexWords(index))))],
    ["Checks", row.is_checked ? listedParts((entity?.checks ?? []).filter((check) => isNamedIn(check.expression, row.name)).map((check) => namedPart(check, check.expression))) : ""],
    ["References", listedParts(own(entity?.foreign_keys ?? [], (key) => key.child_attributes).map(referenceWords))],
    ["Tenant", row.is_tenant ? "says whose row it is" : ""],
    ["Labels", labels.slice(0, MOST_LABELS).join(", ") + (labels.length > MOST_LABELS ? ` and ${labels.length - MOST_LABELS} more` : "")],
    ["From", row.origin ?? ""],
  ];
  return {
    title: `${card.title}.${row.name}`,
    type: row.type ?? "",
    lines: lines.filter(([, value]) => value),
    text: attribute ? attribute.description : (row.description ?? ""),
  };
}

/** @param {any} entity @returns {string[]} */
function primaryKeyOf(entity) {
  if (entity.primary_key?.length) return entity.primary_key;
  return [...entity.attributes, ...(entity.added ?? [])].filter((one) => one.is_primary_key).map((one) => one.name);
}

/** @param {any} entity */
function primaryKeyWords(entity) {
  const key = entity ? primaryKeyOf(entity) : [];
  return key.length > 1 ? `primary, with ${key.join(", ")}` : "primary";
}

/** @param {any} index */
function indexNames(index) {
  return [...index.keys.map((key) => key.attribute), ...(index.include ?? [])].filter(Boolean);
}

/** @param {any} index */
function indexWords(index) {
  const keys = index.keys.map((key) => key.attribute ?? key.expression).join(", ");
  const kind = [index.is_unique && "unique", index.method !== "btree" && index.method].filter(Boolean).join(" ");
  return `${kind ? `${kind} ` : ""}(${keys})${index.predicate ? ` where ${index.predicate}` : ""}`;
}

/** @param {any} key */
function referenceWords(key) {
  return `${key.child_attributes.join(", ")} → ${key.parent} (${key.parent_attributes.join(", ")}), on delete ${key.on_delete.toLowerCase()}`;
}

/** @param {any} attribute @param {any[]} enums @returns {string[]} */
function labelsOf(attribute, enums) {
  const name = attribute?.data_type?.split(".").pop()?.replaceAll('"', "");
  return enums.find((one) => one.name === name)?.labels ?? [];
}

/** Whether an expression names something. @param {string} expression @param {string} name */
function isNamedIn(expression, name) {
  return expression.includes(`"${name}"`) || (expression.toLowerCase().match(/[\p{L}_][\p{L}\p{N}_$]*/gu) ?? []).includes(name);
}

/** @param {{name?: string | null}} part @param {string} words */
function namedPart(part, words) {
  return part.name ? `${part.name}: ${words}` : words;
}

/** @param {string[]} parts */
function listedParts(parts) {
  const more = parts.length > MOST_PARTS ? [`and ${parts.length - MOST_PARTS} more`] : [];
  return [...parts.slice(0, MOST_PARTS), ...more].join("\n");
}

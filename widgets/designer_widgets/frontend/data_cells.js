// Cells of rows: how values look, and the inputs in which they are written. A value is text, or `null` for NULL.

import { append, html } from "./dom.js";

/**
 * @typedef {{name: string, type: string, kind: string, is_key: boolean, is_required: boolean, has_default: boolean,
 *   is_computed: boolean, is_sortable: boolean, labels: string[] | null, reference: string | null}} DataColumn
 */

const LONGEST_SHOWN = 200;

/** How wide a column is at first, by its kind. */
const WIDTHS = { integer: 96, number: 110, bool: 84, date: 116, timestamp: 196, timestamptz: 226, uuid: 290, json: 240, array: 200, bytes: 160 };

/** @param {DataColumn} column */
export function columnWidth(column) {
  const named = 34 + column.name.length * 7.5;
  return Math.round(Math.min(320, Math.max(column.reference ? 190 : (WIDTHS[column.kind] ?? 170), named)));
}

/** Whether a value is shown at the right, as numbers are. @param {DataColumn} column */
export function isNumeric(column) {
  return (column.kind === "integer" || column.kind === "number") && !column.reference;
}

/**
 * Return what a cell shows; `undefined` is a value that was not given.
 * @param {DataColumn} column @param {string | null | undefined} value @param {string | null} [label] Of the row that it leads to.
 */
export function cellContent(column, value, label = null) {
  if (value === undefined) {
    const words = column.is_computed ? "computed" : column.has_default ? "default" : column.is_required ? "needed" : "NULL";
    return html("span", { class: "sd-data-none" }, words);
  }
  if (value === null) return html("span", { class: "sd-data-none" }, "NULL");
  if (value === "") return html("span", { class: "sd-data-none" }, "empty text");
  const shown = value.length > LONGEST_SHOWN ? `${value.slice(0, LONGEST_SHOWN)}…` : value;
  const text = shown.replace(/\r?\n/g, " ⏎ ");
  if (!label) return html("span", {}, column.kind.startsWith("timestamp") ? text.replace("T", " ") : text);
  return html("span", {}, label, html("span", { class: "sd-data-key" }, ` ${text}`));
}

/** Return a value in words, for whoever hears it. @param {string | null | undefined} value */
export function spokenValue(value) {
  if (value === undefined) return "not given";
  if (value === null) return "NULL";
  return value === "" ? "empty text" : value.slice(0, LONGEST_SHOWN);
}

/**
 * Return the input for a value; `read()` gives what is written (`undefined` for nothing), or throws an Error in words.
 * `typed` is the letter that began it, which takes the place of the value.
 * @param {DataColumn} column @param {string | null | undefined} value @param {string | null} typed
 * @returns {{element: any, read: () => string | null | undefined, isLarge: boolean, focus: () => void}}
 */
export function cellEditor(column, value, typed) {
  if (column.kind === "bool") return choiceEditor(column, value, ["true", "false"]);
  if (column.labels) return choiceEditor(column, value, column.labels);
  if (column.kind === "json" || column.kind === "array" || column.kind === "composite") return documentEditor(column, value, typed);
  if (typed === null && column.kind === "date" && /^\d{4}-\d\d-\d\d$/.test(value ?? "2000-01-01")) return dateEditor(column, value);
  if (typed === null && column.kind.startsWith("timestamp") && MOMENT.test(value ?? EXAMPLE)) return momentEditor(column, value);
  return textEditor(column, value, typed);
}

/** A choice of values, and of NULL where that may be. @param {DataColumn} column @param {string | null | undefined} value @param {string[]} values */
function choiceEditor(column, value, values) {
  const element = html("select", { "aria-label": column.name });
  if (value === undefined) element.append(html("option", { value: "" }, column.has_default ? "default" : "not given"));
  if (!column.is_required || value === null) element.append(html("option", { value: "null" }, "NULL"));
  values.forEach((one, index) => element.append(html("option", { value: `v${index}` }, one === "" ? "empty text" : one)));
  const at = value === null || value === undefined ? -1 : values.indexOf(value);
  element.value = at >= 0 ? `v${at}` : value === undefined ? "" : "null";
  const read = () => {
    if (element.value === "") return undefined;
    return element.value === "null" ? null : values[Number(element.value.slice(1))];
  };
  return { element, read, isLarge: false, focus: () => element.focus() };
}

/** JSON, lists and objects, checked as they are typed. @param {DataColumn} column */
function documentEditor(column, value, typed) {
  const area = html("textarea", { class: "sd-code", rows: "7", "aria-label": column.name, spellcheck: "false" });
  area.value = typed ?? pretty(value) ?? "";
  const words = html("div", { class: "sd-hint", role: "status" });
  const check = () => {
    const problem = area.value === "" ? "" : problemOfDocument(column, area.value);
    words.textContent = problem || (area.value === "" ? "nothing written: NULL" : "this is read as JSON");
    area.toggleAttribute("aria-invalid", Boolean(problem));
    return problem;
  };
  area.addEventListener("input", check);
  check();
  const element = html("div", { class: "sd-data-document" }, area, words);
  const read = () => {
    const problem = check();
    if (problem) throw new Error(problem);
    if (area.value === "") return value === undefined ? undefined : null;
    return area.value === pretty(value) ? value : area.value;
  };
  return { element, read, isLarge: true, focus: () => area.focus() };
}

/** Return what is wrong with a document, or nothing. @param {DataColumn} column @param {string} text */
export function problemOfDocument(column, text) {
  const isOther = (column.kind === "array" && /^\s*\{/.test(text)) || (column.kind === "composite" && /^\s*\(/.test(text));
  if (isOther) return ""; // PostgreSQL's own spelling, which it judges itself
  try {
    const found = JSON.parse(text);
    if (column.kind === "array" && !Array.isArray(found)) return 'a list is needed, such as ["a", "b"]';
    if (column.kind === "composite" && (typeof found !== "object" || !found || Array.isArray(found))) return "an object is needed";
    return "";
  } catch (error) {
    return `this is no JSON: ${/** @type {Error} */ (error).message}`;
  }
}

/** Lay JSON out in lines, unless a number would lose digits by it. @param {string | null | undefined} value */
function pretty(value) {
  if (value === null || value === undefined) return null;
  try {
    const found = JSON.parse(value);
    const isSame = JSON.stringify(found) === value.replace(/("(?:[^"\\]|\\.)*")|\s+/g, "$1");
    return isSame ? JSON.stringify(found, null, 2) : value;
  } catch {
    return value;
  }
}

/** @param {DataColumn} column */
function dateEditor(column, value) {
  const element = html("input", { type: "date", value: value ?? "", "aria-label": column.name });
  return { element, read: () => element.value || (value === undefined ? undefined : null), isLarge: false, focus: () => element.focus() };
}

const MOMENT = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:\.\d{1,3})?)(Z|[+-]\d\d(?::?\d\d)?)?$/;
const EXAMPLE = "2000-01-01T00:00:00Z";

/** A date and a time, and where there is one its zone. @param {DataColumn} column */
function momentEditor(column, value) {
  const found = MOMENT.exec(value ?? "");
  const hasZone = column.kind === "timestamptz";
  const when = html("input", {
    type: "datetime-local",
    step: "any",
    value: found ? `${found[1]}T${found[2]}` : "",
    "aria-label": column.name,
  });
  const zone = html("input", { type: "text", class: "sd-data-zone", value: found?.[3] ?? "+00:00", "aria-label": `Time zone of ${column.name}` });
  const element = html("div", { class: "sd-data-moment" }, when, hasZone ? zone : null);
  const read = () => {
    if (!when.value) return value === undefined ? undefined : null;
    const same = found && when.value === `${found[1]}T${found[2]}` && (!hasZone || zone.value === (found[3] ?? "+00:00"));
    return same ? value : `${when.value}${hasZone ? zone.value.trim() || "+00:00" : ""}`;
  };
  return { element, read, isLarge: false, focus: () => when.focus() };
}

/** @param {DataColumn} column */
function textEditor(column, value, typed) {
  const isLong = (value ?? "").length > 60 || /\n/.test(value ?? "");
  const input = html(isLong ? "textarea" : "input", {
    ...(isLong ? { rows: "6" } : { type: "text" }),
    "aria-label": column.name,
    autocomplete: "off",
    spellcheck: "false",
    placeholder: value === null || value === undefined ? "empty text" : null,
    ...(isNumeric(column) ? { inputmode: "decimal" } : {}),
  });
  input.value = typed ?? value ?? "";
  const isText = column.kind === "text";
  const started = input.value;
  const read = () => {
    if (!isText && input.value.trim() === "") return value === undefined ? undefined : null; // only text can be empty
    if ((value === null || value === undefined) && input.value === started && typed === null) return value;
    return input.value;
  };
  const element = isLong ? html("div", { class: "sd-data-document" }, input) : input;
  const focus = () => {
    input.focus();
    if (typed === null) input.select();
  };
  return { element, read, isLarge: isLong, focus };
}

/** Append what a cell shows to it. @param {Element} cell @param {Node} content */
export function showIn(cell, content) {
  cell.replaceChildren();
  append(cell, [content]);
}

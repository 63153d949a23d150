// What sample data is to be like, beside what it is for: rows of an entity, values of an attribute.

import { combobox } from "./combobox.js";
import { html } from "./dom.js";
import { field, sendFrom, textInput } from "./field.js";
import { rankEntries } from "./palette_rank.js";
import { rowsMeant } from "./sample_tables.js";

/** @typedef {{name: string, words: string, needs: string[]}} Provider */

/** @type {WeakMap<object, Promise<Provider[]>>} */
const knownProviders = new WeakMap();

/** Return the hints of an entity, as the design has them. @param {import("./store.js").Store} store @param {any} entity */
function tableHints(store, entity) {
  const tables = store.get("design").sample?.tables ?? {};
  const schema = entity.schema_name ?? store.get("design").default_schema;
  return tables[entity.qualified_name] ?? tables[`${schema}.${entity.name}`] ?? {};
}

/** Return what makes values as it is written: its name, and after commas its parameters. @param {Record<string, any>} hints */
export function providerWritten(hints) {
  const { provider, nulls, edge_cases, ...parameters } = hints;
  const told = Object.entries(parameters).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return [provider ?? "", ...told].filter((one, place) => one || place > 0).join(", ");
}

/** Return the hint that a text means. @param {string} text */
export function providerMeant(text) {
  const [name, ...rest] = text.split(",");
  const isBare = name.includes(":"); // parameters of what is chosen by itself
  const parameters = (isBare ? text : rest.join(",")).trim();
  return { provider: isBare ? null : name.trim() || null, parameters };
}

/** @param {string} name @param {string} hint @param {string[]} needs */
function providerOffer(name, hint, needs) {
  if (needs.length === 0) return { text: name, hint };
  const text = [name, ...needs.map((one) => `${one}: `)].join(", ");
  const at = text.indexOf(": ") + 2; // the first of what it cannot do without is typed next
  return { text, hint, select: /** @type {[number, number]} */ ([at, at]) };
}

/** Send a hint; what is empty is not said any more. @param {import("./store.js").Store} store */
function hintFrom(store, entity, column, changes, control) {
  return sendFrom(store, control, { kind: "hint_sample", table: entity.qualified_name, column, changes });
}

/** How many rows an entity gets. @param {import("./store.js").Store} store @param {any} entity */
export function rowsHintField(store, entity) {
  if (entity.is_abstract) return null;
  const rows = tableHints(store, entity).rows;
  const written =
    rows === null || rows === undefined
      ? ""
      : typeof rows === "object"
        ? rows.per
          ? `${rows.mean} per ${rows.per}`
          : `${rows.share} of ${rows.of}`
        : String(rows);
  const control = textInput({
    value: written,
    label: "Rows of sample data",
    placeholder: "as many as fit",
    disabled: store.isReadOnly || Boolean(rows?.of),
    data: { focus: "entity.sample-rows" },
    commit: (text) => hintFrom(store, entity, null, { rows: rowsMeant(text) }, control),
  });
  return field("Rows of sample data", control, {
    help: "How many rows filling with sample data makes: 500, or 2.5 per users; empty: chosen by itself",
  });
}

/** What the values of an attribute are made by, and how many are missing. @param {import("./store.js").Store} store @param {any} entity @param {any} attribute */
export function columnHintFields(store, entity, attribute) {
  if (entity.is_abstract) return [];
  const hints = tableHints(store, entity).columns?.[attribute.name] ?? {};
  const disabled = store.isReadOnly;
  const provider = textInput({
    value: providerWritten(hints),
    label: "Sample values",
    placeholder: "chosen by name and type",
    disabled,
    data: { focus: `${attribute.id}.sample` },
    commit: (text) => hintFrom(store, entity, attribute.name, providerMeant(text), provider),
  });
  /** @type {Provider[]} */
  let providers = [];
  const box = combobox(provider, {
    label: "Sample values",
    offers: (typed) =>
      rankEntries(
        providers.map(({ name, words, needs }) => ({ title: name, more: words, needs })),
        typed.split(",")[0],
      ).map(({ title, more, needs }) => providerOffer(title, more ?? "", needs)),
    opened: () => {
      if (!knownProviders.has(store))
        knownProviders.set(
          store,
          store.send({ kind: "offer_providers" }).then(
            (answer) => answer.providers,
            () => [],
          ),
        );
      knownProviders.get(store)?.then((found) => {
        if (providers === found) return;
        providers = found;
        box.refresh();
      });
    },
  });
  const nulls = html("input", {
    type: "number",
    min: "0",
    max: "100",
    step: "any",
    "aria-label": "Empty samples, per cent",
    placeholder: "chosen",
    disabled: disabled || !attribute.is_nullable || attribute.is_primary_key,
    data: { focus: `${attribute.id}.sample-nulls` },
  });
  nulls.value = hints.nulls === null || hints.nulls === undefined ? "" : String(Math.round(hints.nulls * 1e4) / 100);
  nulls.addEventListener("change", () =>
    hintFrom(store, entity, attribute.name, { nulls: nulls.value.trim() === "" ? null : Number(nulls.value) / 100 }, nulls),
  );
  return [
    field("Sample values", provider, { help: "What makes the values of sample data: email; or with its parameters: log normal, median: 40" }),
    field("Empty samples, %", nulls, { help: "How many of the sample values are null: 10; empty: chosen by itself" }),
  ];
}

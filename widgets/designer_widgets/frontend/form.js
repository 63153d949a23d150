// Forms from descriptions: a list of fields says what a part or a trait is made of, `read()` gives its value.

import { button, html } from "./dom.js";
import { checkBox, choice, explain, field, nameList } from "./field.js";
import { icon } from "./icons.js";

/**
 * @typedef {{name: string, label: string, kind: "text" | "sql" | "number" | "date" | "bool" | "choice" | "names" |
 *   "words" | "attribute" | "entity" | "index_keys" | "elements" | "weights" | "lists", options?: (string | [string, string])[],
 *   hint?: string, help?: string, judge?: string, piece?: string, nullable?: boolean, start?: any, when?: (value: any) => boolean}} FieldSpec
 * @typedef {{attributes: string[], entities: [string, string][],
 *   judged?: (input: any, spec: FieldSpec) => Node | null}} FormContext
 */

const CONTROLS = {
  text: textControl,
  sql: textControl,
  date: textControl,
  number: textControl,
  bool: boolControl,
  choice: choiceControl,
  names: namesControl,
  words: wordsControl,
  attribute: attributeControl,
  entity: entityControl,
  index_keys: indexKeysControl,
  elements: elementsControl,
  weights: weightsControl,
  lists: listsControl,
};

/**
 * Return a form for a description.
 * @param {FieldSpec[]} specs
 * @param {Record<string, any>} value
 * @param {FormContext} context
 * @param {() => void} [changed]
 * @returns {{element: HTMLElement, read: () => Record<string, any>}}
 */
export function formOf(specs, value, context, changed = () => {}) {
  const element = html("div", { class: "sd-form" });
  const readers = specs.map((spec) => {
    const { node, read } = CONTROLS[spec.kind](spec, value[spec.name] ?? spec.start, context, () => update());
    const isBox = spec.kind === "bool" || spec.kind === "names";
    const more = "judge" in spec || spec.piece ? (context.judged?.(node, spec) ?? null) : null;
    const holder = isBox ? node : field(spec.label, node, { hint: spec.hint, help: spec.help, more });
    element.append(holder);
    return { spec, holder, read };
  });
  const readAll = () => Object.fromEntries(readers.map(({ spec, read }) => [spec.name, read()]));
  const update = () => {
    const now = readAll();
    for (const { spec, holder } of readers) holder.hidden = spec.when ? !spec.when(now) : false;
    changed();
  };
  update();
  const read = () => {
    const now = readAll();
    for (const { spec } of readers) {
      if (spec.when && !spec.when(now)) delete now[spec.name];
    }
    return now;
  };
  return { element, read };
}

/** @param {FieldSpec} spec */
function textControl(spec, value, context, changed) {
  const type = { number: "number", date: "date" }[spec.kind] ?? "text";
  const node = html("input", {
    type,
    value: value ?? "",
    class: spec.kind === "sql" ? "sd-code" : null,
    spellcheck: "false",
    autocomplete: "off",
    "aria-label": spec.label,
    oninput: changed,
  });
  const read = () => {
    const text = node.value.trim();
    if (text === "") return spec.nullable === false ? "" : null;
    return spec.kind === "number" ? Number(text) : text;
  };
  return { node, read };
}

/** @param {FieldSpec} spec */
function boolControl(spec, value, context, changed) {
  const tick = checkBox({ value: Boolean(value), label: spec.label, commit: changed });
  const help = spec.help ? explain(tick, spec.help) : null;
  return { node: html("label", { class: "sd-tick", title: spec.help }, tick, spec.label, help), read: () => tick.checked };
}

/** @param {FieldSpec} spec */
function choiceControl(spec, value, context, changed) {
  const node = choice({ value: value ?? "", label: spec.label, options: spec.options ?? [], commit: changed });
  return { node, read: () => node.value };
}

/** @param {FieldSpec} spec */
function namesControl(spec, value, context, changed) {
  const names = /** @type {string[]} */ (spec.options ?? context.attributes);
  const node = nameList(spec.label, names, value ?? [], changed, spec.help);
  return { node, read: node.read };
}

/** Words between commas. @param {FieldSpec} spec */
function wordsControl(spec, value, context, changed) {
  const node = html("input", {
    type: "text",
    value: (value ?? []).join(", "),
    "aria-label": spec.label,
    spellcheck: "false",
    oninput: changed,
  });
  return {
    node,
    read: () =>
      node.value
        .split(",")
        .map((word) => word.trim())
        .filter(Boolean),
  };
}

/** @param {FieldSpec} spec */
function attributeControl(spec, value, context, changed) {
  const names = value && !context.attributes.includes(value) ? [value, ...context.attributes] : context.attributes;
  const node = choice({ value: value ?? names[0] ?? "", label: spec.label, options: names, commit: changed });
  return { node, read: () => node.value };
}

/** @param {FieldSpec} spec */
function entityControl(spec, value, context, changed) {
  const node = choice({
    value: value ?? context.entities[0]?.[0] ?? "",
    label: spec.label,
    options: context.entities,
    commit: changed,
  });
  return { node, read: () => node.value };
}

/** Keys of an index in order: an attribute or an expression, and its direction. @param {FieldSpec} spec */
function indexKeysControl(spec, value, context, changed) {
  return rowsControl(
    value?.length ? value : [{ attribute: context.attributes[0] ?? null }],
    (one) => {
      const attribute = choice({
        value: one.expression ? "" : (one.attribute ?? ""),
        label: "Key",
        title: "An attribute, or an expression over the row",
        options: [
          ...context.attributes.map((name) => /** @type {[string, string]} */ ([name, name])),
          ["", "expression…"],
        ],
        commit: () => show(),
      });
      const expression = html("input", {
        type: "text",
        class: "sd-code",
        value: one.expression ?? "",
        "aria-label": "Expression of the key",
        title: "Computed from the row, in SQL: lower(email)",
        placeholder: "lower(name)",
        spellcheck: "false",
      });
      const said = context.judged?.(expression, { ...spec, judge: "key" }) ?? null;
      const order = choice({
        value: one.descending ? "desc" : "",
        label: "Order",
        title: "Ascending, or descending for what is asked for from the end",
        options: [
          ["", "asc"],
          ["desc", "desc"],
        ],
      });
      const show = () => {
        expression.hidden = attribute.value !== "";
      };
      show();
      const read = () => ({
        ...one,
        attribute: attribute.value || null,
        expression: attribute.value ? null : expression.value.trim(),
        descending: order.value === "desc",
      });
      return { nodes: [attribute, expression, order], read, said };
    },
    () => ({ attribute: context.attributes[0] ?? null }),
    "Add a key",
  );
}

/** Elements of an exclusion: an expression and the operator that compares it. @param {FieldSpec} spec */
function elementsControl(spec, value, context) {
  const blank = () => ({ expression: "", operator: "&&" });
  return rowsControl(
    value?.length ? value : [{ expression: "", operator: "=" }, blank()],
    (one) => {
      const expression = html("input", {
        type: "text",
        class: "sd-code",
        value: one.expression,
        "aria-label": "Expression",
        title: "An attribute, or SQL over the row: tsrange(begins_at, ends_at)",
        spellcheck: "false",
      });
      const operator = html("input", {
        type: "text",
        class: "sd-code sd-narrow",
        value: one.operator,
        "aria-label": "Operator",
        title: "Two rows collide if it holds for both: = or &&",
        spellcheck: "false",
      });
      return {
        nodes: [expression, operator],
        said: context.judged?.(expression, spec) ?? null,
        read: () => ({ expression: expression.value.trim(), operator: operator.value.trim() }),
      };
    },
    blank,
    "Add an element",
  );
}

/**
 * Rows that can be added and taken away.
 * @param {any[]} values
 * @param {(value: any) => {nodes: Node[], read: () => any, said?: Node | null}} drawOne
 * @param {() => any} blank
 * @param {string} addLabel
 */
function rowsControl(values, drawOne, blank, addLabel) {
  /** @type {{row: HTMLElement, read: () => any}[]} */
  const rows = [];
  const list = html("div", { class: "sd-rows-list" });
  const add = (value) => {
    const { nodes, read, said = null } = drawOne(value);
    const row = html(
      "div",
      { class: "sd-rows-row" },
      nodes,
      button({
        icon: icon("close", 12),
        title: "Take away",
        onclick: () => {
          if (rows.length === 1) return;
          rows.splice(
            rows.findIndex((one) => one.row === row),
            1,
          );
          row.remove();
          if (said instanceof Element) said.remove();
        },
      }),
    );
    rows.push({ row, read });
    list.append(row);
    if (said) list.append(said);
  };
  values.forEach(add);
  const node = html(
    "div",
    { class: "sd-rows" },
    list,
    button({ icon: icon("add", 12), label: addLabel, onclick: () => add(blank()) }),
  );
  return { node, read: () => rows.map(({ read }) => read()) };
}

/** How much each attribute weighs in a search. @param {FieldSpec} spec */
function weightsControl(spec, value, context, changed) {
  const weights = { ...(value ?? {}) };
  const node = html("div", { class: "sd-weights" });
  for (const name of context.attributes) {
    const commit = (weight) => {
      if (weight) weights[name] = weight;
      else delete weights[name];
      changed();
    };
    const control = choice({
      value: weights[name] ?? "",
      label: `Weight of ${name}`,
      options: [["", "–"], "A", "B", "C", "D"],
      commit,
    });
    node.append(html("label", { class: "sd-tick" }, control, name));
  }
  return { node, read: () => ({ ...weights }) };
}

/** Values of partitions, a line each: `eu: DE, FR`. @param {FieldSpec} spec */
function listsControl(spec, value, context, changed) {
  const lines = Object.entries(value ?? {}).map(([name, values]) => `${name}: ${values.join(", ")}`);
  const node = html("textarea", {
    rows: "3",
    "aria-label": spec.label,
    spellcheck: "false",
    placeholder: "eu: DE, FR",
    oninput: changed,
  });
  node.value = lines.join("\n");
  const read = () => {
    const pairs = node.value
      .split("\n")
      .map((line) => line.split(":"))
      .filter(([name]) => name.trim());
    return Object.fromEntries(
      pairs.map(([name, ...rest]) => [
        name.trim(),
        rest
          .join(":")
          .split(",")
          .map((one) => one.trim())
          .filter(Boolean),
      ]),
    );
  };
  return { node, read };
}

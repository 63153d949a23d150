// The filters of a query: conditions, in groups of which all or one must hold.

import { button, html } from "./dom.js";
import { checkBox, choice } from "./field.js";
import { icon } from "./icons.js";
import { termControl } from "./query_terms.js";
import { asList, listedValues, valueOf } from "./query_words.js";

const TWO_VALUES = new Set(["between", "not between"]);
const MANY_VALUES = new Set(["in", "not in"]);
const NO_VALUES = new Set(["is null", "is not null", "is true", "is not true", "is false", "is not false", "holds"]);
const COMPARED_TERMS = ["=", "<>", "<", "<=", ">", ">="];
const OPERATOR_WORDS = { ilike: "like (any case)", "not ilike": "not like (any case)", "~": "matches", "@>": "contains", "<@": "is within", "&&": "overlaps" };

/**
 * @typedef {{query: any, known: import("./query_words.js").QueryKnown, name: string,
 *   changed: (group: any) => void}} FilterOptions
 */

/**
 * Return the controls of a group of conditions.
 * @param {any} group @param {FilterOptions} options @param {(() => void) | null} remove @param {string} place
 * @returns {HTMLElement}
 */
export function filterGroup(group, options, remove, place) {
  const replace = (index, part) =>
    options.changed({ ...group, parts: group.parts.flatMap((one, at) => (at === index ? (part ? [part] : []) : [one])) });
  const rows = html(
    "ul",
    { class: "sd-query-conditions" },
    group.parts.map((part, index) =>
      html(
        "li",
        {},
        "term" in part
          ? conditionRow(part, options, (changed) => replace(index, changed), `${place}.${index}`)
          : filterGroup(
              part,
              { ...options, changed: (changed) => replace(index, changed) },
              () => replace(index, null),
              `${place}.${index}`,
            ),
      ),
    ),
  );
  const add = (part) => options.changed({ ...group, parts: [...group.parts, part] });
  const draft = () => {
    const row = html("li", {}, conditionRow(null, options, (made) => (made ? add(made) : row.remove()), `${place}.new`));
    rows.append(row);
    row.querySelector("select")?.focus();
  };
  const isSeveral = group.parts.length > 1 || remove;
  return html(
    "div",
    { class: "sd-query-group", role: "group", "aria-label": `${options.name}: ${group.every ? "all" : "one"} of these` },
    html(
      "div",
      { class: "sd-query-group-bar" },
      isSeveral
        ? choice({
            value: group.every ? "all" : "any",
            label: `${options.name}: how many must hold`,
            options: [
              ["all", "all of these"],
              ["any", "one of these"],
            ],
            commit: (value) => options.changed({ ...group, every: value === "all" }),
          })
        : null,
      remove
        ? html(
            "label",
            { class: "sd-tick" },
            checkBox({ value: group.negated, label: "Not", commit: (on) => options.changed({ ...group, negated: on }) }),
            "not",
          )
        : null,
      button({ icon: icon("add", 12), label: "Condition", title: `Add a condition to ${options.name}`, onclick: draft }),
      button({
        icon: icon("add", 12),
        label: "Group",
        title: `Add a group of conditions to ${options.name}`,
        onclick: () => groupDraft(),
      }),
      remove ? button({ icon: icon("close", 12), title: "Remove the group", onclick: remove }) : null,
    ),
    rows,
  );
  function groupDraft() {
    const empty = { every: !group.every, negated: false, parts: [] };
    const inner = filterGroup(
      empty,
      { ...options, changed: (made) => (made.parts.length ? add({ ...made, every: made.parts.length > 1 ? made.every : false }) : undefined) },
      () => item.remove(),
      `${place}.group`,
    );
    const item = html("li", {}, inner);
    rows.append(item);
    inner.querySelector("button")?.focus();
  }
}

/**
 * Return the controls of one condition; it is told when it is whole, and as null when it is removed.
 * @param {any} condition @param {FilterOptions} options @param {(condition: any) => void} changed @param {string} place
 */
function conditionRow(condition, options, changed, place) {
  const { query, known } = options;
  const focus = `${options.name}-${place}`;
  const values = html("span", { class: "sd-query-values" });
  const term = termControl({
    query,
    known,
    term: condition?.term ?? null,
    label: `${options.name}: what`,
    focus,
    changed: () => {
      drawOperators();
      settle();
    },
  });
  let operator = condition?.operator ?? "";
  let isOther = Boolean(condition?.other);
  const operators = html("span", { class: "sd-query-operator" });
  /** @type {() => any} */
  let readValues = () => ({ values: [], other: null });

  const drawOperators = () => {
    const offered = known.operators[term.family()] ?? known.operators.other;
    const isSql = Boolean(term.read()?.expression);
    const names = [...new Set([...(isSql ? ["holds"] : []), ...offered, ...(condition?.operator ? [condition.operator] : [])])];
    if (!names.includes(operator)) operator = names[0];
    operators.replaceChildren(
      choice({
        value: operator,
        label: `${options.name}: how it compares`,
        options: names.map((one) => /** @type {[string, string]} */ ([one, OPERATOR_WORDS[one] ?? one])),
        commit: (value) => {
          operator = value;
          drawValues();
          if (!settle()) /** @type {any} */ (values.querySelector("input, select"))?.focus();
        },
        "data-focus": `${focus}-operator`,
      }),
    );
    drawValues();
  };
  const input = (label, value, key) =>
    html("input", {
      type: "text",
      "aria-label": `${options.name}: ${label}`,
      placeholder: MANY_VALUES.has(operator) ? "one, two, three" : term.family() === "time" ? "2024-12-31" : "value",
      value,
      autocomplete: "off",
      spellcheck: "false",
      onchange: () => settle(),
      "data-focus": `${focus}-${key}`,
    });
  const drawValues = () => {
    values.replaceChildren();
    const given = condition?.values ?? [];
    if (NO_VALUES.has(operator)) {
      readValues = () => ({ values: [], other: null });
    } else if (TWO_VALUES.has(operator)) {
      const [low, high] = [input("lowest value", given[0]?.text ?? "", "low"), input("highest value", given[1]?.text ?? "", "high")];
      values.append(low, "and", high);
      readValues = () =>
        low.value && high.value ? { values: [low.value, high.value].map((one) => valueOf(one, term.family())), other: null } : null;
    } else if (MANY_VALUES.has(operator)) {
      const list = input("values", asList(given.map((one) => one.text)), "list");
      values.append(list);
      readValues = () => {
        const found = listedValues(list.value);
        return found.length ? { values: found.map((one) => valueOf(one, term.family())), other: null } : null;
      };
    } else drawOne(given[0]);
  };
  const drawOne = (given) => {
    const swap = choice({
      value: isOther ? "other" : "value",
      label: `${options.name}: compare with`,
      options: [
        ["value", "value"],
        ["other", "column"],
      ],
      commit: (value) => {
        isOther = value === "other";
        drawValues();
      },
    });
    if (COMPARED_TERMS.includes(operator) || isOther) values.append(swap);
    if (isOther) {
      const other = termControl({ query, known, term: condition?.other ?? null, label: `${options.name}: with what`, focus: `${focus}-other`, changed: () => settle() });
      values.append(other.element);
      readValues = () => {
        const read = other.read();
        return read ? { values: [], other: read } : null;
      };
      return;
    }
    const one = input("value", given?.text ?? "", "value");
    const kind = given?.kind;
    values.append(one);
    one.addEventListener("keydown", (event) => event.key === "Enter" && settle(true));
    readValues = () => {
      if (!condition && one.value === "" && !isWanted) return null;
      return { values: [kind === "boolean" ? { text: one.value, kind: ["true", "false"].includes(one.value) ? kind : "text" } : valueOf(one.value, term.family())], other: null };
    };
  };
  let isWanted = false; // an empty text is a value as well, if somebody presses Enter
  const settle = (isForced = false) => {
    isWanted = isForced;
    const what = term.read();
    const told = what ? readValues() : null;
    isWanted = false;
    if (!what || !told) return false;
    const made = { term: what, operator, ...told };
    if (condition && JSON.stringify(made) === JSON.stringify(condition)) return true;
    changed(made);
    return true;
  };
  if (condition || term.read()) drawOperators();
  return html(
    "div",
    { class: "sd-query-condition" },
    term.element,
    operators,
    values,
    button({ icon: icon("close", 12), title: "Remove the condition", onclick: () => changed(null) }),
  );
}

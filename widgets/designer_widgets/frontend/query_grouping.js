// The lower parts of the query builder: how rows are grouped and ordered, and how many of them are kept.

import { button, html } from "./dom.js";
import { checkBox, choice } from "./field.js";
import { icon } from "./icons.js";
import { filterGroup } from "./query_filters.js";
import { termControl } from "./query_terms.js";
import { termWords } from "./query_words.js";

/** @param {string} title @param {...any} content */
export function queryPart(title, ...content) {
  return html("section", { class: "sd-query-section", "aria-label": title }, html("h4", {}, title), ...content);
}

/** @param {import("./query_builder.js").BuilderState} state @param {any} hands */
export function groupPart({ query, known, groupsItself }, hands) {
  const itself = html(
    "label",
    { class: "sd-tick" },
    checkBox({
      value: groupsItself,
      label: "Group by every column without a function",
      commit: (on) => hands.change(query, on),
      "data-focus": "query-groups",
    }),
    "by every column without a function",
  );
  const chips = query.group.map((term, index) =>
    html(
      "span",
      { class: "sd-query-chip" },
      termWords(term),
      groupsItself
        ? null
        : button({
            icon: icon("close", 11),
            title: `Do not group by ${termWords(term)}`,
            onclick: () => hands.change({ ...query, group: query.group.filter((_, at) => at !== index) }),
          }),
    ),
  );
  const line = html("div", { class: "sd-query-line" }, itself, chips);
  if (!groupsItself) {
    const term = termControl({
      query,
      known,
      term: null,
      label: "Group by",
      focus: "query-group-new",
      changed: () => hands.change({ ...query, group: [...query.group, term.read()] }),
    });
    line.append(term.element);
  }
  const having = { query, known, name: "Filters of groups", changed: (group) => hands.change({ ...query, having: group }) };
  const isGrouped = query.group.length > 0 || query.having.parts.length > 0 || query.columns.some((one) => one.term.function);
  return queryPart(
    "Grouping",
    line,
    isGrouped ? html("div", { class: "sd-query-having" }, html("span", { class: "sd-hint" }, "Keep groups for which"), filterGroup(query.having, having, null, "h")) : null,
  );
}

/** @param {import("./query_builder.js").BuilderState} state @param {any} hands */
export function orderPart({ query, known }, hands) {
  const results = query.columns.map((one) => one.name).filter(Boolean);
  const change = (order) => hands.change({ ...query, order });
  const put = (index, made) => change(query.order.map((one, at) => (at === index ? made : one)));
  const rows = query.order.map((order, index) => {
    const term = termControl({
      query,
      known,
      results,
      term: order.term,
      label: `Order ${index + 1}`,
      focus: `query-order-${index}`,
      changed: () => put(index, { ...order, term: term.read() }),
    });
    return html(
      "li",
      {},
      term.element,
      choice({
        value: order.descending ? "desc" : "asc",
        label: `Direction of order ${index + 1}`,
        options: [
          ["asc", "ascending"],
          ["desc", "descending"],
        ],
        commit: (value) => put(index, { ...order, descending: value === "desc" }),
        "data-focus": `query-direction-${index}`,
      }),
      choice({
        value: order.nulls,
        label: `NULL in order ${index + 1}`,
        options: [
          ["", "NULL as usual"],
          ["first", "NULL first"],
          ["last", "NULL last"],
        ],
        commit: (value) => put(index, { ...order, nulls: value }),
        "data-focus": `query-nulls-${index}`,
      }),
      button({ icon: icon("close", 12), title: `Remove order ${index + 1}`, onclick: () => change(query.order.filter((_, at) => at !== index)) }),
    );
  });
  const fresh = termControl({
    query,
    known,
    results,
    term: null,
    label: "Order by",
    focus: "query-order-new",
    changed: () => change([...query.order, { term: fresh.read(), descending: false, nulls: "" }]),
  });
  return queryPart("Order", html("ul", { class: "sd-query-columns sd-query-orders" }, rows, html("li", {}, fresh.element)));
}

/** @param {import("./query_builder.js").BuilderState} state @param {any} hands */
export function limitPart({ query }, hands) {
  const number = (field, label) =>
    html(
      "label",
      { class: "sd-query-number" },
      label,
      html("input", {
        type: "number",
        min: "0",
        class: "sd-narrow",
        "aria-label": label,
        placeholder: "none",
        value: query[field] ?? "",
        "data-focus": `query-${field}`,
        onchange: (event) => {
          const text = event.target.value;
          hands.change({ ...query, [field]: text === "" ? null : Number(text) });
        },
      }),
    );
  return queryPart("Limit", html("div", { class: "sd-query-line" }, number("limit", "Rows"), number("offset", "After")));
}

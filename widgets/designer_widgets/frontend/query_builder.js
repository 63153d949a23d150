// The builder: what a query reads, how it is joined, its columns, filters, groups and order. It changes nothing by
// itself: each change is a new query, which the kernel writes as SQL.

import { button, fill, html } from "./dom.js";
import { checkBox, choice, keepFocus, textInput } from "./field.js";
import { icon } from "./icons.js";
import { filterGroup } from "./query_filters.js";
import { groupPart, limitPart, orderPart, queryPart } from "./query_grouping.js";
import { termControl } from "./query_terms.js";
import { withAlias, withoutSource } from "./query_words.js";

const NO_TERM = { source: "", column: "", every: false, expression: "", function: "" };
const NO_CONDITIONS = { every: true, negated: false, parts: [] };

/** Return the query that reads one entity. @param {string} entity */
export function freshQuery(entity) {
  return {
    source: { entity, alias: "" },
    joins: [],
    columns: [],
    where: NO_CONDITIONS,
    group: [],
    having: NO_CONDITIONS,
    order: [],
    limit: 100,
    offset: null,
    distinct: false,
  };
}

/**
 * @typedef {{known: import("./query_words.js").QueryKnown, query: any, groupsItself: boolean, ways: any[] | null}} BuilderState
 * @param {{change: (query: any, groupsItself?: boolean) => void, join: (entity: string, kind: string) => void,
 *   choose: (way: any | null) => void, addSelected: () => void, selected: () => number}} hands
 */
export function queryBuilder(hands) {
  const element = html("div", { class: "sd-query-builder", role: "group", "aria-label": "Query builder" });
  /** @type {BuilderState | null} */
  let last = null;
  const own = { ...hands, folded: new Set(), redraw: () => last && draw(last) };
  /** @param {BuilderState} state */
  const draw = (state) =>
    keepFocus(element, () => {
      const { query, known } = state;
      last = state;
      fill(
        element,
        sourcesPart(state, own),
        state.ways ? waysPart(state.ways, hands.choose) : null,
        query
          ? [
              columnsPart(state, own),
              queryPart("Filters", filterGroup(query.where, { query, known, name: "Filters", changed: (where) => hands.change({ ...query, where }) }, null, "w")),
              groupPart(state, own),
              orderPart(state, own),
              limitPart(state, own),
            ]
          : html("p", { class: "sd-hint" }, "Choose an entity to begin with, or write SQL beside this."),
      );
    });
  return { element, draw };
}

/** @param {BuilderState} state @param {any} hands */
function sourcesPart({ known, query }, hands) {
  const kind = choice({
    value: "inner",
    label: "How it is joined",
    options: [
      ["inner", "with a partner"],
      ["left", "with or without"],
    ],
    title: "Whether rows without a partner in the joined entity are left out (JOIN) or kept (LEFT JOIN)",
  });
  const entities = html(
    "select",
    {
      "aria-label": query ? "Join an entity" : "Begin with an entity",
      "data-focus": "query-entity",
      onchange: () => {
        const name = entities.value;
        entities.value = "";
        if (!name) return;
        if (query) hands.join(name, kind.value);
        else hands.change(freshQuery(name), true);
      },
    },
    html("option", { value: "" }, query ? "Join an entity…" : "Begin with an entity…"),
    known.tables.map((table) => html("option", { value: table.name }, table.name)),
  );
  const count = hands.selected();
  const selected = button({
    icon: icon("add", 12),
    label: count ? `${count} selected` : "Selected",
    title: count ? `Add the ${count} selected in the diagram` : "Selected in the diagram: nothing to add",
    disabled: count === 0,
    onclick: hands.addSelected,
  });
  const sources = query ? [query.source, ...query.joins] : [];
  return queryPart(
    "Entities",
    sources.map((source, index) => sourcePart(source, index, { known, query }, hands)),
    html("div", { class: "sd-query-line sd-query-add" }, entities, query ? kind : null, selected),
  );
}

/** @param {any} source @param {number} index @param {any} state @param {any} hands */
function sourcePart(source, index, { known, query }, hands) {
  const table = known.tables.find((one) => one.name === source.entity);
  const alias = textInput({
    value: source.alias,
    label: `Alias of ${source.entity}`,
    class: "sd-query-alias",
    "data-focus": `query-alias-${index}`,
    commit: (value) => hands.change(withAlias(query, source.alias, value.trim() || source.alias)),
  });
  const setKind = (kind) =>
    hands.change({ ...query, joins: query.joins.map((one) => (one === source ? { ...one, kind } : one)) });
  const remove = button({
    icon: icon("close", 12),
    title: `Leave out ${source.alias}`,
    onclick: () => hands.change(index ? withoutSource(query, source.alias) : null),
  });
  const pairs = (source.on ?? []).map(([own, other]) => `${source.alias}.${own} = ${source.to}.${other}`).join(" and ");
  const isFolded = hands.folded.has(source.alias);
  const ticks = table ? columnTicks(source, table, query, index, hands) : null;
  const fold = button({
    icon: icon(isFolded ? "down" : "up", 12),
    title: `Columns of ${source.alias}`,
    "aria-expanded": String(!isFolded),
    "data-focus": `query-fold-${index}`,
    onclick: () => {
      if (!hands.folded.delete(source.alias)) hands.folded.add(source.alias);
      hands.redraw();
    },
  });
  return html(
    "div",
    { class: "sd-query-source", role: "group", "aria-label": source.alias },
    html(
      "div",
      { class: "sd-query-source-head" },
      html("strong", { title: source.entity }, source.entity),
      source.to
        ? choice({
            value: source.kind,
            label: `Join of ${source.alias}`,
            options: [
              ["inner", "JOIN"],
              ["left", "LEFT JOIN"],
            ],
            commit: setKind,
            "data-focus": `query-kind-${index}`,
          })
        : null,
      html("span", { class: "sd-hint" }, "as"),
      alias,
      fold,
      remove,
    ),
    pairs ? html("div", { class: "sd-hint sd-query-on" }, `on ${pairs}`) : null,
    isFolded ? null : ticks,
  );
}

/** @param {any} source @param {import("./query_words.js").QueryTable} table @param {any} query @param {number} place @param {any} hands */
function columnTicks(source, table, query, place, hands) {
  const isAll = query.columns.length === 1 && query.columns[0].term.every && !query.columns[0].term.source && !query.columns[0].term.function;
  const isOf = (one, name) => one.term.source === source.alias && one.term.column === name;
  const tick = (name, on) => {
    const others = isAll ? [] : query.columns;
    const columns = on
      ? [...others, { term: { ...NO_TERM, source: source.alias, column: name }, name: "" }]
      : others.filter((one) => !isOf(one, name));
    hands.change(withoutLostOrders({ ...query, columns }));
  };
  return html(
    "div",
    { class: "sd-query-ticks" },
    table.columns.map(([name, type, , isKey], index) =>
      html(
        "label",
        { class: "sd-tick", title: `${name} ${type}` },
        checkBox({
          value: query.columns.some((one) => isOf(one, name)),
          label: `Read ${source.alias}.${name}`,
          "data-focus": `query-tick-${place}-${index}`,
          commit: (on) => tick(name, on),
        }),
        html("span", { class: isKey ? "sd-query-key" : "" }, name),
      ),
    ),
  );
}

/** Return a query without orders by columns of the result that are gone. @param {any} query */
function withoutLostOrders(query) {
  const names = new Set(query.columns.map((one) => one.name).filter(Boolean));
  return { ...query, order: query.order.filter((one) => one.term.source || !one.term.column || names.has(one.term.column)) };
}

/** @param {any[]} ways @param {(way: any | null) => void} choose */
function waysPart(ways, choose) {
  return html(
    "section",
    { class: "sd-query-ways sd-inline-form", role: "group", "aria-label": "Ways to join" },
    html("p", {}, `There are ${ways.length} ways that are equally short. Which one?`),
    ways.map((way) => button({ label: way.words, title: `Join ${way.words}`, kind: "mend", onclick: () => choose(way) })),
    button({ label: "None of these", onclick: () => choose(null) }),
  );
}

/** @param {BuilderState} state @param {any} hands */
function columnsPart({ query, known }, hands) {
  const change = (columns) => hands.change(withoutLostOrders({ ...query, columns }));
  const put = (index, made) => change(query.columns.map((one, at) => (at === index ? made : one)));
  const swap = (index) => {
    const columns = [...query.columns];
    [columns[index - 1], columns[index]] = [columns[index], columns[index - 1]];
    change(columns);
  };
  const rows = html(
    "ul",
    { class: "sd-query-columns" },
    query.columns.map((column, index) => {
      if (column.term.every && !column.term.function)
        return html("li", {}, html("span", { class: "sd-query-term" }, column.term.source ? `all columns of ${column.term.source}` : "all columns"));
      const term = termControl({
        query,
        known,
        term: column.term,
        label: `Column ${index + 1}`,
        focus: `query-column-${index}`,
        changed: () => put(index, { ...column, term: term.read() }),
      });
      const name = textInput({
        value: column.name,
        label: `Name of column ${index + 1}`,
        placeholder: "name",
        class: "sd-query-alias",
        "data-focus": `query-name-${index}`,
        commit: (value) => put(index, { ...column, name: value.trim() }),
      });
      return html(
        "li",
        {},
        term.element,
        name,
        button({ icon: icon("up", 12), title: `Move column ${index + 1} up`, disabled: index === 0, onclick: () => swap(index) }),
        button({
          icon: icon("close", 12),
          title: `Leave out column ${index + 1}`,
          onclick: () => change(query.columns.filter((_, at) => at !== index)),
        }),
      );
    }),
  );
  const add = button({
    icon: icon("add", 12),
    label: "Column",
    title: "Add a column or an expression",
    onclick: () => {
      const term = termControl({
        query,
        known,
        term: null,
        label: "New column",
        focus: "query-column-new",
        changed: () => {
          const isAll = query.columns.length === 1 && query.columns[0].term.every && !query.columns[0].term.function;
          change([...(isAll ? [] : query.columns), { term: term.read(), name: "" }]);
        },
      });
      const row = html("li", {}, term.element, button({ icon: icon("close", 12), title: "Leave it", onclick: () => row.remove() }));
      rows.append(row);
      row.querySelector("select")?.focus();
    },
  });
  const distinct = html(
    "label",
    { class: "sd-tick" },
    checkBox({ value: query.distinct, label: "Each row once", commit: (on) => hands.change({ ...query, distinct: on }), "data-focus": "query-distinct" }),
    "each row once",
  );
  return queryPart("Columns", rows, html("div", { class: "sd-query-line" }, add, distinct));
}

// The line of names above a grid: how each column is sorted, and what it is filtered by.

import { FILTER_HELP } from "./data_filters.js";
import { MARK_WIDTH } from "./data_layout.js";
import { html } from "./dom.js";

/** Return the cells with the names of the columns. @param {any} grid */
export function headCells(grid) {
  const { sort, filters } = grid.options;
  return [
    html("div", { role: "columnheader", class: "sd-data-mark", style: `width:${MARK_WIDTH}px` }, html("span", { class: "sd-live" }, "State")),
    ...grid.table.columns.map((column, number) => {
      const order = sort?.column === column.name ? (sort.descending ? "descending" : "ascending") : "none";
      const arrow = { ascending: "▲", descending: "▼", none: "" }[order];
      const filter = html("input", {
        type: "text",
        class: "sd-data-filter",
        tabindex: "-1",
        value: filters[column.name] ?? "",
        placeholder: "filter",
        title: FILTER_HELP,
        "aria-label": `Filter of ${column.name}`,
        spellcheck: "false",
        autocomplete: "off",
        onchange: (event) => grid.options.filtered(column.name, event.target.value),
        onkeydown: (event) => grid.filterKey(event, column.name),
      });
      return html(
        "div",
        {
          role: "columnheader",
          id: grid.cellId(-1, number),
          class: "sd-data-name",
          style: `width:${grid.widths[number]}px`,
          "aria-colindex": String(number + 2),
          "aria-sort": order,
          title: `${column.name}: ${column.type}${column.is_required ? ", not null" : ""}${column.reference ? `, leads to ${grid.table.references[column.reference].table}` : ""}`,
        },
        html(
          "div",
          { class: "sd-data-title", onclick: () => grid.sortBy(number) },
          column.is_key ? html("span", { class: "sd-data-keymark", "aria-hidden": "true" }, "⚷") : null,
          html("strong", {}, column.name),
          html("span", { class: "sd-data-arrow", "aria-hidden": "true" }, arrow),
          html("span", { class: "sd-data-type" }, column.type),
        ),
        filter,
      );
    }),
  ];
}

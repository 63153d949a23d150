// What a plan promised beside what a database holds: outlined bars and filled ones.

import { html, svg } from "./dom.js";
import { icon } from "./icons.js";

const BAR = 11;
const SPACE = 3;
const TALL = 44;

/** @param {any} report */
export function reportView(report) {
  const isFine = !report.distributions.some((one) => one.is_odd) && report.rows.every(([, want, have]) => want === have);
  const tables = report.rows.map(([name, want, have]) => {
    const own = report.distributions.filter((one) => one.table === name);
    const isOdd = own.some((one) => one.is_odd) || want !== have;
    return html(
      "details",
      { open: isOdd },
      html("summary", {}, `${name}: ${want.toLocaleString("en")} rows planned, ${have.toLocaleString("en")} held`),
      html("div", { class: "sd-sample-figures" }, own.map(figureOf)),
    );
  });
  return html(
    "div",
    { class: "sd-sample-report" },
    html(
      "div",
      { class: `sd-outcome sd-${isFine ? "ok" : "warning"}`, role: "status" },
      icon(isFine ? "ok" : "warning"),
      html("div", {}, report.words.map((line) => html("div", {}, line))),
    ),
    html("p", { class: "sd-hint" }, "Outlined: what the plan promised. Filled: what the database holds."),
    tables,
  );
}

/** @param {any} one */
function figureOf(one) {
  return html(
    "figure",
    { class: one.is_odd ? "sd-sample-odd" : false },
    html("figcaption", {}, one.column, html("div", { class: "sd-hint" }, `χ² ${one.chi_square}, p ${one.p}`)),
    barsOf(one),
  );
}

/** @param {any} one */
function barsOf(one) {
  const width = one.labels.length * (BAR + SPACE) + SPACE;
  const top = Math.max(...one.promised, ...one.held, 1e-9);
  const percent = (share) => `${(100 * share).toFixed(1)} %`;
  const picture = svg("svg", {
    role: "img",
    "aria-label": `${one.table}.${one.column}: promised and held shares`,
    width,
    height: TALL + 2,
    viewBox: `0 0 ${width} ${TALL + 2}`,
  });
  one.labels.forEach((label, index) => {
    const x = SPACE + index * (BAR + SPACE);
    const bar = (share, kind) =>
      svg("rect", {
        class: kind,
        x,
        y: 1 + TALL * (1 - share / top),
        width: BAR,
        height: Math.max(0, (TALL * share) / top),
      });
    picture.append(
      svg(
        "g",
        {},
        svg("title", {}, `${label}: ${percent(one.promised[index])} promised, ${percent(one.held[index])} held`),
        bar(one.held[index], "sd-bar-held"),
        bar(one.promised[index], "sd-bar-promised"),
      ),
    );
  });
  return picture;
}

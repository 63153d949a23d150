// The rows of a result: read page by page, only those near the eye are elements. Numbers stand right, NULL is told.

import { fill, html, oncePerFrame } from "./dom.js";
import { clamp } from "./geometry.js";

const RESULT_LINE = 24;
const RESULT_PAGE = 100;
const RESULT_AROUND = 10;
const RESULT_WIDEST = 320;
const RESULT_NARROWEST = 64;

/**
 * @typedef {{key: string, columns: {name: string, family: string}[], rows: number, is_cut: boolean}} QueryResult
 * @param {(result: string, start: number, count: number) => Promise<(string | null)[][] | null>} read
 */
export function resultGrid(read) {
  const head = html("div", { class: "sd-result-head", role: "row" });
  const body = html("div", { class: "sd-result-body", role: "rowgroup" });
  const element = html(
    "div",
    { class: "sd-result-grid", role: "table", tabindex: "0", "aria-label": "Rows of the result", hidden: true },
    html("div", { role: "rowgroup", class: "sd-result-heads" }, head),
    body,
  );
  /** @type {QueryResult | null} */
  let result = null;
  /** @type {Map<number, (string | null)[][]>} */
  const pages = new Map();
  const asked = new Set();
  let widths = /** @type {number[]} */ ([]);

  const show = async (/** @type {QueryResult | null} */ shown) => {
    result = shown;
    pages.clear();
    asked.clear();
    element.hidden = !result;
    element.scrollTop = element.scrollLeft = 0;
    fill(body);
    if (!result) return;
    element.setAttribute("aria-rowcount", String(result.rows + 1));
    element.setAttribute("aria-colcount", String(result.columns.length));
    await load(0);
    measure();
    draw();
  };
  const load = async (page) => {
    if (!result || asked.has(page) || (page > 0 && page * RESULT_PAGE >= result.rows)) return;
    asked.add(page);
    const { key } = result;
    const rows = await read(key, page * RESULT_PAGE, RESULT_PAGE);
    if (result?.key !== key) return;
    if (rows) pages.set(page, rows);
    else asked.delete(page);
  };
  const measure = () => {
    if (!result) return;
    const first = pages.get(0) ?? [];
    widths = result.columns.map(({ name }, index) => {
      const longest = Math.max(name.length, ...first.map((row) => [...(row[index] ?? "NULL")].length));
      return clamp(longest * 7.3 + 20, RESULT_NARROWEST, RESULT_WIDEST);
    });
    const columns = widths.map((one) => `${Math.ceil(one)}px`).join(" ");
    element.style.setProperty("--sd-columns", `56px ${columns}`);
    const wide = 56 + widths.reduce((sum, one) => sum + Math.ceil(one), 0);
    body.style.height = `${Math.max(1, result.rows) * RESULT_LINE}px`;
    body.style.width = head.style.width = `${wide}px`;
    fill(
      head,
      html("span", { role: "columnheader", class: "sd-result-number" }, "#"),
      result.columns.map(({ name, family }) =>
        html("span", { role: "columnheader", class: family === "number" ? "sd-result-right" : "", title: name }, name),
      ),
    );
  };
  const drawNow = () => {
    if (!result) return;
    const top = Math.max(0, Math.floor(element.scrollTop / RESULT_LINE) - RESULT_AROUND);
    const end = Math.min(result.rows, Math.ceil((element.scrollTop + element.clientHeight) / RESULT_LINE) + RESULT_AROUND);
    const lines = [];
    for (let at = top; at < end; at += 1) {
      const page = Math.floor(at / RESULT_PAGE);
      const row = pages.get(page)?.[at % RESULT_PAGE];
      if (!row) load(page).then(() => pages.has(page) && draw());
      lines.push(line(at, row));
    }
    if (result.rows === 0) lines.push(html("div", { class: "sd-result-none", role: "row" }, html("span", { role: "cell" }, "no rows")));
    fill(body, lines);
  };
  const line = (at, row) => {
    const made = html(
      "div",
      { class: "sd-result-row", role: "row", "aria-rowindex": String(at + 2) },
      html("span", { role: "rowheader", class: "sd-result-number" }, (at + 1).toLocaleString("en")),
      (row ?? []).map((value, index) => resultCell(value, result?.columns[index]?.family ?? "text")),
    );
    made.style.top = `${at * RESULT_LINE}px`;
    return made;
  };
  const draw = oncePerFrame(drawNow);
  element.addEventListener("scroll", draw);
  new ResizeObserver(draw).observe(element);
  return { element, show };
}

/** @param {string | null} value @param {string} family */
function resultCell(value, family) {
  if (value === null) return html("span", { role: "cell", class: `sd-result-null${family === "number" ? " sd-result-right" : ""}` }, "NULL");
  return html("span", { role: "cell", class: family === "number" ? "sd-result-right" : "", title: value }, value);
}

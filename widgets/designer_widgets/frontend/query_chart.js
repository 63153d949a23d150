// A result as a quick chart, drawn in the kernel, and as a variable of the notebook.

import { button, fill, html } from "./dom.js";
import { choice, problemLine, sendFrom, textInput } from "./field.js";
import { icon } from "./icons.js";
import { chartFor } from "./query_words.js";

const CHART_KINDS = /** @type {[string, string][]} */ ([
  ["bar", "bars"],
  ["line", "line"],
  ["histogram", "histogram"],
  ["scatter", "scatter"],
]);

/** @param {import("./store.js").Store} store */
export function chartView(store) {
  const controls = html("div", { class: "sd-query-line" });
  const picture = html("img", { class: "sd-query-picture", alt: "", hidden: true });
  const words = html("p", { class: "sd-hint", role: "status" });
  const element = html("div", { class: "sd-query-chart", hidden: true }, controls);
  const problem = problemLine(element);
  element.append(problem, picture, words);
  /** @type {import("./query_rows.js").QueryResult | null} */
  let result = null;
  let wanted = { chart: "bar", x: 0, y: /** @type {number | null} */ (0) };

  let isDark = false;
  /** @type {MutationObserver | null} */
  let observer = null;

  /** Whether the designer is dark now; from then on a chart follows it. */
  const isRootDark = () => {
    const root = /** @type {HTMLElement | null} */ (element.closest(".sd-root"));
    if (root && !observer) {
      observer = new MutationObserver(() => (root.style.colorScheme === "dark") !== isDark && ask());
      observer.observe(root, { attributes: true, attributeFilter: ["style"] });
    }
    return root?.style.colorScheme === "dark";
  };
  const ask = async () => {
    if (!result || element.hidden) return;
    const { key } = result;
    isDark = isRootDark();
    const answer = await sendFrom(store, element, { kind: "chart_result", result: key, ...wanted, y: wanted.chart === "histogram" ? null : wanted.y, is_dark: isDark });
    if (result?.key !== key) return;
    picture.hidden = !answer;
    words.textContent = answer?.words ?? "";
    if (!answer?.picture?.startsWith("data:image/svg+xml;base64,")) return;
    picture.src = answer.picture;
    picture.alt = answer.words;
  };
  const drawControls = () => {
    if (!result) return;
    const names = result.columns.map(({ name }, index) => /** @type {[string, string]} */ ([String(index), name]));
    const axis = (label, name) =>
      html(
        "label",
        { class: "sd-query-number" },
        label,
        choice({
          value: String(wanted[name] ?? 0),
          label: `${label} axis`,
          options: names,
          commit: (value) => {
            wanted = { ...wanted, [name]: Number(value) };
            ask();
          },
        }),
      );
    fill(
      controls,
      choice({
        value: wanted.chart,
        label: "Kind of chart",
        options: CHART_KINDS,
        commit: (value) => {
          wanted = { ...wanted, chart: value };
          drawControls();
          ask();
        },
      }),
      axis("x", "x"),
      wanted.chart === "histogram" ? null : axis("y", "y"),
    );
  };
  return {
    element,
    /** @param {import("./query_rows.js").QueryResult | null} shown */
    take: (shown) => {
      result = shown;
      picture.hidden = true;
      words.textContent = "";
      if (!result) return;
      wanted = chartFor(result.columns) ?? { chart: "bar", x: 0, y: Math.min(1, result.columns.length - 1) };
      drawControls();
      ask();
    },
    /** @param {boolean} isShown */
    show: (isShown) => {
      const wasHidden = element.hidden;
      element.hidden = !isShown;
      if (isShown && wasHidden) ask();
    },
  };
}

/**
 * The line that puts a result into a variable of the notebook.
 * @param {import("./store.js").Store} store @param {() => import("./query_rows.js").QueryResult | null} current
 */
export function variableLine(store, current) {
  const name = textInput({ value: "rows", label: "Name of the variable", class: "sd-query-alias sd-code", commit: () => {} });
  const problem = problemLine(name);
  const keep = async (isForced = false) => {
    const result = current();
    if (!result) return;
    const answer = await sendFrom(store, name, { kind: "keep_result", result: result.key, name: name.value.trim() || " ", replace: isForced });
    if (answer?.words) store.tell(answer.words);
    else if (/has a variable/.test(problem.textContent ?? ""))
      problem.append(button({ label: "Replace it", onclick: () => keep(true) }));
  };
  name.addEventListener("keydown", (event) => event.key === "Enter" && keep());
  return html(
    "span",
    { class: "sd-query-variable" },
    name,
    button({ icon: icon("fill", 13), label: "To a variable", title: "To a variable of the notebook, as a DataFrame", onclick: () => keep() }),
    problem,
  );
}

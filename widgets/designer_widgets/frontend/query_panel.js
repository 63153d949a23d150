// The panel for queries: the builder beside its SQL, and below that the rows, a chart, or the plan.

import { button, fill, html } from "./dom.js";
import { choice, problemLine, refuse, sendFrom } from "./field.js";
import { icon } from "./icons.js";
import { chartView, variableLine } from "./query_chart.js";
import { freshQuery, queryBuilder } from "./query_builder.js";
import { sqlEditor } from "./query_editor.js";
import { resultGrid } from "./query_rows.js";

const QUERY_TYPING_MS = 450;
const QUERYING = new Set(["Querying", "Explaining"]);

/** @param {import("./store.js").Store} store */
export function queryPanel(store) {
  const known = /** @type {any} */ ({ tables: [], operators: {}, functions: {}, ids: {} });
  const state = { known, query: /** @type {any} */ (null), groupsItself: true, ways: /** @type {any[] | null} */ (null) };
  const mine = { revision: -1, isRunning: false, view: "rows", result: /** @type {any} */ (null), timer: 0, turn: 0 };

  // what is built becomes SQL

  const builder = queryBuilder({
    change: (query, groupsItself = state.groupsItself) => write(query, groupsItself),
    join: (entity, kind) => join(entity, kind),
    choose: (way) => {
      state.ways = null;
      if (way) taken(way);
      builder.draw(state);
    },
    addSelected: () => addSelected(),
    selected: () => selectedNames().length,
  });
  const beyond = html("div", { class: "sd-query-beyond", role: "status", hidden: true });
  const left = html("div", { class: "sd-query-left" }, beyond, builder.element);
  const problem = problemLine(left);
  left.prepend(problem);

  const taken = (answer) => {
    state.query = answer.query;
    editor.set(answer.sql);
    beyond.hidden = true;
    builder.element.inert = false;
  };
  const write = async (query, groupsItself) => {
    clearTimeout(mine.timer);
    mine.turn += 1;
    state.ways = null;
    if (query === null) {
      state.query = null;
      state.groupsItself = true;
      beyond.hidden = true;
      builder.element.inert = false;
      editor.set("");
      builder.draw(state);
      return;
    }
    const answer = await sendFrom(store, left, { kind: "write_query", query, groups_itself: groupsItself });
    if (answer) {
      state.groupsItself = groupsItself;
      taken(answer);
    }
    builder.draw(state);
  };
  const join = async (entity, kind = "inner") => {
    const answer = await sendFrom(store, left, { kind: "join_ways", query: state.query, entity, join: kind });
    if (!answer) return false;
    state.ways = answer.ways.length > 1 ? answer.ways : null;
    if (!state.ways) taken(answer.ways[0]);
    builder.draw(state);
    if (state.ways) /** @type {any} */ (builder.element.querySelector(".sd-query-ways button"))?.focus();
    return true;
  };
  const selectedNames = () => [...store.view.entities].map((id) => known.ids[id]).filter(Boolean);
  const addSelected = async () => {
    const there = new Set(state.query ? [state.query.source, ...state.query.joins].map((one) => one.entity) : []);
    for (const name of selectedNames()) {
      if (there.has(name)) continue;
      if (!state.query) await write(freshQuery(name), true);
      else if (!(await join(name)) || state.ways) return;
    }
  };

  // what is typed becomes what is built, where it can

  const editor = sqlEditor({
    changed: (sql) => {
      clearTimeout(mine.timer);
      mine.timer = window.setTimeout(() => read(sql), QUERY_TYPING_MS);
    },
    run: () => run("run_query"),
    tables: () => known.tables,
  });
  const read = async (sql) => {
    mine.turn += 1;
    const { turn } = mine;
    if (!sql.trim()) return write(null, true);
    const answer = await store.send({ kind: "read_query", sql }).catch((error) => {
      refuse(left, error);
      return null;
    });
    if (!answer || turn !== mine.turn) return undefined;
    problem.hidden = true;
    if (answer.query) {
      state.query = answer.query;
      state.groupsItself = answer.groups_itself;
      state.ways = null;
    }
    const told = answer.beyond ?? answer.broken;
    beyond.hidden = !told;
    builder.element.inert = Boolean(told);
    fill(
      beyond,
      icon("info", 13),
      answer.beyond
        ? html(
            "div",
            {},
            `${[answer.beyond.where, answer.beyond.what].filter(Boolean).join(": ")}.`,
            html("div", { class: "sd-mend" }, answer.beyond.mend),
            button({ label: "Begin anew", title: "Begin anew: leave this SQL and build another query", onclick: () => write(null, true) }),
          )
        : html("span", {}, "This is not a whole query yet. The builder waits for it."),
    );
    builder.draw(state);
    return undefined;
  };

  // running

  const isAllowed = () => Boolean(store.get("settings").can_see_rows);
  const start = button({ icon: icon("deploy", 13), label: "Run", title: "Run the query (Ctrl + Enter)", kind: "primary", onclick: () => run("run_query") });
  const explain = button({ label: "Explain", title: "Explain: show PostgreSQL's plan without running the query", onclick: () => run("explain_query") });
  const analyze = button({ label: "Analyze", title: "Analyze: run the query and show what each step of the plan took", onclick: () => run("explain_query", { analyze: true }) });
  const stop = button({ icon: icon("stop", 13), label: "Stop", title: "Cancel the query", hidden: true, onclick: () => store.exchange({ kind: "stop_query" }).catch((error) => store.tell(error)) });
  const limit = choice({ value: "1000", label: "Rows that are fetched at most", options: [["100", "100 rows"], ["1000", "1,000 rows"], ["10000", "10,000 rows"], ["100000", "100,000 rows"]] });
  const seconds = choice({ value: "30", label: "How long it may take", options: [["5", "5 s"], ["30", "30 s"], ["300", "5 min"]] });
  const past = html("select", { "aria-label": "Queries before", title: "The last twenty queries of this session", onchange: () => recall() });
  const bar = html("div", { class: "sd-query-bar", role: "toolbar", "aria-label": "Run the query" }, start, stop, explain, analyze, limit, seconds, past);
  const words = html("span", { class: "sd-query-words", role: "status" });
  const busy = html("progress", { "aria-label": "Running the query", hidden: true });

  const run = async (kind, extra = {}) => {
    if (mine.isRunning || start.disabled) return;
    const sql = editor.text.value;
    if (!sql.trim()) {
      words.textContent = "There is no query yet.";
      return;
    }
    const wanted = kind === "run_query" ? { limit: Number(limit.value) } : extra;
    try {
      await store.send({ kind, sql, seconds: Number(seconds.value), ...wanted });
    } catch (error) {
      store.tell(error);
      return;
    }
    draw();
  };
  const recall = () => {
    const chosen = mine.past?.[Number(past.value)];
    past.value = "";
    if (!chosen) return;
    editor.set(chosen.sql);
    read(chosen.sql);
  };
  const askPast = async () => {
    if (!isAllowed()) return;
    const answer = await store.send({ kind: "past_queries" }).catch(() => null);
    mine.past = answer?.past ?? [];
    const line = ({ sql, is_fine: isFine, words: told }) => `${isFine ? "" : "✗ "}${sql.replace(/\s+/g, " ").slice(0, 70)} · ${told.slice(0, 40)}`;
    fill(past, html("option", { value: "" }, mine.past.length ? "Before…" : "Nothing before"), mine.past.map((one, index) => html("option", { value: index }, line(one))));
    past.disabled = mine.past.length === 0;
  };

  // what came of it

  const grid = resultGrid(async (result, first, count) => {
    const answer = await store.send({ kind: "result_rows", result, start: first, count }).catch((error) => {
      store.tell(error);
      return null;
    });
    return answer?.rows ?? null;
  });
  const chart = chartView(store);
  const plan = html("pre", { class: "sd-query-plan", tabindex: "0", "aria-label": "Plan of the query", hidden: true });
  const views = html("div", { class: "sd-tabs", role: "tablist", "aria-label": "What came of the query" });
  const saving = choice({
    value: "",
    label: "Save all rows as a file",
    title: "In CSV and Excel no text is a formula",
    options: [["", "Save as…"], ["csv", "CSV"], ["xlsx", "Excel"], ["json", "JSON"]],
    commit: (format) => {
      saving.value = "";
      if (format) saveRows(format);
    },
  });
  const outs = html(
    "span",
    { class: "sd-query-outs" },
    button({ icon: icon("copy", 13), label: "Copy", title: "Copy all rows, with tabs between", onclick: () => copyRows() }),
    saving,
    variableLine(store, () => mine.result),
  );
  const resultBar = html("div", { class: "sd-query-result-bar" }, views, words, busy, outs);
  const below = html("div", { class: "sd-query-below" }, resultBar, grid.element, chart.element, plan);

  const show = (view) => {
    mine.view = view;
    const has = { rows: Boolean(mine.result), chart: Boolean(mine.result), plan: Boolean(plan.textContent) };
    fill(
      views,
      [["rows", "Rows"], ["chart", "Chart"], ["plan", "Plan"]]
        .filter(([name]) => has[name])
        .map(([name, title]) => html("button", { type: "button", role: "tab", "aria-selected": String(name === view), onclick: () => show(name) }, title)),
    );
    grid.element.hidden = view !== "rows" || !mine.result;
    chart.show(view === "chart" && has.chart);
    plan.hidden = view !== "plan" || !has.plan;
    outs.hidden = !mine.result || view === "plan";
  };
  const ask = async (kind, more = {}) => {
    const answer = await store.send({ kind, result: mine.result.key, ...more }).catch((error) => {
      store.tell(error);
      return null;
    });
    return answer;
  };
  const copyRows = async () => {
    const answer = await ask("copy_result");
    if (!answer) return;
    try {
      await navigator.clipboard.writeText(answer.text);
      store.tell("The rows are on the clipboard.");
    } catch {
      store.tell("The browser keeps the clipboard closed; save the rows as a file.");
    }
  };
  const saveRows = async (format) => {
    const answer = await ask("save_result", { format });
    if (!answer) return;
    const bytes = Uint8Array.from(atob(answer.content), (letter) => letter.charCodeAt(0));
    const url = URL.createObjectURL(new Blob([bytes]));
    html("a", { href: url, download: answer.file }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  };

  const draw = () => {
    const progress = store.get("progress");
    const isOurs = QUERYING.has(progress.task);
    const isRunning = progress.state === "running";
    const wasRunning = mine.isRunning;
    mine.isRunning = isOurs && isRunning;
    start.disabled = explain.disabled = analyze.disabled = isRunning || !isAllowed();
    start.title = isAllowed() ? "Run the query (Ctrl + Enter)" : "This page shows no rows";
    stop.hidden = busy.hidden = !mine.isRunning;
    if (mine.isRunning) {
      words.textContent = progress.task === "Querying" ? "Running…" : "Asking for the plan…";
      editor.clearProblem();
      return;
    }
    if (!isOurs || mine.told === progress || progress.state === "idle") return;
    mine.told = progress;
    if (progress.state === "done" && progress.result?.plan) {
      plan.textContent = progress.result.plan;
      words.textContent = "";
      show("plan");
    } else if (progress.state === "done" && progress.result?.result) {
      mine.result = progress.result.result;
      words.textContent = progress.result.words;
      grid.show(mine.result);
      chart.take(mine.result);
      show(mine.view === "chart" ? "chart" : "rows");
    } else if (progress.error) {
      words.textContent = progress.state === "cancelled" ? "Stopped." : "It failed; see above.";
      if (progress.state === "failed") editor.refuse(progress.error);
    }
    if (wasRunning || isOurs) askPast();
  };

  // what there is to ask

  const look = async () => {
    mine.revision = store.get("history").revision;
    const answer = await sendFrom(store, left, { kind: "query_tables" });
    if (answer?.tables) Object.assign(known, answer);
    builder.draw(state);
  };
  const isOpen = () => store.view.drawer === "query";
  const follow = () => isOpen() && mine.revision !== store.get("history").revision && look();
  store.on("drawer", () => {
    follow();
    if (isOpen() && !mine.past) askPast();
  });
  store.on("design", follow);
  store.on("selection", () => isOpen() && builder.draw(state));
  store.on("progress", draw);
  store.on("settings", draw);
  const element = html(
    "section",
    { class: "sd-panel sd-query", "aria-label": "Query" },
    left,
    html("div", { class: "sd-query-right" }, bar, editor.element, below),
  );
  show("rows");
  builder.draw(state);
  draw();
  return { element };
}

// The history of the design: what was changed, by whom and when; versions with a message; what differs; ways back.

import { button, fill, html } from "./dom.js";
import { sendFrom } from "./field.js";
import { icon } from "./icons.js";
import { counted } from "./text.js";

const SEARCH_WAIT = 250;

/** @param {import("./store.js").Store} store */
export function historyPanel(store) {
  const difference = differenceView(store);
  const states = stateChoice(store, difference.compare);
  const goBack = async (state, words) => {
    const answer = await store.ask({ kind: "go_back", state });
    if (!answer) return;
    store.tell(answer.changed ? `The design is that of ${words} again. Undo takes it back.` : `The design is that of ${words} already.`);
  };
  const actions = { goBack, compare: difference.compare, listed: states.list };
  const versions = versionsPart(store, actions);
  const changes = changesView(store, actions);
  const element = html(
    "section",
    { class: "sd-panel sd-history", "aria-label": "History" },
    html("div", { class: "sd-history-left" }, versions.element, changes.element),
    html("div", { class: "sd-history-right" }, states.element, difference.element),
  );
  let shown = -1;
  const read = () => {
    if (store.view.drawer !== "history" || shown === store.get("history").revision) return;
    shown = store.get("history").revision;
    versions.read();
    changes.read();
    difference.refresh();
  };
  store.on("drawer", read);
  store.on("history", read);
  return { element };
}

/**
 * Versions with a message, kept for good.
 * @param {import("./store.js").Store} store
 * @param {{goBack: (state: string, words: string) => any, compare: (before: string, after?: string) => any, listed: (all: any[]) => void}} actions
 */
function versionsPart(store, { goBack, compare, listed }) {
  const message = html("input", {
    type: "text",
    "aria-label": "What this version is",
    placeholder: "What this version is, such as: before the split",
    maxlength: "1000",
  });
  const save = async () => {
    const answer = await sendFrom(store, message, { kind: "save_version", message: message.value.trim() });
    if (!answer) return;
    message.value = "";
    show(answer.versions);
    store.tell(`Version ${answer.number} is kept.`);
  };
  message.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    save();
  });
  const body = html("div", {});
  const element = html(
    "section",
    { class: "sd-history-part" },
    html("h4", {}, "Versions"),
    store.isReadOnly
      ? null
      : html("div", { class: "sd-history-make" }, message, button({ label: "Save a version", kind: "mend", onclick: save })),
    body,
  );
  const row = (one) => {
    const words = `version ${one.number}`;
    return html(
      "li",
      { class: "sd-history-row" },
      html("b", { class: "sd-history-number" }, String(one.number)),
      html("span", { class: "sd-history-label" }, one.message || html("i", {}, "without a message")),
      byWhom(one),
      html(
        "span",
        { class: "sd-history-acts" },
        button({ label: "Compare", title: `Compare ${words} with the design as it is now`, onclick: () => compare(`v${one.number}`) }),
        store.isReadOnly
          ? null
          : button({ icon: icon("undo", 13), label: "Restore", title: `Make the design that of ${words} again; Undo takes it back`, onclick: () => goBack(`v${one.number}`, words) }),
      ),
    );
  };
  const show = (versions) => {
    listed(versions);
    const none = store.isReadOnly
      ? "No version was kept yet."
      : "No version yet. Say above what the design is now, and save it: you can always come back to it.";
    fill(body, versions.length ? html("ol", { class: "sd-history-list" }, versions.map(row)) : html("p", { class: "sd-hint" }, none));
  };
  const read = async () => {
    const answer = await store.ask({ kind: "list_versions" });
    if (answer) show(answer.versions);
  };
  return { element, read };
}

/**
 * The change log, the newest first, page by page.
 * @param {import("./store.js").Store} store
 * @param {{goBack: (state: string, words: string) => any, compare: (before: string, after?: string) => any}} actions
 */
function changesView(store, { goBack, compare }) {
  const search = html("input", { type: "search", "aria-label": "Search the changes", placeholder: "Search: a name, a person" });
  const words = html("div", { class: "sd-out-of-sight", role: "status" });
  const list = html("ol", { class: "sd-history-list" });
  const foot = html("div", {});
  const element = html(
    "section",
    { class: "sd-history-part" },
    html("header", { class: "sd-history-head" }, html("h4", {}, "Changes"), search),
    words,
    list,
    foot,
  );
  let timer = 0;
  let asked = 0;
  const read = async (before = 0) => {
    asked += 1;
    const mine = asked;
    const answer = await store.ask({ kind: "read_changes", before, search: search.value });
    if (!answer || mine !== asked) return;
    if (!before) fill(list);
    list.append(...answer.changes.map(row));
    const count = list.childElementCount;
    words.textContent = `${counted(count, "change")}${answer.before ? " and more" : ""}`;
    fill(
      foot,
      answer.before ? button({ label: "Show older ones", kind: "mend", onclick: () => read(answer.before) }) : null,
      count ? null : html("p", { class: "sd-hint" }, search.value.trim() ? "No change is like this." : "Nothing was changed yet. What you draw is listed here, and can be taken back."),
    );
  };
  search.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => read(), SEARCH_WAIT);
  });
  const row = (one) => {
    const state = `c${one.number}`;
    return html(
      "li",
      { class: "sd-history-row" },
      html("span", { class: "sd-history-number" }, String(one.number)),
      html("span", { class: "sd-history-label", title: one.label }, one.label),
      byWhom(one),
      html(
        "span",
        { class: "sd-history-acts" },
        one.is_known
          ? button({ label: "Compare", title: `Compare the design after change ${one.number} with the design as it is now`, onclick: () => compare(state) })
          : null,
        one.has_code
          ? button({ icon: icon("code", 13), label: "Copy as code", title: `Copy change ${one.number} as Python for a cell`, onclick: () => copyChange(store, one.number) })
          : null,
        one.is_known && !store.isReadOnly
          ? button({ icon: icon("undo", 13), label: "Go back", title: `Make the design what it was after change ${one.number}; Undo takes it back`, onclick: () => goBack(state, `change ${one.number}`) })
          : null,
      ),
    );
  };
  return { element, read: () => read() };
}

/** @param {{who: string, when: string}} one */
function byWhom({ who, when }) {
  const at = new Date(when);
  const words = Number.isNaN(at.getTime()) ? when : at.toLocaleString();
  return html("span", { class: "sd-history-who" }, who || "somebody", " · ", html("time", { datetime: when }, words));
}

/** @param {import("./store.js").Store} store @param {number} number */
async function copyChange(store, number) {
  const answer = await store.ask({ kind: "change_code", number });
  if (!answer) return;
  try {
    await navigator.clipboard.writeText(answer.code);
    store.tell("The change is on the clipboard as Python. Paste it into a cell where project is the project.");
  } catch {
    store.emit("history-code", answer.code); // the browser keeps the clipboard closed
  }
}

/**
 * Any two states, chosen from the versions and the design as it is now.
 * @param {import("./store.js").Store} store @param {(before: string, after?: string) => any} compare
 */
function stateChoice(store, compare) {
  const before = html("select", { "aria-label": "From" });
  const after = html("select", { "aria-label": "To" });
  const go = button({ label: "Compare", kind: "mend", title: "Compare the two that are chosen", onclick: () => compare(before.value, after.value) });
  const element = html("div", { class: "sd-history-choice" }, before, html("span", { "aria-hidden": "true" }, "→"), after, go);
  const list = (/** @type {any[]} */ versions) => {
    const offered = versions.map(({ number, message }) => [`v${number}`, `Version ${number}${message ? `: ${message}` : ""}`]);
    for (const select of [before, after]) {
      const chosen = select.value;
      fill(select, ...[["now", "As it is now"], ...offered].map(([value, words]) => html("option", { value }, words)));
      if ([...select.options].some((one) => one.value === chosen)) select.value = chosen;
    }
    if (before.value === after.value && versions.length) before.value = `v${versions[0].number}`;
    element.hidden = versions.length === 0;
  };
  element.hidden = true;
  return { element, list };
}

/** What differs, as a list and as a picture in colours. @param {import("./store.js").Store} store */
function differenceView(store) {
  const element = html("section", { class: "sd-history-difference", "aria-label": "What differs", tabindex: "-1" });
  /** @type {[string, string] | null} */
  let shown = null;
  const none = () =>
    fill(element, html("p", { class: "sd-hint" }, "Compare a version or a change to see here what is different: in words, and as a picture in colours."));
  const compare = async (before, after = "now", isFresh = true) => {
    const root = element.closest(".sd-root");
    const theme = /** @type {any} */ (root)?.style.colorScheme === "dark" ? "dark" : "light";
    const answer = await store.ask({ kind: "compare_states", before, after, theme });
    if (!answer) return;
    shown = [before, after];
    show(answer);
    if (isFresh) element.focus({ preventScroll: true });
  };
  const show = (answer) =>
    fill(
      element,
      html("h4", {}, `${answer.old} → ${answer.new}`),
      html("p", { role: "status", class: "sd-hint" }, answer.lines.length ? counted(answer.lines.length + answer.left_out, "difference") : "Nothing differs."),
      answer.svg
        ? html(
            "div",
            { class: "sd-history-picture", tabindex: "0", role: "group", "aria-label": "Picture of what differs" },
            html("img", { alt: `${answer.old} beside ${answer.new}`, src: `data:image/svg+xml;charset=utf-8,${encodeURIComponent(answer.svg)}` }),
          )
        : null,
      answer.problem ? html("p", { class: "sd-hint" }, answer.problem) : null,
      html(
        "ul",
        { class: "sd-history-lines" },
        answer.lines.map((line) => html("li", { class: `sd-history-${line.what}` }, html("b", {}, line.what), ` ${line.told}`)),
        answer.left_out ? html("li", {}, `and ${counted(answer.left_out, "more difference")}`) : null,
      ),
    );
  const showCode = (code) => {
    shown = null;
    const text = html("pre", { class: "sd-sql sd-history-code", tabindex: "0", "aria-label": "The change as Python" }, code);
    fill(element, html("h4", {}, "The change as Python"), text);
    window.getSelection()?.selectAllChildren(text);
    store.tell("The browser keeps the clipboard closed; the code is selected, copy it with Ctrl + C.");
  };
  store.on("history-code", showCode);
  none();
  return { element, compare, refresh: () => shown?.includes("now") && compare(shown[0], shown[1], false) };
}

// The SQL of a query: a text with numbered lines, names offered with Ctrl and Space, and errors where they stand.

import { button, fill, html, uniqueId } from "./dom.js";
import { icon } from "./icons.js";
import { caretLines, completions, offsetOf } from "./query_words.js";

const SQL_INDENT = "  ";

/**
 * @param {{changed: (sql: string) => void, run: () => void, tables: () => import("./query_words.js").QueryTable[]}} hands
 */
export function sqlEditor(hands) {
  const listId = uniqueId("completions");
  const text = html("textarea", {
    class: "sd-code sd-query-sql",
    "aria-label": "SQL of the query",
    "aria-keyshortcuts": "Control+Enter Control+Space",
    "aria-autocomplete": "list",
    "aria-controls": listId,
    spellcheck: "false",
    autocomplete: "off",
    autocapitalize: "off",
    wrap: "off",
    rows: "6",
    placeholder: "SELECT …   Ctrl + Enter runs it, Ctrl + Space offers names",
  });
  const numbers = html("div", { class: "sd-query-numbers", "aria-hidden": "true" });
  const list = html("ul", { class: "sd-query-offers", id: listId, role: "listbox", "aria-label": "Names that fit", hidden: true });
  const problem = html("div", { class: "sd-query-problem", role: "alert", hidden: true });
  const element = html(
    "div",
    { class: "sd-query-editor" },
    html("div", { class: "sd-query-text" }, numbers, text, list),
    problem,
  );
  /** @type {{from: number, offers: any[], at: number} | null} */
  let open = null;
  let badLine = 0;

  const drawNumbers = () => {
    const count = text.value.split("\n").length;
    fill(
      numbers,
      Array.from({ length: count }, (_, index) =>
        html("div", { class: index + 1 === badLine ? "sd-query-bad" : "" }, index + 1),
      ),
    );
    numbers.scrollTop = text.scrollTop;
  };
  const closeOffers = () => {
    open = null;
    list.hidden = true;
    text.removeAttribute("aria-activedescendant");
  };
  const offer = () => {
    const found = completions(text.value, text.selectionStart, hands.tables());
    if (found.offers.length === 0) return closeOffers();
    open = { ...found, at: 0 };
    drawOffers();
  };
  const drawOffers = () => {
    if (!open) return;
    const { offers, at } = open;
    fill(
      list,
      offers.map((one, index) =>
        html(
          "li",
          {
            id: `${listId}-${index}`,
            role: "option",
            "aria-selected": String(index === at),
            onmousedown: (event) => {
              event.preventDefault();
              take(index);
            },
          },
          html("span", {}, one.shown),
          html("span", { class: "sd-hint" }, one.hint),
        ),
      ),
    );
    const before = text.value.slice(0, open.from);
    const line = before.split("\n").length;
    const style = getComputedStyle(text);
    const tall = parseFloat(style.lineHeight) || 18;
    list.style.left = `${Math.max(0, Math.min(text.offsetLeft + 8 + (before.length - before.lastIndexOf("\n") - 1) * 7.2 - text.scrollLeft, text.offsetWidth - 160))}px`;
    list.style.top = `${text.offsetTop + 8 + line * tall - text.scrollTop}px`;
    list.hidden = false;
    text.setAttribute("aria-activedescendant", `${listId}-${at}`);
    list.children[at]?.scrollIntoView({ block: "nearest" });
  };
  const take = (index) => {
    if (!open) return;
    const { from, offers } = open;
    closeOffers();
    insert(offers[index].text, from, text.selectionStart);
  };
  const insert = (words, from, to) => {
    text.setRangeText(words, from, to, "end");
    typed();
  };
  const typed = () => {
    clearProblem();
    drawNumbers();
    hands.changed(text.value);
  };
  const clearProblem = () => {
    problem.hidden = true;
    text.removeAttribute("aria-invalid");
    badLine = 0;
  };

  text.addEventListener("input", () => {
    typed();
    if (open) offer();
  });
  text.addEventListener("scroll", () => {
    numbers.scrollTop = text.scrollTop;
    closeOffers();
  });
  text.addEventListener("blur", closeOffers);
  text.addEventListener("keydown", (event) => {
    const isCommand = event.ctrlKey || event.metaKey;
    if (isCommand && event.key === "Enter") hands.run();
    else if (isCommand && event.key === " ") offer();
    else if (open && event.key === "Escape") closeOffers();
    else if (open && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      const count = open.offers.length;
      open.at = (open.at + (event.key === "ArrowDown" ? 1 : count - 1)) % count;
      drawOffers();
    } else if (open && (event.key === "Enter" || event.key === "Tab")) take(open.at);
    else if (event.key === "Enter" && !isCommand) {
      const line = text.value.slice(0, text.selectionStart).split("\n").at(-1) ?? "";
      const indent = /^\s*/.exec(line)?.[0] ?? "";
      if (!indent) return;
      insert(`\n${indent || SQL_INDENT}`, text.selectionStart, text.selectionEnd);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });

  /** Show an error of PostgreSQL, with its line and a caret under its place. @param {any} error */
  const refuse = (error) => {
    const position = error.position?.[0] ? error.position : null;
    const isSame = !error.statement || error.statement === text.value;
    badLine = position && isSame ? position[0] : 0;
    fill(
      problem,
      html("div", {}, icon("error", 13), " ", error.what),
      position ? html("pre", { class: "sd-query-caret" }, caretLines(error.statement || text.value, position)) : null,
      error.mend ? html("div", { class: "sd-mend" }, error.mend) : null,
      position && isSame
        ? button({
            label: `Go to line ${position[0]}`,
            onclick: () => {
              const at = offsetOf(text.value, position);
              text.focus();
              text.setSelectionRange(at, at);
            },
          })
        : null,
    );
    problem.hidden = false;
    text.setAttribute("aria-invalid", "true");
    drawNumbers();
  };
  drawNumbers();
  return {
    element,
    text,
    refuse,
    clearProblem,
    /** @param {string} sql */
    set: (sql) => {
      text.value = sql;
      clearProblem();
      closeOffers();
      drawNumbers();
    },
  };
}

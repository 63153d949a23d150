// SQL in fields: read by PostgreSQL's grammar while it is typed, judged by PostgreSQL when the field is left.

import { fill, html, uniqueId } from "./dom.js";
import { accept, describe } from "./field.js";
import { icon } from "./icons.js";

const PAUSE_OF_TYPING = 160;
const PAUSE_OF_ASKING = 300;
const JUDGE_TRIES = 40;

/**
 * @typedef {{what: string, mend?: string, place?: [number, number] | null}} Slip
 * @typedef {{text: string, slip: Slip | null, judge: string, why: string, isAsking?: boolean}} Judged
 * @typedef {{piece?: string, key?: string, judge?: () => (Record<string, any> | null)}} Judging
 */

/**
 * What was said of fields, and how to show it: both outlive a panel that is drawn anew.
 * @type {WeakMap<object, {said: Map<string, Judged>, show: Map<string, () => void>}>}
 */
const saidOf = new WeakMap();

/**
 * Have a field read and judged; returns the line that tells what was said of it.
 * @param {import("./store.js").Store} store @param {any} input
 * @param {Judging} options `judge` says where the expression stands; without it the grammar alone is asked.
 */
export function judgedLine(store, input, { piece = "expression", key = "", judge = () => null } = {}) {
  const line = html("div", { class: "sd-judged", id: uniqueId("judged"), role: "status", hidden: true });
  describe(input, line.id);
  if (!saidOf.has(store)) saidOf.set(store, { said: new Map(), show: new Map() });
  const { said: memory, show: shown } = /** @type {any} */ (saidOf.get(store));
  const name = key || line.id;
  let timer = 0;

  const show = () => {
    const said = memory.get(name);
    const isOfThis = said && said.text === input.value && input.value.trim() !== "";
    line.hidden = !isOfThis || !(said.slip || said.judge || said.why || said.isAsking);
    if (line.hidden) {
      if (input.dataset.slip) input.removeAttribute("aria-invalid");
      delete input.dataset.slip;
      return;
    }
    fill(line, ...judgedWords(/** @type {Judged} */ (said), input));
    line.className = `sd-judged${said?.slip ? " sd-judged-bad" : said?.judge ? " sd-judged-good" : ""}`;
    if (said?.slip) {
      input.setAttribute("aria-invalid", "true");
      input.dataset.slip = "true";
    }
  };
  const keep = (said) => {
    memory.set(name, said);
    shown.get(name)?.();
  };
  const read = async () => {
    const text = input.value;
    if (!text.trim()) return show();
    const answer = await store.send({ kind: "read_sql", piece, text }).catch(() => null);
    if (answer && input.value === text) keep({ text, slip: answer.slip, judge: "", why: "" });
  };
  const ask = async (text, tries = JUDGE_TRIES) => {
    const where = judge();
    if (!where || !text.trim()) return;
    const answer = await store.send({ kind: "judge_sql", text, ...where }).catch(() => null);
    if (!answer || memory.get(name)?.text !== text) return;
    if (answer.is_known) keep({ text, slip: answer.slip, judge: answer.judge, why: answer.why });
    else if (tries > 0) setTimeout(() => ask(text, tries - 1), PAUSE_OF_ASKING);
    else keep({ text, slip: null, judge: "", why: "PostgreSQL has not answered" });
  };
  input.addEventListener("input", () => {
    if (input.problemLine?.hidden === false) accept(input); // it was about another text
    show();
    clearTimeout(timer);
    timer = window.setTimeout(read, PAUSE_OF_TYPING);
  });
  input.addEventListener("change", async () => {
    clearTimeout(timer);
    const text = input.value;
    await read();
    const said = memory.get(name);
    if (input.problemLine?.hidden === false) {
      delete input.dataset.slip; // the field was refused, which says it all
      memory.delete(name);
      show();
      return;
    }
    if (said?.text !== text || said?.slip || !judge()) return;
    keep({ text, slip: null, judge: "", why: "", isAsking: true });
    ask(text);
  });
  shown.set(name, show);
  show();
  return line;
}

/** @param {Judged} said @param {any} input */
function judgedWords(said, input) {
  if (said.isAsking) return ["Asking PostgreSQL…"];
  if (!said.slip && said.judge) return [icon("ok", 13), `${said.judge} takes it.`];
  if (!said.slip) return [`Read by the grammar only: ${said.why}.`];
  const { what, mend, place } = said.slip;
  return [
    icon("error", 13),
    html("span", {}, `${said.judge || "The grammar"}: ${what}`),
    place ? placeOf(said.text, place, input) : null,
    mend ? html("span", { class: "sd-mend" }, mend) : null,
  ];
}

/** A piece of the text around a place, which is marked; a click selects it in the field. @param {string} text @param {[number, number]} place @param {any} input */
function placeOf(text, place, input) {
  const letters = [...text];
  const [from, to] = place;
  const start = Math.max(0, from - 24);
  const marked = letters.slice(from, to).join("") || "⎵";
  const select = () => {
    input.focus();
    input.setSelectionRange(letters.slice(0, from).join("").length, letters.slice(0, to).join("").length);
  };
  return html(
    "button",
    { type: "button", class: "sd-judged-place", title: `Character ${from + 1}: show it in the field`, onclick: select },
    (start > 0 ? "…" : "") + letters.slice(start, from).join(""),
    html("mark", {}, marked),
    letters.slice(to, to + 24).join("") + (letters.length > to + 24 ? "…" : ""),
  );
}

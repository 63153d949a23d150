// Looking up the row that a foreign key leads to: typed, found on the server, chosen.

import { fill, html, uniqueId } from "./dom.js";

const WAIT_BEFORE_ASKING = 180;

/**
 * Return the input for the row that a cell leads to; `choose` is called with the key, or `null` for none.
 * @param {{label: string, isRequired: boolean, typed: string | null,
 *   find: (text: string) => Promise<{key: string[], label: string}[] | null>, choose: (key: string[] | null) => void}} options
 */
export function lookupEditor({ label, isRequired, typed, find, choose }) {
  const list = html("ul", { role: "listbox", id: uniqueId("found"), "aria-label": `Rows for ${label}` });
  const input = html("input", {
    type: "text",
    role: "combobox",
    "aria-label": label,
    "aria-expanded": "true",
    "aria-controls": list.id,
    "aria-autocomplete": "list",
    autocomplete: "off",
    spellcheck: "false",
    placeholder: "name or key",
  });
  input.value = typed ?? "";
  const words = html("div", { class: "sd-hint", role: "status" }, "looking…");
  const element = html("div", { class: "sd-data-lookup" }, input, list, words);
  /** @type {{key: string[] | null, label: string}[]} */
  let found = [];
  let at = 0;
  let asked = 0;
  let timer = 0;
  const draw = () => {
    fill(
      list,
      ...found.map((one, number) =>
        html(
          "li",
          {
            role: "option",
            id: `${list.id}-${number}`,
            "aria-selected": String(number === at),
            onpointerdown: (event) => {
              event.preventDefault();
              choose(one.key);
            },
          },
          one.key ? html("span", {}, one.label || one.key.join(" · ")) : html("span", { class: "sd-data-none" }, "NULL"),
          one.key && one.label ? html("span", { class: "sd-data-key" }, ` ${one.key.join(" · ")}`) : null,
        ),
      ),
    );
    input.setAttribute("aria-activedescendant", found.length ? `${list.id}-${at}` : "");
    list.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  };
  const ask = async () => {
    asked += 1;
    const mine = asked;
    const rows = await find(input.value.trim());
    if (mine !== asked) return;
    const none = isRequired || input.value.trim() ? [] : [{ key: null, label: "" }];
    found = [...none, ...(rows ?? [])];
    at = rows?.length ? none.length : 0;
    words.textContent = rows === null ? "it could not be looked up" : rows.length ? "" : "there is no such row";
    draw();
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(ask, WAIT_BEFORE_ASKING);
  });
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !found.length) return;
    at = (at + step + found.length) % found.length;
    draw();
    event.preventDefault();
    event.stopPropagation();
  });
  ask();
  return {
    element,
    isLarge: true,
    focus: () => input.focus(),
    /** Take the row that is marked; whether there was one. */
    take: () => {
      if (!found[at]) return false;
      choose(found[at].key);
      return true;
    },
  };
}

// What an empty project offers: draw, begin with a template, import, look at a sample. It goes with the first entity.

import { showDialog } from "./dialog.js";
import { button, fill, html } from "./dom.js";
import { icon } from "./icons.js";
import { counted } from "./text.js";

const SAMPLE = "marketplace";

/**
 * @param {import("./store.js").Store} store @param {HTMLElement} root @param {import("./canvas.js").Canvas} canvas
 * @param {{add: () => void, importing: () => void}} actions
 */
export function firstSteps(store, root, canvas, actions) {
  const begin = async (name) => {
    const answer = await store.ask({ kind: "use_template", name });
    if (!answer) return;
    canvas.fit();
    canvas.surface.focus({ preventScroll: true });
    store.tell(`${counted(answer.entities, "entity", "entities")} to begin with. Undo takes them back.`);
  };
  const way = (title, words, iconName, run) =>
    html(
      "li",
      {},
      html(
        "button",
        { type: "button", class: "sd-first-way", onclick: run },
        icon(iconName, 18),
        html("span", {}, html("b", {}, title), html("span", { class: "sd-hint" }, words)),
      ),
    );
  const canImport = () => Boolean(store.get("settings").notations);
  const element = html("section", { class: "sd-first", "aria-label": "First steps", hidden: true });
  const draw = () => {
    const isEmpty = !(store.whole.cards ?? []).length;
    const isShown = isEmpty && !store.isReadOnly && !store.view.scene;
    if (element.hidden === !isShown && element.childElementCount === (isShown ? 2 : 0)) return;
    const hadFocus = element.contains(document.activeElement);
    element.hidden = !isShown;
    canvas.element.classList.toggle("sd-beginning", isShown); // to ask by :has makes each change in the canvas a search
    fill(element, ...(isShown ? [title(), ways()] : []));
    if (hadFocus && !isShown) canvas.surface.focus({ preventScroll: true });
  };
  const title = () => html("h3", {}, "How do you want to begin?");
  const ways = () =>
    html(
      "ul",
      {},
      way("Draw", "Double-click the canvas, or press N", "add", () => actions.add()),
      way("Start from a template", "A small design to change as you like", "copy", () => showTemplates(store, root, begin)),
      canImport() ? way("Import", "SQL, a database, a DataFrame or a file", "import", () => actions.importing()) : null,
      way("Open the sample", "A marketplace of many merchants, to look around in", "table", () => begin(SAMPLE)),
    );
  element.addEventListener("keydown", (event) => {
    if (event.key !== "n" || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    actions.add();
  });
  for (const name of ["picture", "settings", "scene", "drawn"]) store.on(name, draw);
  draw();
  canvas.element.append(element);
}

/** @param {import("./store.js").Store} store @param {HTMLElement} root @param {(name: string) => any} begin */
async function showTemplates(store, root, begin) {
  const theme = root.style.colorScheme === "dark" ? "dark" : "light";
  const answer = await store.ask({ kind: "list_templates", theme });
  if (!answer) return;
  const row = (one, index) =>
    html(
      "li",
      {},
      html(
        "button",
        {
          type: "button",
          class: "sd-template",
          "data-first": index === 0,
          onclick: () => {
            close();
            begin(one.name);
          },
        },
        html("img", { alt: "", src: `data:image/svg+xml;charset=utf-8,${encodeURIComponent(one.svg)}` }),
        html(
          "span",
          {},
          html("b", {}, one.name),
          html("span", {}, one.words),
          html("span", { class: "sd-hint" }, `${counted(one.entities, "entity", "entities")}, ${counted(one.relationships, "relationship")}`),
        ),
      ),
    );
  const close = showDialog(root, {
    title: "Start from a template",
    size: "wide",
    body: [html("p", { class: "sd-hint" }, "It becomes your design in one step, and Undo takes it back."), html("ul", { class: "sd-templates" }, answer.templates.map(row))],
    actions: [button({ label: "Cancel", onclick: () => close() })],
  });
}

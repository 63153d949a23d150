// Arranging: the bar of a layout that takes long, and pins on cards that no layout moves.

import { button, fill, html, svg } from "./dom.js";

/** Show how far a layout has come, with a way to stop it. @param {import("./canvas.js").Canvas} canvas */
export function arrangingBar(canvas) {
  const { store } = canvas;
  const bar = html("progress", { class: "sd-arranging-bar", "aria-label": "Arranging the diagram" });
  const words = html("span", {}, "Arranging…");
  const stop = button({ label: "Cancel", title: "Stop arranging; every card stays where it was", onclick: () => store.ask({ kind: "stop_arranging" }) });
  const element = html("div", { class: "sd-arranging", hidden: true }, words, bar, stop);
  canvas.surface.after(element);
  const draw = () => {
    const { state, done, total, error, result } = store.get("arranging") ?? {};
    const isRunning = state === "running";
    if (element.hidden && isRunning) store.emit("announce", "Arranging the diagram");
    const hadKeyboard = element.contains(document.activeElement);
    const ended = !isRunning && !element.hidden;
    element.hidden = !isRunning;
    if (total) {
      bar.max = total;
      bar.value = done;
    } else bar.removeAttribute("value");
    words.textContent = total ? `Arranging… ${Math.round((100 * done) / total)} %` : "Arranging…";
    if (!ended) return;
    if (hadKeyboard) canvas.surface.focus({ preventScroll: true });
    if (state === "done") canvas.fit();
    if (state === "done") store.tell(result?.words ?? "The diagram is arranged");
    else if (error) store.emit("message", { severity: state === "cancelled" ? "info" : "error", ...error });
  };
  store.on("arranging", draw);
  draw();
}

/** Mark cards that no layout moves. @param {import("./canvas.js").Canvas} canvas */
export function pinMarks(canvas) {
  const { store } = canvas;
  const draw = () => {
    for (const { card, group } of canvas.cards.values()) {
      const known = group.querySelector(":scope > .sd-pin");
      if (Boolean(card.is_fixed) === Boolean(known)) continue;
      if (known) known.remove();
      else group.append(pinMark(card));
    }
  };
  store.on("drawn", draw);
  draw();
}

/** @param {import("./card.js").Card} card */
function pinMark(card) {
  const mark = svg("g", { class: "sd-pin", transform: `translate(${card.width - 4} -4)`, "aria-hidden": "true" });
  fill(mark, svg("title", {}, "Pinned: no layout moves it (P releases it)"), svg("circle", { r: 9 }), svg("path", { d: "M-2.6 -5H2.6M-1.8 -5V-1.4L-3.6 1.2H3.6L1.8 -1.4V-5M0 1.2V5.4" }));
  return mark;
}

/** Pin the selected cards, or release them if all are pinned. @param {import("./store.js").Store} store */
export async function pinChosen(store) {
  const cards = (store.get("picture").cards ?? []).filter((card) => store.view.entities.has(card.id));
  if (cards.length === 0) {
    store.emit("announce", "Select the cards first");
    return;
  }
  const on = !cards.every((card) => card.is_fixed);
  if (await store.ask({ kind: "pin", entity_ids: cards.map((card) => card.id), on })) store.emit("announce", on ? "Pinned" : "Released");
}

/** What the palette offers about layout. @param {import("./store.js").Store} store @param {(title: string, run: () => void, keys?: string, isPossible?: boolean) => any} command */
export function layoutCommands(store, command) {
  const chosen = [...store.view.entities];
  const bent = (store.get("picture").edges ?? []).filter((edge) => edge.turns?.length);
  return [
    command("Arrange the selected cards among themselves", () => store.ask({ kind: "arrange", entity_ids: chosen }), "", chosen.length > 1),
    command("Pin the selection where it stands, or release it", () => pinChosen(store), "P", chosen.length > 0),
    command("Straighten all lines laid by hand", async () => {
      for (const edge of bent) await store.ask({ kind: "bend_line", line_id: edge.id, turns: null });
    }, "", bent.length > 0),
  ];
}

// The drawer under the canvas: findings, SQL, deploying; one at a time, as tall as the user drags it.

import { button, fill, html } from "./dom.js";
import { icon } from "./icons.js";
import { clamp } from "./geometry.js";

const TITLES = {
  findings: "Validation",
  ddl: "DDL",
  query: "Query",
  deploy: "Deploy and fill",
  data: "Data",
  sample: "Sample data",
  migrate: "Migrate",
  history: "History",
  carried: "Carried along",
  losses: "Import report",
  connections: "Connections",
};

/**
 * @param {import("./store.js").Store} store @param {Record<string, {element: HTMLElement}>} panels
 */
export function drawerOf(store, panels) {
  const body = html("div", { class: "sd-drawer-body" });
  const tabs = html("div", { class: "sd-tabs", role: "tablist", "aria-label": "Panels below the diagram" });
  const grip = html("div", {
    class: "sd-grip",
    role: "separator",
    "aria-orientation": "horizontal",
    "aria-label": "Height of the panel",
    tabindex: "0",
  });
  const close = button({ icon: icon("close"), title: "Close the panel", onclick: () => store.showDrawer(null) });
  const element = html(
    "section",
    { class: "sd-drawer", hidden: true },
    grip,
    html("div", { class: "sd-drawer-bar" }, tabs, close),
    body,
  );

  const draw = () => {
    const open = store.view.drawer;
    element.hidden = !open || !panels[open];
    if (element.hidden) return;
    const isThere = {
      deploy: store.get("settings").can_deploy,
      migrate: store.get("settings").can_deploy,
      data: store.get("settings").can_see_rows ?? false,
      carried: store.get("design").carried,
      losses: store.get("history").losses,
      connections: store.get("settings").has_connections,
    };
    const names = Object.keys(panels).filter((name) => name === open || (isThere[name] ?? true));
    fill(
      tabs,
      ...names.map((name) =>
        html(
          "button",
          {
            type: "button",
            role: "tab",
            "aria-selected": String(name === open),
            onclick: () => store.showDrawer(name),
          },
          TITLES[name],
        ),
      ),
    );
    element.dataset.panel = open;
    if (body.firstChild !== panels[open].element) fill(body, panels[open].element);
  };
  const resize = (height) => {
    const most = (element.parentElement?.clientHeight ?? 600) - 120;
    element.style.setProperty("--sd-drawer", `${clamp(height, 90, Math.max(most, 90))}px`);
  };
  grip.addEventListener("pointerdown", (event) => {
    const from = event.clientY + element.offsetHeight;
    grip.setPointerCapture(event.pointerId);
    grip.onpointermove = (move) => resize(from - move.clientY);
    grip.onpointerup = () => {
      grip.onpointermove = null;
    };
  });
  grip.addEventListener("keydown", (event) => {
    const step = { ArrowUp: 24, ArrowDown: -24 }[event.key];
    if (!step) return;
    resize(element.offsetHeight + step);
    event.preventDefault();
  });
  store.on("drawer", draw);
  store.on("history", draw);
  store.on("settings", draw);
  draw();
  return { element };
}

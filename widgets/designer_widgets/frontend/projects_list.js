// The projects that can be opened from here: searched, filtered, opened in the place of this one, copied, removed.

import { showDialog, showPopover } from "./dialog.js";
import { button, fill, html } from "./dom.js";
import { icon } from "./icons.js";
import { counted } from "./text.js";

const STATUS_ICONS = { saved: "file", deployed: "ok", changed: "refresh", new: "file" };
const FILTERS = [
  ["all", "All"],
  ["file", "In files"],
  ["team", "Of teams"],
  ["deployed", "Deployed"],
  ["changed", "Changed since deployed"],
];

/**
 * Return the projects that fit a search and a filter.
 * @param {any[]} projects @param {string} search @param {string} filter
 */
export function searchProjects(projects, search, filter) {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return projects.filter((one) => {
    const told = `${one.name} ${one.where} ${one.changed_by}`.toLowerCase();
    return (filter === "all" || one.kind === filter || one.status === filter) && words.every((word) => told.includes(word));
  });
}

/** @param {import("./store.js").Store} store @param {() => any} exporting Opens the export of the open project. */
export function projectsList(store, exporting) {
  let known = /** @type {any[]} */ ([]);
  let hasTeam = false;
  const search = html("input", { type: "search", placeholder: "Search projects", "aria-label": "Search projects", spellcheck: "false" });
  const filter = html("select", { "aria-label": "Which projects" }, FILTERS.map(([value, words]) => html("option", { value }, words)));
  const count = html("div", { class: "sd-list-count", "aria-live": "polite" });
  const list = html("ul", { class: "sd-projects-list", "aria-label": "Projects" });
  const more = html("div", { class: "sd-projects-more" });
  const problem = html("div", { class: "sd-problem", role: "alert", hidden: true });
  const element = html(
    "section",
    { class: "sd-projects", "aria-label": "Projects", hidden: true },
    html("div", { class: "sd-projects-head" }, search, filter),
    count,
    problem,
    list,
    more,
  );
  const root = () => /** @type {HTMLElement} */ (element.closest(".sd-root"));

  const read = async (withTeam = false) => {
    const answer = await store.ask({ kind: "list_projects", with_team: withTeam });
    if (!answer) return;
    known = answer.projects;
    hasTeam = answer.has_team;
    problem.hidden = !answer.problem;
    problem.textContent = answer.problem ? [answer.problem.what, answer.problem.mend].filter(Boolean).join(": ") : "";
    draw();
  };
  const draw = () => {
    const found = searchProjects(known, search.value, filter.value);
    count.textContent = found.length === known.length ? counted(known.length, "project") : `${found.length} of ${counted(known.length, "project")}`;
    fill(list, ...found.map(row), found.length ? null : html("li", { class: "sd-hint sd-projects-none" }, "No project fits. Clear the search, or make a new one."));
    fill(
      more,
      store.isReadOnly ? null : button({ icon: icon("add", 13), label: "New project", kind: "mend", onclick: () => nameDialog("New project", "", "Make it", make) }),
      hasTeam ? null : button({ label: "Show the team's", title: "List the projects of your teams too", kind: "mend", onclick: () => read(true) }),
    );
  };
  const row = (one) => {
    const status = html("span", { class: `sd-project-status sd-project-${one.status}` }, icon(STATUS_ICONS[one.status], 12), one.words);
    const open = html(
      "button",
      {
        type: "button",
        class: "sd-project-open",
        "aria-current": one.is_open ? "true" : null,
        title: [one.place, one.changed_by && `changed by ${one.changed_by}`, new Date(one.changed_at).toLocaleString()].filter(Boolean).join("\n"),
        onclick: () => go(one),
      },
      html("b", {}, one.name),
      html("span", { class: "sd-hint" }, one.kind === "team" ? one.where : lastPart(one.where)),
      status,
    );
    const menu = button({ label: "⋯", title: `More about ${one.name}`, "aria-haspopup": "dialog", onclick: () => acts(one, menu) });
    return html("li", { class: "sd-project" }, open, menu);
  };
  const go = async (one) => {
    if (one.is_open) store.tell(`${one.name} is open already.`);
    else await store.ask({ kind: "open_project", place: one.place });
  };
  const make = (name) => store.send({ kind: "make_project", name });
  const acts = (one, at) => {
    const host = root();
    const [box, place] = [host.getBoundingClientRect(), at.getBoundingClientRect()];
    const act = (label, iconName, run, kind = "plain") =>
      button({ icon: icon(iconName, 14), label, kind, onclick: () => (close(), run()) });
    const changing = [
      act("Duplicate", "copy", () => nameDialog(`Duplicate ${one.name}`, `${one.name}_copy`, "Duplicate", (name) => store.send({ kind: "duplicate_project", place: one.place, name }))),
      act("Rename", "wand", () => nameDialog(`Rename ${one.name}`, one.name, "Rename", (name) => store.send({ kind: "rename_project", place: one.place, name }), renaming(one))),
      one.is_open ? null : act("Remove", "remove", () => removeDialog(one), "danger"),
    ];
    const close = showPopover(host, { x: place.left - box.left, y: place.bottom - box.top }, {
      title: one.name,
      body: [
        html("p", { class: "sd-hint sd-project-place" }, one.place),
        html(
          "div",
          { class: "sd-buttons" },
          one.is_open ? act("Export", "export", exporting) : act("Open", "table", () => go(one)),
          ...(store.isReadOnly ? [] : changing),
        ),
      ],
    });
  };
  const nameDialog = (title, value, words, run, hint = "") => {
    const input = html("input", { type: "text", value, "aria-label": "Name of the project", maxlength: "63", spellcheck: "false", "data-first": "" });
    const refused = html("div", { class: "sd-problem", role: "alert", hidden: true });
    const done = async () => {
      const name = input.value.trim();
      if (!name) return input.focus();
      try {
        await run(name);
        close();
        await read(hasTeam);
      } catch (error) {
        const { what = String(error), mend = "" } = error.problem ?? {};
        refused.hidden = false;
        refused.textContent = [what, mend].filter(Boolean).join(": ");
        input.focus();
      }
    };
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      done();
    });
    const close = showDialog(root(), {
      title,
      body: [input, refused, hint ? html("p", { class: "sd-hint" }, hint) : null].filter(Boolean),
      actions: [button({ label: "Cancel", onclick: () => close() }), button({ label: words, kind: "primary", onclick: done })],
    });
    input.select();
  };
  const removeDialog = (one) => {
    const words =
      one.kind === "team"
        ? "It goes for all of the team: its versions, its changes, and what is deployed of it in the team's database. It does not come back."
        : "Its file goes to the folder “removed” beside it, with its versions and changes. Databases stay as they are.";
    const close = showDialog(root(), {
      title: `Remove ${one.name}?`,
      body: [html("p", {}, words), html("p", { class: "sd-hint sd-project-place" }, one.place)],
      actions: [
        button({ label: "Keep it", "data-first": "", onclick: () => close() }),
        button({
          label: "Remove it",
          kind: "danger",
          onclick: async () => {
            close();
            const answer = await store.ask({ kind: "remove_project", place: one.place });
            if (answer) store.tell(`${one.name} is removed: ${answer.words}.`);
            read(hasTeam);
          },
        }),
      ],
    });
  };
  search.addEventListener("input", draw);
  filter.addEventListener("change", draw);
  search.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && search.value) {
      search.value = "";
      draw();
    } else if (event.key === "Enter" || event.key === "ArrowDown") list.querySelector("button")?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  list.addEventListener("keydown", (event) => {
    const all = /** @type {HTMLElement[]} */ ([...list.querySelectorAll(".sd-project-open")]);
    const at = all.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (next === undefined || at < 0) return;
    (next < 0 ? search : all[Math.min(next, all.length - 1)]).focus();
    event.preventDefault();
  });
  return {
    element,
    show: (isShown) => {
      element.hidden = !isShown;
      if (isShown) read().then(() => search.focus());
    },
    make: () => nameDialog("New project", "", "Make it", make),
  };
}

/** @param {any} one */
function renaming(one) {
  return one.kind === "team"
    ? "Others find it under the new name. Undo takes it back."
    : "The file keeps its name; the database that the project deploys to is called after the design. Undo takes it back.";
}

/** @param {string} path */
function lastPart(path) {
  return path.split(/[\\/]/).filter(Boolean).slice(-2).join("/");
}

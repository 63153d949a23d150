// What the frame offers to the command palette: every panel, every project, everything that has a button there.

import { PANEL_TITLES, panelsThere } from "./drawer.js";
import { partsOf } from "./navigator.js";

const PANEL_WORDS = {
  findings: "findings, problems, mends",
  ddl: "SQL of the design, script",
  migrate: "plan, change the database, prove, roll back",
  deploy: "create the database, target, fill",
  data: "rows, edit, import and export rows",
  query: "SQL, select, chart",
  sample: "generate rows, test data",
  history: "changes, versions, ways back, restore",
  transfer: "notations, files, SVG, DBML, YAML",
  carried: "kept but not drawn",
  losses: "what an import could not say",
  connections: "databases of the team",
};

/**
 * Return the commands of the frame.
 * @param {import("./store.js").Store} store @param {any} actions
 * @param {(title: string, run: () => any, keys?: string, isPossible?: boolean) => any} command
 */
export function frameCommands(store, actions, command) {
  const settings = store.get("settings");
  const chosen = [...store.view.entities];
  const canWork = Boolean(settings.can_deploy);
  const mayWrite = !store.isReadOnly;
  const sql = (scope) => () => {
    store.showDrawer("ddl");
    store.emit("show-sql", scope);
  };
  return [
    ...panelsThere(store).map((name) => ({ ...command(PANEL_TITLES[name], () => store.showDrawer(name)), kind: "panel", more: PANEL_WORDS[name], weight: 15 })),
    command("Show or hide the panels below", () => actions.toggle("bottom")),
    command("SQL of the selection", sql("selection"), "", chosen.length > 0),
    command("Changes in the SQL since deployed", sql("changes"), "", canWork),
    command("All projects", () => showProjects(store, actions), "", Boolean(settings.has_projects)),
    command("New project", () => actions.navigator.newProject(), "", Boolean(settings.has_projects) && mayWrite),
    command("Type attributes on the card", () => actions.attributes(chosen[0]), "A", mayWrite && chosen.length === 1),
    command("Duplicate the selection", () => duplicateAll(store, chosen), "Ctrl + D", mayWrite && chosen.length > 0),
    command("Select everything", () => store.select({ entities: store.get("design").entities.map((one) => one.id) }), "Ctrl + A"),
    command("Ask PostgreSQL what it thinks of the design", () => judge(store), "", canWork),
    command("Plan the migration", () => plan(store), "", canWork),
    command("Bring the design up to date with its database", () => actions.importing(true), "", canWork && mayWrite),
    ...["attributes", "relationships", "keys", "traits", "entity"].map((tab) =>
      command(`Inspector: ${TAB_WORDS[tab]}`, () => (store.showTab(tab), actions.open()), "", chosen.length === 1),
    ),
  ].filter((one) => one.isPossible);
}

const TAB_WORDS = { attributes: "attributes", relationships: "relationships", keys: "keys and indexes", traits: "traits", entity: "the entity itself" };

/** Return what there is beside entities, to go to. @param {import("./store.js").Store} store @param {any} actions */
export function partEntries(store, actions) {
  return partsOf(store.get("design"), "").flatMap(({ title, items }) =>
    title === "Views"
      ? []
      : items.map(({ collection, item }) => ({
          title: item.name,
          kind: title.toLowerCase().replace(/s$/, ""),
          more: item.description ?? "",
          weight: -5,
          run: () => actions.navigator.goTo(collection, item),
        })),
  );
}

/** @param {import("./store.js").Store} store @param {any} actions */
function showProjects(store, actions) {
  if (!store.view.sides.left) actions.toggle("left");
  actions.navigator.projects();
}

/** @param {import("./store.js").Store} store @param {string[]} ids */
async function duplicateAll(store, ids) {
  const answer = await store.ask({ kind: "duplicate_part", entity_ids: ids });
  if (answer) store.select({ entities: answer.entity_ids, reveal: true });
}

/** @param {import("./store.js").Store} store */
function judge(store) {
  store.showDrawer("findings");
  return store.ask({ kind: "validate" });
}

/** @param {import("./store.js").Store} store */
function plan(store) {
  store.showDrawer("migrate");
  return store.ask({ kind: "plan_migration" });
}

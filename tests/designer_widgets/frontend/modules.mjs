// Where the front end's modules are, for the tests beside this file.
export const frontend = new URL("../../../widgets/designer_widgets/frontend/", import.meta.url);
/** @param {string} name */
export const load = (name) => import(new URL(name, frontend).href);

/**
 * The page's start: which view the address names. An address is a fragment (`#/photo/ID`), so that
 * any server of files can serve the client, below any path.
 *
 * A view is a module with `show(host, ...parameters)`: it fills the element and answers what is to
 * be called when it leaves.
 */

import { render } from "./vendor/lit-html/lit-html.js";
import { NotAllowed, apiUrl } from "./lib/deployment.js";
import { openHelp } from "./lib/dialog.js";
import { bindKeys } from "./lib/keys.js";
import { notice } from "./lib/notice.js";
import { current, onChange } from "./lib/session.js";
import { toggleTheme } from "./lib/theme.js";

/** @typedef {(host: HTMLElement, ...parameters: string[]) => Promise<() => void> | (() => void)} Show */
/** @type {[RegExp, () => Promise<{show: Show}>][]} */
const ROUTES = [
  [/^(|originals|edited)$/, () => import("./library/view.js")],
  [/^photo\/([\w-]+)$/, () => import("./photo/view.js")],
  [/^photo\/([\w-]+)\/edit$/, () => import("./editor/view.js")],
  [/^account$/, () => import("./account/view.js")],
];
const host = /** @type {HTMLElement} */ (document.getElementById("view"));
/** @type {() => void} */
let leave = () => undefined;
let turn = 0;

/** Shows what the address names; whoever is signed out signs in first. */
async function route() {
  const mine = (turn += 1);
  const path = location.hash.replace(/^#\/?/, "").split("?")[0];
  const [pattern, load] = ROUTES.find(([form]) => form.test(path)) ?? ROUTES[0];
  const signedIn = current() !== null;
  try {
    const view = await (signedIn ? load() : import("./account/sign_in.js"));
    if (mine !== turn) return;
    empty();
    const parameters = pattern.exec(path)?.slice(1) ?? [];
    const left = await view.show(host, ...(signedIn ? parameters : []));
    if (mine === turn) leave = left;
    else left();
  } catch (error) {
    if (mine === turn) fail(error);
  }
}

function empty() {
  leave();
  leave = () => undefined;
  render("", host);
  host.replaceChildren();
  // lit-html remembers its place in an element by this property.
  delete (/** @type {any} */ (host)["_$litPart$"]);
}

/** @param {unknown} error */
function fail(error) {
  empty();
  const said = error instanceof Error ? error.message : String(error);
  const [title, action] =
    error instanceof NotAllowed
      ? ["Not this server", { label: "Use this page's own", run: () => location.assign("./") }]
      : ["Photo HQ can't be reached", { label: "Try again", run: route }];
  render(notice(title, said, action), host);
}

/** Goes to another view. @param {string} path such as `photo/ID` */
export function go(path) {
  location.hash = `#/${path}`;
}

bindKeys("Everywhere", [
  { keys: ["?"], says: "Show what the keys do", run: () => void openHelp() },
  { keys: ["Shift+t"], says: "Light or dark", run: toggleTheme },
]);

async function start() {
  try {
    apiUrl();
  } catch (error) {
    return fail(error);
  }
  onChange(route);
  addEventListener("hashchange", route);
  // Early: a file that is dropped too soon would take the place of the page.
  const uploads = import("./upload/panel.js").then(({ startUploads }) => startUploads());
  await Promise.all([route(), uploads]);
}

await start();

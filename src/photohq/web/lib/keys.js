/**
 * The keyboard. A view binds a table of keys and unbinds it when it leaves; the help that `?` opens
 * is made from the tables that are bound, so that it can't tell of anything else.
 */

/**
 * @typedef {object} Binding
 * @property {string[]} keys such as `x`, `Shift+ArrowDown`, `Ctrl+a` (Command on a Mac)
 * @property {string} says what they do, for the help; an empty text keeps them out of it
 * @property {string[]} [shown] what the help shows instead of `keys`, where these are many
 * @property {(event: KeyboardEvent) => unknown} run answers `false` where the key is not its own
 */

/** @type {{title: string, bindings: Binding[]}[]} */
const tables = [];

/** Binds a table above those that are bound; answers what unbinds it. @param {string} title @param {Binding[]} bindings */
export function bindKeys(title, bindings) {
  const table = { title, bindings };
  tables.push(table);
  return () => {
    const at = tables.indexOf(table);
    if (at >= 0) tables.splice(at, 1);
  };
}

/** What is bound now, the innermost first. */
export function boundKeys() {
  return tables.toReversed().map(({ title, bindings }) => ({
    title,
    bindings: bindings.filter((binding) => binding.says),
  }));
}

/** Writes keys as they are printed on a keyboard. @param {string} key */
export function printed(key) {
  /** @type {Record<string, string>} */
  const names = {
    ArrowLeft: "←",
    ArrowRight: "→",
    ArrowUp: "↑",
    ArrowDown: "↓",
    " ": "Space",
    Escape: "Esc",
    Delete: "Del",
    Ctrl: /Mac/.test(navigator.platform) ? "⌘" : "Ctrl",
  };
  const words = key === "+" ? ["+"] : key.split("+");
  return words.map((word) => names[word] ?? (word.length === 1 ? word.toUpperCase() : word));
}

/** @param {KeyboardEvent} event */
function name(event) {
  const letter = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const shifted = event.shiftKey && (event.key.length > 1 || /[a-z ]/i.test(event.key));
  const modifiers = [event.ctrlKey || event.metaKey ? "Ctrl+" : "", event.altKey ? "Alt+" : "", shifted ? "Shift+" : ""];
  return modifiers.join("") + letter;
}

/** Whether the keys are somebody's text. @param {EventTarget | null} target */
function isTyping(target) {
  return (
    target instanceof HTMLElement &&
    target.matches("input:not([type=checkbox], [type=radio], [type=range], [type=file]), textarea, select, [contenteditable]")
  );
}

addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
  if (isTyping(event.target) && event.key !== "Escape") return;
  const pressed = name(event);
  for (const { bindings } of tables.toReversed()) {
    const binding = bindings.find(({ keys }) => keys.includes(pressed));
    if (binding && binding.run(event) !== false) {
      event.preventDefault();
      return;
    }
  }
});

/** Presets: settings under a name, kept with the account, for any photo. */

import { call } from "../lib/api.js";
import { icon, iconButton } from "../lib/icon.js";
import { toast, toastError } from "../lib/toast.js";
import { html, render } from "../vendor/lit-html/lit-html.js";
import { copiedSettings, copySettings } from "./draft.js";
import { NEUTRAL, looksOf, same } from "./recipe.js";

/**
 * @typedef {import("./recipe.js").Recipe} Recipe
 * @typedef {{name: string, recipe: Recipe}} Preset
 */

export class Presets {
  /** @param {{recipe: () => Recipe, apply: (looks: Recipe) => void, save: () => void}} edit */
  constructor(edit) {
    this.edit = edit;
    this.element = document.createElement("div");
    this.element.className = "presets";
    /** @type {Preset[] | null} */
    this.presets = null;
  }

  /** Fetches them, the first time somebody looks. */
  async open() {
    this.draw();
    if (this.presets) return;
    await this.#attempt(async () => {
      this.presets = (await call("GET", "presets")).presets;
    });
  }

  copy() {
    copySettings(this.edit.recipe());
    toast("Settings copied.", { seconds: 3 });
    this.draw();
  }

  paste() {
    const copied = copiedSettings();
    if (!copied) return false;
    this.edit.apply(copied);
  }

  /** @param {SubmitEvent} event */
  #save(event) {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    const input = /** @type {HTMLInputElement} */ (form.elements.namedItem("preset"));
    const name = input.value.trim();
    if (!name) return input.focus();
    void this.#attempt(async () => {
      /** @type {Preset} */
      const kept = await call("PUT", `presets/${encodeURIComponent(name)}`, { body: looksOf(this.edit.recipe()), repeats: true });
      const others = (this.presets ?? []).filter((preset) => preset.name !== kept.name);
      this.presets = [...others, kept].sort((one, other) => one.name.localeCompare(other.name));
      input.value = "";
      toast(`Saved as ${kept.name}.`, { seconds: 3 });
    });
  }

  /** Forgets a preset; it can be had back. @param {Preset} preset */
  #remove({ name, recipe }) {
    void this.#attempt(async () => {
      await call("DELETE", `presets/${encodeURIComponent(name)}`);
      this.presets = (this.presets ?? []).filter((preset) => preset.name !== name);
      toast(`${name} deleted.`, {
        seconds: 10,
        action: "Undo",
        run: () =>
          void this.#attempt(async () => {
            await call("PUT", `presets/${encodeURIComponent(name)}`, { body: recipe });
            this.presets = [...(this.presets ?? []), { name, recipe }].sort((one, other) => one.name.localeCompare(other.name));
          }),
      });
    });
  }

  /** @param {() => Promise<void>} task */
  async #attempt(task) {
    try {
      await task();
    } catch (error) {
      toastError(error);
    }
    this.draw();
  }

  draw() {
    const recipe = this.edit.recipe();
    const looks = looksOf(recipe);
    const isNeutral = same(looks, NEUTRAL);
    const presets = this.presets;
    render(
      html`
        <section>
          <header><h2>Presets</h2></header>
          ${presets?.length
            ? html`<ul>
                ${presets.map(
                  (preset) => html`<li>
                    <button type="button" class="name" aria-pressed=${String(same(looksOf(preset.recipe), looks))} @click=${() => this.edit.apply(preset.recipe)}>
                      ${preset.name}
                    </button>
                    ${iconButton("trash-2", `Delete the preset ${preset.name}`, () => this.#remove(preset))}
                  </li>`,
                )}
              </ul>`
            : html`<p class="hint">${presets ? "None yet. What is set for this photo can be saved for others." : "…"}</p>`}
          <form @submit=${(/** @type {SubmitEvent} */ event) => this.#save(event)}>
            <label for="preset">Save these settings as</label>
            <div class="beside">
              <input id="preset" name="preset" maxlength="64" autocomplete="off" enterkeyhint="done" ?disabled=${isNeutral} />
              <button type="submit" ?disabled=${isNeutral}>Save</button>
            </div>
          </form>
        </section>
        <section>
          <header><h2>Settings</h2></header>
          <p class="hint">Tone, colour and detail, for another photo; the crop stays with this one.</p>
          <div class="two">
            <button type="button" ?disabled=${isNeutral} @click=${() => this.copy()}>${icon("copy")} Copy</button>
            <button type="button" ?disabled=${!copiedSettings()} @click=${() => this.paste()}>Paste</button>
          </div>
          <button type="button" class="wide on-phone" @click=${() => this.edit.save()}>${icon("save")} Save recipe</button>
        </section>
      `,
      this.element,
    );
  }
}

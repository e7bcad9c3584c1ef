/** The sliders there are: what they set, how far they go, and what they show. */

/**
 * @typedef {import("./recipe.js").Recipe} Recipe
 * @typedef {object} Control
 * @property {string} path such as `exposure` or `sharpen.amount`
 * @property {string} label
 * @property {number} least
 * @property {number} most
 * @property {number} step
 * @property {number} neutral
 * @property {string} [track] a class of the track: its colours
 * @property {string} [unit]
 * @property {string} [needs] the path without which it does nothing
 */

/** @param {string} path @param {string} label @param {Partial<Control>} [more] @returns {Control} */
const slider = (path, label, more = {}) => ({ path, label, least: -100, most: 100, step: 1, neutral: 0, ...more });

/** @type {Record<"light" | "colour" | "mix" | "detail" | "crop", Control[]>} */
export const CONTROLS = {
  light: [
    slider("exposure", "Exposure", { least: -5, most: 5, step: 0.01 }),
    slider("contrast", "Contrast"),
    slider("highlights", "Highlights"),
    slider("shadows", "Shadows"),
    slider("whites", "Whites"),
    slider("blacks", "Blacks"),
  ],
  colour: [
    slider("temperature", "Temperature", { track: "temperature" }),
    slider("tint", "Tint", { track: "tint" }),
    slider("saturation", "Saturation", { track: "saturation" }),
    slider("vibrance", "Vibrance", { track: "saturation" }),
  ],
  mix: [
    slider("monochrome.red", "Red", { least: -200, most: 300, neutral: 40 }),
    slider("monochrome.green", "Green", { least: -200, most: 300, neutral: 40 }),
    slider("monochrome.blue", "Blue", { least: -200, most: 300, neutral: 20 }),
  ],
  detail: [
    slider("sharpen.amount", "Sharpening", { least: 0 }),
    slider("sharpen.radius", "Radius", { least: 0.5, most: 3, step: 0.1, neutral: 1, needs: "sharpen", unit: " px" }),
    slider("noise_reduction", "Noise reduction", { least: 0 }),
    slider("vignette.amount", "Vignette"),
    slider("vignette.midpoint", "Midpoint", { least: 0, neutral: 50, needs: "vignette" }),
  ],
  crop: [slider("straighten", "Straighten", { least: -45, most: 45, step: 0.01, unit: "°" })],
};

/** What a recipe has at a path. @param {Recipe} recipe @param {Control} control @returns {number} */
export function valueOf(recipe, { path, neutral }) {
  const value = path.split(".").reduce((part, name) => part?.[name], /** @type {any} */ (recipe));
  return value ?? neutral;
}

/** The recipe with another value. @param {Recipe} recipe @param {Control} control @param {number} value @returns {Record<string, any>} */
export function withValue(recipe, { path }, value) {
  const [name, inner] = path.split(".");
  if (!inner) return { ...recipe, [name]: value };
  return { ...recipe, [name]: { .../** @type {any} */ (recipe)[name], [inner]: value } };
}

/** The recipe without what the controls set. @param {Recipe} recipe @param {Control[]} controls @returns {Record<string, any>} */
export function without(recipe, controls) {
  const names = new Set(controls.map(({ path }) => path.split(".")[0]));
  return Object.fromEntries(Object.entries(recipe).filter(([name]) => !names.has(name)));
}

/** A value as it is shown. @param {Control} control @param {number} value */
export function shown({ step, least, unit = "" }, value) {
  const digits = step === 0.01 ? 2 : step === 0.1 ? 1 : 0;
  const sign = least < 0 && value > 0 ? "+" : "";
  return `${sign}${value.toFixed(digits).replace("-", "−")}${unit}`;
}

/** What is known of a photo, in words. */

/** @typedef {import("../lib/api.js").Schemas} Schemas */

const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const YEAR = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });
const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

/** The exposure: shutter, aperture, ISO, focal length; those that are known. @param {Schemas["CameraInfo"]} camera */
export function exposure({ shutter_speed: shutter, aperture, iso, focal_length: focal }) {
  /** @type {[string, string][]} */
  const shown = [];
  if (shutter) shown.push([shutterIn(shutter), "s"]);
  if (aperture) shown.push([`f/${short(aperture)}`, "aperture"]);
  if (iso) shown.push([String(iso), "ISO"]);
  if (focal) shown.push([short(focal), "mm"]);
  return shown;
}

/** @param {string | number} shutter */
function shutterIn(shutter) {
  const seconds = Number(shutter);
  if (Number.isNaN(seconds)) return String(shutter).replace(/\s*s(ec)?$/, "");
  return seconds > 0 && seconds < 0.4 ? `1/${Math.round(1 / seconds)}` : short(seconds);
}

/** @param {number} value */
const short = (value) => String(Math.round(value * 10) / 10);

/** The camera, its maker not twice. @param {Schemas["CameraInfo"]} camera */
export function body({ make, model }) {
  if (!make || !model) return model ?? make ?? "";
  return model.toLowerCase().startsWith(make.toLowerCase().split(" ")[0]) ? model : `${make} ${model}`;
}

/** A camera's local time: shown as the camera had it. @param {string} taken */
export function takenAt(taken) {
  const [day, clock = ""] = taken.split("T");
  const date = new Date(`${day}T12:00:00`);
  return Number.isNaN(date.getTime()) ? taken : `${YEAR.format(date)}, ${clock.slice(0, 5)}`;
}

/** @param {string} time */
export function when(time) {
  const date = new Date(time);
  const now = new Date();
  if (date.toDateString() === now.toDateString()) return `today ${CLOCK.format(date)}`;
  return `${day(time)} ${CLOCK.format(date)}`;
}

/** @param {string} time */
export function day(time) {
  const date = new Date(time);
  return (date.getFullYear() === new Date().getFullYear() ? DAY : YEAR).format(date);
}

/** @param {Schemas["Geolocation"]} place */
export function position({ latitude, longitude }) {
  return `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
}

/** What a recipe does, the two most telling steps. @param {Record<string, unknown> | null | undefined} recipe */
export function doings(recipe) {
  const names = Object.keys(recipe ?? {}).filter((name) => name !== "recipe");
  if (!names.length) return "";
  const words = names.slice(0, 2).map((name) => name.replace("_", " "));
  const rest = names.length - words.length;
  return rest ? `${words.join(", ")} and ${rest} more` : words.join(" and ");
}

/** The pixels of a version, upright. @param {{width: number | null, height: number | null, orientation: number | null}} stored */
export function upright({ width, height, orientation }) {
  if (!width || !height) return null;
  return (orientation ?? 1) >= 5 ? { width: height, height: width } : { width, height };
}

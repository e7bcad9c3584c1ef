/** The theme: the system's until somebody chooses. */

const DARK = matchMedia("(prefers-color-scheme: dark)");

export function isDark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : DARK.matches;
}

/** Turns light to dark and back; what the system has anyway is not remembered. */
export function toggleTheme() {
  const dark = !isDark();
  if (dark === DARK.matches) {
    delete document.documentElement.dataset.theme;
    localStorage.removeItem("photohq:theme");
  } else {
    document.documentElement.dataset.theme = dark ? "dark" : "light";
    localStorage.setItem("photohq:theme", dark ? "dark" : "light");
  }
}

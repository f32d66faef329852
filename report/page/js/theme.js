// Light or dark: as the system has it, or as the reader chose.
import { byId } from "./dom.js";

const KEY = "sockdrift-theme";

// A page from a file may have no storage.
function stored() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function store(theme) {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // It holds until the page is closed.
  }
}

function systemTheme() {
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

// `changed` is called whenever colours have become others.
export function startTheme(changed) {
  const button = byId("theme");
  const apply = (theme) => {
    document.documentElement.dataset.theme = theme;
    const other = theme === "dark" ? "light" : "dark";
    button.textContent = other === "dark" ? "☾ Dark" : "☀ Light";
    button.setAttribute("aria-label", `Switch to ${other} colours`);
  };
  apply(stored() ?? systemTheme());
  button.onclick = () => {
    const now = document.documentElement.dataset.theme;
    const next = now === "dark" ? "light" : "dark";
    store(next);
    apply(next);
    changed();
  };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    if (stored() !== null) return;
    apply(systemTheme());
    changed();
  });
}

// The frame around every screen: navigation, where the config comes from, who is signed in.
import { signal } from "@preact/signals";
import { session, signOut } from "../api.js";
import { span } from "../format.js";
import { source, stream } from "../live.js";
import { link, place } from "../router.js";
import { Chip } from "./Parts.jsx";

// A screen's key is the first letter of its name here.
const SCREENS = [
  ["fleet", "Fleet"],
  ["services", "Services"],
  ["objects", "Config"],
  ["problems", "Problems"],
  ["changes", "Changes"],
  ["hygiene", "Hygiene"],
];

// What was chosen here, else what the system says; the palettes in theme.css hang on the attribute.
const system = matchMedia("(prefers-color-scheme: dark)");
const theme = signal(localStorage.getItem("theme") ?? "");
const shown = () => theme.value || (system.matches ? "dark" : "light");
const apply = () => {
  document.documentElement.dataset.theme = shown();
};
system.addEventListener("change", apply);
apply();

function turnTheme() {
  theme.value = shown() === "dark" ? "light" : "dark";
  localStorage.setItem("theme", theme.value);
  apply();
}

// g then a letter goes to a screen, as the help in the footer says.
let leader = 0;
addEventListener("keydown", (event) => {
  if (event.target.matches?.("input, textarea, select") || event.metaKey || event.ctrlKey || event.altKey) return;
  if (event.key === "g") {
    leader = Date.now();
  } else if (Date.now() - leader < 1500) {
    const screen = SCREENS.find(([id, name]) => name[0].toLowerCase() === event.key || id[0] === event.key);
    if (screen) location.hash = link(screen[0]);
    leader = 0;
  }
});

export function Shell({ problems, children }) {
  const here = place.value.parts[0] ?? "fleet";
  return (
    <>
      <header>
        <a class="brand" href={link("fleet")}>
          <img src="./gate.svg" alt="" width="26" height="26" /> Headgate
        </a>
        <nav aria-label="screens">
          {SCREENS.map(([id, name]) => (
            <a href={link(id)} aria-current={here === id ? "page" : undefined}>
              {name}
              {id === "problems" && problems > 0 && <span class="count">{problems}</span>}
            </a>
          ))}
        </nav>
        <div class="who">
          <SourceChip />
          <button onClick={turnTheme} aria-label="light or dark" title="light or dark">
            ◐
          </button>
          {session.value && (
            <button onClick={signOut} title={`signed in as ${session.value.principal} (${session.value.role})`}>
              {session.value.principal} · sign out
            </button>
          )}
        </div>
      </header>
      <SourceBanner />
      <main>{children}</main>
      <footer>
        Keys: <kbd>g</kbd> then <kbd>f</kbd> fleet, <kbd>s</kbd> services, <kbd>c</kbd> config, <kbd>p</kbd> problems,{" "}
        <kbd>h</kbd> hygiene
        {source.value && (
          <span>
            replica {source.value.replica} · incarnation {source.value.incarnation || "–"} · revision{" "}
            {source.value.revision}
          </span>
        )}
      </footer>
    </>
  );
}

function SourceChip() {
  if (stream.value === "lost") return <Chip tone="bad">no answer</Chip>;
  const state = source.value?.state;
  if (state === "live") return <Chip tone="good">live from etcd</Chip>;
  if (state === "disk") return <Chip tone="warn">from disk</Chip>;
  if (state === "held") return <Chip tone="bad">held</Chip>;
  return <Chip>starting</Chip>;
}

function SourceBanner() {
  const value = source.value;
  if (stream.value === "lost") {
    return (
      <div class="banner bad" role="status">
        This control plane does not answer; what you see is the last that it said. Proxies keep serving what they have.
      </div>
    );
  }
  if (!value || value.state === "live" || value.state === "starting") return null;
  return (
    <div class={`banner ${value.state === "held" ? "bad" : "warn"}`} role="status">
      {value.state === "disk"
        ? `etcd does not answer. Config is the last known good, ${span(value.ageSeconds)} old; changes can't be written.`
        : `Nothing new is applied: ${value.reason}.`}{" "}
      {value.end && <b>To end it: {value.end}.</b>}
    </div>
  );
}

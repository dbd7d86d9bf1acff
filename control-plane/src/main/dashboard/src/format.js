// Numbers and times for people.
import { signal } from "@preact/signals";

/** Milliseconds; ticks every second so that ages move. */
export const now = signal(Date.now());
setInterval(() => (now.value = Date.now()), 1000);

export function age(time) {
  if (!time) return "–";
  return span((now.value - Date.parse(time)) / 1000);
}

export function span(seconds) {
  if (seconds < 1) return "now";
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86400)} d`;
}

export const clock = (time) => (time ? new Date(time).toLocaleTimeString([], { hour12: false }) : "–");
export const number = (value, digits = 1) =>
  value === null || value === undefined || Number.isNaN(value) ? "–" : value.toFixed(digits);
export const short = (version) => (version ? version.slice(0, 8) : "–");
export const percent = (value) => (value === null || value === undefined ? "–" : `${Math.round(value * 100)} %`);

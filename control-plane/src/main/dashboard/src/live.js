// What the screens show, kept fresh by server-sent events: an event names what changed, and that is read again.
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { get } from "./api.js";

/** connecting, open or lost */
export const stream = signal("connecting");
export const source = signal(null);

const watchers = new Set();
let events = null;

function dispatch(type, data) {
  for (const watcher of watchers) watcher(type, data);
}

export function connect() {
  if (events) return;
  events = new EventSource("/api/v1/events");
  events.onopen = () => (stream.value = "open");
  events.onerror = () => (stream.value = "lost");
  for (const type of ["hello", "fleet", "service", "nack", "hold", "change", "source"]) {
    events.addEventListener(type, (event) => {
      const data = JSON.parse(event.data);
      if (type === "source") source.value = data;
      if (type === "hello") get("/source").then((value) => (source.value = value), () => {});
      dispatch(type, data);
    });
  }
}

export function disconnect() {
  events?.close();
  events = null;
  stream.value = "connecting";
}

/**
 * Reads with `load` now, whenever an event matches, and every `period` milliseconds; at most one read runs at a time and
 * one waits.
 */
export function useLive(load, { match, period = 0, deps = [], set, fail }) {
  useEffect(() => {
    let running = false;
    let again = false;
    let ended = false;
    const read = async () => {
      if (running) {
        again = true;
        return;
      }
      running = true;
      try {
        const value = await load();
        if (!ended) set(value);
      } catch (problem) {
        if (!ended) fail?.(problem);
      }
      running = false;
      if (again && !ended) {
        again = false;
        read();
      }
    };
    const watcher = (type, data) => {
      if (type === "hello" || match?.(type, data)) read();
    };
    watchers.add(watcher);
    read();
    const timer = period ? setInterval(read, period) : 0;
    return () => {
      ended = true;
      watchers.delete(watcher);
      clearInterval(timer);
    };
  }, deps);
}

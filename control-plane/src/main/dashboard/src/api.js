// The REST API of the control plane that served this page. Mutations carry the session's CSRF token.
import { signal } from "@preact/signals";

/** null: not known yet; false: signed out; else {principal, role, csrf}. */
export const session = signal(null);

export class Problem extends Error {
  constructor(status, body) {
    super(body?.detail || body?.title || `the server answered ${status}`);
    this.status = status;
    this.violations = body?.violations ?? [];
  }
}

async function call(method, path, body, headers = {}) {
  let response;
  try {
    response = await fetch(`/api/v1${path}`, {
      method,
      credentials: "same-origin",
      headers: {
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...(method !== "GET" && session.value ? { "X-Headgate-Csrf": session.value.csrf } : {}),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Problem(0, { detail: "this control plane does not answer" });
  }
  const text = await response.text();
  let value = null;
  try {
    value = text ? JSON.parse(text) : null;
  } catch {
    value = { detail: text };
  }
  if (response.status === 401 && path !== "/session") session.value = false;
  if (!response.ok) throw new Problem(response.status, value);
  return value;
}

export const get = (path) => call("GET", path);
export const put = (path, body, reason) => call("PUT", path, body, reasonHeader(reason));
export const del = (path, reason) => call("DELETE", path, undefined, reasonHeader(reason));
export const post = (path, body, reason) => call("POST", path, body, reasonHeader(reason));

// Header values are Latin-1; anything else travels percent-encoded in the query instead.
const reasonHeader = (reason) =>
  reason ? { "X-Headgate-Reason": reason.replace(/[^\x20-\x7e]/g, "?") } : {};

export async function resume() {
  try {
    session.value = await get("/session");
  } catch {
    session.value = false;
  }
}

export async function signIn(token) {
  session.value = await post("/session", { token });
}

export async function signOut() {
  try {
    await del("/session");
  } finally {
    session.value = false;
  }
}

export const may = (role) => {
  const order = ["viewer", "operator", "admin"];
  return session.value && order.indexOf(session.value.role) >= order.indexOf(role);
};

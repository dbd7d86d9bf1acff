// Links are hashes, so that every screen can be shared: #/services/default/shop?sort=weight
import { signal } from "@preact/signals";

const parse = () => {
  const [path, query = ""] = location.hash.replace(/^#\/?/, "").split("?");
  return {
    parts: path.split("/").filter(Boolean).map(decodeURIComponent),
    query: new URLSearchParams(query),
  };
};

export const place = signal(parse());
addEventListener("hashchange", () => (place.value = parse()));

export const link = (...parts) => `#/${parts.map(encodeURIComponent).join("/")}`;

/** Changes one query parameter of the present link without a step in the history. */
export function remember(name, value) {
  const { parts, query } = place.value;
  if (value) query.set(name, value);
  else query.delete(name);
  const text = query.toString();
  history.replaceState(null, "", link(...parts) + (text ? `?${text}` : ""));
  place.value = parse();
}

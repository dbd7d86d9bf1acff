// Who changed what, when and why.
import { useState } from "preact/hooks";
import { get } from "../api.js";
import { Chip, Empty, Table, Trouble } from "../components/Parts.jsx";
import { age, short } from "../format.js";
import { useLive } from "../live.js";

const TONE = { delete: "warn", restore: "bad", "accept-etcd": "bad" };

export function Changes() {
  const [items, setItems] = useState(null);
  const [problem, setProblem] = useState(null);
  useLive(() => get("/changes?limit=100"), {
    match: (type) => type === "change",
    period: 15000,
    set: (value) => (setItems(value.items), setProblem(null)),
    fail: setProblem,
  });
  return (
    <>
      <h1>Changes</h1>
      <Trouble problem={problem} />
      {items?.length === 0 && <Empty>No change has been made through the API yet.</Empty>}
      {items?.length > 0 && (
        <Table
          name="changes"
          rows={items}
          keyOf={(row) => row.id}
          filter={(row) => `${row.key} ${row.principal} ${row.reason} ${row.action}`}
          columns={[
            { id: "action", head: "Action", cell: (row) => <Chip tone={TONE[row.action] ?? "good"}>{row.action}</Chip>, sort: (row) => row.action },
            { id: "key", head: "Key", cell: (row) => <code>{row.key}</code>, sort: (row) => row.key },
            { id: "who", head: "Who", cell: (row) => row.principal, sort: (row) => row.principal },
            { id: "why", head: "Why", cell: (row) => row.reason || "–" },
            { id: "at", head: "When", cell: (row) => age(row.at), sort: (row) => -Date.parse(row.at) },
            { id: "revision", head: "Revision", number: true, cell: (row) => row.revision, sort: (row) => row.revision },
            { id: "hash", head: "Before → after", cell: (row) => <small class="mono">{short(row.before)} → {short(row.after)}</small> },
          ]}
        />
      )}
    </>
  );
}

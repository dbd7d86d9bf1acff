// What was asked for: every object with its derived status; held ones first.
import { useState } from "preact/hooks";
import { get } from "../api.js";
import { Chip, Empty, Table, Trouble } from "../components/Parts.jsx";
import { useLive } from "../live.js";
import { link } from "../router.js";
import { Hold } from "./Problems.jsx";

const worst = (item) => (item.held ? 2 : item.status?.conditions?.some((each) => each.status === "False") ? 1 : 0);

export function Objects() {
  const [items, setItems] = useState(null);
  const [problem, setProblem] = useState(null);
  useLive(() => get("/objects"), {
    match: (type) => type === "change" || type === "hold",
    period: 10000,
    set: (value) => (setItems(value.items), setProblem(null)),
    fail: setProblem,
  });
  if (!items) return <Trouble problem={problem} />;
  const rows = [...items].sort((a, b) => worst(b) - worst(a));
  return (
    <>
      <h1>Config</h1>
      <Trouble problem={problem} />
      {rows.length === 0 ? (
        <Empty>
          Nothing yet. <code>headgate apply -f FILE</code> writes the first object.
        </Empty>
      ) : (
        <Table
          name="objects"
          rows={rows}
          keyOf={(row) => row.key}
          href={(row) => link("objects", row.kind, row.namespace, row.name)}
          filter={(row) => `${row.kind}/${row.namespace}/${row.name} ${row.author}`}
          columns={[
            { id: "name", head: "Object", cell: (row) => `${row.kind}/${row.namespace}/${row.name}`, sort: (row) => row.key },
            { id: "status", head: "Status", cell: (row) => <Conditions item={row} />, sort: (row) => -worst(row) },
            { id: "author", head: "Author", cell: (row) => row.author, sort: (row) => row.author },
            { id: "revision", head: "Revision", number: true, cell: (row) => row.revision, sort: (row) => row.revision },
          ]}
        />
      )}
    </>
  );
}

function Conditions({ item }) {
  if (item.held)
    return (
      <Chip tone="bad" title={item.held.reason}>
        held
      </Chip>
    );
  return (item.status?.conditions ?? []).map((each) => (
    <Chip tone={each.status === "True" ? "good" : each.status === "False" ? "bad" : "idle"} title={each.message || each.reason}>
      {each.status === "False" ? `${each.type}: ${each.reason}` : each.type}
    </Chip>
  ));
}

export function ObjectView({ kind, namespace, name }) {
  const path = `/objects/${[kind, namespace, name].map(encodeURIComponent).join("/")}`;
  const [item, setItem] = useState(null);
  const [problem, setProblem] = useState(null);
  useLive(() => get(path), {
    match: (type, data) => (type === "change" || type === "hold") && (!data.key || data.key === item?.key),
    deps: [path],
    set: (value) => (setItem(value), setProblem(null)),
    fail: setProblem,
  });
  return (
    <>
      <p class="crumbs">
        <a href={link("objects")}>Config</a> / {kind} / {namespace} / {name}
      </p>
      <h1>{name}</h1>
      <Trouble problem={problem} />
      {item && (
        <>
          <p>
            <Conditions item={item} /> <small class="mono">{item.key}</small> · revision {item.revision} · {item.author}
          </p>
          {item.held && <Hold hold={item.held} />}
          {item.status?.conditions
            ?.filter((each) => each.message)
            .map((each) => (
              <p>
                <b>{each.type}</b> {each.message}
              </p>
            ))}
          <pre>{item.object ? JSON.stringify(item.object, null, 2) : item.raw}</pre>
        </>
      )}
    </>
  );
}

// All services, the ones with trouble first.
import { useState } from "preact/hooks";
import { get } from "../api.js";
import { Chip, Empty, Table, Trouble } from "../components/Parts.jsx";
import { number } from "../format.js";
import { useLive } from "../live.js";
import { link } from "../router.js";

const trouble = (service) =>
  service.held ? 3 : service.hosts.healthy === 0 ? 2 : service.hosts.healthy < service.hosts.total ? 1 : 0;

export function Services() {
  const [items, setItems] = useState(null);
  const [problem, setProblem] = useState(null);
  useLive(() => get("/services"), {
    match: (type) => type === "service" || type === "change",
    period: 5000,
    set: (value) => (setItems(value.items), setProblem(null)),
    fail: setProblem,
  });
  if (!items) return <Trouble problem={problem} />;
  const rows = [...items].sort((a, b) => trouble(b) - trouble(a) || (b.errorsPerSecond ?? 0) - (a.errorsPerSecond ?? 0));
  return (
    <>
      <h1>Services</h1>
      <Trouble problem={problem} />
      {rows.length === 0 ? (
        <Empty>
          No service yet. <code>headgate apply -f service.yaml</code> makes one; hosts register under it.
        </Empty>
      ) : (
        <Table
          name="services"
          rows={rows}
          keyOf={(row) => `${row.namespace}/${row.name}`}
          href={(row) => link("services", row.namespace, row.name)}
          filter={(row) => `${row.namespace}/${row.name}`}
          columns={[
            { id: "name", head: "Service", cell: (row) => `${row.namespace}/${row.name}`, sort: (row) => row.name },
            { id: "health", head: "Hosts", cell: (row) => <Hosts row={row} />, sort: (row) => -trouble(row) },
            { id: "draining", head: "Draining", number: true, cell: (row) => row.hosts.draining, sort: (row) => row.hosts.draining },
            { id: "quarantined", head: "Quarantined", number: true, cell: (row) => row.hosts.quarantined, sort: (row) => row.hosts.quarantined },
            { id: "rate", head: "Requests/s", number: true, cell: (row) => number(row.requestsPerSecond), sort: (row) => row.requestsPerSecond ?? 0 },
            { id: "errors", head: "Errors/s", number: true, cell: (row) => number(row.errorsPerSecond), sort: (row) => row.errorsPerSecond ?? 0 },
            { id: "ports", head: "Ports", cell: (row) => row.ports.map((port) => `${port.name} ${port.port ?? ""}`).join(", ") },
          ]}
        />
      )}
    </>
  );
}

function Hosts({ row }) {
  const tone = row.held ? "bad" : row.hosts.healthy === 0 ? "bad" : row.hosts.healthy < row.hosts.total ? "warn" : "good";
  return (
    <Chip tone={tone} title={row.held?.reason}>
      {row.hosts.healthy} of {row.hosts.total} healthy{row.held ? ", held" : ""}
    </Chip>
  );
}

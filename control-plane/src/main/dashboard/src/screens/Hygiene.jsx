// How TLS ages: certificates that expire, and what the allow-list lets go.
import { useState } from "preact/hooks";
import { get } from "../api.js";
import { Chip, Empty, Table, Tile, Trouble } from "../components/Parts.jsx";
import { useLive } from "../live.js";

const ENDS = {
  expired: ["bad", "expired"],
  day: ["bad", "within a day"],
  week: ["warn", "within a week"],
  month: ["warn", "within a month"],
  good: ["good", "good"],
};
const USES = {
  unlisted: ["bad", "not on the list"],
  retired: ["bad", "retired"],
  retiring: ["warn", "retiring"],
  allowed: ["good", "allowed"],
};

function State({ of, value }) {
  const [tone, text] = of[value] ?? ["idle", value];
  return <Chip tone={tone}>{text}</Chip>;
}

export function Hygiene() {
  const [value, setValue] = useState(null);
  const [problem, setProblem] = useState(null);
  useLive(() => get("/hygiene"), {
    match: (type) => type === "change",
    period: 10000,
    set: (next) => (setValue(next), setProblem(null)),
    fail: setProblem,
  });
  if (!value) return <Trouble problem={problem} />;
  const soon = value.certificates.filter((each) => each.state !== "good" && each.state !== "expired").length;
  const expired = value.certificates.filter((each) => each.state === "expired").length;
  const old = value.allowList.filter((each) => each.state !== "allowed").length;
  return (
    <>
      <h1>Hygiene</h1>
      <Trouble problem={problem} />
      <div class="tiles">
        <Tile label="expired" value={expired} tone={expired ? "bad" : ""} />
        <Tile label="expire within 30 days" value={soon} tone={soon ? "warn" : ""} />
        <Tile label="should not be used" value={old} tone={old ? "warn" : ""} />
      </div>
      <h2>Certificates</h2>
      {value.certificates.length === 0 ? (
        <Empty>No proxy uses a certificate.</Empty>
      ) : (
        <Table
          name="certificates"
          rows={value.certificates}
          keyOf={(row) => `${row.place} ${row.name} ${row.subject} ${row.notAfter}`}
          filter={(row) => `${row.place} ${row.name} ${row.subject} ${row.dnsNames.join(" ")}`}
          columns={[
            { id: "name", head: "Certificate", cell: (row) => row.name, sort: (row) => row.name },
            { id: "state", head: "Expires", cell: (row) => <State of={ENDS} value={row.state} />, sort: (row) => row.notAfter },
            { id: "days", head: "Days left", number: true, cell: (row) => row.daysLeft, sort: (row) => row.daysLeft },
            { id: "kind", head: "Kind", cell: (row) => row.kind, sort: (row) => row.kind },
            { id: "place", head: "Place", cell: (row) => row.place, sort: (row) => row.place },
            { id: "names", head: "Names", cell: (row) => row.dnsNames.join(", ") || row.subject },
            { id: "key", head: "Key", cell: (row) => row.keyType, sort: (row) => row.keyType },
            { id: "proxies", head: "Proxies", number: true, cell: (row) => row.proxies.length, sort: (row) => row.proxies.length },
          ]}
        />
      )}
      <h2>Allowed and used</h2>
      {value.allowList.length === 0 ? (
        <Empty>No proxy speaks TLS.</Empty>
      ) : (
        <Table
          name="uses"
          rows={value.allowList}
          keyOf={(row) => `${row.what} ${row.name}`}
          filter={(row) => `${row.what} ${row.name} ${row.places.join(" ")}`}
          columns={[
            { id: "name", head: "Name", cell: (row) => row.name, sort: (row) => row.name },
            { id: "what", head: "What", cell: (row) => row.what, sort: (row) => row.what },
            { id: "state", head: "State", cell: (row) => <State of={USES} value={row.state} />, sort: (row) => row.state },
            { id: "retires", head: "Retires", cell: (row) => row.retires ?? "–", sort: (row) => row.retires ?? "9999" },
            { id: "down", head: "From clients", number: true, cell: (row) => row.downstream, sort: (row) => row.downstream },
            { id: "up", head: "To backends", number: true, cell: (row) => row.upstream, sort: (row) => row.upstream },
            { id: "why", head: "Why", cell: (row) => row.reason || "–" },
          ]}
        />
      )}
    </>
  );
}

// One proxy: what it was sent, what it serves, what waits and why.
import { useState } from "preact/hooks";
import { del, get, may } from "../api.js";
import { Action, Chip, Empty, Table, Tile, Trouble } from "../components/Parts.jsx";
import { age, number, percent, short } from "../format.js";
import { useLive } from "../live.js";
import { link } from "../router.js";
import { SourceOf } from "./Fleet.jsx";

export function Proxy({ id }) {
  const [proxy, setProxy] = useState(null);
  const [problem, setProblem] = useState(null);
  const [forgetting, setForgetting] = useState(false);
  useLive(() => get(`/fleet/proxies/${encodeURIComponent(id)}`), {
    match: (type, data) => type === "fleet" && data.proxies?.includes(id),
    period: 5000,
    deps: [id],
    set: (value) => (setProxy(value), setProblem(null)),
    fail: setProblem,
  });
  if (!proxy) return <Trouble problem={problem} />;
  const pending = proxy.types.flatMap((type) => type.pending.map((each) => ({ ...each, type: type.type })));
  return (
    <>
      <p class="crumbs">
        <a href={link("fleet")}>Fleet</a> / {id}
      </p>
      <h1>
        {id} <SourceOf proxy={proxy} />
      </h1>
      <Trouble problem={problem} />
      {proxy.state === "unknown" && may("operator") && (
        <p class="buttons">
          <button onClick={() => setForgetting(true)}>Forget proxy</button>
        </p>
      )}
      {forgetting && <Forget id={id} onClose={() => setForgetting(false)} />}
      <div class="tiles">
        <Tile label="state" value={proxy.state} />
        <Tile label="server" value={proxy.serverState || "–"} />
        <Tile label="up" value={age(proxy.startedAt)} />
        <Tile label="replica" value={proxy.replica} />
        <Tile label="admin" value={proxy.adminAddress || "–"} />
      </div>
      <Table
        name="types"
        rows={proxy.types}
        keyOf={(type) => type.typeUrl}
        columns={[
          { id: "type", head: "Type", cell: (type) => type.type },
          { id: "expected", head: "Expected", cell: (type) => <code>{short(type.expected?.version)}</code> },
          { id: "sent", head: "Sent", cell: (type) => <Mark mark={type.sent} /> },
          { id: "acked", head: "Acknowledged", cell: (type) => <Mark mark={type.acked} /> },
          {
            id: "nacked",
            head: "Refused",
            cell: (type) =>
              type.nacked ? <Chip tone="bad" title={type.nacked.message}>{short(type.nacked.version)}</Chip> : "–",
          },
          {
            id: "serving",
            head: "Serving",
            number: true,
            cell: (type) => (type.serving ? `${type.serving.resources} of ${type.serving.of}` : "–"),
          },
        ]}
      />
      <h2>Waiting</h2>
      {pending.length === 0 ? (
        <Empty>Nothing: it serves what its group has.</Empty>
      ) : (
        <ul class="feed">
          {pending.map((each) => (
            <li>
              <Chip tone="warn">{each.type}</Chip> <code>{each.resource}</code> {each.reason}
            </li>
          ))}
        </ul>
      )}
      {proxy.quarantined?.length > 0 && (
        <>
          <h2>Ejected hosts</h2>
          <ul class="feed">
            {proxy.quarantined.map((host) => (
              <li>
                <Chip tone="warn">{host.reason}</Chip> <code>{host.address}</code> of {host.cluster}, since{" "}
                {age(host.since)}
              </li>
            ))}
          </ul>
        </>
      )}
      {proxy.loops?.length > 0 && (
        <>
          <h2>Event loops</h2>
          <Table
            name="loops"
            rows={proxy.loops}
            keyOf={(loop) => loop.index}
            columns={[
              { id: "index", head: "Loop", cell: (loop) => loop.index },
              { id: "busy", head: "Busy", number: true, cell: (loop) => percent(loop.busy) },
              { id: "lag", head: "Worst lag, ms", number: true, cell: (loop) => number(loop.lagMicros / 1000, 2) },
              { id: "connections", head: "Connections", number: true, cell: (loop) => loop.connections },
            ]}
          />
        </>
      )}
    </>
  );
}

function Forget({ id, onClose }) {
  return (
    <Action
      title={`Forget ${id}`}
      submit="Forget"
      danger
      onClose={onClose}
      run={async (form) => {
        await del(`/fleet/proxies/${encodeURIComponent(id)}`, form.get("reason"));
        location.hash = link("fleet");
      }}
    >
      <p>It is gone for good: nobody waits for it any more. If it comes back, it is new.</p>
    </Action>
  );
}

function Mark({ mark }) {
  if (!mark) return "–";
  return (
    <>
      <code>{short(mark.version)}</code> <small>{age(mark.at)}</small>
    </>
  );
}

// The convergence matrix: which proxy serves what its group has now, type by type.
import { useState } from "preact/hooks";
import { get } from "../api.js";
import { Chip, Empty, Tile, Trouble } from "../components/Parts.jsx";
import { age, short } from "../format.js";
import { useLive } from "../live.js";
import { link } from "../router.js";

const TYPES = ["listener", "route", "cluster", "endpoint"];
const HEADS = { listener: "Listeners", route: "Routes", cluster: "Clusters", endpoint: "Endpoints" };
const WORST = ["nacked", "unknown", "pending", "converged"];
const TONE = { converged: "good", pending: "warn", nacked: "bad", unknown: "idle" };

export function Fleet() {
  const [fleet, setFleet] = useState(null);
  const [problem, setProblem] = useState(null);
  useLive(() => get("/fleet"), {
    match: (type) => type === "fleet" || type === "change" || type === "nack",
    period: 5000,
    set: (value) => (setFleet(value), setProblem(null)),
    fail: setProblem,
  });
  if (!fleet) return <Trouble problem={problem} />;
  const proxies = [...fleet.proxies].sort(
    (a, b) => WORST.indexOf(a.state) - WORST.indexOf(b.state) || a.id.localeCompare(b.id),
  );
  const { summary } = fleet;
  return (
    <>
      <h1>Fleet</h1>
      <Trouble problem={problem} />
      <div class="tiles">
        <Tile label="proxies" value={summary.proxies} />
        <Tile label="converged" value={summary.converged} tone={summary.converged === summary.proxies ? "good" : ""} />
        <Tile label="pending" value={summary.pending} tone={summary.pending ? "warn" : ""} />
        <Tile label="refused" value={summary.nacked} tone={summary.nacked ? "bad" : ""} />
        <Tile label="unknown" value={summary.unknown} tone={summary.unknown ? "warn" : ""} />
        <Tile label="revision" value={fleet.revision} />
      </div>
      {proxies.length === 0 ? (
        <Empty>No proxy has connected yet. Start one with a bootstrap that names this control plane.</Empty>
      ) : (
        <div class="table matrix">
          <table aria-label="convergence matrix">
            <thead>
              <tr>
                <th>Proxy</th>
                <th>State</th>
                {TYPES.map((type) => (
                  <th>{HEADS[type]}</th>
                ))}
                <th>Config</th>
                <th>Replica</th>
                <th>Seen</th>
              </tr>
            </thead>
            <tbody>
              {proxies.map((proxy) => (
                <tr key={proxy.id}>
                  <td>
                    <a href={link("fleet", proxy.id)}>{proxy.id}</a>
                    <small>
                      {proxy.client} {proxy.version} · {proxy.cluster}
                    </small>
                  </td>
                  <td>
                    <Chip tone={TONE[proxy.state]}>{proxy.state}</Chip>
                    {proxy.unknownSince && <small>since {age(proxy.unknownSince)}</small>}
                  </td>
                  {TYPES.map((type) => (
                    <Cell proxy={proxy} type={proxy.types.find((each) => each.type === type)} />
                  ))}
                  <td>
                    <SourceOf proxy={proxy} />
                  </td>
                  <td>{proxy.replica}</td>
                  <td>{age(proxy.lastSeen)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <p class="legend">
        Each cell: serving of expected, and the version that was acknowledged. <Chip tone="good">serves</Chip>{" "}
        <Chip tone="warn">sent or warming</Chip> <Chip tone="bad">refused</Chip> <Chip>nothing sent</Chip>
      </p>
      <h2>Control planes</h2>
      <div class="cards">
        {fleet.replicas.map((replica) => (
          <div class="card" key={replica.id}>
            <Chip tone={replica.state === "connected" ? "good" : "bad"}>{replica.state}</Chip>
            <b>{replica.id}</b>
            <small>
              {replica.address}
              {replica.leader && " · leader"}
              {replica.self && " · serves this page"}
            </small>
          </div>
        ))}
      </div>
    </>
  );
}

function Cell({ type, proxy }) {
  if (!type || !type.sent) {
    return (
      <td>
        <Chip>–</Chip>
      </td>
    );
  }
  const tone = proxy.state === "unknown" ? "idle" : type.nacked ? "bad" : type.converged ? "good" : "warn";
  const title = [
    `sent ${short(type.sent?.version)} ${age(type.sent?.at)} ago`,
    `acknowledged ${short(type.acked?.version)}`,
    type.nacked && `refused: ${type.nacked.message}`,
    ...type.pending.map((each) => `${each.resource}: ${each.reason}`),
  ]
    .filter(Boolean)
    .join("\n");
  return (
    <td>
      <Chip tone={tone} title={title}>
        {type.serving ? `${type.serving.resources}/${type.expected?.resources ?? type.serving.of}` : "sent"}
      </Chip>
      <small class="mono">{short(type.acked?.version)}</small>
    </td>
  );
}

export function SourceOf({ proxy }) {
  const kind = proxy.source?.kind;
  if (proxy.evidence === "ack") return <Chip title="this client reports only what it acknowledged">by ACK</Chip>;
  if (kind === "LIVE") return <Chip tone="good">live</Chip>;
  if (kind === "RETAINED") return <Chip tone="warn">kept {age(proxy.source.receivedAt)}</Chip>;
  if (kind === "LAST_KNOWN_GOOD")
    return (
      <Chip tone="warn" title={proxy.source.file}>
        from disk, {age(proxy.source.receivedAt)}
      </Chip>
    );
  return <Chip>none</Chip>;
}

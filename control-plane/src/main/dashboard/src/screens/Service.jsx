// One service: its hosts, how much of the traffic each gets and why, over time; and what an operator can do about it.
import { useMemo, useState } from "preact/hooks";
import { del, get, may, put } from "../api.js";
import { Action, Chip, Table, Tile, Trouble } from "../components/Parts.jsx";
import { Plot } from "../components/Plot.jsx";
import { age, number, percent } from "../format.js";
import { useLive } from "../live.js";
import { link } from "../router.js";

const WORST = ["quarantined", "draining", "healthy"];
const TONE = { healthy: "good", draining: "warn", quarantined: "bad" };

export function Service({ namespace, name }) {
  const path = `/services/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}`;
  const [service, setService] = useState(null);
  const [history, setHistory] = useState(null);
  const [problem, setProblem] = useState(null);
  const [action, setAction] = useState(null);
  const mine = (type, data) => type === "service" && data.namespace === namespace && data.name === name;
  useLive(() => get(path), {
    match: (type, data) => mine(type, data) || type === "change",
    period: 5000,
    deps: [path],
    set: (value) => (setService(value), setProblem(null)),
    fail: setProblem,
  });
  useLive(() => get(`${path}/history?minutes=15`), { match: mine, period: 5000, deps: [path], set: setHistory });
  const plots = useMemo(() => series(history), [history]);
  if (!service) return <Trouble problem={problem} />;
  const hosts = [...service.hosts].sort(
    (a, b) => WORST.indexOf(a.health) - WORST.indexOf(b.health) || a.weights.effective - b.weights.effective,
  );
  const healthy = hosts.filter((host) => host.health === "healthy").length;
  return (
    <>
      <p class="crumbs">
        <a href={link("services")}>Services</a> / {namespace} / {name}
      </p>
      <h1>{name}</h1>
      <Trouble problem={problem} />
      {service.held && <div class="banner bad">{service.held.reason}. {service.held.end}</div>}
      <div class="tiles">
        <Tile label="hosts healthy" value={`${healthy} of ${hosts.length}`} tone={healthy === hosts.length ? "good" : "warn"} />
        <Tile label="requests/s" value={number(service.requestsPerSecond)} />
        <Tile label="errors/s" value={number(service.errorsPerSecond)} tone={service.errorsPerSecond > 0.05 ? "bad" : ""} />
        <Tile label="weights updated" value={service.weightsUpdated ? age(service.weightsUpdated) : "–"} />
      </div>
      {plots && (
        <div class="plots">
          <Plot title="Effective weight" times={plots.times} series={plots.weights} max={2} />
          <Plot title="Utilisation reported" times={plots.times} series={plots.utilisation} max={1} />
          <Plot title="Requests per second" times={plots.times} series={plots.rates} />
        </div>
      )}
      <h2>Hosts</h2>
      <Table
        name="hosts"
        rows={hosts}
        keyOf={(host) => host.instance}
        filter={(host) => `${host.instance} ${host.address} ${host.zone}`}
        columns={[
          {
            id: "instance",
            head: "Host",
            cell: (host) => (
              <>
                {host.instance} <small class="mono">{host.address}</small>
              </>
            ),
            sort: (host) => host.instance,
          },
          { id: "health", head: "Health", cell: (host) => <Health host={host} />, sort: (host) => WORST.indexOf(host.health) },
          {
            id: "weight",
            head: "Weight",
            cell: (host) => <Weight host={host} />,
            sort: (host) => host.weights.effective,
          },
          { id: "why", head: "Why", cell: (host) => <small>{host.weights.reasons?.join("; ") || "as configured"}</small> },
          { id: "rate", head: "Req/s", number: true, cell: (host) => number(host.load?.requestsPerSecond), sort: (host) => host.load?.requestsPerSecond ?? 0 },
          { id: "util", head: "Utilised", number: true, cell: (host) => percent(host.load?.utilisation), sort: (host) => host.load?.utilisation ?? 0 },
          { id: "latency", head: "ms", number: true, cell: (host) => number(host.load?.latencyMillis), sort: (host) => host.load?.latencyMillis ?? 0 },
          {
            id: "act",
            head: "",
            cell: (host) =>
              may("operator") && (
                <span class="buttons">
                  <button onClick={() => setAction({ kind: "weight", host })}>Weight</button>
                  {host.override ? (
                    <button onClick={() => setAction({ kind: "clear", host })}>Clear override</button>
                  ) : (
                    <button onClick={() => setAction({ kind: "drain", host })}>Drain</button>
                  )}
                </span>
              ),
          },
        ]}
      />
      {action && <HostAction {...action} path={path} onClose={() => setAction(null)} />}
    </>
  );
}

function HostAction({ kind, host, path, onClose }) {
  const url = `${path}/hosts/${encodeURIComponent(host.instance)}/override`;
  if (kind === "drain")
    return (
      <Action
        title={`Drain ${host.instance}`}
        submit="Drain"
        danger
        onClose={onClose}
        run={(form) => put(url, { drain: true, ...until(form) }, form.get("reason"))}
      >
        <p>It gets no new requests; those in flight end.</p>
        <Until />
      </Action>
    );
  if (kind === "clear")
    return (
      <Action
        title={`Clear the override of ${host.instance}`}
        submit="Clear"
        onClose={onClose}
        run={(form) => del(url, form.get("reason"))}
      >
        <p>It takes its configured share again.</p>
      </Action>
    );
  return (
    <Action
      title={`Weight of ${host.instance}`}
      submit="Set"
      onClose={onClose}
      run={(form) => put(url, { weight: Number(form.get("weight")), ...until(form) }, form.get("reason"))}
    >
      <label>
        Weight, 1 is a full share
        <input name="weight" type="number" min="0" max="1000" step="0.05" required value={host.weights.configured} autofocus />
      </label>
      <Until />
    </Action>
  );
}

function Until() {
  return (
    <label>
      Ends
      <select name="ttl">
        <option value="">when it is cleared</option>
        <option value="10m">in 10 minutes</option>
        <option value="1h">in an hour</option>
        <option value="24h">in a day</option>
      </select>
    </label>
  );
}

const until = (form) => (form.get("ttl") ? { ttl: form.get("ttl") } : {});

function Health({ host }) {
  const by = host.quarantinedBy?.map((each) => `${each.proxy}: ${each.reason}`).join("\n");
  return (
    <>
      <Chip tone={TONE[host.health]} title={by}>
        {host.health}
      </Chip>
      {host.override && <small>by {host.override.author || "an operator"}{host.override.expires ? `, until ${new Date(host.override.expires).toLocaleTimeString()}` : ""}</small>}
    </>
  );
}

function Weight({ host }) {
  const { configured, fleet, effective } = host.weights;
  return (
    <span class="weight" title={`${number(configured, 2)} configured × ${number(fleet, 2)} fleet`}>
      <meter min="0" max="2" value={effective} />
      {number(effective, 2)}
    </span>
  );
}

function series(history) {
  if (!history || history.times.length < 2) return null;
  const pick = (field) => history.hosts.map((host) => ({ name: host.instance, values: host[field] }));
  return {
    times: history.times,
    weights: pick("effective"),
    utilisation: pick("utilisation"),
    rates: pick("requestsPerSecond"),
  };
}

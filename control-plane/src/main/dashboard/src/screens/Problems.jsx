// What is held and what a proxy refused, each with the key and its author.
import { useState } from "preact/hooks";
import { get } from "../api.js";
import { Chip, Empty, Trouble } from "../components/Parts.jsx";
import { age, clock } from "../format.js";
import { useLive } from "../live.js";

export function useProblems(signedIn) {
  const [value, set] = useState({ holds: [], nacks: [] });
  useLive(
    async () => {
      if (!signedIn) return { holds: [], nacks: [] };
      const [holds, nacks] = await Promise.all([get("/holds"), get("/nacks?limit=100")]);
      return { holds: holds.items, nacks: nacks.items };
    },
    { match: (type) => ["hold", "nack", "source", "change"].includes(type), period: 15000, deps: [signedIn], set },
  );
  return value;
}

export function Problems({ holds, nacks }) {
  return (
    <>
      <h1>Problems</h1>
      <h2>Held</h2>
      {holds.length === 0 ? (
        <Empty>Nothing is held: all that was asked for is in force.</Empty>
      ) : (
        holds.map((hold) => <Hold key={hold.key} hold={hold} />)
      )}
      <h2>Refused by proxies</h2>
      {nacks.length === 0 ? (
        <Empty>No proxy has refused anything.</Empty>
      ) : (
        <ul class="feed">
          {nacks.map((nack) => (
            <li key={nack.id}>
              <Chip tone={nack.active && !nack.stale ? "bad" : "idle"}>
                {nack.stale ? "replica behind" : nack.active ? "refused" : "over"}
              </Chip>{" "}
              <b>{nack.proxy}</b> {nack.type} <small>{clock(nack.at)}</small>
              <p>{nack.message}</p>
              {nack.objects?.map((object) => (
                <p>
                  <code>{object.key}</code> by <b>{object.author}</b>, revision {object.revision}
                </p>
              ))}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

export function Hold({ hold }) {
  return (
    <article class="hold">
      <p>
        <Chip tone="bad">held</Chip> <code>{hold.key}</code>
        {hold.author && (
          <>
            {" "}
            by <b>{hold.author}</b>
          </>
        )}{" "}
        <small>since {age(hold.since)}</small>
      </p>
      {hold.violations?.length > 0 ? (
        <ul>
          {hold.violations.map((each) => (
            <li>
              <code>{each.path}</code> {each.reason}
              {each.fix && <em> – {each.fix}</em>}
            </li>
          ))}
        </ul>
      ) : (
        <p>{hold.reason}</p>
      )}
      {hold.end && <small>To end it: {hold.end}</small>}
    </article>
  );
}

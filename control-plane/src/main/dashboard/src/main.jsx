import { render } from "preact";
import { useEffect } from "preact/hooks";
import { resume, session } from "./api.js";
import { Shell } from "./components/Shell.jsx";
import { connect, disconnect } from "./live.js";
import { place } from "./router.js";
import { Changes } from "./screens/Changes.jsx";
import { Fleet } from "./screens/Fleet.jsx";
import { Hygiene } from "./screens/Hygiene.jsx";
import { Objects, ObjectView } from "./screens/Objects.jsx";
import { Problems, useProblems } from "./screens/Problems.jsx";
import { Proxy } from "./screens/Proxy.jsx";
import { Service } from "./screens/Service.jsx";
import { Services } from "./screens/Services.jsx";
import { SignIn } from "./screens/SignIn.jsx";
import "./theme.css";

function Screen({ problems }) {
  const [screen = "fleet", a, b, c] = place.value.parts;
  if (screen === "services") return a && b ? <Service key={`${a}/${b}`} namespace={a} name={b} /> : <Services />;
  if (screen === "objects") return c ? <ObjectView key={`${a}/${b}/${c}`} kind={a} namespace={b} name={c} /> : <Objects />;
  if (screen === "problems") return <Problems {...problems} />;
  if (screen === "changes") return <Changes />;
  if (screen === "hygiene") return <Hygiene />;
  return a ? <Proxy key={a} id={a} /> : <Fleet />;
}

function App() {
  const signedIn = Boolean(session.value);
  useEffect(() => {
    if (!signedIn) return undefined;
    connect();
    return disconnect;
  }, [signedIn]);
  const problems = useProblems(signedIn);
  if (session.value === null) return null;
  if (!signedIn) return <SignIn />;
  const open = problems.holds.length + problems.nacks.filter((nack) => nack.active && !nack.stale).length;
  return (
    <Shell problems={open}>
      <Screen problems={problems} />
    </Shell>
  );
}

resume();
render(<App />, document.getElementById("app"));

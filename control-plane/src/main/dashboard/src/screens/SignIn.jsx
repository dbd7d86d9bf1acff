import { useState } from "preact/hooks";
import { signIn } from "../api.js";
import { Trouble } from "../components/Parts.jsx";

export function SignIn() {
  const [problem, setProblem] = useState(null);
  const go = async (event) => {
    event.preventDefault();
    try {
      await signIn(new FormData(event.currentTarget).get("token").trim());
    } catch (caught) {
      setProblem(caught);
    }
  };
  return (
    <form class="signin" onSubmit={go}>
      <img src="./gate.svg" alt="" width="44" height="44" />
      <h1>Headgate</h1>
      <label>
        Token
        <input name="token" type="password" autocomplete="current-password" autofocus required />
      </label>
      <Trouble problem={problem} />
      <button class="primary" type="submit">
        Sign in
      </button>
      <small>Tokens stand in the control plane's tokens file.</small>
    </form>
  );
}

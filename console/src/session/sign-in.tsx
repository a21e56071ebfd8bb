import { useQueryClient } from "@tanstack/react-query";
import { useState, type SubmitEvent } from "react";
import { Refused } from "../api/client";
import { Button, Field } from "../design/controls";
import { useWords } from "../words/words";
import { sessionQuery, useSignIn } from "./session";
import { sessionWords } from "./words";

export function SignIn() {
  const say = useWords(sessionWords);
  const [key, setKey] = useState("");
  const signIn = useSignIn();

  function submit(event: SubmitEvent) {
    event.preventDefault();
    signIn.mutate(key.trim());
  }

  return (
    <main className="sign-in">
      <form className="card" onSubmit={submit}>
        <h1>{say("title")}</h1>
        <Field label={say("key")} hint={say("hint")} wrong={signIn.error ? why(signIn.error, say) : undefined}>
          {(given) => (
            <input
              {...given}
              className="input"
              type="password"
              autoComplete="current-password"
              required
              autoFocus
              value={key}
              onChange={(event) => { setKey(event.target.value); }}
            />
          )}
        </Field>
        <Button type="submit" look="primary" disabled={signIn.isPending}>
          {say("signIn")}
        </Button>
        <DemoDoor />
      </form>
    </main>
  );
}

/** On a developer's own machine nobody needs a key. */
function DemoDoor() {
  const say = useWords(sessionWords);
  const queries = useQueryClient();
  const isOpen = location.hostname === "127.0.0.1" || location.hostname === "localhost";
  if (!isOpen) return null;
  return (
    <Button look="plain" onClick={() => void queries.invalidateQueries(sessionQuery)}>
      {say("demo")}
    </Button>
  );
}

function why(error: Error, say: (key: "wrong" | "failed", values?: { why: string }) => string): string {
  return error instanceof Refused && error.isSignedOut ? say("wrong") : say("failed", { why: error.message });
}

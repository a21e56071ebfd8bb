import { PRESENCES, useMyAgent, useSetPresence } from "../agents/agents";
import { Button } from "../design/controls";
import { Menu, type Choice } from "../design/overlays";
import { useTerms } from "../words/terms";
import { useWords } from "../words/words";
import { shellWords } from "./words";

/** An agent says whether new work may come; nobody else is asked. */
export function OwnPresence() {
  const say = useWords(shellWords);
  const term = useTerms();
  const agent = useMyAgent();
  const { setPresence } = useSetPresence();
  if (!agent) return null;
  const { id = "", presence } = agent;
  const choices = PRESENCES.map<Choice>((each) => ({ label: term(each), onChoose: () => void setPresence(id, each), aside: each === presence && "✓" }));
  return <Menu trigger={<Button small aria-label={`${say("presence")}: ${term(presence)}`}>{term(presence)}</Button>} heading={say("presence")} choices={choices} />;
}

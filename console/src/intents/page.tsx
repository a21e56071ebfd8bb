import { useSearch } from "@tanstack/react-router";
import { useState } from "react";
import type { Intent } from "../api/names";
import { Badge, Button } from "../design/controls";
import { Listing } from "../design/listing";
import { useNumbers } from "../design/numbers";
import { URGENCY_TONES } from "../inbox/row";
import { useMay } from "../session/session";
import { useTerms } from "../words/terms";
import { useWords } from "../words/words";
import { Explain } from "./explain";
import { Import } from "./import";
import { IntentDialog } from "./intent-dialog";
import "./intents.css";
import { Models } from "./models";
import { useIntents, useModels } from "./queries";
import { Report } from "./report";
import { Suggest } from "./suggest";
import { TrainingCard } from "./training";
import { intentWords } from "./words";

/** What the machine is taught to hear, and how well it hears. */
export default function Intents() {
  const say = useWords(intentWords);
  const mayWrite = useMay("admin");
  const [opened, open] = useState<Intent>();
  const { version } = useSearch({ from: "/intents" });
  const live = useModels().data?.pages.flatMap((page) => page.models ?? []).find((model) => model.live)?.version;
  const shown = version ?? live;
  return (
    <div className="page">
      <header>
        <h1>{say("title")}</h1>
        {mayWrite && <Button look="primary" onClick={() => { open({}); }}>{say("newIntent")}</Button>}
      </header>
      <div className="intents">
        <div className="stack">
          {mayWrite && <Import />}
          <List open={open} />
        </div>
        <div className="stack">
          <TrainingCard />
          <Models shown={shown} />
          <Explain />
          <Suggest />
        </div>
      </div>
      {shown !== undefined && <Report key={shown} version={shown} />}
      <IntentDialog key={opened?.name} intent={opened} onClose={() => { open(undefined); }} />
    </div>
  );
}

function List({ open }: { open: (intent: Intent) => void }) {
  const say = useWords(intentWords);
  const term = useTerms();
  const { count } = useNumbers();
  const list = useIntents();
  const intents = list.data?.pages.flatMap((page) => page.intents ?? []) ?? [];
  return (
    <Listing list={list} isEmpty={intents.length === 0} empty={say("none")}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{say("intent")}</th>
            <th scope="col" className="number">{say("examples")}</th>
            <th scope="col">{say("leastUrgency")}</th>
          </tr>
        </thead>
        <tbody>
          {intents.map((intent) => {
            const { description, examples = 0, least_urgency: urgency = "URGENCY_UNSPECIFIED", name } = intent;
            return (
              <tr key={name}>
                <th scope="row">
                  <Button look="plain" className="title" onClick={() => { open(intent); }}>{name}</Button>
                  {description && <div className="quiet" dir="auto">{description}</div>}
                </th>
                <td className="number">{count(examples)}</td>
                <td>{urgency !== "URGENCY_UNSPECIFIED" && <Badge tone={URGENCY_TONES[urgency]}>{term(urgency)}</Badge>}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Listing>
  );
}

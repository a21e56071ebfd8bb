import { Link } from "@tanstack/react-router";
import type { IntentModel } from "../api/names";
import { Badge, Button } from "../design/controls";
import { Listing } from "../design/listing";
import { useNumbers } from "../design/numbers";
import { Moment } from "../design/times";
import { useMay } from "../session/session";
import { useWords } from "../words/words";
import { useModels, usePublish } from "./queries";
import { intentWords } from "./words";

const DEFAULT_INTENTS = 0;

/** Every model, newest first; any of them can serve, and so can the default intents. */
export function Models({ shown }: { shown: number | undefined }) {
  const say = useWords(intentWords);
  const list = useModels();
  const models = list.data?.pages.flatMap((page) => page.models ?? []) ?? [];
  const live = models.find((model) => model.live)?.version ?? DEFAULT_INTENTS;
  return (
    <section className="card stack" aria-label={say("versions")}>
      <h2>{say("versions")}</h2>
      <Listing list={list} isEmpty={models.length === 0} empty={say("noVersions")}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{say("version")}</th>
              {(["examples", "accuracy", "outside"] as const).map((word) => <th key={word} scope="col" className="number">{say(word)}</th>)}
              <th scope="col">{say("made")}</th>
              <td />
            </tr>
          </thead>
          <tbody>
            {models.map((model) => <ModelRow key={model.version} model={model} live={live} isShown={model.version === shown} />)}
            {models.length > 0 && (
              <tr>
                <th scope="row">{say("defaultIntents")}</th>
                <td colSpan={4} />
                <td><Serving version={DEFAULT_INTENTS} live={live} /></td>
              </tr>
            )}
          </tbody>
        </table>
      </Listing>
    </section>
  );
}

function ModelRow({ model, live, isShown }: { model: IntentModel; live: number; isShown: boolean }) {
  const { count, percent } = useNumbers();
  const { create_time: made, examples = 0, report: { accuracy, questions, out_of_scope_questions: hidden, out_of_scope_recall: outside } = {}, version = 0 } = model;
  return (
    <tr>
      <th scope="row"><Link to="/intents" search={{ version }} {...(isShown && { "aria-current": "true" })}>{version}</Link></th>
      <td className="number">{count(examples)}</td>
      <td className="number">{percent(questions ? accuracy : undefined)}</td>
      <td className="number">{percent(hidden ? outside : undefined)}</td>
      <td className="quiet"><Moment time={made} /></td>
      <td><Serving version={version} live={live} /></td>
    </tr>
  );
}

function Serving({ version, live }: { version: number; live: number }) {
  const say = useWords(intentWords);
  const mayPublish = useMay("admin");
  const { publish, isChanging } = usePublish();
  if (version === live) return <Badge tone="good">{say("live")}</Badge>;
  if (!mayPublish) return null;
  return (
    <Button small disabled={isChanging} onClick={() => void publish(version)}>
      {say(version < live ? "rollBack" : "publish")}
    </Button>
  );
}

import { Link } from "@tanstack/react-router";
import type { Training } from "../api/names";
import { Badge, Button, Notice, type Tone } from "../design/controls";
import { Listing } from "../design/listing";
import { useNumbers } from "../design/numbers";
import { Moment } from "../design/times";
import { useMay } from "../session/session";
import { commonWords } from "../words/common";
import { useWords } from "../words/words";
import { useTrainings } from "./queries";
import { trainingWords, useCame } from "./training-words";
import { intentWords } from "./words";

const TONES: Record<string, Tone> = { STATE_PUBLISHED: "good", STATE_REFUSED: "warn", STATE_FAILED: "bad", STATE_RUNNING: "info" };

/** Examples become a model in the background; one sees how far it is, may stop it, and what came of those before. */
export function TrainingCard() {
  const say = useWords(intentWords);
  const common = useWords(commonWords);
  const came = useCame();
  const mayTrain = useMay("admin");
  const { list, trainings, isRunning, isChanging, start, cancel } = useTrainings();
  const [newest, ...earlier] = trainings;
  return (
    <section className="card stack" aria-label={say("training")}>
      <header className="row">
        <h2>{say("training")}</h2>
        <State training={newest} />
      </header>
      <p className="quiet">{say("trainingHint")}</p>
      {newest && isRunning && <Running training={newest} />}
      {newest?.message && (
        <Notice {...(newest.state !== "STATE_PUBLISHED" && { tone: "warn" as const })}>
          {came(newest)} <Moment time={newest.end_time} />
        </Notice>
      )}
      {mayTrain && (
        <div className="row">
          <Button look="primary" disabled={isRunning || isChanging} onClick={() => void start()}>{say("train")}</Button>
          {isRunning && <Button disabled={isChanging} onClick={() => void cancel()}>{common("cancel")}</Button>}
        </div>
      )}
      {earlier.length > 0 && <Earlier list={list} trainings={earlier} />}
    </section>
  );
}

function State({ training }: { training: Training | undefined }) {
  const say = useWords(trainingWords);
  const { state = "STATE_UNSPECIFIED" } = training ?? {};
  return state === "STATE_UNSPECIFIED" ? null : <Badge tone={TONES[state]}>{say(state)}</Badge>;
}

function Running({ training: { progress = 0, stage = "" } }: { training: Training }) {
  const say = useWords(intentWords);
  const word = useWords(trainingWords);
  const { percent } = useNumbers();
  return (
    <p className="row">
      <progress aria-label={say("training")} max={1} value={progress} /> {percent(progress)}
      <span className="quiet">{stage in trainingWords.en ? word(stage as keyof typeof trainingWords.en) : stage}</span>
    </p>
  );
}

function Earlier({ list, trainings }: { list: ReturnType<typeof useTrainings>["list"]; trainings: Training[] }) {
  const say = useWords(trainingWords);
  const words = useWords(intentWords);
  const came = useCame();
  return (
    <details>
      <summary>{say("trainings")}</summary>
      <Listing list={list} isEmpty={false}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{words("made")}</th>
              <th scope="col">{say("came")}</th>
              <th scope="col">{say("model")}</th>
            </tr>
          </thead>
          <tbody>
            {trainings.map((training) => (
              <tr key={training.id}>
                <th scope="row"><Moment time={training.create_time} /></th>
                <td><State training={training} /> <span className="quiet">{came(training)}</span></td>
                <td>{training.model_version ? <Link to="/intents" search={{ version: training.model_version }}>{training.model_version}</Link> : "–"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Listing>
    </details>
  );
}

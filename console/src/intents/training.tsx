import { Badge, Button, Notice, type Tone } from "../design/controls";
import { useNumbers } from "../design/numbers";
import { Moment } from "../design/times";
import { useMay } from "../session/session";
import { commonWords } from "../words/common";
import { readable } from "../words/terms";
import { useWords } from "../words/words";
import { useTraining } from "./queries";
import { intentWords } from "./words";

const TONES: Record<string, Tone> = { STATE_PUBLISHED: "good", STATE_REFUSED: "warn", STATE_FAILED: "bad", STATE_RUNNING: "info" };

/** Examples become a model in the background; one sees how far it is, and may stop it. */
export function TrainingCard() {
  const say = useWords(intentWords);
  const common = useWords(commonWords);
  const mayTrain = useMay("admin");
  const { training, isRunning, isChanging, start, cancel } = useTraining();
  return (
    <section className="card stack" aria-label={say("training")}>
      <header className="row">
        <h2>{say("training")}</h2>
        {training?.state && <Badge tone={TONES[training.state]}>{readable(training.state)}</Badge>}
      </header>
      <p className="quiet">{say("trainingHint")}</p>
      {training && isRunning && <Running progress={training.progress ?? 0} stage={training.stage ?? ""} />}
      {training?.message && (
        <Notice {...(training.state !== "STATE_PUBLISHED" && { tone: "warn" as const })}>
          {training.message} <Moment time={training.end_time} />
        </Notice>
      )}
      {mayTrain && (
        <div className="row">
          <Button look="primary" disabled={isRunning || isChanging} onClick={() => void start()}>{say("train")}</Button>
          {isRunning && <Button disabled={isChanging} onClick={() => void cancel()}>{common("cancel")}</Button>}
        </div>
      )}
    </section>
  );
}

function Running({ progress, stage }: { progress: number; stage: string }) {
  const say = useWords(intentWords);
  const { percent } = useNumbers();
  return (
    <p className="row">
      <progress aria-label={say("training")} max={1} value={progress} /> {percent(progress)} <span className="quiet">{readable(stage)}</span>
    </p>
  );
}

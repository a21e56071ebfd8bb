import { useState } from "react";
import { Button, Field, Notice } from "../../design/controls";
import { useToast } from "../../design/toasts";
import { useWords } from "../../words/words";
import { useEndpointCommands } from "./queries";
import { endpointWords } from "./words";

/** Every event of a time that the endpoint listens to, once more. Times are the reader's. */
export function ReplayRange({ endpointId }: { endpointId: string }) {
  const say = useWords(endpointWords);
  const toast = useToast();
  const [start, setStart] = useState("");
  const [end, setEnd] = useState("");
  const { submission, replay } = useEndpointCommands();
  async function submit() {
    const range = { start_time: instant(start), ...(end && { end_time: instant(end) }) };
    const count = await replay(endpointId, range);
    if (count !== undefined) toast(say("replayed", { count }));
  }
  return (
    <form className="stack" aria-label={say("replayRange")} onSubmit={(event) => { event.preventDefault(); void submit(); }}>
      <div className="filter-row">
        <Field label={say("start")} wrong={submission.wrong("start_time")}>
          {(given) => <input {...given} className="input" type="datetime-local" required value={start} onChange={(event) => { setStart(event.target.value); }} />}
        </Field>
        <Field label={say("end")} hint={say("endHint")} wrong={submission.wrong("end_time")}>
          {(given) => <input {...given} className="input" type="datetime-local" value={end} onChange={(event) => { setEnd(event.target.value); }} />}
        </Field>
        <Button type="submit" disabled={submission.isChanging}>{say("replayRange")}</Button>
      </div>
      {submission.refusal && <Notice tone="bad">{submission.refusal}</Notice>}
    </form>
  );
}

function instant(local: string): string {
  return new Date(local).toISOString();
}

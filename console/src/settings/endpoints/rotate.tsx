import { useState } from "react";
import { Button, Field } from "../../design/controls";
import { Dialog } from "../../design/overlays";
import { useWords } from "../../words/words";
import { Form } from "../form";
import { ShownOnce } from "../shown-once";
import { useEndpointCommands } from "./queries";
import { endpointWords } from "./words";

const DAY_HOURS = 24;
const MOST_HOURS = 30 * DAY_HOURS;
const HOUR_SECONDS = 3600;

/** A new secret; for a while both sign, so that the receiver may move in its own time. */
export function Rotate({ endpointId }: { endpointId: string }) {
  const say = useWords(endpointWords);
  const [isOpen, open] = useState(false);
  const [hours, setHours] = useState(DAY_HOURS);
  const [secret, show] = useState("");
  const { submission, rotate } = useEndpointCommands();
  async function submit() {
    const made = await rotate(endpointId, hours * HOUR_SECONDS);
    if (made === undefined) return;
    open(false);
    show(made);
  }
  return (
    <>
      <Button small onClick={() => { open(true); }}>{say("rotate")}</Button>
      <Dialog open={isOpen} onClose={() => { open(false); }} title={say("rotate")}>
        <Form label={say("rotate")} submission={submission} onSubmit={submit} onCancel={() => { open(false); }} done={say("rotate")}>
          <Field label={say("keepOld")} hint={say("keepOldHint")} wrong={submission.wrong("keep_old_for")}>
            {(given) => <input {...given} className="input" type="number" required min={0} max={MOST_HOURS} value={hours} onChange={(event) => { setHours(Number(event.target.value)); }} />}
          </Field>
        </Form>
      </Dialog>
      <ShownOnce title={say("secret")} secret={secret} onKept={() => { show(""); }} />
    </>
  );
}

import { useState } from "react";
import type { Channel } from "../../api/names";
import { Button, Field, Notice } from "../../design/controls";
import { Dialog } from "../../design/overlays";
import { useWords } from "../../words/words";
import { Copyable } from "../copyable";
import { Form } from "../form";
import { partWords } from "../part-words";
import { newSecret, telegramCall, type SecretNeed } from "./kinds";
import { useSaveChannel } from "./queries";
import { channelWords } from "./words";

/** One secret, which goes in and never comes out: all that can be done with it is to put another in its place. */
export function Replace({ channel, need }: { channel: Channel; need: SecretNeed }) {
  const say = useWords(channelWords);
  const [isOpen, open] = useState(false);
  return (
    <div className="row">
      <strong>{say(need.kind)}</strong>
      <Button small onClick={() => { open(true); }} aria-label={`${say("replace")}: ${say(need.kind)}`}>{say("replace")}</Button>
      <Dialog open={isOpen} onClose={() => { open(false); }} title={`${say("replace")}: ${say(need.kind)}`}>
        <Steps channel={channel} need={need} onClose={() => { open(false); }} />
      </Dialog>
    </div>
  );
}

interface StepsProps {
  channel: Channel;
  need: SecretNeed;
  onClose: () => void;
}

function Steps({ channel, need, onClose }: StepsProps) {
  const [replaced, setReplaced] = useState<{ value: string; hasOld: boolean }>();
  if (replaced) return <Afterwards channel={channel} need={need} {...replaced} onClose={onClose} />;
  return <NewSecret channel={channel} need={need} onReplaced={(value, hasOld) => { setReplaced({ value, hasOld }); }} onClose={onClose} />;
}

function NewSecret({ channel, need, onReplaced, onClose }: StepsProps & { onReplaced: (value: string, hasOld: boolean) => void }) {
  const say = useWords(channelWords);
  const { submission, update } = useSaveChannel();
  const [value, setValue] = useState(() => (need.from === "us" ? newSecret(need.kind) : ""));
  const [old, setOld] = useState("");
  async function submit() {
    const secrets = [value, old].filter(Boolean).map((each) => ({ kind: need.kind, value: each }));
    if (!(await update(channel.id ?? "", "secrets", { secrets }))) return;
    if (need.from === "us" || old) onReplaced(value, old !== "");
    else onClose();
  }
  const wrong = submission.wrong("channel.secrets");
  return (
    <Form label={say("replace")} submission={submission} onSubmit={submit} onCancel={onClose} done={say("replace")}>
      {need.from === "provider" && (
        <Field label={say("newOne")} wrong={wrong}>
          {(given) => <input {...given} className="input" type="password" autoComplete="off" dir="ltr" required maxLength={4096} value={value} onChange={(event) => { setValue(event.target.value.trim()); }} />}
        </Field>
      )}
      {need.from === "us" && <p>{say("madeHere")}</p>}
      {need.overlaps && (
        <Field label={say("oldOne")} hint={say("oldOneHint")} {...(need.from === "us" && { wrong })}>
          {(given) => <input {...given} className="input" type="password" autoComplete="off" dir="ltr" maxLength={4096} value={old} onChange={(event) => { setOld(event.target.value.trim()); }} />}
        </Field>
      )}
    </Form>
  );
}

function Afterwards({ channel, need, value, hasOld, onClose }: StepsProps & { value: string; hasOld: boolean }) {
  const say = useWords(channelWords);
  const parts = useWords(partWords);
  const { submission, update } = useSaveChannel();
  async function drop() {
    if (await update(channel.id ?? "", "secrets", { secrets: [{ kind: need.kind, value }] })) onClose();
  }
  return (
    <>
      {need.from === "us" && (
        <>
          <Notice tone="warn">{parts("once")}</Notice>
          <Copyable label={say(need.kind)} text={value} />
          {need.kind === "SECRET_KIND_SECRET_TOKEN" && <Copyable label={say("call")} text={telegramCall(location.origin, channel, value)} />}
        </>
      )}
      {hasOld && <p>{say("bothLive")}</p>}
      {submission.refusal && <Notice tone="bad">{submission.refusal}</Notice>}
      <div className="actions">
        {hasOld && <Button disabled={submission.isChanging} onClick={() => void drop()}>{say("dropOld")}</Button>}
        <Button look="primary" onClick={onClose}>{parts("kept")}</Button>
      </div>
    </>
  );
}

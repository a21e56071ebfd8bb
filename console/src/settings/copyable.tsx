import { useId } from "react";
import { Button } from "../design/controls";
import { useToast } from "../design/toasts";
import { useWords } from "../words/words";
import { partWords } from "./part-words";

/** Something to paste elsewhere. */
export function Copyable({ label, text }: { label: string; text: string }) {
  const say = useWords(partWords);
  const toast = useToast();
  const id = useId();
  async function copy() {
    await navigator.clipboard.writeText(text);
    toast(say("copied"));
  }
  return (
    <div className="field">
      <span id={id} className="label">{label}</span>
      <div className="copyable">
        <code className="secret" dir="ltr" aria-labelledby={id} role="group">{text}</code>
        <Button small onClick={() => void copy()} aria-label={`${say("copy")}: ${label}`}>{say("copy")}</Button>
      </div>
    </div>
  );
}

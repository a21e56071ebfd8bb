import type { ReactNode } from "react";
import { Button, Notice } from "../design/controls";
import { commonWords } from "../words/common";
import { useWords } from "../words/words";
import type { Submission } from "./submission";

interface FormProps {
  label: string;
  submission: Submission;
  onSubmit: () => Promise<void>;
  /** Where there is nothing to go back to, there is no way back. */
  onCancel?: () => void;
  /** What the button says; without: save. */
  done?: string;
  /** More to be done with the thing, beside saving it. */
  aside?: ReactNode;
  children: ReactNode;
}

/** Fields, why the service declined them, and the way out. */
export function Form({ label, submission, onSubmit, onCancel, done, aside, children }: FormProps) {
  const say = useWords(commonWords);
  return (
    <form className="stack settings-form" aria-label={label} onSubmit={(event) => { event.preventDefault(); void onSubmit(); }}>
      {children}
      {submission.refusal && <Notice tone="bad">{submission.refusal}</Notice>}
      <div className="actions">
        {aside}
        {onCancel && <Button onClick={onCancel}>{say("cancel")}</Button>}
        <Button type="submit" look="primary" disabled={submission.isChanging}>{done ?? say("save")}</Button>
      </div>
    </form>
  );
}

import { Button, Notice } from "../design/controls";
import { Dialog } from "../design/overlays";
import { useWords } from "../words/words";
import { Copyable } from "./copyable";
import { partWords } from "./part-words";

/** A secret, until it is said to be kept; then it is gone from the page. */
export function ShownOnce({ title, secret, onKept }: { title: string; secret: string; onKept: () => void }) {
  const say = useWords(partWords);
  return (
    <Dialog open={secret !== ""} onClose={onKept} title={title}>
      <Notice tone="warn">{say("once")}</Notice>
      <Copyable label={title} text={secret} />
      <div className="actions">
        <Button look="primary" onClick={onKept}>{say("kept")}</Button>
      </div>
    </Dialog>
  );
}

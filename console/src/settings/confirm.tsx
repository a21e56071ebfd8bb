import type { ReactNode } from "react";
import { Button } from "../design/controls";
import { Dialog } from "../design/overlays";
import { commonWords } from "../words/common";
import { useWords } from "../words/words";

interface ConfirmProps {
  open: boolean;
  title: string;
  /** The word on the button that does it. */
  verb: string;
  isChanging: boolean;
  onConfirm: () => Promise<void>;
  onClose: () => void;
  children: ReactNode;
}

/** What cannot be taken back is asked once more. */
export function Confirm({ open, title, verb, isChanging, onConfirm, onClose, children }: ConfirmProps) {
  const say = useWords(commonWords);
  return (
    <Dialog open={open} onClose={onClose} title={title}>
      {children}
      <div className="actions">
        <Button onClick={onClose}>{say("cancel")}</Button>
        <Button look="danger" disabled={isChanging} onClick={() => void onConfirm()}>{verb}</Button>
      </div>
    </Dialog>
  );
}

import { useNavigate } from "@tanstack/react-router";
import type { Customer } from "../api/names";
import { Button, Notice } from "../design/controls";
import { Dialog } from "../design/overlays";
import { useToast } from "../design/toasts";
import { commonWords } from "../words/common";
import { useWords } from "../words/words";
import { useCustomerCommands } from "./queries";
import { customerWords } from "./words";

interface Props {
  customer: Customer;
  isOpen: boolean;
  onClose: () => void;
}

const CONSEQUENCES = ["eraseWords", "eraseUnsent", "eraseFigures", "eraseStranger", "eraseForGood"] as const;
/** Of what went; the rest is of the mesh's own making. */
const TOLD = ["conversations", "messages", "attachments", "tickets"] as const;

/** What goes, what stays, and that there is no way back, before anything happens. */
export function EraseDialog({ customer, isOpen, onClose }: Props) {
  const say = useWords(customerWords);
  const common = useWords(commonWords);
  const toast = useToast();
  const navigate = useNavigate();
  const { erase, isChanging } = useCustomerCommands(customer);
  async function confirm() {
    const done = await erase();
    if (!done?.erasure) return;
    const { removed = {}, state } = done.erasure;
    const told = TOLD.filter((what) => Number(removed[what] ?? 0) > 0).map((what) => `${say(what)}: ${removed[what] ?? ""}`);
    toast([say(state === "STATE_DONE" ? "erased" : "erasing"), ...told].join(" · "));
    await navigate({ to: "/customers" });
  }
  return (
    <Dialog open={isOpen} onClose={onClose} title={say("erase")}>
      <p>{say("eraseWhom", { name: customer.name || say("unknown"), conversations: customer.history?.conversations ?? 0, tickets: customer.history?.tickets ?? 0 })}</p>
      <Notice tone="warn">
        <ul className="consequences">{CONSEQUENCES.map((word) => <li key={word}>{say(word)}</li>)}</ul>
      </Notice>
      <div className="actions">
        <Button onClick={onClose}>{common("cancel")}</Button>
        <Button look="danger" disabled={isChanging} onClick={() => void confirm()}>{say("eraseNow")}</Button>
      </div>
    </Dialog>
  );
}

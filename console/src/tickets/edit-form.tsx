import { useState } from "react";
import type { Ticket, Urgency } from "../api/names";
import { Button, Field, Notice } from "../design/controls";
import { useToast } from "../design/toasts";
import { URGENCIES } from "../inbox/filters";
import { commonWords } from "../words/common";
import { useTerms } from "../words/terms";
import { useWords } from "../words/words";
import { CustomFields, known, useTicketFields } from "./custom-fields";
import type { Edited, TicketCommands } from "./queries";
import { ticketWords } from "./words";

/** A draft belongs to the state it was begun in: whoever was second is told, and chooses. */
export function EditForm({ ticket, commands }: { ticket: Ticket; commands: TicketCommands }) {
  const say = useWords(ticketWords);
  const common = useWords(commonWords);
  const term = useTerms();
  const toast = useToast();
  const [draft, setDraft] = useState<Edited>();
  const fields = useTicketFields();
  const current: Edited = { subject: ticket.subject ?? "", category: ticket.category ?? "", custom_fields: ticket.custom_fields ?? {}, ...(ticket.priority && { priority: ticket.priority }), ...(ticket.etag && { etag: ticket.etag }) };
  const shown = draft ?? current;
  const isOvertaken = draft !== undefined && draft.etag !== ticket.etag;
  const set = (part: Partial<Edited>) => { setDraft({ ...shown, ...part }); };
  async function save() {
    if (!(await commands.edit({ ...shown, custom_fields: known(shown.custom_fields ?? {}, fields) }))) return;
    setDraft(undefined);
    toast(common("saved"));
  }
  return (
    <form className="card stack" aria-label={common("edit")} onSubmit={(event) => { event.preventDefault(); void save(); }}>
      {isOvertaken && (
        <Notice tone="warn">
          <p>{say("overtaken", { subject: current.subject ?? "", category: current.category ?? "", priority: term(current.priority) })}</p>
          <div className="row">
            <Button small onClick={() => { setDraft(undefined); }}>{say("takeTheirs")}</Button>
            <Button small onClick={() => { set({ etag: ticket.etag ?? "" }); }}>{say("keepMine")}</Button>
          </div>
        </Notice>
      )}
      <Field label={say("subject")}>
        {(given) => <input {...given} className="input" dir="auto" maxLength={200} value={shown.subject} onChange={(event) => { set({ subject: event.target.value }); }} />}
      </Field>
      <div className="filter-row">
        <Field label={say("category")}>
          {(given) => <input {...given} className="input" maxLength={100} value={shown.category} onChange={(event) => { set({ category: event.target.value }); }} />}
        </Field>
        <Field label={say("priority")}>
          {(given) => (
            <select {...given} className="input" value={shown.priority} onChange={(event) => { set({ priority: event.target.value as Urgency }); }}>
              {URGENCIES.map((each) => <option key={each} value={each}>{term(each)}</option>)}
            </select>
          )}
        </Field>
      </div>
      <CustomFields values={shown.custom_fields ?? {}} onChange={(values) => { set({ custom_fields: values }); }} />
      <div className="row end">
        <Button type="submit" look="primary" disabled={!draft || isOvertaken || commands.isChanging}>{common("save")}</Button>
      </div>
    </form>
  );
}

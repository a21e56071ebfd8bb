import { useState } from "react";
import type { Tenant, TicketField } from "../../api/names";
import { Button, Empty, Notice } from "../../design/controls";
import { Dialog } from "../../design/overlays";
import { commonWords } from "../../words/common";
import { useWords } from "../../words/words";
import { Confirm } from "../confirm";
import { Loaded } from "../loaded";
import { useSavePolicy, useTenant } from "../tenant";
import { FieldForm } from "./field-form";
import { fieldWords } from "./words";

/** What the tenant asks of a ticket, beside what every ticket has. */
export default function TicketFields() {
  return (
    <section className="card stack">
      <Loaded query={useTenant()}>{(tenant) => <FieldList tenant={tenant} />}</Loaded>
    </section>
  );
}

function FieldList({ tenant }: { tenant: Tenant }) {
  const say = useWords(fieldWords);
  const common = useWords(commonWords);
  const [opened, open] = useState<TicketField>();
  const [leaving, leave] = useState<TicketField>();
  const fields = tenant.policy?.ticket_fields ?? [];
  return (
    <>
      <div className="heading">
        <h2>{say("fields")}</h2>
        <Button look="primary" onClick={() => { open({}); }}>{say("newField")}</Button>
      </div>
      <p className="quiet">{say("about")}</p>
      {fields.length === 0 ? <Empty>{say("none")}</Empty> : (
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{common("name")}</th>
              <th scope="col">{say("kind")}</th>
              <th scope="col">{say("choices")}</th>
              <td />
            </tr>
          </thead>
          <tbody>
            {fields.map((field) => (
              <tr key={field.name}>
                <th scope="row">{field.name}</th>
                <td>{say(kindOf(field))}</td>
                <td>{field.choices?.join(", ")}</td>
                <td>
                  <div className="row">
                    <Button small onClick={() => { open(field); }} aria-label={`${common("edit")}: ${field.name ?? ""}`}>{common("edit")}</Button>
                    <Button small look="danger" onClick={() => { leave(field); }} aria-label={`${common("remove")}: ${field.name ?? ""}`}>{common("remove")}</Button>
                  </div>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <Dialog open={opened !== undefined} onClose={() => { open(undefined); }} title={opened?.name || say("newField")}>
        {opened && <FieldForm tenant={tenant} field={opened} onClose={() => { open(undefined); }} />}
      </Dialog>
      {leaving && <Removal tenant={tenant} field={leaving} onClose={() => { leave(undefined); }} />}
    </>
  );
}

function Removal({ tenant, field, onClose }: { tenant: Tenant; field: TicketField; onClose: () => void }) {
  const say = useWords(fieldWords);
  const common = useWords(commonWords);
  const { submission, save } = useSavePolicy();
  async function remove() {
    const left = (tenant.policy?.ticket_fields ?? []).filter(({ name }) => name !== field.name);
    if (await save(tenant, ["ticket_fields"], { ticket_fields: left })) onClose();
  }
  return (
    <Confirm open title={`${common("remove")}: ${field.name ?? ""}`} verb={common("remove")} isChanging={submission.isChanging} onConfirm={remove} onClose={onClose}>
      <p>{say("removal")}</p>
      {submission.refusal && <Notice tone="bad">{submission.refusal}</Notice>}
    </Confirm>
  );
}

export function kindOf({ kind = "KIND_UNSPECIFIED" }: TicketField) {
  return kind === "KIND_UNSPECIFIED" ? "KIND_TEXT" : kind;
}

import { useState } from "react";
import type { Calendar, Tenant } from "../../api/names";
import { Field } from "../../design/controls";
import { useToast } from "../../design/toasts";
import { commonWords } from "../../words/common";
import { useWords } from "../../words/words";
import { Form } from "../form";
import { useSavePolicy, useTenant } from "../tenant";
import { hoursWords } from "./words";

/** Whose hours rules mean by open and closed, and figures by business hours. */
export function HouseCalendar({ calendars }: { calendars: Calendar[] }) {
  const { data: tenant } = useTenant();
  return tenant ? <HouseForm tenant={tenant} calendars={calendars} /> : null;
}

function HouseForm({ tenant, calendars }: { tenant: Tenant; calendars: Calendar[] }) {
  const say = useWords(hoursWords);
  const common = useWords(commonWords);
  const toast = useToast();
  const { submission, save } = useSavePolicy();
  const [known, setKnown] = useState(tenant);
  const [chosen, choose] = useState(tenant.policy?.calendar_id ?? "");
  async function submit() {
    const now = await save(known, ["calendar_id"], { calendar_id: chosen });
    if (!now) return;
    setKnown(now);
    toast(common("saved"));
  }
  return (
    <section className="card">
      <h2>{say("house")}</h2>
      <Form label={say("house")} submission={submission} onSubmit={submit}>
        <Field label={say("calendar")} hint={say("houseHint")} wrong={submission.wrong("tenant.policy.calendar_id")}>
          {(given) => (
            <select {...given} className="input" value={chosen} onChange={(event) => { choose(event.target.value); }}>
              <option value="">{say("always")}</option>
              {calendars.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
            </select>
          )}
        </Field>
      </Form>
    </section>
  );
}

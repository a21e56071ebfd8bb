import type { TicketField } from "../api/names";
import { Field } from "../design/controls";
import { useTenant } from "../settings/tenant";
import { commonWords } from "../words/common";
import { useWords } from "../words/words";
import { ticketWords } from "./words";

const INPUTS: Partial<Record<NonNullable<TicketField["kind"]>, string>> = { KIND_NUMBER: "number", KIND_DATE: "date" };

export type Values = Record<string, string>;

/** The tenant's own fields: their values as the contract writes them, empty where there is none. */
export function CustomFields({ values, onChange }: { values: Values; onChange: (values: Values) => void }) {
  const fields = useTicketFields();
  if (fields.length === 0) return null;
  return (
    <div className="filter-row">
      {fields.map((field) => {
        const { name = "" } = field;
        return <CustomField key={name} field={field} value={values[name] ?? ""} onChange={(value) => { onChange({ ...values, [name]: value }); }} />;
      })}
    </div>
  );
}

export function useTicketFields(): TicketField[] {
  return useTenant().data?.policy?.ticket_fields ?? [];
}

/** Of these, what is still a field: a value of one that went would be declined. */
export function known(values: Values, fields: readonly TicketField[]): Values {
  const names = new Set(fields.map(({ name }) => name));
  return Object.fromEntries(Object.entries(values).filter(([name]) => names.has(name)));
}

function CustomField({ field: { choices = [], kind = "KIND_TEXT", name = "" }, value, onChange }: { field: TicketField; value: string; onChange: (value: string) => void }) {
  const say = useWords(ticketWords);
  const common = useWords(commonWords);
  const options = kind === "KIND_CHECK" ? [["true", say("yes")], ["false", say("no")]] as const : choices.map((each) => [each, each] as const);
  return (
    <Field label={name.replaceAll("_", " ")}>
      {(given) =>
        kind === "KIND_CHECK" || kind === "KIND_CHOICE" ? (
          <select {...given} className="input" value={value} onChange={(event) => { onChange(event.target.value); }}>
            <option value="">{common("none")}</option>
            {options.map(([option, label]) => <option key={option} value={option}>{label}</option>)}
          </select>
        ) : (
          <input {...given} className="input" dir="auto" type={INPUTS[kind] ?? "text"} step="any" maxLength={1000} value={value} onChange={(event) => { onChange(event.target.value); }} />
        )
      }
    </Field>
  );
}

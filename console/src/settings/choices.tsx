import { useId } from "react";

interface ChoicesProps<Value extends string> {
  legend: string;
  hint?: string;
  wrong?: string | undefined;
  options: readonly { value: Value; label: string }[];
  chosen: readonly Value[];
  onChange: (chosen: Value[]) => void;
}

/** Any number of a few. */
export function Choices<Value extends string>({ legend, hint, wrong, options, chosen, onChange }: ChoicesProps<Value>) {
  const id = useId();
  const words = wrong ?? hint;
  const put = (value: Value, isChosen: boolean) => { onChange(isChosen ? [...chosen, value] : chosen.filter((each) => each !== value)); };
  return (
    <fieldset className="choices" {...(words && { "aria-describedby": id })}>
      <legend className="label">{legend}</legend>
      <div className="row">
        {options.map(({ value, label }) => (
          <label key={value} className="choice">
            <input type="checkbox" checked={chosen.includes(value)} onChange={(event) => { put(value, event.target.checked); }} />
            {label}
          </label>
        ))}
      </div>
      {words && <span id={id} className={wrong ? "wrong" : "hint"}>{words}</span>}
    </fieldset>
  );
}

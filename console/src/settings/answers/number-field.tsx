import { Field } from "../../design/controls";
import { useWords } from "../../words/words";
import { partWords } from "../part-words";

interface NumberFieldProps {
  label: string;
  hint?: string;
  wrong: string | undefined;
  /** What holds where nothing is given. */
  standard?: number;
  most?: number;
  step?: number;
  /** Undefined where nothing is given. */
  value: number | undefined;
  onChange: (value: number | undefined) => void;
}

export function NumberField({ label, hint, wrong, standard, most, step, value, onChange }: NumberFieldProps) {
  const say = useWords(partWords);
  const words = hint ?? (standard === undefined ? undefined : say("platformDefault", { value: standard }));
  return (
    <Field label={label} wrong={wrong} {...(words && { hint: words })}>
      {(given) => <input {...given} className="input" type="number" min={0} max={most} step={step ?? 1} value={value ?? ""} onChange={(event) => { onChange(event.target.value === "" ? undefined : Number(event.target.value)); }} />}
    </Field>
  );
}

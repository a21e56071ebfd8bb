import { useState } from "react";
import { Field } from "../design/controls";

interface WordsFieldProps {
  label: string;
  hint?: string;
  wrong?: string | undefined;
  words: readonly string[];
  onChange: (words: string[]) => void;
}

/** Several words in one line, with commas between them. */
export function WordsField({ label, hint, wrong, words, onChange }: WordsFieldProps) {
  // What is being typed is not always what it will be: "de, " ends in a comma.
  const [text, setText] = useState(words.join(", "));
  return (
    <Field label={label} wrong={wrong} {...(hint && { hint })}>
      {(given) => <input {...given} className="input" value={text} onChange={(event) => { setText(event.target.value); onChange(wordsIn(event.target.value)); }} />}
    </Field>
  );
}

export function wordsIn(text: string): string[] {
  return [...new Set(text.split(",").map((each) => each.trim()).filter(Boolean))];
}

import { useState } from "react";
import type { Endpoint } from "../../api/names";
import { Field } from "../../design/controls";
import { useWords } from "../../words/words";
import { Choices } from "../choices";
import { Form } from "../form";
import type { Submission } from "../submission";
import { EVENT_TYPES } from "./types";
import { endpointWords } from "./words";

interface EndpointFormProps {
  endpoint: Endpoint;
  submission: Submission;
  onSubmit: (endpoint: Endpoint) => Promise<void>;
  onCancel?: () => void;
}

/** Where it listens, and to what. */
export function EndpointForm({ endpoint, submission, onSubmit, onCancel }: EndpointFormProps) {
  const say = useWords(endpointWords);
  const [url, setUrl] = useState(endpoint.url ?? "");
  const [description, setDescription] = useState(endpoint.description ?? "");
  const [types, setTypes] = useState(endpoint.types ?? []);
  return (
    <Form label={say("endpoint")} submission={submission} onSubmit={() => onSubmit({ url: url.trim(), description, types })} {...(onCancel && { onCancel })}>
      <Field label={say("url")} hint={say("urlHint")} wrong={submission.wrong("endpoint.url")}>
        {(given) => <input {...given} className="input" dir="ltr" required inputMode="url" maxLength={2000} value={url} onChange={(event) => { setUrl(event.target.value); }} />}
      </Field>
      <Field label={say("description")} wrong={submission.wrong("endpoint.description")}>
        {(given) => <input {...given} className="input" dir="auto" maxLength={200} value={description} onChange={(event) => { setDescription(event.target.value); }} />}
      </Field>
      <Choices legend={say("types")} hint={say("typesHint")} wrong={submission.wrong("endpoint.types")} options={EVENT_TYPES.map((value) => ({ value, label: value }))} chosen={types} onChange={setTypes} />
    </Form>
  );
}

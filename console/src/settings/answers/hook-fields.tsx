import type { ReplyHook } from "../../api/names";
import { Field } from "../../design/controls";
import { useWords } from "../../words/words";
import { useEndpoints } from "../endpoints/queries";
import { partWords } from "../part-words";
import { NumberField } from "./number-field";
import type { PolicyPartProps } from "./page";
import { answerWords } from "./words";

const DEADLINE = 2000;
const ON_FAILURE = ["ON_FAILURE_SEND", "ON_FAILURE_HAND_OVER"] as const;

/** A program of the tenant's that is asked before the machine's words go out. */
export function HookFields({ draft, wrong, onChange }: PolicyPartProps) {
  const say = useWords(answerWords);
  const parts = useWords(partWords);
  const endpoints = useEndpoints().data?.pages.flatMap((page) => page.endpoints ?? []) ?? [];
  const asked = endpoints.filter(({ types = [] }) => types.includes("reply.proposed"));
  const hook = draft.reply_hook ?? {};
  const { deadline_milliseconds: deadline, endpoint_id: chosen = "", on_failure: onFailure = "ON_FAILURE_SEND" } = hook;
  const put = (part: ReplyHook) => { onChange({ reply_hook: { ...hook, ...part } }); };
  const choose = (id: string) => { onChange({ reply_hook: id ? { ...hook, endpoint_id: id } : undefined }); };
  return (
    <fieldset>
      <legend>{say("hook")}</legend>
      <div className="filter-row">
        <Field label={say("hookEndpoint")} hint={say("hookHint")} wrong={wrong("reply_hook")}>
          {(given) => (
            <select {...given} className="input" value={chosen} onChange={(event) => { choose(event.target.value); }}>
              <option value="">{parts("nobodyElse")}</option>
              {asked.map(({ id, url }) => <option key={id} value={id}>{url}</option>)}
            </select>
          )}
        </Field>
        {chosen && (
          <>
            <NumberField label={say("deadline")} wrong={undefined} standard={DEADLINE} most={5000} value={deadline || undefined} onChange={(value = 0) => { put({ deadline_milliseconds: value }); }} />
            <Field label={say("onFailure")}>
              {(given) => (
                <select {...given} className="input" value={onFailure === "ON_FAILURE_UNSPECIFIED" ? "ON_FAILURE_SEND" : onFailure} onChange={(event) => { put({ on_failure: event.target.value as typeof onFailure }); }}>
                  {ON_FAILURE.map((each) => <option key={each} value={each}>{say(each)}</option>)}
                </select>
              )}
            </Field>
          </>
        )}
      </div>
    </fieldset>
  );
}

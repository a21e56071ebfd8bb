import { useState } from "react";
import type { Policy, Tenant } from "../../api/names";
import { useToast } from "../../design/toasts";
import { commonWords } from "../../words/common";
import { useWords } from "../../words/words";
import { Form } from "../form";
import { Loaded } from "../loaded";
import { useSavePolicy, useTenant } from "../tenant";
import { HandoverFields } from "./handover-fields";
import { HookFields } from "./hook-fields";
import { LimitFields } from "./limit-fields";
import { VoiceFields } from "./voice-fields";
import { answerWords } from "./words";

const PARTS = [
  "auto_reply_off", "persona", "tone", "languages", "forbidden_topics", "allowed_link_hosts", "evidence_threshold", "confidence_threshold", "turn_limit",
  "oldest_answered_minutes", "default_team_id", "first_response_minutes", "ask_for_rating", "model_labels", "reply_hook", "debounce_milliseconds", "debounce_most_milliseconds",
  "reopen_hours", "day_tokens_most", "month_cost_most_micros", "time_zone",
] as const satisfies (keyof Policy)[];

/** How the machine answers, when it hands over, who is asked before. */
export default function Answers() {
  return <Loaded query={useTenant()}>{(tenant) => <AnswerForm tenant={tenant} />}</Loaded>;
}

function AnswerForm({ tenant }: { tenant: Tenant }) {
  const say = useWords(answerWords);
  const common = useWords(commonWords);
  const toast = useToast();
  const { submission, save } = useSavePolicy();
  const [known, setKnown] = useState(tenant);
  const [draft, setDraft] = useState(() => ownPart(tenant.policy ?? {}));
  const set = (part: PolicyPart) => { setDraft(ownPart({ ...draft, ...part })); };
  const wrong = (field: keyof Policy) => submission.wrong(`tenant.policy.${field}`);
  async function submit() {
    const now = await save(known, [...PARTS], draft);
    if (!now) return;
    setKnown(now);
    toast(common("saved"));
  }
  const given = { draft, wrong, onChange: set };
  return (
    <div className="card answers">
      <Form label={say("answers")} submission={submission} onSubmit={submit}>
        <VoiceFields {...given} />
        <HandoverFields {...given} />
        <LimitFields {...given} />
        <HookFields {...given} />
      </Form>
    </div>
  );
}

/** Other pages change the rest; what is undefined is left to the platform. */
function ownPart(policy: PolicyPart): Policy {
  return Object.fromEntries(PARTS.filter((part) => policy[part] !== undefined).map((part) => [part, policy[part]]));
}

export type PolicyPart = { [Part in keyof Policy]: Policy[Part] | undefined };

export interface PolicyPartProps {
  draft: Policy;
  wrong: (field: keyof Policy) => string | undefined;
  onChange: (part: PolicyPart) => void;
}

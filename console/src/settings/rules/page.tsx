import { useState } from "react";
import type { Rule, Tenant } from "../../api/names";
import { Button, Empty, Notice } from "../../design/controls";
import { Dialog } from "../../design/overlays";
import { commonWords } from "../../words/common";
import { useWords } from "../../words/words";
import { Loaded } from "../loaded";
import { useSavePolicy, useTenant } from "../tenant";
import { RuleForm } from "./rule-form";
import { raised, without } from "./rules";
import { useSentences } from "./sentences";
import { ruleWords } from "./words";

/** What is done with a message, beside what always is. */
export default function Rules() {
  const say = useWords(ruleWords);
  return (
    <section className="card stack">
      <Loaded query={useTenant()}>{(tenant) => <RuleList tenant={tenant} />}</Loaded>
      <p className="quiet">{say("order")}</p>
    </section>
  );
}

function RuleList({ tenant }: { tenant: Tenant }) {
  const say = useWords(ruleWords);
  const { submission, save } = useSavePolicy();
  const [place, open] = useState<number>();
  const rules = tenant.policy?.rules ?? [];
  const put = (next: Rule[]) => void save(tenant, ["rules"], { rules: next });
  return (
    <>
      <div className="heading">
        <h2>{say("rules")}</h2>
        <Button look="primary" onClick={() => { open(rules.length); }}>{say("newRule")}</Button>
      </div>
      {submission.refusal && <Notice tone="bad">{submission.refusal}</Notice>}
      {rules.length === 0 ? <Empty>{say("none")}</Empty> : (
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{say("when")}</th>
              <th scope="col">{say("then")}</th>
              <td />
            </tr>
          </thead>
          <tbody>
            {rules.map((rule, at) => (
              <RuleRow key={at} rule={rule} place={at} isChanging={submission.isChanging} onEdit={() => { open(at); }} onRaise={() => { put(raised(rules, at)); }} onRemove={() => { put(without(rules, at)); }} />
            ))}
          </tbody>
        </table>
      )}
      <Dialog wide open={place !== undefined} onClose={() => { open(undefined); }} title={place === rules.length ? say("newRule") : say("rule", { number: (place ?? 0) + 1 })}>
        {place !== undefined && <RuleForm tenant={tenant} place={place} onClose={() => { open(undefined); }} />}
      </Dialog>
    </>
  );
}

interface RuleRowProps {
  rule: Rule;
  place: number;
  isChanging: boolean;
  onEdit: () => void;
  onRaise: () => void;
  onRemove: () => void;
}

function RuleRow({ rule, place, isChanging, onEdit, onRaise, onRemove }: RuleRowProps) {
  const say = useWords(ruleWords);
  const common = useWords(commonWords);
  const { conditions, actions } = useSentences(rule);
  const name = say("rule", { number: place + 1 });
  return (
    <tr>
      <td>{conditions.length ? conditions.map((each) => <div key={each}>{each}</div>) : say("always")}</td>
      <td>{actions.length ? actions.map((each) => <div key={each}>{each}</div>) : say("nothing")}</td>
      <td>
        <div className="row">
          <Button small onClick={onEdit} aria-label={`${common("edit")}: ${name}`}>{common("edit")}</Button>
          <Button small disabled={place === 0 || isChanging} onClick={onRaise} aria-label={`${say("raise")}: ${name}`}>↑</Button>
          <Button small look="danger" disabled={isChanging} onClick={onRemove} aria-label={`${common("remove")}: ${name}`}>{common("remove")}</Button>
        </div>
      </td>
    </tr>
  );
}

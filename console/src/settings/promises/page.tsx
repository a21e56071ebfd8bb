import { useState } from "react";
import type { SlaPolicy } from "../../api/names";
import { Button } from "../../design/controls";
import { Listing } from "../../design/listing";
import { Dialog } from "../../design/overlays";
import { commonWords } from "../../words/common";
import { useTerms } from "../../words/terms";
import { useWords } from "../../words/words";
import { Confirm } from "../confirm";
import { PolicyForm } from "./policy-form";
import "./promises.css";
import { useRemoveSlaPolicy, useSlaPolicies } from "./queries";
import { LEVELS, shortly } from "./targets";
import { promiseWords } from "./words";

/** Which cases are promised an answer by when; the first policy that matches counts. */
export default function Promises() {
  const say = useWords(promiseWords);
  const list = useSlaPolicies();
  const [opened, open] = useState<SlaPolicy>();
  const policies = list.data ?? [];
  const next = Math.max(0, ...policies.map(({ position = 0 }) => position)) + 1;
  return (
    <section className="card stack">
      <div className="heading">
        <h2>{say("policies")}</h2>
        <Button look="primary" onClick={() => { open({ position: next }); }}>{say("newPolicy")}</Button>
      </div>
      <p className="quiet">{say("intro")}</p>
      <Listing list={list} isEmpty={policies.length === 0} empty={say("none")}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{say("policy")}</th>
              <th scope="col">{say("when")}</th>
              <th scope="col">{say("targets")}</th>
              <td />
            </tr>
          </thead>
          <tbody>{policies.map((policy) => <PolicyRow key={policy.id} policy={policy} edit={open} />)}</tbody>
        </table>
      </Listing>
      <Dialog wide open={opened !== undefined} onClose={() => { open(undefined); }} title={opened?.name ?? say("newPolicy")}>
        {opened && <PolicyForm policy={opened} onClose={() => { open(undefined); }} />}
      </Dialog>
    </section>
  );
}

function PolicyRow({ policy, edit }: { policy: SlaPolicy; edit: (policy: SlaPolicy) => void }) {
  const say = useWords(promiseWords);
  const common = useWords(commonWords);
  const term = useTerms();
  const { channels = [], customer_ids: customers = [], intents = [], name = "", position, targets = [], urgencies = [] } = policy;
  const conditions = [...channels.map(term), ...urgencies.map(term), ...intents, ...(customers.length ? [say("someCustomers", { count: customers.length })] : [])];
  return (
    <tr>
      <th scope="row"><span className="quiet">{position}</span> <bdi>{name}</bdi></th>
      <td>{conditions.join(", ") || say("every")}</td>
      <td>
        {targets.map((target) => (
          <div key={target.kind}>{`${term(target.kind)}: ${LEVELS.map(([level]) => shortly(target[level])).join(" / ")}`}</div>
        ))}
      </td>
      <td>
        <div className="row">
          <Button small onClick={() => { edit(policy); }} aria-label={`${common("edit")}: ${name}`}>{common("edit")}</Button>
          <Remove policy={policy} />
        </div>
      </td>
    </tr>
  );
}

function Remove({ policy: { id = "", name = "" } }: { policy: SlaPolicy }) {
  const say = useWords(promiseWords);
  const common = useWords(commonWords);
  const [isAsking, ask] = useState(false);
  const { remove, isChanging } = useRemoveSlaPolicy();
  async function confirm() {
    if (await remove(id)) ask(false);
  }
  return (
    <>
      <Button small look="danger" onClick={() => { ask(true); }} aria-label={`${common("remove")}: ${name}`}>{common("remove")}</Button>
      <Confirm open={isAsking} title={`${common("remove")}: ${name}`} verb={common("remove")} isChanging={isChanging} onConfirm={confirm} onClose={() => { ask(false); }}>
        <p>{say("removeWarning")}</p>
      </Confirm>
    </>
  );
}

import type { Clock } from "../api/names";
import { clockFace, useNow } from "../design/times";
import { useTerms } from "../words/terms";
import { useLanguage } from "../words/words";
import { due, nearest, useClocks } from "./clocks";
import "./sla-clock.css";

/** The nearest promise of a case, counting; red from the second it is broken. */
export function SlaClock({ ticketId }: { ticketId: string }) {
  const clock = nearest(useClocks(ticketId));
  return clock ? <Countdown clock={clock} /> : null;
}

export function Countdown({ clock }: { clock: Clock }) {
  const term = useTerms();
  const { language } = useLanguage();
  const left = due(clock) - useNow();
  const isAtRisk = clock.at_risk_time !== undefined && Date.parse(clock.at_risk_time) <= due(clock) - left;
  const state = left < 0 ? "breached" : isAtRisk ? "at-risk" : "";
  return (
    <span className={`sla-clock ${state}`} title={term(clock.kind)}>
      <span className="visually-hidden">{term(clock.kind)} </span>
      {clockFace(left, language)}
    </span>
  );
}

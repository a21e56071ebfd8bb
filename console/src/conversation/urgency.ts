/** Why a message is urgent. The classifier says it in English, in sentences of few forms, with the customer's own words in them. */
import { useIntents } from "../words/intents";
import { useTerms } from "../words/terms";
import { catalogue, useWords } from "../words/words";

const forms = catalogue({
  en: { intent: "{what}", least: "your settings: {what} is {level} at least", sounds: "sounds {what}", haste: "asks for haste: “{what}”", waits: "says that it can wait: “{what}”", time: "names a time: “{what}”", emergency: "an emergency: “{what}”" },
  fr: { intent: "{what}", least: "vos réglages : {what}, au moins {level}", sounds: "ton : {what}", haste: "demande de faire vite : « {what} »", waits: "dit que cela peut attendre : « {what} »", time: "nomme un délai : « {what} »", emergency: "une urgence : « {what} »" },
  pt: { intent: "{what}", least: "as suas definições: {what}, pelo menos {level}", sounds: "tom: {what}", haste: "pede pressa: «{what}»", waits: "diz que pode esperar: «{what}»", time: "indica um prazo: «{what}»", emergency: "uma emergência: «{what}»" },
  sw: { intent: "{what}", least: "mipangilio yako: {what}, angalau {level}", sounds: "sauti: {what}", haste: "anaomba haraka: “{what}”", waits: "anasema inaweza kusubiri: “{what}”", time: "anataja muda: “{what}”", emergency: "dharura: “{what}”" },
});
type Form = keyof (typeof forms)["en"];

const FORMS: [RegExp, Form][] = [
  [/^intent (.+) is (\w+) at least/, "least"],
  [/^intent (.+?)(?= \([+-]\d+\)$|$)/, "intent"],
  [/^sounds (.+?)(?= \([+-]\d+\)$|$)/, "sounds"],
  [/^asks for haste: '(.*)'/, "haste"],
  [/^says it can wait: '(.*)'/, "waits"],
  [/^names a time: '(.*)'/, "time"],
  [/^emergency, [^:]*: '(.*)'/, "emergency"],
];

/** Which form a reason has, and what stands in it; undefined for one that we do not know. */
export function read(reason: string): { form: Form; what: string; level: string; points: string } | undefined {
  const points = / \([+-]\d+\)$/.exec(reason)?.[0] ?? "";
  for (const [pattern, form] of FORMS) {
    const found = pattern.exec(reason);
    if (found) return { form, what: found[1] ?? "", level: found[2] ?? "", points };
  }
  return undefined;
}

export function useUrgencyReasons(): (reason: string) => string {
  const say = useWords(forms);
  const term = useTerms();
  const called = useIntents();
  return (reason) => {
    const known = read(reason);
    if (!known) return reason;
    const { form, what, level, points } = known;
    const named = form === "sounds" ? term(`SENTIMENT_${what.replaceAll(" ", "_").toUpperCase()}`) : called(what);
    return say(form, { what: named, level: term(`URGENCY_${level.toUpperCase()}`) }) + points;
  };
}

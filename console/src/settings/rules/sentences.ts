import { useTeams } from "../../agents/agents";
import type { Rule } from "../../api/names";
import { useTerms } from "../../words/terms";
import { useWords } from "../../words/words";
import { ruleWords } from "./words";

/** A rule in words: when, and then what. */
export function useSentences(rule: Rule): { conditions: string[]; actions: string[] } {
  const say = useWords(ruleWords);
  const term = useTerms();
  const teams = useTeams();
  const { category, channels = [], hours, intent, languages = [], least_urgency: urgency, priority, required_skills: skills = [], sentiments = [], tags = [], team_id: team } = rule;
  const line = (label: string, ...values: string[]) => `${label}: ${values.join(", ")}`;
  const conditions = [
    intent && line(say("intent"), intent),
    term(urgency) && line(say("leastUrgency"), term(urgency)),
    sentiments.length > 0 && line(say("sentiments"), ...sentiments.map(term)),
    channels.length > 0 && line(say("channels"), ...channels.map(term)),
    languages.length > 0 && line(say("languages"), ...languages),
    (hours === "HOURS_OPEN" || hours === "HOURS_CLOSED") && say(hours),
  ];
  const actions = [
    rule.hand_over && say("handOver"),
    rule.open_ticket && (category ? line(say("openTicket"), category) : say("openTicket")),
    term(priority) && line(say("priority"), term(priority)),
    team && line(say("team"), teams.find(({ id }) => id === team)?.name ?? team),
    tags.length > 0 && line(say("tags"), ...tags),
    skills.length > 0 && line(say("skills"), ...skills),
  ];
  const said = (each: string | false | undefined): each is string => Boolean(each);
  return { conditions: conditions.filter(said), actions: actions.filter(said) };
}

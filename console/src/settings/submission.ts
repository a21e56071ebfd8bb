import { useMutation, useQueryClient, type QueryKey } from "@tanstack/react-query";
import { useState } from "react";
import { Refused } from "../api/client";
import { commonWords } from "../words/common";
import { useWords } from "../words/words";
import { partWords } from "./part-words";

export interface Submission {
  /** Do it; the answer, or undefined where it was declined. */
  submit: <T>(command: () => Promise<T>) => Promise<T | undefined>;
  isChanging: boolean;
  /** What the service said of this field, or of a part of it. */
  wrong: (field: string) => string | undefined;
  /** Why it was declined; undefined while nothing was. */
  refusal: string | undefined;
}

/** A form's way to the service: what is declined is said in the form, beside the field where the service names one. */
export function useSubmission(...stale: QueryKey[]): Submission {
  const queries = useQueryClient();
  const say = useWords(commonWords);
  const part = useWords(partWords);
  const [declined, decline] = useState<Error>();
  const { mutateAsync, isPending } = useMutation({ mutationFn: (command: () => Promise<unknown>) => command() });
  async function submit<T>(command: () => Promise<T>): Promise<T | undefined> {
    try {
      const answer = (await mutateAsync(command)) as T;
      decline(undefined);
      return answer;
    } catch (error) {
      decline(error instanceof Error ? error : new Error(String(error)));
      return undefined;
    } finally {
      for (const queryKey of stale) void queries.invalidateQueries({ queryKey });
    }
  }
  return {
    submit,
    isChanging: isPending,
    wrong: (field) => (declined instanceof Refused ? saidOf(field, declined.fields) : undefined),
    refusal: declined && (declined instanceof Refused && declined.isStale ? part("overtaken") : say("refused", { why: declined.message })),
  };
}

/** `agent.skills` answers for `agent.skills[2]` as well. */
export function saidOf(field: string, fields: ReadonlyMap<string, string>): string | undefined {
  for (const [name, description] of fields) {
    if (name === field || name.startsWith(`${field}[`) || name.startsWith(`${field}.`)) return description;
  }
  return undefined;
}

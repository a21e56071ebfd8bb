import { useMutation, useQueryClient, type QueryKey } from "@tanstack/react-query";
import { useToast } from "../design/toasts";
import { commonWords } from "../words/common";
import { useWords } from "../words/words";
import { Refused } from "./client";

/** Do it, say why not, and read again what it changed; the answer, or undefined where it was declined. */
export function useChange(...stale: QueryKey[]) {
  const queries = useQueryClient();
  const toast = useToast();
  const say = useWords(commonWords);
  const { mutateAsync, isPending } = useMutation({ mutationFn: (command: () => Promise<unknown>) => command() });
  async function change<T>(command: () => Promise<T>): Promise<T | undefined> {
    try {
      return (await mutateAsync(command)) as T;
    } catch (error) {
      if (error instanceof Refused && error.isStale) toast(say("stale"), "warn");
      else toast(say("refused", { why: error instanceof Error ? error.message : "" }), "bad");
      return undefined;
    } finally {
      for (const queryKey of stale) void queries.invalidateQueries({ queryKey });
    }
  }
  return { change, isChanging: isPending };
}

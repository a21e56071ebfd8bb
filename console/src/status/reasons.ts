/** Why something could not be read, and what came of reading it again: the gateway's codes in the reader's words. */
import { useCodes } from "../words/terms";
import { useWords } from "../words/words";
import { statusWords } from "./words";

const UNREADABLE = /^(\w+)_unreadable$/;
const NO_LIST = /^no_list: (.+)$/;

export function useReasons(): (code: string | undefined) => string {
  const say = useWords(statusWords);
  const named = useCodes(statusWords);
  return (code = "") => {
    if (code in statusWords.en) return named(code);
    const kind = UNREADABLE.exec(code)?.[1];
    if (kind) return say("cannot_be_read", { what: kind.replaceAll("_", " ") });
    const lists = NO_LIST.exec(code)?.[1];
    return lists ? say("no_list", { what: lists.replaceAll("_", " ") }) : named(code);
  };
}

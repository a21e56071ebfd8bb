import { useLiveState } from "../live/live";
import { useWords } from "../words/words";
import { shellWords } from "./words";

/** Whether what one sees is what is. */
export function LiveMark() {
  const state = useLiveState();
  const say = useWords(shellWords);
  return (
    <span role="status" className={`live-mark ${state}`}>
      {say(state)}
    </span>
  );
}

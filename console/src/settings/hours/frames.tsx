import type { TimeFrame } from "../../api/names";
import { Button } from "../../design/controls";
import { commonWords } from "../../words/common";
import { useWords } from "../../words/words";
import { asField, fromField, nextFrame } from "./hours";
import { hoursWords } from "./words";

interface FramesProps {
  /** Whose hours they are. */
  of: string;
  frames: TimeFrame[];
  onChange: (frames: TimeFrame[]) => void;
}

/** Any number of shifts; none: closed. */
export function Frames({ of, frames, onChange }: FramesProps) {
  const say = useWords(hoursWords);
  const common = useWords(commonWords);
  const put = (place: number, part: TimeFrame) => { onChange(frames.map((frame, each) => (each === place ? { ...frame, ...part } : frame))); };
  return (
    <div className="frames" role="group" aria-label={of}>
      <span className="of">{of}</span>
      {frames.length === 0 && <span className="quiet">{say("closed")}</span>}
      {frames.map(({ start = "", end }, place) => (
        <span key={place} className="frame">
          <input type="time" className="input" required aria-label={`${of} ${place + 1}: ${say("from")}`} value={start} onChange={(event) => { put(place, { start: event.target.value }); }} />
          –
          <input type="time" className="input" required aria-label={`${of} ${place + 1}: ${say("until")}`} value={asField(end)} onChange={(event) => { put(place, { end: fromField(event.target.value) }); }} />
          <Button small look="plain" aria-label={`${common("remove")}: ${of} ${place + 1}`} onClick={() => { onChange(frames.filter((_, each) => each !== place)); }}>×</Button>
        </span>
      ))}
      <Button small aria-label={`${say("addHours")}: ${of}`} onClick={() => { onChange([...frames, nextFrame(frames)]); }}>{say("addHours")}</Button>
    </div>
  );
}

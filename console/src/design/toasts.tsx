import { createContext, useCallback, useContext, useMemo, useState, type ReactNode } from "react";
import { Button, Notice } from "./controls";

interface Toast {
  id: number;
  text: string;
  tone?: "bad" | "warn";
}

type Say = (text: string, tone?: "bad" | "warn") => void;

const Context = createContext<Say>(() => undefined);
const SHOWN_MILLISECONDS = 8000;

/** One line at the edge of the screen, read aloud, gone after a while. */
export function useToast(): Say {
  return useContext(Context);
}

export function Toasts({ children, dismiss }: { children: ReactNode; dismiss: string }) {
  const [shown, setShown] = useState<Toast[]>([]);
  const forget = useCallback((id: number) => {
    setShown((before) => before.filter((toast) => toast.id !== id));
  }, []);
  const say = useCallback<Say>(
    (text, tone) => {
      const id = Date.now() + Math.random();
      setShown((before) => [...before.slice(-3), { id, text, ...(tone && { tone }) }]);
      setTimeout(() => { forget(id); }, SHOWN_MILLISECONDS);
    },
    [forget],
  );
  const list = useMemo(
    () =>
      shown.map(({ id, text, tone }) => (
        <Notice key={id} {...(tone && { tone })}>
          {text}
          <Button small look="plain" onClick={() => { forget(id); }} aria-label={dismiss}>
            ×
          </Button>
        </Notice>
      )),
    [shown, forget, dismiss],
  );
  return (
    <Context.Provider value={say}>
      {children}
      <div className="toasts">{list}</div>
    </Context.Provider>
  );
}

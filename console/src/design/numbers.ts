/** Numbers as the reader's language writes them; a dash where there is nothing to divide by. */
import { useMemo } from "react";
import { useLanguage } from "../words/words";

export type Figure = number | null | undefined;

const NOTHING = "–";
const UNITS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
] as const;

export interface Numbers {
  count: (figure: Figure) => string;
  /** Of a share from 0 to 1. */
  percent: (share: Figure) => string;
  /** A length of time in its largest unit. */
  duration: (seconds: Figure) => string;
}

export function useNumbers(): Numbers {
  const { language } = useLanguage();
  return useMemo(() => numbersIn(language), [language]);
}

export function numbersIn(language: string): Numbers {
  const counts = new Intl.NumberFormat(language, { maximumFractionDigits: 2 });
  const percents = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 });
  const told = (format: (figure: number) => string) => (figure: Figure) => (typeof figure === "number" ? format(figure) : NOTHING);
  return {
    count: told((figure) => counts.format(figure)),
    percent: told((figure) => percents.format(figure)),
    duration: told((seconds) => {
      const [unit, size] = UNITS.find(([, each]) => seconds >= each) ?? ["second", 1];
      return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: 1 }).format(seconds / size);
    }),
  };
}

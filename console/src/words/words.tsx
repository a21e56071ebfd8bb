/** Message catalogues: each page brings its own, in every language, and the compiler counts. */
import { Direction } from "radix-ui";
import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from "react";

export const LANGUAGES = { en: "English", fr: "Français", pt: "Português", sw: "Kiswahili" } as const;
export type Language = keyof typeof LANGUAGES;

/** The same keys in every language. `{name}` is filled in; `key_one` and `key_other` are told apart by number. */
export type Catalogue<Key extends string> = Record<Language, Record<Key, string>>;

export function catalogue<Key extends string>(words: Catalogue<Key>): Catalogue<Key> {
  return words;
}

type Values = Record<string, string | number>;
export type Say<Key extends string> = (key: Key, values?: Values) => string;

const KEY = "cassava.language";
const IS_A_LANGUAGE = /^[a-z]{2,3}(-[a-z0-9]+)*$/i;
const RIGHT_TO_LEFT = new Set(["ar", "fa", "he", "ur"]);

interface Chosen {
  language: Language;
  choose: (language: Language) => void;
}

const Context = createContext<Chosen>({ language: "en", choose: () => undefined });

export function useLanguage(): Chosen {
  return useContext(Context);
}

/** Say something of this catalogue in the reader's language. */
export function useWords<Key extends string>(words: Catalogue<Key>): Say<Key> {
  const { language } = useLanguage();
  return useMemo(() => (key, values) => fill(words[language][key], values), [words, language]);
}

/** `one`, `few`, `other` …: which form a number takes here. */
export function usePlural(): (count: number) => Intl.LDMLPluralRule {
  const { language } = useLanguage();
  return useMemo(() => {
    const rules = new Intl.PluralRules(language);
    return (count) => rules.select(count);
  }, [language]);
}

export function fill(words: string, values: Values = {}): string {
  return words.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}

export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(preferred);
  const direction = RIGHT_TO_LEFT.has(language) ? "rtl" : "ltr";
  useEffect(() => {
    document.documentElement.lang = language;
    document.documentElement.dir = direction;
  }, [language, direction]);
  const chosen = useMemo<Chosen>(
    () => ({
      language,
      choose: (next) => {
        localStorage.setItem(KEY, next);
        setLanguage(next);
      },
    }),
    [language],
  );
  return (
    <Context.Provider value={chosen}>
      <Direction.Provider dir={direction}>{children}</Direction.Provider>
    </Context.Provider>
  );
}

function preferred(): Language {
  const wanted = [localStorage.getItem(KEY), ...navigator.languages];
  const known = wanted.map((tag) => tag?.split("-")[0]).find((tag): tag is Language => tag !== undefined && tag in LANGUAGES);
  return known ?? "en";
}

/** `sw` as the reader calls it. */
export function useLanguageName(tag: string | undefined): string {
  return useLanguageNames()(tag);
}

export function useLanguageNames(): (tag: string | undefined) => string {
  const { language } = useLanguage();
  return useMemo(() => {
    const names = new Intl.DisplayNames(language, { type: "language" });
    return (tag) => (tag && IS_A_LANGUAGE.test(tag) ? (names.of(tag) ?? tag) : (tag ?? ""));
  }, [language]);
}

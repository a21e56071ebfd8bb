import type { Article } from "../api/names";

/** One article from a text file: its first Markdown heading is the title, otherwise the file's name is. */
export function articleFrom(fileName: string, text: string, language: string): Article {
  const heading = /^#\s+(.+)$/m.exec(text);
  const isFirst = heading && text.slice(0, heading.index).trim() === "";
  const body = isFirst ? text.slice(heading.index + heading[0].length).trim() : text.trim();
  const title = isFirst ? heading[1]?.trim() : fileName.replace(/\.[^.]+$/, "").replaceAll(/[-_]+/g, " ");
  return { title: title ?? "", body, language };
}

import { expect, test } from "vitest";
import { articleFrom } from "./from-file";

test("the first heading of a file is the article's title", () => {
  expect(articleFrom("a.md", "\n# Delivery times\n\nTwo days.\n", "en")).toEqual({ title: "Delivery times", body: "Two days.", language: "en" });
});

test("a file without a heading at its beginning is called by its name", () => {
  expect(articleFrom("opening-hours.txt", "From nine.\n# Later\n", "fr")).toEqual({ title: "opening hours", body: "From nine.\n# Later", language: "fr" });
});

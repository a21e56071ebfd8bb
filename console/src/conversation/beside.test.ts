import { expect, test } from "vitest";
import { contentOf, fileNameOf } from "./beside";

test("a file's address says its name and how it is shown", () => {
  const url = "https://files.example.com/a/price%20list.PDF?v=2";
  expect(contentOf({ kind: "file", url })).toEqual({ media: { url, file_name: "price list.PDF", mime_type: "application/pdf" } });
});

test("an address without a name is sent as it is", () => {
  expect(fileNameOf("https://example.com/%zz")).toBe("");
  expect(contentOf({ kind: "file", url: "https://example.com/" })).toEqual({ media: { url: "https://example.com/" } });
});

test("a template takes a parameter a line", () => {
  expect(contentOf({ kind: "template", name: " order_shipped ", language: "en_US", parameters: "Amina\n\n4711" })).toEqual({
    template: { name: "order_shipped", language: "en_US", parameters: ["Amina", "4711"] },
  });
});

test("what is not filled in is not sent", () => {
  expect([contentOf(undefined), contentOf({ kind: "file", url: " " })]).toEqual([undefined, undefined]);
});

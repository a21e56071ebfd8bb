import { expect, test } from "vitest";
import { confusionTable } from "./confusion-table";

test("the most confused intents stand against each other, what was right on the diagonal", () => {
  const { names, rows } = confusionTable(
    {
      intents: [{ intent: "late", questions: 10, recall: 0.8 }, { intent: "early", questions: 4, recall: 1 }, { intent: "spa", questions: 9, recall: 1 }],
      confusions: [{ meant: "late", heard: "early", times: 2 }],
    },
    12,
  );
  expect(names).toEqual(["late", "early"]);
  expect(rows[0]?.cells).toEqual([{ times: 8, shade: 4 }, { times: 2, shade: 1 }]);
  expect(rows[1]?.cells).toEqual([{ times: 0, shade: 0 }, { times: 4, shade: 5 }]);
});

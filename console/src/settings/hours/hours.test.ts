import { expect, test } from "vitest";
import { asField, fromField, framesOf, nextFrame, weekdayName, withFrames } from "./hours";

const morning = { start: "09:00", end: "12:00" };

test("a day without hours is left out, the others stay in their order", () => {
  const monday = withFrames(withFrames({}, "WEEKDAY_FRIDAY", [morning]), "WEEKDAY_MONDAY", [morning]);
  expect(monday.weekly?.map(({ weekday }) => weekday)).toEqual(["WEEKDAY_MONDAY", "WEEKDAY_FRIDAY"]);
  expect(framesOf(withFrames(monday, "WEEKDAY_MONDAY", []), "WEEKDAY_MONDAY")).toEqual([]);
});

test("the end of a day goes through a field that knows no 24:00", () => {
  expect(fromField(asField("24:00"))).toBe("24:00");
  expect(fromField(asField("17:30"))).toBe("17:30");
});

test("a second shift begins after the first", () => {
  expect(nextFrame([morning])).toEqual({ start: "13:00", end: "24:00" });
  expect(nextFrame([])).toEqual({ start: "09:00", end: "17:00" });
});

test("weekdays have the reader's names", () => {
  expect(weekdayName("WEEKDAY_MONDAY", "en")).toBe("Monday");
  expect(weekdayName("WEEKDAY_SUNDAY", "fr")).toBe("dimanche");
});

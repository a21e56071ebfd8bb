import { Agents } from "./agents";
import { Teams } from "./teams";

/** Who answers beside the machine, and who shares a queue. */
export default function People() {
  return (
    <>
      <Agents />
      <Teams />
    </>
  );
}

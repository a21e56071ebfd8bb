// The peer: nlp.js with what its README sets. As bench/peers/pipeline.py: taught and asked in, answers and CPU seconds out.
"use strict";

const { NlpManager } = require("node-nlp");

const seconds = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1e6; };

async function main(said) {
  const manager = new NlpManager({ languages: ["en"], forceNER: true, autoSave: false, nlu: { log: false } });
  for (const [text, intent] of said.taught) manager.addDocument("en", text, intent);
  let began = seconds();
  await manager.train();
  const training = seconds() - began;
  began = seconds();
  const answers = [];
  for (const text of said.asked) {
    const { intent, score } = await manager.process("en", text);
    answers.push([intent, score]);
  }
  return { answers, training, asking: seconds() - began };
}

let given = "";
process.stdin.setEncoding("utf8").on("data", (part) => (given += part));
process.stdin.on("end", async () => process.stdout.write(JSON.stringify(await main(JSON.parse(given)))));

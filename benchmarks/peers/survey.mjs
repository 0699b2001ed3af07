// One form, the same answers one after another: what survey-core shows after each, and how long it took.
// In (stdin): {questions: [{name, visibleIf?}], changes: [[name, value], …]}; out: {load_ms, change_ms: […], visible: [n, …], last: […]}
import { readFileSync } from "node:fs";
import { Model } from "survey-core";

const given = JSON.parse(readFileSync(0, "utf8"));
const elements = given.questions.map((one) => ({ type: "text", ...one }));
const start = performance.now();
const model = new Model({ elements });
const loaded = performance.now() - start;
const times = [];
const visible = [];
const shown = () => model.getAllQuestions(true).map((one) => one.name);
for (const [name, value] of given.changes) {
  const before = performance.now();
  model.setValue(name, value);
  times.push(performance.now() - before);
  visible.push(shown().length);
}
console.log(JSON.stringify({ load_ms: loaded, change_ms: times, visible, last: shown() }));

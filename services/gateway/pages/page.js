"use strict";

// Everything from the document is set as text, never as markup.
const element = (name, text, ...children) => {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  made.append(...children);
  return made;
};

const section = (title, value) =>
  value ? [element("h4", title), element("pre", JSON.stringify(value, null, 2))] : [];

const operation = (path, method, said) => {
  const summary = element("summary", "", element("b", method.toUpperCase()), path);
  const parameters = (said.parameters || []).map((p) => `${p.in} ${p.name}${p.required ? " (required)" : ""}`);
  const made = element("details", "", summary, element("p", said.description || said.summary || ""),
    ...section("Parameters", parameters.length ? parameters : null),
    ...section("Request", said.requestBody), ...section("Responses", said.responses));
  made.dataset.words = `${method} ${path} ${said.description || ""} ${said.summary || ""}`.toLowerCase();
  return made;
};

const list = document.getElementById("operations");
document.getElementById("filter").addEventListener("input", (event) => {
  const wanted = event.target.value.toLowerCase();
  for (const child of list.children) child.hidden = !child.dataset.words.includes(wanted);
});
fetch("/openapi.json").then((answer) => answer.json()).then((api) => {
  for (const [path, methods] of Object.entries(api.paths || {}))
    for (const [method, said] of Object.entries(methods)) list.append(operation(path, method, said));
}).catch(() => list.append(element("p", "The document cannot be read now.")));

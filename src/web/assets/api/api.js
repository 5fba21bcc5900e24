"use strict";
// Builds the page from the OpenAPI document; text goes in as text, never as markup.
const make = (name, props = {}, ...children) => {
  const node = Object.assign(document.createElement(name), props);
  node.append(...children);
  return node;
};

const token = document.getElementById("token");
token.value = sessionStorage.getItem("token") || "";
token.addEventListener("input", () => sessionStorage.setItem("token", token.value));
document.getElementById("who").addEventListener("submit", (event) => event.preventDefault());

let openapi = null;
const resolve = (schema) => {
  while (schema && schema.$ref) schema = openapi.components.schemas[schema.$ref.split("/").pop()];
  return schema || {};
};

// An example to start from, of the shape that the schema asks for.
const example = (schema, depth = 0) => {
  schema = resolve(schema);
  if (schema.example !== undefined) return schema.example;
  if (depth > 5) return null;
  if (schema.enum) return schema.enum[0];
  const choice = schema.oneOf || schema.anyOf;
  if (choice) return example(choice.find((one) => resolve(one).type !== "null") || {}, depth + 1);
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map((part) => example(part, depth + 1)));
  const type = Array.isArray(schema.type) ? schema.type.find((one) => one !== "null") : schema.type;
  if (type === "object") {
    const fields = Object.entries(schema.properties || {});
    return Object.fromEntries(fields.map(([name, field]) => [name, example(field, depth + 1)]));
  }
  if (type === "array") return [example(schema.items, depth + 1)];
  if (type === "integer" || type === "number") return 0;
  if (type === "boolean") return false;
  return type === "string" ? "" : null;
};

const operationBox = (method, path, operation) => {
  const inputs = [];
  const body = make("div", { className: "body" });
  if (operation.description) body.append(make("p", { textContent: operation.description }));
  for (const parameter of operation.parameters || []) {
    const input = make("input", { required: parameter.required });
    inputs.push([parameter, input]);
    body.append(make("label", {}, make("span", { textContent: `${parameter.name} (${parameter.in})` }), input));
  }
  let text = null;
  let media = null;
  if (operation.requestBody) {
    [media] = Object.keys(operation.requestBody.content);
    const json = media.endsWith("json");
    text = make("textarea", { spellcheck: false, ariaLabel: `Body, ${media}` });
    if (json) text.value = JSON.stringify(example(operation.requestBody.content[media].schema), null, 2);
    body.append(make("p", { textContent: `Body (${media})` }), text);
  }
  const answers = make("table");
  for (const [status, response] of Object.entries(operation.responses || {})) {
    answers.append(make("tr", {}, make("td", { textContent: status }), make("td", { textContent: response.description })));
  }
  const output = make("pre", { hidden: true });
  const send = make("button", { type: "button", textContent: "Send" });
  send.addEventListener("click", async () => {
    let target = path;
    const query = new URLSearchParams();
    const headers = {};
    for (const [parameter, input] of inputs) {
      if (parameter.in === "path") target = target.replace(`{${parameter.name}}`, encodeURIComponent(input.value));
      else if (input.value && parameter.in === "query") query.set(parameter.name, input.value);
      else if (input.value && parameter.in === "header") headers[parameter.name] = input.value;
    }
    if (token.value) headers.Authorization = `Bearer ${token.value}`;
    if (media) headers["Content-Type"] = media;
    output.hidden = false;
    output.textContent = "…";
    try {
      const suffix = query.size ? `?${query}` : "";
      const init = { method: method.toUpperCase(), headers, body: text ? text.value : undefined, credentials: "omit" };
      const answer = await fetch(target + suffix, init);
      const head = [`${answer.status} ${answer.statusText}`];
      for (const name of ["etag", "location", "link", "retry-after"]) {
        if (answer.headers.has(name)) head.push(`${name}: ${answer.headers.get(name)}`);
      }
      let content = await answer.text();
      try { content = JSON.stringify(JSON.parse(content), null, 2); } catch { /* not JSON: shown as it came */ }
      output.textContent = `${head.join("\n")}\n\n${content}`;
    } catch (error) {
      output.textContent = String(error);
    }
  });
  body.append(answers, make("p", {}, send), output);
  const box = make("details", {},
    make("summary", {}, make("b", { textContent: method.toUpperCase() }), make("code", { textContent: path }),
      make("span", { className: "meaning", textContent: ` — ${operation.summary || ""}` })), body);
  box.dataset.words = `${method} ${path} ${operation.summary || ""}`.toLowerCase();
  return box;
};

const main = document.getElementById("routes");
fetch("/api/openapi.json").then((answer) => answer.json()).then((document_) => {
  openapi = document_;
  const groups = new Map();
  for (const [path, operations] of Object.entries(openapi.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      const tag = (operation.tags || ["other"])[0];
      if (!groups.has(tag)) groups.set(tag, []);
      groups.get(tag).push(operationBox(method, path, operation));
    }
  }
  main.replaceChildren();
  for (const [tag, boxes] of [...groups].sort(([a], [b]) => a.localeCompare(b))) {
    main.append(make("section", {}, make("h2", { textContent: tag }), ...boxes));
  }
}).catch((error) => { main.textContent = `The document cannot be read: ${error}`; });

document.getElementById("find").addEventListener("input", (event) => {
  const words = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const section of main.querySelectorAll("section")) {
    let any = false;
    for (const box of section.querySelectorAll("details")) {
      box.hidden = !words.every((word) => box.dataset.words.includes(word));
      any = any || !box.hidden;
    }
    section.hidden = !any;
  }
});

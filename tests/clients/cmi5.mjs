// A unit of a cmi5 course through `@xapi/cmi5`: launched by a small learning platform of this file, initialized, a
// question, progress, passed, completed, terminated; and a second session that fails. Prints the ids of what it wrote.

import assert from "node:assert/strict";
import { randomUUID, webcrypto } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
// The client is made for browsers.
globalThis.crypto ??= webcrypto;
globalThis.XMLHttpRequest = require("xhr2");
const Cmi5 = require("@xapi/cmi5/dist/Cmi5.umd.js");
const XAPI = require("@xapi/xapi");
const { LRS_ENDPOINT, LRS_KEY, LRS_SECRET } = process.env;

setTimeout(() => {
  throw new Error("not done in a minute");
}, 60_000).unref();

const activityId = "https://example.com/courses/cmi5/unit-1";
const actor = { objectType: "Agent", account: { homePage: "https://example.com", name: "cmi5-learner" } };
const session = "https://w3id.org/xapi/cmi5/context/extensions/sessionid";
const token = Buffer.from(`${LRS_KEY}:${LRS_SECRET}`).toString("base64");
const platform = new XAPI({ endpoint: LRS_ENDPOINT, auth: `Basic ${token}`, version: "1.0.3" });

// The fetch URL tells the token once, as cmi5 has it.
const told = new Set();
const server = createServer((request, response) => {
  const again = told.has(request.url);
  told.add(request.url);
  const error = { "error-code": "1", "error-text": "already in use" };
  response.setHeader("Content-Type", "application/json");
  response.end(JSON.stringify(request.method === "POST" && !again ? { "auth-token": token } : error));
});
server.listen(0, "127.0.0.1");
await once(server, "listening");

async function launch(masteryScore) {
  const registration = randomUUID();
  const sessionId = randomUUID();
  const contextTemplate = {
    contextActivities: { grouping: [{ id: "https://example.com/courses/cmi5" }] },
    extensions: { [session]: sessionId },
  };
  const state = { launchMode: "Normal", moveOn: "CompletedAndPassed", masteryScore, contextTemplate };
  await platform.setState({ agent: actor, activityId, stateId: "LMS.LaunchData", registration, state });
  const fetch = `http://127.0.0.1:${server.address().port}/token/${sessionId}`;
  const unit = new Cmi5({ endpoint: LRS_ENDPOINT, fetch, actor, activityId, registration });
  return { unit, registration, sessionId };
}

async function toldOf(registration) {
  const page = (await platform.getStatements({ registration, ascending: true })).data;
  assert.equal(page.more ?? "", "");
  return page.statements;
}

const preferences = { languagePreference: "en-US,ar", audioPreference: "off" };
const profile = { agent: actor, profileId: "cmi5LearnerPreferences" };
await platform.setAgentProfile({ ...profile, profile: preferences, etag: "*", matchHeader: "If-None-Match" });

const ids = [];
const send = async (answer) => ids.push(...(await answer).data);

const { unit, registration, sessionId } = await launch(0.6);
await send(unit.initialize());
assert.ok(unit.isAuthenticated);
assert.deepEqual(unit.getLearnerPreferences(), preferences);
await send(unit.interactionChoice("quiz", "q1", ["a"], ["a"], undefined, undefined, undefined, true));
await send(unit.progress(50));
await assert.rejects(async () => unit.pass(0.5), /Mastery Score/, "the client knows the launch data");
await send(unit.pass(0.8));
await send(unit.complete());
await send(unit.terminate());

const statements = await toldOf(registration);
const names = statements.map((statement) => statement.verb.id.split("/").pop());
assert.deepEqual(names, ["initialized", "answered", "progressed", "passed", "completed", "terminated"]);
assert.deepEqual(statements.map((statement) => statement.id), ids, "in the order in which they were sent");
for (const statement of statements) {
  assert.deepEqual(statement.actor.account, actor.account);
  assert.equal(statement.context.registration, registration);
  assert.equal(statement.context.extensions[session], sessionId, "the context template is in every statement");
}
const passed = statements[3];
assert.equal(passed.result.score.scaled, 0.8);
assert.equal(passed.context.extensions["https://w3id.org/xapi/cmi5/context/extensions/masteryscore"], 0.6);
const categories = passed.context.contextActivities.category.map((category) => category.id).sort();
assert.deepEqual(categories, ["cmi5", "moveon"].map((name) => `https://w3id.org/xapi/cmi5/context/categories/${name}`));
// What happens inside a unit is found by the unit and by the course.
for (const [activity, count] of [[activityId, 5], ["https://example.com/courses/cmi5", 6]]) {
  const found = (await platform.getStatements({ activity, registration, related_activities: true })).data.statements;
  assert.equal(found.length, count, activity);
}

const second = await launch(0.6);
await send(second.unit.initialize());
const moved = await second.unit.moveOn({ score: 0.3 });
ids.push(...moved);
const verbs = (await toldOf(second.registration)).map((statement) => statement.verb.id.split("/").pop());
assert.deepEqual(verbs, ["initialized", "failed", "completed", "terminated"]);

// Whoever takes up a session has its token already; the fetch URL does not tell it again.
await assert.rejects(new Cmi5({ ...unit.getLaunchParameters() }).initialize());
await unit.initialize({ authToken: unit.getAuthToken(), initializedDate: unit.getInitializedDate() });

server.close();
console.log(JSON.stringify({ statements: ids, voided: [] }));

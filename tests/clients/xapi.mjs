// A tool that speaks xAPI through `@xapi/xapi`, over axios and over fetch. Prints the ids of what it wrote; the first
// surprise ends it.

import assert from "node:assert/strict";
import { createHash, randomUUID } from "node:crypto";
import { createRequire } from "node:module";

// NODE_PATH counts for `require` only.
const XAPI = createRequire(import.meta.url)("@xapi/xapi");
const { LRS_ENDPOINT, LRS_KEY, LRS_SECRET } = process.env;

setTimeout(() => {
  throw new Error("not done in a minute");
}, 60_000).unref();

const written = { statements: [], voided: [] };

// Over fetch the client tells a refusal by its body alone, which names the status.
async function refused(promise, status) {
  const error = await promise.then(() => assert.fail(`was not refused with ${status}`), (error) => error);
  assert.equal(error.response?.status ?? JSON.parse(error.message).status, status, `${error}`);
}

async function statements(xapi, agent, activity, filing) {
  const registration = randomUUID();
  const made = (verb, more) => ({ actor: agent, verb, object: { objectType: "Activity", id: activity }, ...more });

  const one = await xapi.sendStatement({ statement: made(XAPI.Verbs.INITIALIZED, { context: { registration } }) });
  const [id] = one.data;
  const read = await xapi.getStatement({ statementId: id });
  assert.equal(read.data.verb.id, XAPI.Verbs.INITIALIZED.id);
  assert.equal(read.data.context.registration, registration);
  assert.ok(Date.parse(read.data.stored), "says when it was stored");

  const score = (raw) => made(XAPI.Verbs.ANSWERED, { result: { score: { raw } }, context: { registration } });
  const batch = await xapi.sendStatements({ statements: Array.from({ length: 7 }, (_, number) => score(number)) });
  assert.equal(batch.data.length, 7);

  const text = "Learning is remembered.\n";
  const sha2 = createHash("sha256").update(text).digest("hex");
  const attachment = {
    usageType: XAPI.AttachmentUsages.SUPPORTING_MEDIA,
    display: { "en-US": "Notes" },
    contentType: "text/plain",
    length: text.length,
    sha2,
  };
  const bytes = new TextEncoder().encode(text).buffer;
  const noted = made(XAPI.Verbs.COMMENTED, { context: { registration }, attachments: [attachment] });
  const [withFile] = (await filing.sendStatement({ statement: noted, attachments: [bytes] })).data;
  const parts = (await xapi.getStatement({ statementId: withFile, attachments: true })).data;
  assert.equal(parts[0].attachments[0].sha2, sha2);
  assert.equal(parts[1], text.trim(), "the client takes white space off the ends");

  const filters = [
    [{ activity, agent }, 9],
    [{ activity, verb: XAPI.Verbs.ANSWERED.id }, 7],
    [{ registration }, 9],
    [{ activity, since: read.data.stored }, 8],
    [{ activity, until: read.data.stored }, 1],
    [{ agent: { mbox: "mailto:nobody@example.com" } }, 0],
  ];
  for (const [filter, count] of filters) {
    const found = (await xapi.getStatements(filter)).data.statements;
    assert.equal(found.length, count, JSON.stringify(filter));
  }

  // Page by page, in the order of their numbers.
  let page = (await xapi.getStatements({ activity, verb: XAPI.Verbs.ANSWERED.id, ascending: true, limit: 3 })).data;
  const seen = [];
  const sizes = [];
  while (true) {
    sizes.push(page.statements.length);
    seen.push(...page.statements.map((statement) => statement.result.score.raw));
    if (!page.more) break;
    page = (await xapi.getMoreStatements({ more: page.more })).data;
  }
  assert.deepEqual([sizes, seen], [[3, 3, 1], [0, 1, 2, 3, 4, 5, 6]]);

  const [gone, ...kept] = batch.data;
  const [voiding] = (await xapi.voidStatement({ actor: agent, statementId: gone })).data;
  await refused(xapi.getStatement({ statementId: gone }), 404);
  assert.equal((await xapi.getVoidedStatement({ voidedStatementId: gone })).data.id, gone);
  // What refers to a statement is found by what that one says, voided or not.
  const left = (await xapi.getStatements({ activity, verb: XAPI.Verbs.ANSWERED.id })).data.statements;
  assert.deepEqual(left.map((statement) => statement.id).sort(), [...kept, voiding].sort());
  await refused(xapi.sendStatement({ statement: { actor: agent, object: { id: activity } } }), 400);

  written.statements.push(id, ...kept, withFile, voiding);
  written.voided.push(gone);
}

async function states(xapi, agent, activityId) {
  const at = { agent, activityId, stateId: "bookmark", registration: randomUUID() };
  await xapi.setState({ ...at, state: { page: 3 } });
  await xapi.createState({ ...at, state: { volume: 0.5 } });
  const found = await xapi.getState(at);
  assert.deepEqual(found.data, { page: 3, volume: 0.5 }, "what is posted is merged");
  const { etag } = found.headers;
  await xapi.setState({ ...at, state: { page: 4 }, etag, matchHeader: "If-Match" });
  await refused(xapi.setState({ ...at, state: { page: 5 }, etag, matchHeader: "If-Match" }), 412);
  assert.deepEqual((await xapi.getStates(at)).data, ["bookmark"]);
  await xapi.deleteState(at);
  await refused(xapi.getState(at), 404);
  await xapi.setState({ ...at, stateId: "a", state: {} });
  await xapi.setState({ ...at, stateId: "b", state: {} });
  await xapi.deleteStates(at);
  assert.deepEqual((await xapi.getStates(at)).data, []);
}

// The two kinds of profiles differ in names only.
async function profiles(xapi, kind, at) {
  const call = (method, more) => xapi[`${method}${kind}Profile`]({ ...at, ...more });
  await call("set", { profile: { theme: "dark" }, etag: "*", matchHeader: "If-None-Match" });
  await refused(call("set", { profile: {}, etag: "*", matchHeader: "If-None-Match" }), 412);
  const found = await call("get");
  assert.deepEqual(found.data, { theme: "dark" });
  const { etag } = found.headers;
  assert.ok(etag, "has an ETag");
  await call("create", { profile: { size: 12 }, etag, matchHeader: "If-Match" });
  await refused(call("set", { profile: {}, etag, matchHeader: "If-Match" }), 412);
  const merged = await call("get");
  assert.deepEqual(merged.data, { theme: "dark", size: 12 });
  assert.deepEqual((await xapi[`get${kind}Profiles`](at)).data, [at.profileId]);
  await call("delete", { etag: merged.headers.etag });
  await refused(call("get"), 404);
}

const configuration = { endpoint: LRS_ENDPOINT, auth: XAPI.toBasicAuth(LRS_KEY, LRS_SECRET), version: "1.0.3" };
// Outside of browsers axios gives a body of files another media type than the client asks it to.
const filing = new XAPI({ ...configuration, adapter: "fetch" });
for (const adapter of ["axios", "fetch"]) {
  const xapi = new XAPI({ ...configuration, adapter });
  const agent = { objectType: "Agent", name: "Ada", mbox: `mailto:ada-${adapter}@example.com` };
  const activityId = `https://example.com/courses/xapi-${adapter}`;
  assert.ok((await xapi.getAbout()).data.version.includes("1.0.3"));
  const stranger = new XAPI({ ...configuration, auth: XAPI.toBasicAuth(LRS_KEY, "guess"), adapter });
  await refused(stranger.getStatements(), 401);
  await statements(xapi, agent, activityId, filing);
  await states(xapi, agent, activityId);
  await profiles(xapi, "Activity", { activityId, profileId: "look" });
  await profiles(xapi, "Agent", { agent, profileId: "look" });
  assert.deepEqual((await xapi.getAgent({ agent })).data.mbox, [agent.mbox]);
  assert.equal((await xapi.getActivity({ activityId })).data.id, activityId);
}
console.log(JSON.stringify(written));

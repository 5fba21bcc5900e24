// Talking to the server: what an answer of it means for the queue, and what it says of the time.

const PATIENCE_MS = 15000;
/** A page says so often that it is there; three times without are a lost connection for those who supervise. */
const HERE_MS = 25000;
const OVER = ["attempt_over", "deadline_passed", "too_many_saves"];
/** What these say needs no words, whoever says it; so it is with all that are 500 and above. */
const WORDLESS = [204, 408, 413, 429];

/** What the server says. A page of somebody between, and an answer that breaks off, are as a network that is not there. */
async function said(response) {
  const answer = await response.json().catch(() => undefined);
  if (WORDLESS.includes(response.status) || response.status >= 500) return answer ?? {};
  const ours = response.ok ? answer instanceof Object : typeof answer?.code === "string";
  if (!ours) throw new Error("not an answer of the server");
  return answer;
}

/** Is it said how an attempt stands? */
const isView = ({ status, answer }) => status === 200 && typeof answer.state === "string";

export class Link {
  /** `measured(leftMs, sent, got)` hears how much time is left; `user` is whose attempt it is. */
  constructor({ attempt, user, measured }) {
    Object.assign(this, { attempt, user, measured });
    this.path = `/api/attempts/${attempt}`;
    this.csrf = document.querySelector("meta[name=csrf]")?.content ?? "";
  }

  async call(method, path, body) {
    const sent = performance.now();
    const response = await fetch(path, {
      method,
      headers: { "X-CSRF-Token": this.csrf, Accept: "application/json", "Accept-Language": document.documentElement.lang, ...(body && { "Content-Type": "application/json" }) },
      body: body && JSON.stringify(body),
      credentials: "same-origin",
      cache: "no-store",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const answer = await said(response);
    if (response.ok && "remaining_ms" in answer) this.measured(answer.remaining_ms, sent, performance.now());
    return { status: response.status, answer, after: Number(response.headers.get("Retry-After")) || 0 };
  }

  /** Somebody who signed in again has another token. Is it the same person? */
  async renew() {
    const { status, answer } = await this.call("GET", "/api/session");
    if (status !== 200 || String(answer.user) !== this.user) return false;
    this.csrf = answer.csrf_token ?? "";
    return true;
  }

  /** As the queue wants it. */
  async send(slot, sequence, response, again = true) {
    let got;
    try {
      got = await this.call("PUT", `${this.path}/slots/${slot}`, { sequence, response });
      if (got.status === 403 && got.answer.code === "csrf" && again && (await this.renew())) {
        return this.send(slot, sequence, response, false);
      }
    } catch {
      return { kind: "later" };
    }
    const { status, answer, after } = got;
    if (status === 200) {
      // Saved is what has a receipt. Sending again is safe.
      if (typeof answer.receipt !== "string") return { kind: "later" };
      return { kind: answer.outcome === "superseded" ? "newer" : "saved", ...answer };
    }
    if (answer.code === "sequence_reused") return { kind: "newer" };
    if (OVER.includes(answer.code)) return { kind: "over", code: answer.code };
    // 404: somebody else is signed in here now.
    if (status === 401 || status === 404 || answer.code === "csrf") return { kind: "signin" };
    // The answer is right and the place is not: it waits until the device is back where the quiz is taken.
    if (answer.code === "address_not_allowed") return { kind: "later", words: answer.words };
    if (status >= 500 || status === 429 || status === 408) return { kind: "later", afterMs: after * 1000 };
    return { kind: "refused", words: answer.words ?? "" };
  }

  /** The attempt as it is now; undefined when it cannot be had. */
  async load() {
    try {
      const got = await this.call("GET", this.path);
      return isView(got) ? got.answer : undefined;
    } catch {
      return undefined;
    }
  }

  /** Says from now on that the page is here, while `when()`; `stands(view)` hears how the attempt stands. */
  stay(when, stands) {
    const say = async () => {
      if (!when()) return;
      try {
        const got = await this.call("POST", `${this.path}/here`);
        if (isView(got)) stands(got.answer);
        else if (got.answer.code === "csrf") await this.renew();
      } catch {
        // The silence says it.
      }
    };
    setInterval(say, HERE_MS);
    // Not everybody at once who begins together.
    setTimeout(say, Math.random() * 5000);
  }

  /** Hands in: done, signin when nobody is signed in here, or later. */
  async submit() {
    this.barred = undefined;
    try {
      const got = await this.call("POST", `${this.path}/submit`);
      if (isView(got)) return "done";
      const { status, answer } = got;
      // 404: somebody else is signed in here now.
      if (status === 401 || status === 404) return "signin";
      if (answer.code === "csrf") await this.renew();
      // Why it is not taken from here.
      if (answer.code === "address_not_allowed") this.barred = answer.words;
      return "later";
    } catch {
      return "later";
    }
  }

  /** Tells what happened here. Lost ones are lost. */
  async report(reports) {
    try {
      await this.call("POST", `${this.path}/reports`, { reports });
    } catch {
      // The connection's loss is reported once it is back.
    }
  }
}

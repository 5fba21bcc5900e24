// Talking to the server: what an answer of it means for the queue, and what it says of the time.

const PATIENCE_MS = 15000;
/** A page says so often that it is there; three times without are a lost connection for those who supervise. */
const HERE_MS = 25000;
const OVER = ["attempt_over", "deadline_passed", "too_many_saves"];

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
    const answer = response.status === 204 ? {} : await response.json().catch(() => ({}));
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
    if (status === 200) return { kind: answer.outcome === "superseded" ? "newer" : "saved", ...answer };
    if (answer.code === "sequence_reused") return { kind: "newer" };
    if (OVER.includes(answer.code)) return { kind: "over", code: answer.code };
    // 404: somebody else is signed in here now.
    if (status === 401 || status === 404 || answer.code === "csrf") return { kind: "signin" };
    if (status >= 500 || status === 429 || status === 408) return { kind: "later", afterMs: after * 1000 };
    return { kind: "refused", words: answer.words ?? "" };
  }

  /** The attempt as it is now; undefined when it cannot be had. */
  async load() {
    try {
      const { status, answer } = await this.call("GET", this.path);
      return status === 200 ? answer : undefined;
    } catch {
      return undefined;
    }
  }

  /** Says from now on that the page is here, while `when()`; `stands(view)` hears how the attempt stands. */
  stay(when, stands) {
    const say = async () => {
      if (!when()) return;
      try {
        const { status, answer } = await this.call("POST", `${this.path}/here`);
        if (status === 200) stands(answer);
        else if (answer.code === "csrf") await this.renew();
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
    try {
      const { status, answer } = await this.call("POST", `${this.path}/submit`);
      if (status === 200) return "done";
      // 404: somebody else is signed in here now.
      if (status === 401 || status === 404) return "signin";
      if (answer.code === "csrf") await this.renew();
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

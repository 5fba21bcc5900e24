// The answers that the server does not have yet. They lie in the browser's storage from the moment they are given, so they
// survive a reload, a crash and a dead network, and are sent in the order in which they were given, one at a time.
// At most one per question: a newer answer takes the place of an older one.

const PREFIX = "lyceum.exam.";
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30000;
/** What lies here from an attempt that nobody came back to is thrown away after so long. */
const KEPT_MS = 14 * 24 * 3600 * 1000;

/** Where they lie; nothing is kept where the browser has no storage for the page. */
export function storage() {
  try {
    return window.localStorage;
  } catch {
    return { getItem: () => null, setItem: () => { throw new Error("no storage"); }, removeItem: () => {} };
  }
}

export class Queue {
  /**
   * `send(slot, sequence, response)` answers with an object whose `kind` is saved, newer, refused, over, later or signin; newer
   * only when it has what is needed to show the newer one, for this one is forgotten then.
   * `changed(slot, state, result)` is told of every step. `known` has the sequence number of each slot on the server.
   */
  constructor({ attempt, known, storage, send, changed, now = Date.now, random = Math.random }) {
    Object.assign(this, { attempt, known, storage, send, changed, now, random });
    this.entries = new Map();
    this.order = 0;
    this.failures = 0;
    this.paused = false;
    this.keeps = true;
    this.timer = undefined;
    this.running = undefined;
  }

  key(slot) {
    return `${PREFIX}${this.attempt}.${slot}`;
  }

  /**
   * Takes up what was left in storage; the slots that have something. Where another device went on meanwhile the server will say
   * that it has something newer, as it does of what was answered here a moment ago.
   */
  restore() {
    for (const slot of this.known.keys()) {
      let entry;
      try {
        entry = JSON.parse(this.storage.getItem(this.key(slot)));
      } catch {
        entry = null;
      }
      if (!(entry?.sequence > 0)) {
        this.forget(slot);
        continue;
      }
      this.entries.set(slot, { ...entry, tried: true });
      this.order = Math.max(this.order, entry.order);
    }
    return [...this.entries.keys()];
  }

  get size() {
    return this.entries.size;
  }

  /** How many wait to be sent. What was refused does not: it waits for another answer. */
  get waiting() {
    return this.size - this.refused.length;
  }

  /** The questions whose answer was refused. */
  get refused() {
    return this.those((entry) => entry.refused);
  }

  /** At the end: the questions whose answer came too late. Of what was refused it was said why. */
  get late() {
    return this.those((entry) => !entry.refused);
  }

  those(are) {
    return [...this.entries].filter(([, entry]) => are(entry)).map(([slot]) => slot).sort((a, b) => a - b);
  }

  get(slot) {
    return this.entries.get(slot)?.response;
  }

  /** Keeps an answer. One that was sent already, acknowledged or not, keeps its number to itself. */
  put(slot, response) {
    const before = this.entries.get(slot);
    const sequence =
      before && !before.tried ? before.sequence : Math.max(this.known[slot], before?.sequence ?? 0) + 1;
    const entry = { sequence, response, order: ++this.order, at: this.now(), tried: false };
    this.entries.set(slot, entry);
    this.store(slot, entry);
    this.changed(slot, "typing");
  }

  store(slot, entry) {
    try {
      this.storage.setItem(this.key(slot), JSON.stringify(entry));
      this.keeps = true;
    } catch {
      this.keeps = false;
    }
  }

  forget(slot) {
    this.entries.delete(slot);
    try {
      this.storage.removeItem(this.key(slot));
    } catch {
      // Nothing is kept there then.
    }
  }

  /** The oldest answer that may be sent. */
  next() {
    let found;
    for (const [slot, entry] of this.entries) {
      if (!entry.refused && (!found || entry.order < found[1].order)) found = [slot, entry];
    }
    return found;
  }

  /** Sends after a while, unless something sends earlier. */
  soon(ms) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.kick(), ms);
  }

  /** Sends now. Resolves when nothing is left that could be sent, or when it has to wait. */
  kick() {
    clearTimeout(this.timer);
    if (this.paused) return Promise.resolve();
    this.running ??= this.drain().finally(() => (this.running = undefined));
    return this.running;
  }

  async drain() {
    for (let found = this.next(); found && !this.paused; found = this.next()) {
      const [slot, entry] = found;
      entry.tried = true;
      this.changed(slot, "saving");
      const result = await this.send(slot, entry.sequence, entry.response);
      const newest = this.entries.get(slot) === entry;
      switch (result.kind) {
        case "saved":
          this.failures = 0;
          this.known[slot] = Math.max(this.known[slot], result.sequence);
          if (newest) this.forget(slot);
          this.changed(slot, newest ? "saved" : "typing", result);
          break;
        case "newer": {
          this.failures = 0;
          // With what was written while this one was on its way.
          const mine = this.get(slot);
          this.forget(slot);
          this.changed(slot, "newer", { ...result, mine });
          break;
        }
        case "refused":
          this.failures = 0;
          entry.refused = true;
          if (newest) this.changed(slot, "refused", result);
          break;
        case "over":
          this.paused = true;
          this.changed(slot, "over", result);
          return;
        default: {
          const grown = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(this.failures, 10));
          this.failures += 1;
          this.changed(slot, result.kind === "signin" ? "signin" : "waiting", result);
          this.soon(Math.max(result.afterMs ?? 0, grown * (0.5 + this.random() / 2)));
          return;
        }
      }
    }
  }
}

/** Throws away what attempts left here that nobody came back to. */
export function sweep(storage, attempt, now = Date.now()) {
  try {
    for (const key of Object.keys(storage)) {
      if (!key.startsWith(PREFIX) || key.startsWith(`${PREFIX}${attempt}.`)) continue;
      const at = JSON.parse(storage.getItem(key))?.at;
      if (!(now - at < KEPT_MS)) storage.removeItem(key);
    }
  } catch {
    // What cannot be read is left alone.
  }
}

// Several tabs of one browser: the one that was opened or taken up last writes, the others follow. The queue lies in storage
// that they share, so nothing is lost when another one goes on.

export class Tabs {
  /** `lost()` and `taken()` say who writes; `heard(message)` has what the writer showed. */
  constructor({ attempt, lost, taken, heard }) {
    Object.assign(this, { lost, taken, heard });
    this.id = Math.random();
    this.at = 0;
    // The last claim that was heard: clocks are set back, and who is next comes behind all the same.
    this.last = 0;
    this.writes = true;
    this.channel = typeof BroadcastChannel === "function" ? new BroadcastChannel(`lyceum.exam.${attempt}`) : undefined;
    this.channel?.addEventListener("message", ({ data }) => this.hear(data));
    addEventListener("pagehide", () => this.writes && this.tell({ left: true }));
    addEventListener("pageshow", (event) => event.persisted && this.writes && this.claim());
  }

  tell(message) {
    this.channel?.postMessage({ ...message, id: this.id, at: this.at });
  }

  claim() {
    this.at = Math.max(Date.now(), this.last + 1);
    this.tell({ claim: true });
    if (!this.writes) {
      this.writes = true;
      this.taken();
    }
  }

  hear(message) {
    if (message.claim) {
      this.last = Math.max(this.last, message.at);
      const newer = message.at > this.at || (message.at === this.at && message.id > this.id);
      // Who writes says so; what answers a claim is not answered.
      if (!newer) return this.writes && !message.to && this.tell({ claim: true, to: message.id });
      // It was there before this one took over, and only its clock was ahead.
      if (message.to === this.id && this.writes) return this.claim();
      if (this.writes) {
        this.writes = false;
        this.lost();
      }
    } else if (message.left) {
      if (!this.writes && document.visibilityState === "visible") this.claim();
    } else if (!this.writes) {
      this.heard(message);
    }
  }
}

// The server's clock: how much time is left is measured on every answer and counted on by the browser's own steady clock,
// so that nobody gains or loses time by how their device is set.

export class Clock {
  constructor(now = () => performance.now()) {
    this.now = now;
    this.ends = undefined;
    this.warned = Infinity;
  }

  /** An answer said how much was left, somewhere between `sent` and `got`. */
  set(leftMs, sent = this.now(), got = sent) {
    if (leftMs === null || leftMs === undefined) {
      this.ends = undefined;
      this.warned = Infinity;
      return;
    }
    this.ends = (sent + got) / 2 + leftMs;
    // More time: the warnings come again.
    while (this.warned < leftMs - 1000) this.warned = this.warned === 60000 ? 300000 : Infinity;
  }

  get left() {
    return this.ends === undefined ? Infinity : this.ends - this.now();
  }

  /** The warning that is due: 300000 or 60000 milliseconds, once each. The shorter one takes the place of both. */
  warning() {
    const left = this.left;
    const due = left <= 60000 ? 60000 : left <= 300000 ? 300000 : Infinity;
    if (left <= 0 || due >= this.warned) return undefined;
    this.warned = due;
    return due;
  }
}

/** 4:09, or 1:04:09. */
export function clockText(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const two = (number) => String(number).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return (hours ? `${hours}:${two(minutes)}` : `${minutes}`) + `:${two(seconds % 60)}`;
}

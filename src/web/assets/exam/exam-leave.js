// Leaving asks first: closing the tab, and whatever leads out of the room. What stays in the room does not ask. Browsers show
// the question only to somebody who has done something on the page.

/** How long after a click or a sent form a page may take to begin to leave. */
const SOON_MS = 2000;

export class Leaving {
  /** `room` is the address of the attempt; `asks()` and `loses()` say whether it runs, and whether something would be lost. */
  constructor({ room, asks, loses = () => false }) {
    Object.assign(this, { room, staying: -Infinity });
    document.addEventListener("click", ({ target }) => {
      const link = target.closest?.("a[href]");
      if (link && this.isWithin(link.href)) this.stay();
    });
    document.addEventListener("submit", ({ target }) => {
      // Another language or colour comes back to this page.
      const action = target.getAttribute("action");
      if (action === "/look" || this.isWithin(action)) this.stay();
    });
    addEventListener("beforeunload", (event) => {
      const within = performance.now() - this.staying < SOON_MS;
      // Before anything was done on the page the browser would not ask, only complain.
      const acted = navigator.userActivation?.hasBeenActive ?? true;
      if (acted && (loses() || (asks() && !within))) event.preventDefault();
    });
  }

  isWithin(address) {
    const { origin, pathname } = new URL(address, location.href);
    return origin === location.origin && (pathname === this.room || pathname.startsWith(`${this.room}/`));
  }

  /** The page is about to go to another one of the room. */
  stay() {
    this.staying = performance.now();
  }

  /** Goes to another page of the room. */
  go(address) {
    this.stay();
    location.assign(address);
  }
}

// The page before handing in: the attempt still runs, so leaving it asks.

import { Leaving } from "./exam-leave.js";

const { room } = document.getElementById("hand-in-form").dataset;
new Leaving({ room, asks: () => true });

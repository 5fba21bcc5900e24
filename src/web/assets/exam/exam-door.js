// Who waits for a turn starts by itself when it comes.
const form = document.querySelector("form[data-wait-ms]");
if (form) setTimeout(() => form.requestSubmit(), Number(form.dataset.waitMs));

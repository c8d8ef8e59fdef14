// Small conveniences; every page works without them.
(() => {
  "use strict";

  const units = [["day", 86400], ["hour", 3600], ["minute", 60]];
  const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto", style: "short" });
  const absolute = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

  // Moments are written by the server in UTC; here they become the reader's own.
  function tellTimes(root) {
    for (const time of root.querySelectorAll("time[datetime]")) {
      const at = new Date(time.dateTime);
      const passed = Math.round((Date.now() - at) / 1000);
      const [unit, size] = units.find(([, size]) => Math.abs(passed) >= size) ?? ["second", 1];
      const words = passed < 60 && passed >= 0 ? "just now" : relative.format(-Math.trunc(passed / size), unit);
      if (time.textContent !== words) time.textContent = words;
      time.title = `${absolute.format(at)} (${time.dateTime.slice(0, 16).replace("T", " ")} UTC)`;
    }
  }

  function say(word, on) {
    const live = document.querySelector("[data-live]");
    if (!live) return;
    live.classList.toggle("on", on);
    live.querySelector("[data-live-word]").textContent = word;
  }

  document.documentElement.classList.add("scripted");
  tellTimes(document);
  setInterval(() => tellTimes(document), 15000);

  // A list that is renewed keeps open what its reader has opened.
  if (window.Idiomorph) {
    Idiomorph.defaults.callbacks.beforeAttributeUpdated = (name, node) =>
      !((name === "open" && node.tagName === "DETAILS") || (name === "hidden" && node.tagName === "IMG"));
  }

  // Empty filters say nothing; the address stays short.
  document.addEventListener("htmx:configRequest", (event) => {
    for (const [name, value] of [...event.detail.formData]) if (value === "") event.detail.formData.delete(name);
    if (event.detail.formData.get("verdict") === "deals") event.detail.formData.delete("verdict");
    if (event.detail.formData.get("sort") === "score") event.detail.formData.delete("sort");
  });

  let known = new Set();
  const rows = () => [...document.querySelectorAll("#deals .deal")];
  const remember = () => { known = new Set(rows().map((row) => row.id)); };
  remember();
  document.addEventListener("htmx:beforeSwap", remember);
  document.addEventListener("htmx:afterSwap", (event) => {
    tellTimes(document);
    const byReader = event.detail.requestConfig?.elt?.id === "filters";
    for (const row of rows()) row.classList.toggle("fresh", !byReader && known.size > 0 && !known.has(row.id));
  });

  // A picture that cannot be had leaves the letters behind it.
  document.addEventListener("error", (event) => { if (event.target.matches?.(".picture img")) event.target.hidden = true; }, true);
  for (const image of document.querySelectorAll(".picture img")) if (image.complete && !image.naturalWidth) image.hidden = true;

  document.addEventListener("htmx:sseOpen", () => say("live", true));
  document.addEventListener("htmx:sseError", () => say("reconnecting", false));
  document.addEventListener("htmx:sseClose", () => say("not live", false));
})();

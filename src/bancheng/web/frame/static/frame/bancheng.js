/* Small helps on top of pages that work without them: no framework, nothing inline. */
(() => {
  "use strict";
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  /* The error summary takes the focus, so that it is read first. */
  const summary = one("[data-focus]");
  if (summary) summary.focus();

  /* Of tabs that do not all fit, the current one is in sight. */
  all(".tabs a[aria-current]").forEach((tab) => {
    const row = tab.closest(".tabs");
    row.scrollLeft = tab.offsetLeft - (row.clientWidth - tab.offsetWidth) / 2;
  });

  /* A page made for paper is printed from a button of its own. */
  all("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });

  /* Leaving a form with unsaved answers is asked about; sending it is not. */
  let touched = false;
  document.addEventListener("input", (event) => {
    if (event.target.closest("form[data-guard]")) touched = true;
  });
  document.addEventListener("submit", () => { touched = false; });
  window.addEventListener("beforeunload", (event) => {
    if (touched) event.preventDefault();
  });

  /* A form is sent once, however often the button is pressed. Back from the cache, it may be sent again. */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if ((form.getAttribute("method") || "").toLowerCase() !== "post") return;
    if (form.closest("[hx-post], [data-again]")) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
  });
  window.addEventListener("pageshow", () => all("form[data-sent]").forEach((form) => delete form.dataset.sent));

  /* Files: too big is said at once; sending shows numbers. */
  document.addEventListener("change", (event) => {
    const input = event.target;
    if (!input.matches("input[type=file][data-limit-mb]")) return;
    const limit = Number(input.dataset.limitMb) * 1024 * 1024;
    const big = [...input.files].some((file) => file.size > limit);
    input.setCustomValidity(big ? input.dataset.tooBig : "");
    if (big) input.reportValidity();
  });

  const progressLine = (form, input) => {
    const line = document.createElement("p");
    line.className = "upload-progress";
    line.setAttribute("role", "status");
    const bar = document.createElement("progress");
    bar.max = 100;
    bar.setAttribute("aria-label", input.dataset.sending);
    const words = document.createElement("span");
    words.className = "numbers";
    line.append(bar, words);
    input.closest("[data-upload]").append(line);
    return (sent, total) => {
      const share = Math.round((sent / total) * 100);
      bar.value = share;
      const mb = (bytes) => (bytes / 1048576).toFixed(1);
      words.textContent = `${input.dataset.sending} ${mb(sent)} / ${mb(total)} MB · ${share}%`;
    };
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    const input = one("[data-upload] input[type=file]", form);
    if (event.defaultPrevented || !input || !input.files.length || form.dataset.plain) return;
    event.preventDefault();
    const show = progressLine(form, input);
    const send = new XMLHttpRequest();
    const plainly = () => { form.dataset.plain = "1"; HTMLFormElement.prototype.submit.call(form); };
    send.upload.addEventListener("progress", (step) => show(step.loaded, step.total));
    send.addEventListener("error", plainly);
    send.addEventListener("load", () => {
      if (send.status >= 500) { plainly(); return; }
      /* The answer is shown as it came: asking for it again would lose its message. */
      if (send.responseURL !== location.href) history.pushState({}, "", send.responseURL);
      const page = new DOMParser().parseFromString(send.responseText, "text/html");
      document.title = page.title;
      document.body.replaceWith(page.body);
      window.scrollTo(0, 0);
      const found = one("[data-focus]");
      if (found) found.focus();
    });
    const target = form.getAttribute("action") || location.href;
    send.open("POST", target);
    const body = new FormData(form);
    if (event.submitter && event.submitter.name) body.append(event.submitter.name, event.submitter.value);
    send.send(body);
  });

  /* Live duration: <time data-until="ISO instant"> counts down to it in m:ss, then submits nothing, only says 0:00. */
  const clocks = all("[data-until]");
  const tick = () => clocks.forEach((clock) => {
    const left = Math.max(0, Math.round((Date.parse(clock.dataset.until) - Date.now()) / 1000));
    clock.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  });
  if (clocks.length) { tick(); setInterval(tick, 1000); }

  /* Keys of the officers' side: j k through the queue, a and s to the marked controls, / to search, ? for help. */
  const sheet = one("#keys");
  const opener = one("[data-keys]");
  if (sheet && opener) {
    opener.hidden = false;
    opener.addEventListener("click", () => sheet.showModal());
  }
  const press = (element) => {
    if (!element) return false;
    if (element.matches("input, select, textarea")) element.focus(); else element.click();
    return true;
  };
  const move = (step) => {
    const links = all("[data-queue] a[href]");
    if (!links.length) return false;
    const focused = links.indexOf(document.activeElement);
    const at = focused >= 0 ? focused : links.findIndex((link) => link.hasAttribute("aria-current"));
    const to = links[Math.min(links.length - 1, Math.max(0, at + step))];
    to.focus();
    if (to.dataset.open !== undefined) to.click();
    return true;
  };
  const keys = {
    j: () => move(1),
    k: () => move(-1),
    a: () => press(one('[data-key="a"]')),
    s: () => press(one('[data-key="s"]')),
    "/": () => press(one('[data-key="/"], [type="search"]')),
    "?": () => sheet && (sheet.open ? sheet.close() : sheet.showModal(), true),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    if (!document.body.classList.contains("officer") && event.key !== "/") return;
    const act = keys[event.key];
    if (act && act()) event.preventDefault();
  });
})();

/* Composing: the search with arrow keys, conditions as rows (suggestions in them are frame/feel.js). Saving and effect are htmx's. */
(() => {
  "use strict";
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const place = () => one("#compose");

  /* Buttons inside the form go by htmx and only the page's own part is replaced, so that nothing jumps. */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const button = event.submitter;
    if (form.id !== "compose-form" || !window.htmx || !button || button.value === "propose") return;
    event.preventDefault();
    const values = { act: button.value };
    const focus = button.id || "";
    /* What is typed while the page is being replaced would be lost. */
    form.inert = true;
    window.htmx.ajax("POST", location.pathname, { source: form, target: "#compose", select: "#compose", swap: "outerHTML", values })
      .then(() => { ready(); if (button.value.startsWith("add:")) one("#find-q").focus(); else if (focus) one(`#${CSS.escape(focus)}`)?.focus(); })
      .catch(() => { form.inert = false; });
  });
  document.addEventListener("htmx:responseError", () => { if (one("#compose-form")) one("#compose-form").inert = false; });
  document.addEventListener("htmx:sendError", () => { if (one("#compose-form")) one("#compose-form").inert = false; });

  /* Enter in a field of the form saves; it never presses the first button by accident. */
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("#compose-form input:not([type=search]):not([data-feel])")) event.preventDefault();
  });

  document.addEventListener("keydown", (event) => {
    const input = event.target;
    if (input.id === "find-q") window.suggestions.step(event, input, (option) => option.click());
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id === "found") one("#find-q").setAttribute("aria-expanded", String(Boolean(one("#found-list"))));
  });

  /* ---- a condition as rows */
  const rowsOf = (box) => one(".rows-place", box);
  const show = async (box, body) => {
    const input = one("[data-feel]", box);
    const address = place().dataset.rows;
    const token = one("[name=csrfmiddlewaretoken]").value;
    const answer = body
      ? await fetch(address, { method: "POST", body, headers: { "X-CSRFToken": token } })
      : await fetch(`${address}?${new URLSearchParams({ text: input.value })}`);
    if (!answer.ok) return;
    rowsOf(box).innerHTML = await answer.text();
    rowsOf(box).hidden = false;
    const feel = one("[data-feel-text]", rowsOf(box));
    if (body && feel && feel.dataset.feelText !== input.value) {
      input.value = feel.dataset.feelText;
      input.dispatchEvent(new Event("input", { bubbles: true }));
      window.suggestions.close(input);
    }
  };
  const collect = (box, act) => {
    const body = new URLSearchParams();
    all("[data-row]", rowsOf(box)).forEach((input) => {
      if (input.multiple) [...input.selectedOptions].forEach((option) => body.append(input.dataset.row, option.value));
      else body.append(input.dataset.row, input.value);
    });
    if (act) body.append("act", act);
    return body;
  };
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-rows-for]");
    if (opener) {
      const box = opener.closest(".feel-box");
      const open = rowsOf(box).hidden;
      opener.setAttribute("aria-expanded", String(open));
      if (open) show(box); else rowsOf(box).hidden = true;
      return;
    }
    const button = event.target.closest("[data-row-act]");
    if (button) { const box = button.closest(".feel-box"); show(box, collect(box, button.dataset.rowAct)); }
  });
  document.addEventListener("change", (event) => {
    const row = event.target.closest(".rows-place [data-row]");
    if (row) { const box = row.closest(".feel-box"); show(box, collect(box, "")); }
  });

  /* What is only looked up, or sent with a button, does not save the draft: the form never hears of it. */
  const quiet = (event) => event.stopPropagation();
  const ready = () => {
    all("[data-quiet], .rows-place").forEach((input) => input.addEventListener("input", quiet));
    all("[data-rows-for]").forEach((button) => { button.hidden = false; });
    all(".no-script").forEach((button) => { button.hidden = true; });
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", ready); else ready();
})();

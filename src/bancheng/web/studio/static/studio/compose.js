/* Composing: the search with arrow keys, suggestions in conditions, conditions as rows. Saving and effect are htmx's. */
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

  /* ---- a list under an input: up and down, Enter, Escape (ARIA combobox) */
  const options = (list) => (list && !list.hidden ? all("[role=option]", list) : []);
  const mark = (input, list, at) => {
    options(list).forEach((option, index) => option.setAttribute("aria-selected", String(index === at)));
    const chosen = options(list)[at];
    if (chosen) { input.setAttribute("aria-activedescendant", chosen.id); chosen.scrollIntoView({ block: "nearest" }); }
    else input.removeAttribute("aria-activedescendant");
  };
  const marked = (list) => options(list).findIndex((option) => option.getAttribute("aria-selected") === "true");
  const listOf = (input) => document.getElementById(input.getAttribute("aria-controls"));
  const step = (event, input, choose) => {
    const list = listOf(input);
    const count = options(list).length;
    if (event.isComposing) return;
    if (event.key === "ArrowDown" && count) { event.preventDefault(); mark(input, list, Math.min(count - 1, marked(list) + 1)); }
    else if (event.key === "ArrowUp" && count) { event.preventDefault(); mark(input, list, Math.max(-1, marked(list) - 1)); }
    else if (event.key === "Enter") {
      event.preventDefault();
      const at = marked(list) >= 0 ? marked(list) : input.id === "find-q" ? 0 : -1;
      if (options(list)[at]) choose(options(list)[at]);
    } else if (event.key === "Escape" && count) { event.preventDefault(); close(input); }
  };
  const close = (input) => {
    const list = listOf(input);
    if (list && list.classList.contains("suggestions")) { list.hidden = true; list.replaceChildren(); }
    else one("#found").replaceChildren();
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };

  document.addEventListener("keydown", (event) => {
    const input = event.target;
    if (input.id === "find-q") step(event, input, (option) => option.click());
    else if (input.matches("[data-feel]")) step(event, input, (option) => write(input, option));
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id === "found") one("#find-q").setAttribute("aria-expanded", String(Boolean(one("#found-list"))));
  });

  /* ---- suggestions in a condition */
  let asked = 0;
  const suggest = async (input) => {
    const mine = ++asked;
    const query = new URLSearchParams({ text: input.value, at: input.selectionStart });
    const answer = await fetch(`${place().dataset.suggest}?${query}`);
    if (mine !== asked || !answer.ok || document.activeElement !== input) return;
    const found = await answer.json();
    const list = listOf(input);
    list.replaceChildren(...found.rows.map((row, index) => {
      const option = document.createElement("li");
      option.id = `${list.id}-${index}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.text = row.text;
      option.dataset.from = found.from;
      option.dataset.to = found.to;
      const name = document.createElement("span");
      name.textContent = row.name;
      const text = document.createElement("code");
      text.textContent = row.text;
      option.append(name, text);
      return option;
    }));
    list.hidden = !found.rows.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
  };
  const write = (input, option) => {
    const { text, from, to } = option.dataset;
    input.setRangeText(`${text} `, Number(from), Number(to), "end");
    if (text.endsWith("()")) input.setSelectionRange(input.selectionStart - 2, input.selectionStart - 2);
    close(input);
    input.dispatchEvent(new Event("input", { bubbles: true }));
  };
  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-feel]")) suggest(event.target);
  });
  document.addEventListener("focusout", (event) => {
    if (event.target.matches && event.target.matches("[data-feel]")) close(event.target);
  });
  document.addEventListener("mousedown", (event) => {
    const option = event.target.closest(".suggestions [role=option]");
    if (!option) return;
    event.preventDefault();
    write(one("[data-feel]", option.closest(".feel-box")), option);
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
      close(input);
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

/* Suggestions while a condition is typed (input[data-feel] inside [data-suggest], which says where to ask), and what
   every list under an input does: up and down, Enter, Escape (ARIA combobox). */
(() => {
  "use strict";
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

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
      /* A search takes the first when none is marked; a condition goes on being typed. */
      const at = marked(list) >= 0 ? marked(list) : input.type === "search" ? 0 : -1;
      if (options(list)[at]) choose(options(list)[at]);
    } else if (event.key === "Escape" && count) { event.preventDefault(); close(input); }
  };
  const close = (input) => {
    const list = listOf(input);
    if (list && list.classList.contains("suggestions")) { list.hidden = true; list.replaceChildren(); }
    else if (list) list.parentElement.replaceChildren();
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };

  document.addEventListener("keydown", (event) => {
    const input = event.target;
    if (input.matches && input.matches("[data-feel]")) step(event, input, (option) => write(input, option));
  });

  /* ---- suggestions in a condition */
  let asked = 0;
  const suggest = async (input) => {
    const mine = ++asked;
    const query = new URLSearchParams({ text: input.value, at: input.selectionStart });
    const answer = await fetch(`${input.closest("[data-suggest]").dataset.suggest}?${query}`);
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
  window.suggestions = { step, close };
})();

/* The checklist on a weak line. Each answer is put into the phone first and sent then; what cannot be sent waits there,
   what the server refuses stays on the page with the reason. Nothing is lost, nothing is sent for somebody else. */
(() => {
  "use strict";
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  /* ---- a signature drawn with the finger */
  const signing = one("[data-sign]");
  if (signing) {
    const pad = one("[data-pad]", signing);
    const canvas = one("canvas", pad);
    const pen = canvas.getContext("2d");
    let drawn = false;
    const clear = () => {
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, canvas.width, canvas.height);
      drawn = false;
    };
    const at = (event) => {
      const box = canvas.getBoundingClientRect();
      return [
        ((event.clientX - box.left) * canvas.width) / box.width,
        ((event.clientY - box.top) * canvas.height) / box.height,
      ];
    };
    clear();
    pad.hidden = false;
    pen.lineWidth = 5;
    pen.lineCap = "round";
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      pen.beginPath();
      pen.moveTo(...at(event));
      drawn = true;
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!canvas.hasPointerCapture(event.pointerId)) return;
      pen.lineTo(...at(event));
      pen.stroke();
    });
    one("[data-clear]", pad).addEventListener("click", clear);
    signing.addEventListener("submit", () => {
      signing.elements.drawing.value = drawn ? canvas.toDataURL("image/png") : "";
    });
  }

  if (!window.indexedDB) return;

  /* ---- what waits in the phone */
  const ready = new Promise((found, failed) => {
    const opening = indexedDB.open("bancheng-visits", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("waiting", { keyPath: "key" });
    opening.onsuccess = () => found(opening.result);
    opening.onerror = () => failed(opening.error);
  });
  const store = async (mode, act) => {
    const base = await ready;
    return new Promise((found, failed) => {
      const deal = base.transaction("waiting", mode);
      const asked = act(deal.objectStore("waiting"));
      deal.oncomplete = () => found(asked.result);
      deal.onerror = () => failed(deal.error);
      deal.onabort = () => failed(deal.error);
    });
  };

  /* ---- the list of visits: what of mine has not been sent yet, even where the sheet itself is closed by now */
  const left = one("[data-left]");
  if (left) {
    store("readonly", (rows) => rows.getAll()).then((rows) => {
      const mine = rows.filter((entry) => entry.who === left.dataset.who);
      left.hidden = mine.length === 0;
      for (const page of new Set(mine.map((entry) => entry.page))) {
        const link = document.createElement("a");
        link.href = page;
        link.textContent = left.dataset.open.replace("{n}", mine.filter((entry) => entry.page === page).length);
        one("[data-pages]", left).append(link, " ");
      }
    });
  }

  const sheet = one("[data-sheet]");
  if (!sheet) return;
  const words = sheet.dataset;
  sheet.classList.add("script");

  /* ---- one thing a page */
  const pages = [...all("[data-look]", sheet), one("[data-last]", sheet)];
  const pager = one("[data-pager]", sheet);
  const line = one("[data-page-line]", sheet);
  let page = Math.max(0, pages.findIndex((part) => part.id && `#${part.id}` === location.hash));
  const show = (to) => {
    page = Math.min(Math.max(to, 0), pages.length - 1);
    pages.forEach((part, number) => { part.hidden = number !== page; });
    line.textContent = words.pageOf.replace("{i}", page + 1).replace("{n}", pages.length);
    one("[data-prev]", pager).disabled = page === 0;
    one("[data-next]", pager).disabled = page === pages.length - 1;
  };
  pager.hidden = line.hidden = false;
  one("[data-prev]", pager).addEventListener("click", () => show(page - 1));
  one("[data-next]", pager).addEventListener("click", () => show(page + 1));
  if (!one(".banner", sheet)) show(page);

  /* ---- of this sheet */
  const keep = (entry) => store("readwrite", (rows) => rows.put(entry));
  const forget = async (entry) => {
    /* What was typed again while it was on its way stays. */
    const now = await store("readonly", (rows) => rows.get(entry.key));
    if (now && now.stamp === entry.stamp) await store("readwrite", (rows) => rows.delete(entry.key));
  };
  const waiting = async () => (await store("readonly", (rows) => rows.getAll()))
    .filter((entry) => entry.who === words.who && entry.page === location.pathname)
    .sort((a, b) => a.stamp - b.stamp);

  const formOf = (entry) => all("form", sheet).find(
    (form) => form.elements.line && form.elements.line.value === entry.line && form.matches(entry.photo ? "[data-photo]" : "[data-line]"));
  const say = (form, text, kind = "") => {
    const state = form && one("[data-state]", form);
    if (!state) return;
    state.textContent = text;
    state.className = `small ${kind}`;
  };

  /* ---- photographs that wait are seen where they will stand */
  const shotOf = (entry) => all("[data-waits]", sheet).find((row) => row.dataset.waits === entry.key);
  const draw = (entry) => {
    const form = formOf(entry);
    if (!form || !entry.photo || shotOf(entry)) return;
    const row = document.createElement("li");
    const image = document.createElement("img");
    row.dataset.waits = entry.key;
    image.src = URL.createObjectURL(entry.photo);
    image.alt = entry.name;
    row.append(image);
    one("[data-shots]", form).append(row);
  };
  const undraw = (entry) => {
    const row = shotOf(entry);
    if (!row) return;
    URL.revokeObjectURL(one("img", row).src);
    row.remove();
  };
  const button = (text, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "button button-second";
    made.textContent = text;
    made.addEventListener("click", act);
    return made;
  };
  /* A refused photograph stays until its taker says what is to become of it. */
  const askAbout = (entry) => {
    const row = shotOf(entry);
    if (!row || one("p", row)) return;
    const why = document.createElement("p");
    why.className = "small is-bad";
    why.textContent = `${words.refused}${entry.refused}`;
    row.append(why, button(words.again, async () => {
      const { refused, ...rest } = entry;
      undraw(entry);
      await keep({ ...rest, revision: formOf(entry).elements.revision.value });
      draw(rest);
      await flush();
    }), button(words.drop, async () => {
      await store("readwrite", (rows) => rows.delete(entry.key));
      undraw(entry);
      await count();
    }));
  };

  const send = async (entry) => {
    const form = formOf(entry);
    if (!form) return true;
    const data = new FormData();
    data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    data.set("line", entry.line);
    data.set("revision", entry.revision);
    if (entry.photo) data.set("photo", entry.photo, entry.name);
    else {
      data.set("value", entry.value);
      data.set("note", entry.note);
      data.set("version", form.elements.version.value);
    }
    say(form, words.saving);
    let answer;
    try {
      answer = await fetch(form.action, { method: "POST", body: data, headers: { Accept: "application/json" } });
    } catch {
      say(form, words.waiting, "is-waiting");
      return false;
    }
    if (!(answer.headers.get("Content-Type") || "").includes("application/json")) {
      say(form, answer.status >= 500 ? words.waiting : words.signedOut, "is-waiting");
      return false;
    }
    const told = await answer.json();
    if (answer.ok) {
      await forget(entry);
      if (told.version && form.elements.version) form.elements.version.value = told.version;
      undraw(entry);
      if (told.thumb) {
        const shot = document.createElement("li");
        const image = document.createElement("img");
        image.src = told.thumb;
        image.alt = entry.name;
        shot.append(image);
        one("[data-shots]", form).append(shot);
      }
      say(form, words.saved);
    } else {
      /* Refused: it is not sent again by itself. The typing stays in its field until the reader decides. */
      await keep({ ...entry, refused: told.why });
      say(form, `${words.refused}${told.why} ${entry.photo ? "" : words.kept}`, "is-bad");
      if (entry.photo) askAbout({ ...entry, refused: told.why });
    }
    return true;
  };

  let sending = false;
  const flush = async () => {
    if (sending) return;
    sending = true;
    try {
      for (const entry of await waiting()) {
        if (!entry.refused && !(await send(entry))) break;
      }
    } finally {
      sending = false;
    }
    await count();
  };
  const count = async () => {
    const rows = await waiting();
    const going = rows.filter((entry) => !entry.refused && formOf(entry)).length;
    const strange = rows.filter((entry) => !formOf(entry)).length;
    const shown = one("[data-queue-line]", sheet);
    shown.hidden = going + strange === 0;
    one("span", shown).textContent = [
      going ? words.waitingN.replace("{n}", going) : "",
      strange ? words.strange.replace("{n}", strange) : "",
    ].join(" ").trim();
  };

  let last = 0;
  const stamp = () => { last = Math.max(last + 1, Date.now()); return last; };
  const base = (form) => ({
    who: words.who,
    page: location.pathname,
    line: form.elements.line.value,
    revision: form.elements.revision.value,
    stamp: stamp(),
  });
  /* Whoever has no room left is told at once: what is not kept is not said to be. */
  const kept = async (form, entry) => {
    try {
      await keep(entry);
      return true;
    } catch {
      say(form, words.full, "is-bad");
      return false;
    }
  };
  const typed = async (form) => {
    const chosen = form.elements.value;
    const value = chosen instanceof RadioNodeList ? chosen.value : chosen.value;
    const entry = base(form);
    const whole = { ...entry, key: `${entry.page}|${entry.line}`, value, note: form.elements.note ? form.elements.note.value : "" };
    if (await kept(form, whole)) await flush();
  };
  sheet.addEventListener("change", async (event) => {
    const form = event.target.closest("form");
    if (form && form.matches("[data-line]")) await typed(form);
    if (form && form.matches("[data-photo]") && event.target.files.length) {
      const [photo] = event.target.files;
      const entry = base(form);
      const whole = { ...entry, key: `${entry.page}|${entry.line}|${entry.stamp}`, photo, name: photo.name };
      if (!(await kept(form, whole))) return;
      event.target.value = "";
      draw(whole);
      await flush();
    }
  });
  sheet.addEventListener("submit", async (event) => {
    if (!event.target.matches("[data-line]")) return;
    event.preventDefault();
    delete event.target.dataset.sent;
    await typed(event.target);
  });

  /* What was typed before the page was closed stands in its field again. */
  const restore = async () => {
    for (const entry of await waiting()) {
      const form = formOf(entry);
      if (form && entry.photo) {
        draw(entry);
        if (entry.refused) askAbout(entry);
      }
      if (!form || entry.photo) continue;
      const field = form.elements.value;
      if (field instanceof RadioNodeList) all("input[type=radio]", form).forEach((box) => { box.checked = box.value === entry.value; });
      else field.value = entry.value;
      if (form.elements.note) form.elements.note.value = entry.note;
      if (entry.refused) say(form, `${words.refused}${entry.refused} ${words.kept}`, "is-bad");
    }
    await flush();
  };
  window.addEventListener("online", flush);
  window.setInterval(async () => { if ((await waiting()).some((entry) => !entry.refused)) flush(); }, 15000);
  restore();
})();

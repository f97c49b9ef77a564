"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const byID = (id) => document.getElementById(id);
  const form = byID("filters"), shown = byID("shown"), text = byID("text"), unfold = byID("unfold");
  const rows = all("details.row"), groups = all("section.group");
  const words = new Map(rows.map((row) =>
    [row, (row.textContent + " " + row.closest("section").querySelector("h3").textContent).toLowerCase()]));

  const chosen = (name) => all(`input[name="${name}"]:checked`, form).map((box) => box.value);

  // show hides the rows that the filters leave out, and says how many are left.
  function show() {
    const states = chosen("state"), levels = chosen("level");
    const wanted = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const row of rows) {
      const fits = (!states.length || states.includes(row.dataset.state)) &&
        (!levels.length || levels.includes(row.dataset.level)) &&
        wanted.every((word) => words.get(row).includes(word));
      row.hidden = !fits;
      if (fits) count++;
    }
    for (const group of groups) group.hidden = !group.querySelector("details.row:not([hidden])");
    shown.textContent = count === 0
      ? "No requirement matches the filters."
      : `${count} of ${rows.length} requirements shown.`;
    nameUnfold();
  }

  // keep writes the filters into the fragment, so that a link or a reload has them.
  function keep() {
    const state = new URLSearchParams();
    for (const name of ["state", "level"]) if (chosen(name).length) state.set(name, chosen(name).join(","));
    if (text.value.trim()) state.set("text", text.value.trim());
    const fragment = state.toString();
    try {
      history.replaceState(null, "", "#" + fragment);
    } catch {
      location.hash = fragment;
    }
  }

  // read takes the filters, or the requirement to show, from the fragment.
  function read() {
    const fragment = location.hash.slice(1);
    if (fragment.includes("=")) {
      const state = new URLSearchParams(fragment);
      for (const name of ["state", "level"]) {
        const values = (state.get(name) || "").split(",");
        for (const box of all(`input[name="${name}"]`, form)) box.checked = values.includes(box.value);
      }
      text.value = state.get("text") || "";
      show();
      return;
    }
    const row = rows.find((row) => row.id === fragment);
    if (!row) return;
    if (row.hidden) {
      form.reset();
      show();
    }
    row.open = true;
    row.scrollIntoView({ block: "start" });
    row.querySelector("summary").focus({ preventScroll: true });
  }

  const visibleRows = () => rows.filter((row) => !row.hidden);
  function nameUnfold() {
    unfold.textContent = visibleRows().every((row) => row.open) ? "Close all" : "Open all";
  }

  form.addEventListener("input", () => { show(); keep(); });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(() => { show(); keep(); }));
  unfold.addEventListener("click", () => {
    const open = !visibleRows().every((row) => row.open);
    for (const row of visibleRows()) row.open = open;
    nameUnfold();
  });
  for (const row of rows) row.addEventListener("toggle", nameUnfold);
  addEventListener("hashchange", read);

  // What decides is on paper, whatever was open on the screen.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = rows.filter((row) => !row.open && ["failed", "inconclusive", "waived"].includes(row.dataset.state));
    for (const row of opened) row.open = true;
  });
  addEventListener("afterprint", () => { for (const row of opened) row.open = false; });

  for (const button of all("button.copy")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const pre = button.previousElementSibling;
      try {
        await navigator.clipboard.writeText(pre.textContent);
      } catch {
        getSelection().selectAllChildren(pre);
        document.execCommand("copy");
      }
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = "Copy"; }, 2000);
    });
  }

  form.hidden = false;
  show();
  read();
})();

"use strict";
// Shows the library of the JSON block. Text is set as text, never as markup.
(() => {
  const BATCH = 50;
  const OPENED_FOR_PRINT = 60;
  const library = JSON.parse(document.getElementById("library-data").textContent);
  const byId = new Map(library.patterns.map((pattern) => [pattern.id, pattern]));
  const find = (id) => document.getElementById(id);
  const list = find("patterns");
  const controls = { search: find("search"), category: find("category"), status: find("status"), order: find("order") };
  let matches = [];
  let rendered = 0;

  const count = (number) => number.toLocaleString("en-US");
  const plural = (number, word) => `${count(number)} ${word}${number === 1 ? "" : "s"}`;
  const words = (code) => code.replaceAll("_", " ");
  const plain = (text) => text.normalize("NFD").replace(/\p{Mn}/gu, "").toLowerCase();

  function element(tag, options = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(options)) {
      if (name === "class") made.className = value;
      else made.setAttribute(name, value);
    }
    made.append(...children.filter((child) => child !== null));
    return made;
  }

  function reply(segments, tag = "p", className = "reply") {
    const pieces = segments.map((piece) =>
      typeof piece === "string" ? piece : element("span", { class: "variable" }, piece.name));
    return element(tag, { class: className }, ...pieces);
  }

  // What was masked stands in the text as [PERSON_1].
  function masked(text) {
    return text.split(/(\[[A-Z]+(?:_[A-Z]+)*_\d+\])/).map((piece, place) =>
      place % 2 ? element("span", { class: "mask" }, piece) : piece);
  }

  function bar(share) {
    const fill = element("i");
    fill.style.width = `${Math.round(share * 100)}%`;
    return element("span", { class: "bar", "aria-hidden": "true" }, fill);
  }

  function heading(pattern) {
    const conflict = pattern.conflicts.length ? element("span", { class: "conflict" }, "conflict") : null;
    return element("summary", {},
      element("div", {}, element("h3", {}, ...masked(pattern.situation), conflict && " ", conflict), reply(pattern.wordings[0].segments)),
      element("span", { class: "fact" }, element("b", {}, count(pattern.conversations)),
        pattern.conversations === 1 ? "conversation" : "conversations"),
      element("span", { class: "fact" },
        element("b", {}, pattern.confidence === null ? "–" : `${Math.round(pattern.confidence * 100)} %`),
        "confidence", bar(pattern.confidence ?? 0)),
      element("span", { class: "fact" }, element("span", { class: "category" }, words(pattern.category)),
        element("span", { class: `status ${pattern.status}` }, pattern.status)));
  }

  function block(title, ...content) {
    return element("div", {}, element("h4", {}, title), ...content.filter((part) => part !== null));
  }

  function copyButton(pattern) {
    if (!navigator.clipboard) return null;
    const button = element("button", { type: "button" }, "Copy the template");
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(pattern.template);
      button.textContent = "Copied";
    });
    return button;
  }

  function wordings(pattern) {
    const others = pattern.wordings.slice(1);
    if (!others.length) return null;
    const items = others.map((wording) => element("li", {}, reply(wording.segments, "span"),
      element("span", { class: "n" }, wording.count ? `${count(wording.count)} ×` : "")));
    return block("Other wordings", element("ul", { class: "wordings" }, ...items));
  }

  function examples(pattern) {
    if (!pattern.examples.length) return null;
    return block("What customers said",
      element("ul", { class: "said" }, ...pattern.examples.map((text) => element("li", {}, ...masked(text)))));
  }

  function table(headers, rows) {
    return element("table", {},
      element("thead", {}, element("tr", {}, ...headers.map((text) => element("th", { scope: "col" }, text)))),
      element("tbody", {}, ...rows.map((cells) =>
        element("tr", {}, ...cells.map((cell) => element("td", {}, cell))))));
  }

  function variables(pattern) {
    if (!pattern.variables.length) return null;
    return block("Variables", table(["Name", "Type", "Meaning"], pattern.variables.map((variable) =>
      [element("span", { class: "variable" }, variable.name), words(variable.type || ""), variable.description || ""])));
  }

  // "12 → 13": the customer's rows, then the operator's; a row of another file carries that file's name.
  function rows(found, file) {
    return found.map(([other, row]) => (other === file ? count(row) : `${library.files[other]} ${count(row)}`)).join(", ");
  }

  function evidence(pattern) {
    if (!pattern.evidence.length) return null;
    const byFile = new Map();
    for (const item of pattern.evidence) {
      const file = (item.replied[0] || item.said[0])[0];
      byFile.set(file, [...(byFile.get(file) || []), item]);
    }
    const content = [...byFile].flatMap(([file, items]) => [
      element("p", { class: "from" }, library.files[file]),
      element("ul", { class: "rows" }, ...items.map((item) =>
        element("li", {}, item.said.length ? `${rows(item.said, file)} → ` : "", element("b", {}, rows(item.replied, file))))),
    ]);
    const rest = pattern.more
      ? element("p", { class: "after" }, `and ${plural(pattern.more, "more conversation")}: `,
        element("code", {}, `pls trace ${pattern.id}`))
      : null;
    return block("Where it was said: row of the customer → row of the reply", ...content, rest);
  }

  function conflicts(pattern) {
    if (!pattern.conflicts.length) return null;
    const items = pattern.conflicts.map((id) => element("li", {},
      byId.has(id) ? element("a", { href: `#${id}` }, ...masked(byId.get(id).situation)) : id,
      byId.has(id) ? reply(byId.get(id).wordings[0].segments) : null));
    return block("Answers the same question otherwise", element("ul", { class: "wordings conflicts" }, ...items));
  }

  // Who decided what; for a pattern without a decision, the command that decides.
  function review(pattern) {
    const items = pattern.review.map((decision) => element("li", {},
      element("span", {}, element("b", {}, decision.action), ` by ${decision.who}: ${decision.why}`),
      element("span", { class: "n" }, decision.day)));
    const written = pattern.edited.length
      ? element("p", { class: "after" }, `Written by a reviewer: ${pattern.edited.map(words).join(", ")}`) : null;
    const how = pattern.status === "proposed"
      ? element("p", { class: "after" }, "To decide: ", element("code", {}, `pls review approve ${pattern.id}`)) : null;
    return block("Review", items.length ? element("ul", { class: "wordings" }, ...items) : null, written, how);
  }

  function record(pattern) {
    const pairs = [["Id", element("span", { class: "id" }, pattern.id)], ["Version", String(pattern.version)],
      ["Imports", count(pattern.imports)], ...outcomes(pattern), ["First reply", pattern.first || "–"], ["Latest reply", pattern.last || "–"]];
    return block("Record", element("dl", { class: "facts" },
      ...pairs.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)])));
  }

  function outcomes(pattern) {
    const [operators, satisfied, returned] = pattern.outcomes;
    if (operators === null) return [];
    return [["Senders", count(operators)], ["Customer content after it", count(satisfied)],
      ["Customer came back", count(returned)]];
  }

  function details(pattern) {
    const said = pattern.wordings[0].count && pattern.wordings.length > 1
      ? element("p", { class: "after" }, `sent ${plural(pattern.wordings[0].count, "time")} in this wording`) : null;
    return element("div", { class: "body" },
      element("div", {},
        block("Reply", reply(pattern.wordings[0].segments, "p", "reply bubble"), copyButton(pattern), said),
        wordings(pattern), examples(pattern), conflicts(pattern)),
      element("div", {}, review(pattern), variables(pattern), evidence(pattern), record(pattern)));
  }

  function item(pattern) {
    const box = element("details", {}, heading(pattern));
    box.addEventListener("toggle", () => {
      if (box.open && box.children.length === 1) box.append(details(pattern));
    });
    return element("li", { id: pattern.id }, box);
  }

  function textOf(pattern) {
    pattern.text ??= plain([pattern.id, pattern.situation, pattern.category, ...pattern.examples,
      ...pattern.wordings.flatMap((wording) => wording.segments.map((piece) => piece.name || piece))].join("\n"));
    return pattern.text;
  }

  const orders = {
    conversations: () => 0, // the block is in this order
    confidence: (left, right) => (right.confidence ?? -1) - (left.confidence ?? -1),
    last: (left, right) => (right.last || "").localeCompare(left.last || ""),
    conflicts: (left, right) => right.conflicts.length - left.conflicts.length,
  };

  function showMore(number = BATCH) {
    list.append(...matches.slice(rendered, rendered + number).map(item));
    rendered = Math.min(rendered + number, matches.length);
    const left = matches.length - rendered;
    find("more").hidden = !left;
    find("more").textContent = `Show ${count(Math.min(BATCH, left))} more`;
    find("shown").textContent = left
      ? `${count(rendered)} of ${plural(matches.length, "pattern")} shown`
      : plural(matches.length, "pattern");
  }

  function filter() {
    const wanted = plain(controls.search.value).split(/\s+/).filter(Boolean);
    matches = library.patterns.filter((pattern) =>
      (!controls.category.value || pattern.category === controls.category.value) &&
      (!controls.status.value || pattern.status === controls.status.value) &&
      wanted.every((word) => textOf(pattern).includes(word)));
    matches.sort(orders[controls.order.value]);
    list.replaceChildren();
    rendered = 0;
    find("none").hidden = matches.length > 0;
    showMore();
  }

  function clear() {
    controls.search.value = controls.category.value = controls.status.value = "";
    filter();
  }

  function openLinked() {
    const id = decodeURIComponent(location.hash.slice(1));
    if (id.startsWith("status=")) {
      clear();
      controls.status.value = id.slice("status=".length);
      filter();
      find("library").scrollIntoView();
      return;
    }
    if (!byId.has(id)) return;
    if (!matches.includes(byId.get(id))) clear();
    while (!find(id)) showMore();
    const box = find(id).firstElementChild;
    box.open = true;
    box.firstElementChild.focus();
    find(id).scrollIntoView();
  }

  find("search").form.addEventListener("submit", (event) => event.preventDefault());
  controls.search.addEventListener("input", filter);
  for (const name of ["category", "status", "order"]) controls[name].addEventListener("change", filter);
  find("clear").addEventListener("click", () => { clear(); controls.search.focus(); });
  find("more").addEventListener("click", () => {
    const next = rendered;
    showMore();
    list.children[next].querySelector("summary").focus();
  });
  window.addEventListener("hashchange", openLinked);
  window.addEventListener("beforeprint", () => {
    showMore(matches.length);
    if (matches.length > OPENED_FOR_PRINT) return;
    for (const box of list.querySelectorAll("details:not([open])")) {
      if (box.children.length === 1) box.append(details(byId.get(box.parentElement.id)));
      box.open = true;
    }
  });
  filter();
  openLinked();
})();

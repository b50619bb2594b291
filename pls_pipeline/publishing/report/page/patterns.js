"use strict";
// The list of patterns: search, filters, order, parts of 50. Text is set as text, never as markup.
// Reads the JSON block: {patterns}; a pattern has id, status, category, situation, wordings, examples, conversations,
// confidence, last, conflicts. Where there is a filter by import, also {imports}, keys, and a pattern's files, places
// in these.
const library = JSON.parse(document.getElementById("library-data").textContent);
const byId = new Map(library.patterns.map((pattern) => [pattern.id, pattern]));
const find = (id) => document.getElementById(id);
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

// What stands in the row of a pattern; `href`: its page, where it has one.
function heading(pattern, href = null) {
  const conflict = pattern.conflicts.length ? element("span", { class: "conflict" }, "conflict") : null;
  const title = masked(pattern.situation);
  return [
    element("div", {},
      element("h3", {}, ...(href ? [element("a", { href }, ...title)] : title), conflict && " ", conflict),
      reply(pattern.wordings[0].segments)),
    element("span", { class: "fact" }, element("b", {}, count(pattern.conversations)),
      pattern.conversations === 1 ? "conversation" : "conversations"),
    element("span", { class: "fact" },
      element("b", {}, pattern.confidence === null ? "–" : `${Math.round(pattern.confidence * 100)} %`),
      "confidence", bar(pattern.confidence ?? 0)),
    element("span", { class: "fact" }, element("span", { class: "category" }, words(pattern.category)),
      element("span", { class: `status ${pattern.status}` }, pattern.status)),
  ];
}

// Wires the controls to the list. `item(pattern)` makes its row, `focusable` selects what has the focus in one.
function listPatterns(item, focusable) {
  const BATCH = 50;
  const list = find("patterns");
  const filters = ["search", "category", "status", "import"].filter((name) => find(name));
  const value = (name) => (find(name) ? find(name).value : "");
  let matches = [];
  let rendered = 0;

  function textOf(pattern) {
    pattern.text ??= plain([pattern.id, pattern.situation, pattern.category, ...pattern.examples, ...(pattern.former || []),
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
    const wanted = plain(value("search")).split(/\s+/).filter(Boolean);
    const [category, status, source] = ["category", "status", "import"].map(value);
    const place = source ? library.imports.indexOf(source) : -1;
    matches = library.patterns.filter((pattern) =>
      (!category || pattern.category === category) && (!status || pattern.status === status) &&
      (!source || pattern.files.includes(place)) &&
      wanted.every((word) => textOf(pattern).includes(word)));
    matches.sort(orders[value("order")]);
    list.replaceChildren();
    rendered = 0;
    find("none").hidden = matches.length > 0;
    showMore();
  }

  function clear() {
    for (const name of filters) find(name).value = "";
    filter();
  }

  // #status=proposed&category=hours sets the filters.
  function readAddress() {
    const wanted = new URLSearchParams(location.hash.slice(1));
    if (!filters.some((name) => wanted.has(name))) return false;
    for (const name of filters) find(name).value = wanted.get(name) || "";
    filter();
    find("library").scrollIntoView();
    return true;
  }

  // Filters stay in the address, so that the browser's way back from a page leads to the same list.
  function writeAddress() {
    const set = new URLSearchParams(filters.map((name) => [name, value(name)]).filter(([, wanted]) => wanted));
    history.replaceState(null, "", `#${String(set) || "library"}`);
  }

  function changed() {
    filter();
    writeAddress();
  }

  find("search").form.addEventListener("submit", (event) => event.preventDefault());
  find("search").addEventListener("input", changed);
  for (const name of [...filters.slice(1), "order"]) find(name).addEventListener("change", changed);
  find("clear").addEventListener("click", () => { clear(); writeAddress(); find("search").focus(); });
  find("more").addEventListener("click", () => {
    const next = rendered;
    showMore();
    list.children[next].querySelector(focusable).focus();
  });
  filter();
  return { clear, readAddress, showMore, matches: () => matches, list };
}

// The library in one file: a row opens to all that is said of its pattern.
const OPENED_FOR_PRINT = 60;

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
  const box = element("details", {}, element("summary", {}, ...heading(pattern)));
  box.addEventListener("toggle", () => {
    if (box.open && box.children.length === 1) box.append(details(pattern));
  });
  return element("li", { id: pattern.id }, box);
}

const patterns = listPatterns(item, "summary");

function openLinked() {
  const id = decodeURIComponent(location.hash.slice(1));
  if (patterns.readAddress() || !byId.has(id)) return;
  if (!patterns.matches().includes(byId.get(id))) patterns.clear();
  while (!find(id)) patterns.showMore();
  const box = find(id).firstElementChild;
  box.open = true;
  box.firstElementChild.focus();
  find(id).scrollIntoView();
}

window.addEventListener("hashchange", openLinked);
window.addEventListener("beforeprint", () => {
  patterns.showMore(patterns.matches().length);
  if (patterns.matches().length > OPENED_FOR_PRINT) return;
  for (const box of patterns.list.querySelectorAll("details:not([open])")) {
    if (box.children.length === 1) box.append(details(byId.get(box.parentElement.id)));
    box.open = true;
  }
});
openLinked();

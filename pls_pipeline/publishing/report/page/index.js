// The index: each row leads to its pattern's page.
const patterns = listPatterns(
  (pattern) => element("li", { class: "row" }, ...heading(pattern, `patterns/${pattern.id}.html`)), "a");
window.addEventListener("hashchange", patterns.readAddress);
window.addEventListener("beforeprint", () => patterns.showMore(patterns.matches().length));
patterns.readAddress();

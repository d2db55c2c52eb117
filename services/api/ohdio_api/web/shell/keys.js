// Keys that are not for a field.

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") for (const menu of document.querySelectorAll("details.menu[open]")) { menu.open = false; menu.querySelector("summary").focus(); }
  const isWriting = event.target.closest("input, textarea, select, [contenteditable]");
  if (isWriting || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/") { event.preventDefault(); document.querySelector("#q")?.focus(); }
  if (event.key === "a") { event.preventDefault(); document.querySelector("#url")?.focus(); }
});

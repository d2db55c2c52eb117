// Forms that are applied as one types, and when a choice is made; what was asked before is not waited for.

const wait = 300; // milliseconds after the last key

let typing = 0;

function apply(form, later) {
  clearTimeout(typing);
  // What it stands in may have been read anew meanwhile, with what is typed in it.
  const again = () => document.querySelector(`[data-as-typed][action="${form.getAttribute("action")}"]`);
  typing = setTimeout(() => (form.isConnected ? form : again())?.requestSubmit(), later);
}

const isText = (field) => field.matches("[type=text], [type=search]");

document.addEventListener("input", ({ target }) => {
  const form = target.closest?.("[data-as-typed]");
  if (form && isText(target)) apply(form, wait);
});
document.addEventListener("change", ({ target }) => {
  const form = target.closest?.("[data-as-typed]");
  if (form && !isText(target)) apply(form, 0);
});

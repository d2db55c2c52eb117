// What stays as it is while parts of a page are read anew: what somebody types, and where the rows are that they point at.

import { isTicked, keyOf, replace } from "./row.js";

const held = ":hover, :focus-within";
const fields = "input:not([type=hidden]), select, textarea";

/** Put a part of a page in the place of what it was. */
export function exchangePart(old, now) {
  if (!old || !now || old.innerHTML === now.innerHTML) return;
  keepTyped(old, now);
  keepPlaces(old, now);
  replace(old, now);
}

const nameOf = (details) => details.firstElementChild.textContent;

function isTouched(field) {
  if (isTicked(field)) return field.checked !== field.defaultChecked;
  return field.options ? [...field.options].some((each) => each.selected !== each.defaultSelected) : field.value !== field.defaultValue;
}

// What is typed or chosen, and not sent yet; and what somebody has opened.
function keepTyped(old, now) {
  const open = new Set([...old.querySelectorAll("details[open]")].map(nameOf));
  for (const details of now.querySelectorAll("details")) details.open ||= open.has(nameOf(details));
  const known = new Map([...now.querySelectorAll(fields)].map((field) => [keyOf(field), field]));
  for (const field of old.querySelectorAll(fields)) {
    const same = isTouched(field) && known.get(keyOf(field));
    if (!same) continue;
    if (isTicked(field)) same.checked = field.checked;
    else same.value = field.value;
    same.form?.querySelector("[data-unsaved]")?.removeAttribute("hidden");
  }
}

/** Say of each field that has something unsaved that it is, where there is something to say so. */
export function showUnsaved() {
  for (const hint of document.querySelectorAll("[data-unsaved]")) hint.hidden = ![...hint.closest("form").querySelectorAll(fields)].some(isTouched);
}
document.addEventListener("input", showUnsaved);

/** Empty a form that was sent, unless something was typed or pasted meanwhile. */
export function emptySent(form, sent) {
  if (!sent || form?.getAttribute("method") !== "post") return;
  const isSame = (field) => !field.name || (isTicked(field) && !field.checked) || sent.getAll(field.name).includes(field.value);
  if ([...form.querySelectorAll(fields)].every(isSame)) HTMLFormElement.prototype.reset.call(form); // a button may be called reset
}

// While somebody points at a list that holds still, its rows stay where they are, whatever becomes of them.
function keepPlaces(old, now) {
  const list = now.querySelector("[data-still]");
  if (!list || !old.matches(held)) return;
  list.prepend(...[...old.querySelectorAll("[data-still] > *")].map((row) => now.querySelector(`#${row.id}`) ?? Object.assign(row.cloneNode(true), { inert: true })));
}

/** Call this with rows that are no more, once nobody points at their list any more. */
export function onceLeft(act) {
  const look = () => {
    const left = [...document.querySelectorAll(".row.gone, [data-still] > [inert]")].filter((row) => !row.parentElement.matches(held));
    if (left.length) act(left);
  };
  // Where the pointer is then, is known only after the event.
  for (const name of ["pointerover", "focusin"]) document.addEventListener(name, () => setTimeout(look));
  document.documentElement.addEventListener("pointerleave", () => setTimeout(look));
}

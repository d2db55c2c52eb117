// A bookmark that brings the link of whatever page it is pressed on here.

const target = `${location.origin}${document.body.dataset.root}/add?url=`;

export function showBookmarklet() {
  const place = document.querySelector("[data-bookmarklet][hidden]");
  if (!place) return;
  const link = place.querySelector("a");
  link.href = `javascript:location.href=${JSON.stringify(target)}+encodeURIComponent(location.href)`;
  link.onclick = (event) => event.preventDefault(); // it is to be dragged; here it would add this page
  place.hidden = false;
}

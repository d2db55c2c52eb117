// What is wrong with the boxes of a page, a line each: text that is cut, leaves its button or the window, or lies over other text
// or a control. Names from elsewhere may end in an ellipsis.
() => {
    const wrong = new Set();
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth) wrong.add(`the page is ${scrollWidth} wide, its window ${clientWidth}`);

    const styles = new Map();
    const style = (element) => styles.get(element) ?? styles.set(element, getComputedStyle(element)).get(element);
    const isWithin = (element, is) => {
        for (let each = element; each && each !== document.body; each = each.parentElement) if (is(each)) return true;
        return false;
    };
    const isSeen = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true })
        && !isWithin(element, (each) => style(each).clipPath !== "none" || each.matches(".skip, dialog"));
    // What stays in its place lies over what is scrolled.
    const layer = (element) => isWithin(element, (each) => style(each).position === "fixed");
    const clips = (element) => style(element).display !== "inline" && `${style(element).overflowX}${style(element).overflowY}` !== "visiblevisible";
    const isOut = (rect, box) => rect.right > box.right + 1 || rect.left < box.left - 1 || rect.bottom > box.bottom + 3 || rect.top < box.top - 3;
    const meet = (one, other) => Math.min(one.right, other.right) - Math.max(one.left, other.left) > 3 && Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > 5;
    const told = (text) => text.trim().replace(/\s+/g, " ").slice(0, 60);

    const lines = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const { data, parentElement: element } = walker.currentNode;
        if (!data.trim() || element.closest("script, style, option, svg") || !isSeen(element)) continue;
        const range = document.createRange();
        range.selectNodeContents(walker.currentNode);
        for (const { left, right, top, bottom } of range.getClientRects())
            if (right - left > 1 && bottom - top > 1) lines.push({ element, text: told(data), rect: { left, right, top, bottom } });
    }

    for (const { element, text, rect } of lines) {
        const isName = element.closest("bdi, .title, .name, code");
        const box = (() => { for (let each = element; each && each !== document.body; each = each.parentElement) if (clips(each)) return each; })();
        const scrolls = box && ["auto", "scroll"].includes(style(box).overflowX);
        if (box && isOut(rect, box.getBoundingClientRect()) && !scrolls) {
            if (!isName) wrong.add(`cut: ${text}`);
            const seen = box.getBoundingClientRect();
            for (const side of ["left", "top"]) rect[side] = Math.max(rect[side], seen[side]);
            for (const side of ["right", "bottom"]) rect[side] = Math.min(rect[side], seen[side]);
        }
        if (!scrolls && (rect.left < -1 || rect.right > clientWidth + 1)) wrong.add(`beyond the window: ${text}`);
        const pressed = element.closest(".button, button, nav a")?.getBoundingClientRect();
        if (pressed && isOut(rect, pressed)) wrong.add(`out of what is pressed: ${text}`);
    }

    const controls = [...document.querySelectorAll("button, .button, input:not([type=hidden]), select, textarea")].filter(isSeen)
        .map((element) => ({ element, rect: element.getBoundingClientRect(), text: `${element.localName} ${element.title || element.name || told(element.textContent)}` }));
    const all = [...lines, ...controls];
    for (const [index, one] of lines.entries()) {
        for (const other of all.slice(index + 1)) {
            if (!meet(one.rect, other.rect) || layer(one.element) !== layer(other.element)) continue;
            if (one.element.contains(other.element) || other.element.contains(one.element) || one.element.closest("label")?.contains(other.element)) continue;
            wrong.add(`one over the other: ${one.text} | ${other.text}`);
        }
    }
    return [...wrong];
}

// Elements. Texts go in as text, never as markup: names of hosts and plans come
// from elsewhere.

function append(node, child) {
  if (child === null || child === undefined || child === false) return;
  if (Array.isArray(child)) child.forEach((one) => append(node, one));
  else node.append(child);
}

// el("button.plain", { onclick }, "text", other): a tag with classes, its
// attributes, properties that begin with "on", and children.
export function el(name, attributes = {}, ...children) {
  const [tag, ...classes] = name.split(".");
  const node = document.createElement(tag);
  if (classes.length > 0) node.className = classes.join(" ");
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) node[key] = value;
    else if (value === true) node.setAttribute(key, "");
    else if (value !== false && value !== null) node.setAttribute(key, value);
  }
  append(node, children);
  return node;
}

export function replace(node, ...children) {
  node.replaceChildren();
  append(node, children);
}

export function byId(id) {
  return document.getElementById(id);
}

// A group's letters; the first has another look, so that rows can be scanned.
export function badge(letters) {
  return el("span.badge", {}, letters);
}

// A value of the style sheet, such as "--accent".
export function styleValue(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

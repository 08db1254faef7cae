// Builds the page. Text is only ever set as text: names of nodes come from strangers.

const SVG = 'http://www.w3.org/2000/svg';

function fill(element, props, children) {
  for (const [key, value] of Object.entries(props ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else if (key === 'value' || key === 'checked' || key === 'disabled') element[key] = value;
    else element.setAttribute(key, value === true ? '' : value);
  }
  append(element, children);
  return element;
}

function append(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === undefined || child === null || child === false) continue;
    element.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

/** An element of HTML: h('a', {href: '#/'}, 'Map'). */
export const h = (name, props, ...children) => fill(document.createElement(name), props, children);

/** An element of SVG. */
export const s = (name, props, ...children) =>
  fill(document.createElementNS(SVG, name), props, children);

/** Puts these in place of all that an element holds; keeps the focus by id. */
export function show(element, ...children) {
  const focused = document.activeElement?.id;
  element.replaceChildren();
  append(element, children);
  if (focused && document.activeElement === document.body) {
    document.getElementById(focused)?.focus({preventScroll: true});
  }
}

/** A state, told by a shape and by its word. */
export function state(word, alarming = word !== 'up') {
  const shapes = {
    up: '●', orphaned: '◐', left: '○', quarantined: '⊘', conflict: '◆', joined: '●',
    waiting: '◌', broken: '⊘', open: '●', slow: '◒', stall: '✂', reset: '✂',
  };
  return h('span', {class: 'state' + (alarming ? ' alarm' : '')},
    h('span', {class: 'glyph', 'aria-hidden': 'true'}, shapes[word] ?? '·'), word);
}

export const nodeLink = (node) => h('a', {href: '#/node/' + encodeURIComponent(node)}, node);

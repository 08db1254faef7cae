// A table of any length: only the rows that can be seen are there, between two spacers. As it
// scrolls by a few, those that leave at an end are used again at the other, and the rest stays.

import {h} from '/dom.js';

const HEIGHT = 26;
const BEYOND = 6;

/**
 * @param head the header row
 * @param columns how many
 * @param make makes the cells of a row once
 * @param fill fills the cells of a row for an item
 */
export function rows({label, head, columns, make, fill}) {
  const spacer = () => h('tr', {class: 'spacer', 'aria-hidden': 'true'}, h('td', {colspan: columns}));
  const above = spacer();
  const below = spacer();
  const body = h('tbody', {}, above, below);
  const table = h('table', {'aria-label': label}, head, body);
  const element = h('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': label}, table);
  const pool = [];
  let items = [];
  let first = 0;
  let asked = false;

  function paint() {
    asked = false;
    const room = Math.ceil((element.clientHeight || 600) / HEIGHT) + 2 * BEYOND;
    const before = first;
    first = Math.max(0, Math.min(items.length - room,
      Math.floor(element.scrollTop / HEIGHT) - BEYOND));
    const last = Math.min(items.length, first + room);
    above.firstChild.style.height = `${first * HEIGHT}px`;
    below.firstChild.style.height = `${(items.length - last) * HEIGHT}px`;
    while (pool.length < last - first) {
      const cells = make();
      const row = h('tr', {}, cells);
      pool.push({row, cells});
      body.insertBefore(row, below);
    }
    // Moved further, most rows are others: to write them anew is less than to move them.
    if (Math.abs(first - before) < pool.length / 4) turn(first - before);
    pool.forEach(({row, cells}, i) => {
      const at = first + i;
      row.hidden = at >= last;
      if (at < last) {
        row.setAttribute('aria-rowindex', String(at + 2));
        fill(cells, items[at]);
      }
    });
  }

  /** Takes so many rows from above to below, or from below to above. */
  function turn(count) {
    for (let i = 0; i < count; i++) {
      pool.push(pool.shift());
      body.insertBefore(pool.at(-1).row, below);
    }
    for (let i = 0; i > count; i--) {
      pool.unshift(pool.pop());
      body.insertBefore(pool[0].row, pool[1]?.row ?? below);
    }
  }

  function later() {
    if (!asked) {
      asked = true;
      requestAnimationFrame(paint);
    }
  }

  element.addEventListener('scroll', later, {passive: true});
  const sizes = new ResizeObserver(later);
  sizes.observe(element);
  return {
    element,
    show(list) {
      items = list;
      table.setAttribute('aria-rowcount', String(list.length + 1));
      later();
    },
    close: () => sizes.disconnect(),
  };
}

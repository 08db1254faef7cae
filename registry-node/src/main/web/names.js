// The names that the mesh answers.

import {h, show, state} from '/dom.js';
import {address, age, count, plural} from '/format.js';
import {hostOf, mesh} from '/mesh.js';
import {rows} from '/rows.js';

const peerHost = (id) => {
  const peer = mesh.peers.find((it) => it.id === id);
  return peer ? hostOf(peer) : id ? id.slice(0, 8) : '';
};

const COLUMNS = [
  {key: 'node', title: 'Node', look: 'node clip', of: (n) => n.node},
  {key: 'address', title: 'Address', look: 'mono clip', of: (n) => address(n.address, n.port)},
  {key: 'source', title: 'Source', of: (n) => n.source},
  {key: 'state', title: 'State', of: (n) => (n.conflicting ? 'conflict' : n.state)},
  {key: 'peer', title: 'Host', look: 'clip', of: (n) => peerHost(n.peer)},
  {key: 'type', title: 'Type', of: (n) => n.type},
  {key: 'since', title: 'Age', of: (n) => n.since},
];

const FILTERS = [
  ['', 'all'], ['state:orphaned', '◐ orphaned'], ['conflict', '◆ conflicts'],
  ['source:live', 'live'], ['source:adopted', 'adopted'], ['source:mapping', 'mappings'],
];

let sort = {key: 'node', down: false};

export function namesView(argument, {search}) {
  const wanted = h('select', {'aria-label': 'Which names', onchange: rebuild},
    FILTERS.map(([value, text]) => h('option', {value}, text)));
  const total = h('span', {class: 'soft', role: 'status'});
  const empty = h('p', {class: 'empty'});
  const copied = h('button', {onclick: copy}, 'Copy');
  const heads = COLUMNS.map((column) => h('th', {scope: 'col'},
    h('button', {onclick: () => sortBy(column.key)}, column.title)));
  const table = rows({
    label: 'Names', columns: COLUMNS.length, head: h('thead', {}, h('tr', {}, heads)),
    make: () => COLUMNS.map((column) =>
      h('td', {class: column.look}, column.key === 'node' && h('a', {}))),
    fill,
  });
  const element = [
    h('div', {class: 'bar'}, h('h1', {}, 'Names'), wanted, total,
      h('span', {class: 'push'}, copied,
        h('button', {onclick: () => save('csv')}, 'CSV'),
        h('button', {onclick: () => save('json')}, 'JSON'))),
    h('div', {class: 'scroll'}),
  ];
  element[1] = table.element;
  let shown = [];
  let dirty = null;

  function fill(cells, node) {
    COLUMNS.forEach((column, i) => {
      const cell = cells[i];
      const value = column.of(node);
      if (column.key === 'node') {
        const link = cell.firstChild;
        if (link.textContent !== value) {
          link.textContent = value;
          link.href = '#/node/' + encodeURIComponent(value);
          cell.title = value;
        }
      } else if (column.key === 'state') {
        if (cell.dataset.state !== value) {
          cell.dataset.state = value;
          show(cell, state(value));
        }
      } else {
        const text = column.key === 'since'
          ? (Date.parse(value) > 0 ? age(value) : '–') : value || '–';
        if (cell.textContent !== text) cell.textContent = text;
        if (column.key === 'since') cell.title = value;
      }
    });
  }

  function rebuild() {
    clearTimeout(dirty);
    dirty = null;
    const text = search.value.trim().toLowerCase();
    const filter = wanted.value;
    shown = inLastOrder().filter((node) => matches(node, text, filter));
    const column = COLUMNS.find((it) => it.key === sort.key);
    const keyed = shown.map((node) => [column.of(node), node]);
    keyed.sort(([a, x], [b, y]) =>
      (a < b ? -1 : a > b ? 1 : x.node < y.node ? -1 : 1) * (sort.down ? -1 : 1));
    shown = keyed.map(([, node]) => node);
    COLUMNS.forEach((it, i) => {
      if (it.key === sort.key) heads[i].setAttribute('aria-sort', sort.down ? 'descending' : 'ascending');
      else heads[i].removeAttribute('aria-sort');
      heads[i].firstChild.textContent = it.title
        + (it.key === sort.key ? (sort.down ? ' ↓' : ' ↑') : '');
    });
    const all = mesh.names.size;
    total.textContent = shown.length === all ? plural(all, 'name')
      : `${count(shown.length)} of ${plural(all, 'name')}`;
    table.show(shown);
    if (shown.length) empty.remove();
    else {
      empty.textContent = !mesh.namesKnown ? 'Asking the peer…'
        : all ? `No name matches${text ? ` “${text}”` : ' this'}.`
          : 'No node is registered yet. Start one beside this peer: erl -sname a';
      table.element.append(empty);
    }
  }

  /** All names, those that were shown in their order and the others behind: little is to be sorted. */
  function inLastOrder() {
    const seen = new Set();
    const nodes = [];
    for (const {node} of shown) {
      const now = mesh.names.get(node);
      if (now) {
        seen.add(node);
        nodes.push(now);
      }
    }
    if (seen.size < mesh.names.size) {
      for (const [name, node] of mesh.names) if (!seen.has(name)) nodes.push(node);
    }
    return nodes;
  }

  function matches(node, text, filter) {
    if (filter === 'conflict' && !node.conflicting) return false;
    if (filter.startsWith('state:') && node.state !== filter.slice(6)) return false;
    if (filter.startsWith('source:') && node.source !== filter.slice(7)) return false;
    return !text || node.node.toLowerCase().includes(text)
      || address(node.address, node.port).includes(text);
  }

  function sortBy(key) {
    sort = {key, down: sort.key === key ? !sort.down : false};
    rebuild();
  }

  async function copy() {
    const text = shown.map((node) => node.node).join('\n');
    try {
      await navigator.clipboard.writeText(text);
      copied.textContent = `Copied ${count(shown.length)}`;
    } catch {
      copied.textContent = 'Not allowed here';
    }
    setTimeout(() => { copied.textContent = 'Copy'; }, 2000);
  }

  function save(kind) {
    const text = kind === 'json' ? JSON.stringify({names: shown}, null, 1) : csv(shown);
    const link = h('a', {
      download: 'names.' + kind,
      href: URL.createObjectURL(new Blob([text], {type: kind === 'json' ? 'application/json' : 'text/csv'})),
    });
    link.click();
    URL.revokeObjectURL(link.href);
  }

  return {
    element,
    full: true,
    search: rebuild,
    go: () => true,
    update(parts) {
      if (parts.has('all')) rebuild();
      else if (parts.has('names') || parts.has('peers')) dirty ??= setTimeout(rebuild, 200);
    },
    close() {
      clearTimeout(dirty);
      table.close();
    },
  };
}

const CSV = ['node', 'address', 'port', 'type', 'source', 'state', 'peer', 'creation', 'since',
  'hostIs', 'conflicting'];

/** A value that a spreadsheet would take for a formula is made text: names come from strangers. */
export function csv(nodes) {
  const cell = (value) => {
    const text = String(value ?? '');
    const safe = /^[=+\-@\t\r]/.test(text) ? "'" + text : text;
    return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return [CSV, ...nodes.map((node) => CSV.map((key) => node[key]))]
    .map((line) => line.map(cell).join(',')).join('\r\n') + '\r\n';
}

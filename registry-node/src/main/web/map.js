// The hosts, their nodes, and the cables between them; chosen ones make the two sides of an order.

import {h, s, show} from '/dom.js';
import {count, plural} from '/format.js';
import {cablesPanel} from '/cables.js';
import {BOX, LINE, MOST, path, place, tagPlace, ways} from '/layout.js';
import {hostOf, isCut, mesh} from '/mesh.js';

/** On a narrow screen there are two hosts beside each other, so that they can be read. */
const width = () => (matchMedia('(max-width: 600px)').matches ? 460 : 900);
const PAUSE_MILLIS = 250;

export function mapView() {
  /** 'A' or 'B' by what is chosen: a host, or a full name. */
  const sides = new Map();
  const drawing = h('div', {});
  const panel = cablesPanel(sides, choose);
  const element = h('div', {class: 'columns'},
    h('section', {'aria-label': 'Map'}, drawing), panel.element);
  let last = '';
  let later = null;

  function choose(what) {
    if (what !== null) {
      const next = {undefined: 'A', A: 'B', B: null}[sides.get(what)];
      if (next) sides.set(what, next);
      else sides.delete(what);
    }
    update(new Set(['all']));
  }

  function update(parts) {
    panel.update(parts);
    // Names may come by the thousand.
    if (parts.has('names')) later ??= setTimeout(() => redraw(), PAUSE_MILLIS);
    if (['all', 'peers', 'cables'].some((part) => parts.has(part))) redraw(parts.has('all'));
  }

  function redraw(always = false) {
    clearTimeout(later);
    later = null;
    const hosts = hostsOf();
    const links = linksOf(hosts);
    const text = JSON.stringify([width(), hosts.map((host) => [{...host, nodes: host.nodes.slice(0, MOST)},
      host.nodes.length]), links, [...sides]]);
    if (text === last && !always) return;
    last = text;
    show(drawing, hosts.length ? draw(hosts, links, sides, choose)
      : h('p', {class: 'empty'}, 'Asking the peer…'));
  }

  function close() {
    clearTimeout(later);
    panel.close();
  }

  return {element, update, close};
}

/** The hosts of the mesh with their nodes, and hosts that only mappings know. */
function hostsOf() {
  const hosts = mesh.peers.filter((peer) => peer.state !== 'left').map((peer) => ({
    name: hostOf(peer), names: peer.hosts, id: peer.id, state: peer.state, self: peer.self, nodes: [],
  }));
  const byId = new Map(hosts.map((host) => [host.id, host]));
  const byName = new Map(hosts.flatMap((host) => host.names.map((name) => [name, host])));
  for (const node of mesh.names.values()) {
    let host = byId.get(node.peer) ?? byName.get(node.host);
    if (!host) {
      host = {name: node.host, names: [node.host], state: 'elsewhere', nodes: []};
      hosts.push(host);
      byName.set(node.host, host);
    }
    host.nodes.push({node: node.node, name: node.name, host: node.host, state: node.state,
      source: node.source, conflict: node.conflicting});
  }
  hosts.forEach((host) => host.nodes.sort((a, b) => (a.node < b.node ? -1 : 1)));
  hosts.sort((a, b) => (a.state === 'elsewhere') - (b.state === 'elsewhere') || (a.name < b.name ? -1 : 1));
  return hosts;
}

/** Cables and cuts, added up by pairs of hosts. */
function linksOf(hosts) {
  const byNode = new Map(hosts.flatMap((host) => host.nodes.map((node) => [node.node, host.name])));
  const byName = new Map(hosts.flatMap((host) => host.names.map((name) => [name, host.name])));
  const hostOfNode = (pattern) =>
    byNode.get(pattern) ?? byName.get(pattern.slice(pattern.lastIndexOf('@') + 1));
  const links = new Map();
  const link = (a, b) => {
    const [low, high] = [a, b].sort();
    const key = low + ' ' + high;
    if (!links.has(key)) links.set(key, {low, high, cables: new Set(), cut: new Set(), slow: new Set()});
    return links.get(key);
  };
  mesh.cables.cables.forEach((cable) => {
    const [a, b] = [hostOfNode(cable.source), hostOfNode(cable.target)];
    if (!a || !b) return;
    const one = link(a, b);
    const pair = [cable.source, cable.target].sort().join(' ');
    one.cables.add(pair); // one between two hosts is in both relays
    if (isCut(cable.toTarget) || isCut(cable.toSource)) one.cut.add(pair);
    else if (cable.toTarget.effect === 'slow' || cable.toSource.effect === 'slow') one.slow.add(pair);
  });
  mesh.cables.cuts.forEach((cut) => {
    const [a, b] = [hostOfNode(cut.low), hostOfNode(cut.high)];
    if (!a || !b) return;
    const ordered = link(a, b);
    if (isCut(cut.lowToHigh) || isCut(cut.highToLow)) ordered.ordered = 'cut';
    else ordered.ordered ??= 'slow';
  });
  return [...links.values()].map(({low, high, cables, cut, slow, ordered}) => ({
    low, high, cables: cables.size, cut: cut.size, slow: slow.size, ordered: ordered ?? '',
  }));
}

function draw(hosts, links, sides, choose) {
  const byName = new Map(hosts.map((host) => [host.name, host]));
  const between = links.filter((it) => it.low !== it.high).map((it) => ({...it, ...look(it)}))
    .sort((a, b) => (a.kind === '') - (b.kind === ''));
  const pairs = between.map((it) => [byName.get(it.low), byName.get(it.high)]);
  const {rows, height} = place(hosts, pairs, width());
  const led = ways(pairs, rows);
  return s('svg', {class: 'map', viewBox: `0 0 ${width()} ${height}`, role: 'group',
    'aria-label': 'Hosts, nodes and cables. Choose hosts or nodes for side A, again for side B.'},
  between.map((it, i) => s('path', {class: `cable ${it.kind}`, d: path(led[i])}, title(it))),
  hosts.map((host) => box(host, links.find((it) => it.low === host.name && it.high === host.name),
    sides, choose)),
  tags(between, led));
}

/** What kind of a cable to draw, and what to say of it. */
function look({cables, cut, slow, ordered}) {
  if (cut || ordered === 'cut') return {kind: 'cut', words: `✂ cut${cables ? ` ${cut} of ${cables}` : ''}`};
  if (slow || ordered === 'slow') return {kind: 'slow', words: `◒ slowed${cables ? ` ${slow} of ${cables}` : ''}`};
  return {kind: '', words: plural(cables, 'cable')};
}

const title = ({low, high, words}) => s('title', {}, `${low} and ${high}: ${words}`);

/** What is cut or slowed is always said; how many cables there are, where there is room. */
function tags(links, led) {
  const taken = [];
  return links.map((it, i) => {
    const tag = tagPlace(led[i], it.words.length * 6.2 + 14, taken, it.kind !== '');
    if (!tag) return null;
    taken.push(tag);
    const {x, y, width} = tag;
    return s('g', {}, title(it),
      s('rect', {class: `tag ${it.kind}`, x: x - width / 2, y: y - 10, width, height: 20, rx: 10}),
      s('text', {class: `tagtext ${it.kind}`, x, y: y + 4, 'text-anchor': 'middle'}, it.words));
  });
}

function pick(what, label, sides, choose, props, children) {
  const side = sides.get(what);
  return s('g', {
    ...props, role: 'button', tabindex: '0', id: 'pick-' + what,
    class: `${props.class ?? ''} ${side ? 'picked' : ''}`,
    'aria-pressed': side ? 'true' : 'false', 'aria-label': label + (side ? `, side ${side}` : ''),
    onclick: (event) => {
      event.stopPropagation();
      choose(what);
    },
    onkeydown: (event) => {
      if (event.key === 'Enter' || event.key === ' ') {
        event.preventDefault();
        event.stopPropagation();
        choose(what);
      }
    },
  }, children);
}

const badge = (side, x, y) => side && [
  s('circle', {class: 'badge', cx: x, cy: y, r: 8}),
  s('text', {class: 'badgetext', x, y: y + 3.5, 'text-anchor': 'middle'}, side)];

function box(host, inside, sides, choose) {
  const note = host.state === 'up' ? (host.nodes.length ? plural(host.nodes.length, 'node') : 'no nodes')
    : host.state === 'elsewhere' ? 'no peer, mappings only' : `◐ ${host.state}`;
  const well = host.state === 'up' || host.state === 'elsewhere';
  const cables = inside ? `, ${plural(inside.cables, 'cable')} inside` : '';
  const shown = host.nodes.slice(0, MOST);
  return s('g', {class: 'host ' + host.state, transform: `translate(${host.x} ${host.y})`},
    s('rect', {class: 'box', width: BOX, height: host.height, rx: 4}),
    pick(host.name, `host ${host.name}, ${note}`, sides, choose, {}, [
      s('rect', {class: 'hit', x: 1, y: 1, width: BOX - 2, height: 38, rx: 3}),
      s('text', {class: 'title', x: 12, y: 17}, clip(host.name, 24)),
      s('text', {class: well ? 'note' : 'note alarm', x: 12, y: 32}, note + cables + (host.self ? ' · this peer' : '')),
      badge(sides.get(host.name), BOX - 16, 20),
    ]),
    shown.map((node, i) => pick(node.node, `node ${node.node}, ${node.state}`, sides, choose,
      {transform: `translate(0 ${42 + i * LINE})`}, [
        s('title', {}, `${node.node}: ${node.source}, ${node.conflict ? 'conflict' : node.state}`),
        s('rect', {class: 'hit', x: 1, y: -3, width: BOX - 2, height: LINE, rx: 2}),
        s('text', {class: node.conflict || node.state !== 'up' ? 'label alarm' : 'label', x: 12, y: 11},
          glyph(node)),
        s('text', {class: 'label', x: 28, y: 11},
          clip(host.names.includes(node.host) ? node.name : node.node, 24)),
        badge(sides.get(node.node), BOX - 16, 7),
      ])),
    host.nodes.length > MOST && s('text', {class: 'note', x: 28, y: 42 + MOST * LINE + 11},
      `and ${count(host.nodes.length - MOST)} more, see Names`));
}

const glyph = (node) => (node.conflict ? '◆' : node.state === 'orphaned' ? '◐'
  : node.source === 'mapping' ? '◇' : '●');

const clip = (text, most) => (text.length > most ? text.slice(0, most - 1) + '…' : text);

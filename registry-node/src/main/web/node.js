// One node: what is known of it, and what has happened to it.

import {h, nodeLink, show, state} from '/dom.js';
import {address, age} from '/format.js';
import {eventList} from '/events.js';
import {effectOf} from '/cables.js';
import {hostOf, mesh} from '/mesh.js';

export function nodeView(name) {
  const facts = h('section', {'aria-label': 'Node'});
  const rivals = h('section', {'aria-label': 'Other entries of this name'});
  const cables = h('section', {'aria-label': 'Cables'});
  const history = h('section', {'aria-label': 'History'});
  let asked = '';

  function update(parts) {
    if (['all', 'names', 'peers', 'time'].some((it) => parts.has(it))) showFacts(facts, name);
    if (['all', 'names'].some((it) => parts.has(it))) askRivals();
    if (['all', 'cables'].some((it) => parts.has(it))) showCables(cables, name);
    if (['all', 'events'].some((it) => parts.has(it))) {
      const own = mesh.events.filter((event) => event.node === name || event.was === name);
      show(history, h('h2', {}, 'History'), own.length ? eventList(own)
        : h('p', {class: 'empty'}, 'Nothing has happened to it since this peer started.'));
    }
  }

  /** Of a conflict only the winner is among the names. */
  async function askRivals() {
    const node = mesh.names.get(name);
    const key = node?.conflicting ? JSON.stringify(node) : '';
    if (key === asked) return;
    asked = key;
    if (!key) {
      show(rivals);
      return;
    }
    try {
      const glob = encodeURIComponent(name.replace(/[*?]/g, '?'));
      const answer = await (await fetch('/api/v1/names?match=' + glob)).json();
      const others = answer.names.filter((it) => it.node === name && !it.winner);
      show(rivals, h('h2', {class: 'alarm'}, '◆ Conflict'),
        h('p', {class: 'empty'}, 'Other entries have the same full name. Look-ups everywhere answer '
          + 'the one above; end or rename the others:'),
        h('ul', {class: 'plain'}, others.map((it) => h('li', {}, h('code', {}, address(it.address, it.port)),
          ` ${it.source}, ${it.state}, at ${peerName(it.peer)}`))));
    } catch (error) {
      console.warn(String(error));
    }
  }

  return {element: [facts, rivals, cables, history], update};
}

const peerName = (id) => {
  const peer = mesh.peers.find((it) => it.id === id);
  return peer ? hostOf(peer) : id ? id.slice(0, 8) : 'no peer';
};

function showFacts(element, name) {
  const node = mesh.names.get(name);
  if (!node) {
    show(element, h('h1', {class: 'name'}, name), h('p', {class: 'empty'}, mesh.namesKnown
      ? 'Nobody answers this name now. If it should be there: epmesh lookup, and its host’s peer.'
      : 'Asking the peer…'));
    return;
  }
  const facts = [
    ['State', [state(node.conflicting ? 'conflict' : node.state),
      node.state === 'orphaned' && h('span', {class: 'soft'}, ' nothing is heard of its peer; it is verified')]],
    ['Address', h('code', {}, address(node.address, node.port))],
    ['Source', node.source],
    ['Peer', peerName(node.peer)],
    ['Host part', node.hostIs === 'verified' ? 'said by the node' : 'assumed from its peer'],
    ['Type', node.type],
    ['Since', Date.parse(node.since) > 0 ? `${new Date(node.since).toLocaleString()} (${age(node.since)})` : '–'],
    ['Creation', node.creation ?? '–'],
    ['Versions', `${node.lowestVersion} to ${node.highestVersion}`],
  ];
  show(element, h('h1', {class: 'name'}, name),
    h('dl', {class: 'facts'}, facts.map(([title, value]) => [h('dt', {}, title), h('dd', {}, value)])));
}

function showCables(element, name) {
  const cables = mesh.cables.cables.filter((it) => it.source === name || it.target === name);
  const seen = new Map(cables.map((it) => [[it.source, it.target].sort().join(' '), it]));
  show(element, seen.size > 0 && [h('h2', {}, 'Cables'), h('ul', {class: 'plain'}, [...seen.values()].map((it) => {
    const other = it.source === name ? it.target : it.source;
    const effect = effectOf({low: it.source, high: it.target, lowToHigh: it.toTarget, highToLow: it.toSource});
    return h('li', {}, h('span', {class: 'node'}, nodeLink(other)), ' ', state(it.state, it.state === 'broken'),
      effect !== 'open' && h('span', {class: 'alarm'}, ' ✂ ' + effect));
  }))]);
}

// The peers, and whether they know the same.

import {h, show, state} from '/dom.js';
import {bytes, clock, count, duration, plural} from '/format.js';
import {hostOf, mesh} from '/mesh.js';

export function peersView() {
  const table = h('section', {'aria-label': 'Peers'});
  const agreement = h('section', {'aria-label': 'Convergence'});
  const own = h('section', {'aria-label': 'This peer'});

  function update(parts) {
    if (['all', 'peers', 'status'].some((it) => parts.has(it))) {
      show(table, h('div', {class: 'bar'}, h('h1', {}, 'Peers')), peers());
    }
    if (['all', 'status', 'time'].some((it) => parts.has(it))) showAgreement(agreement);
    if (['all', 'metrics'].some((it) => parts.has(it)) && mesh.metrics) show(own, figures());
  }

  return {element: [table, agreement, own], update};
}

function digests() {
  const byPeer = new Map();
  mesh.status?.groups.forEach((group) => group.peers.forEach((peer) => byPeer.set(peer.id, group.digest)));
  return byPeer;
}

function peers() {
  if (!mesh.peers.length) return h('p', {class: 'empty'}, 'Asking the peer…');
  const digest = digests();
  const tip = {
    Heard: 'How long ago this peer last knew it to be running',
    Digest: 'Of all that it knows: equal digests, equal knowledge',
  };
  const titles = ['Host', 'State', 'Nodes', 'Heard', 'Digest', 'Version',
    'Dialled at', 'EPMD', 'Gossip', 'Id'];
  return h('div', {class: 'wide'}, h('table', {},
    h('thead', {}, h('tr', {}, titles.map((title) => h('th', {scope: 'col', title: tip[title]}, title)))),
    h('tbody', {}, mesh.peers.map((peer) => h('tr', {},
      h('td', {title: peer.hosts.join(', ')}, hostOf(peer), peer.self && h('span', {class: 'soft'}, ' this peer')),
      h('td', {}, state(peer.state)),
      h('td', {}, count(peer.names)),
      h('td', {}, peer.self ? '–' : peer.lastHeardMs === undefined ? 'never'
        : peer.lastHeardMs < 1000 ? `${peer.lastHeardMs} ms` : duration(peer.lastHeardMs)),
      h('td', {class: 'mono'}, digest.get(peer.id)?.slice(0, 8) ?? '–'),
      h('td', {}, peer.version || '–'),
      h('td', {class: 'mono'}, peer.advertise.join(' ') || '–'),
      h('td', {}, peer.epmdPort || '–'),
      h('td', {class: 'mono'}, peer.gossipAddress || '–'),
      h('td', {class: 'mono', title: peer.id}, peer.id.slice(0, 8)))))));
}

let lastAgreement = '';

function showAgreement(element) {
  const status = mesh.status;
  const text = JSON.stringify([status, mesh.diverged, !status?.converged && Math.floor(Date.now() / 1000)]);
  if (text === lastAgreement && element.childNodes.length) return;
  lastAgreement = text;
  if (!status) {
    show(element, h('h2', {}, 'Convergence'), h('p', {class: 'empty'}, 'Asking all peers for what they know…'));
    return;
  }
  const {lastMillis, endedAt, since} = mesh.diverged;
  show(element,
    h('h2', {}, 'Convergence'),
    h('p', {class: 'empty'}, status.converged
      ? `All ${plural(status.groups[0]?.peers.length ?? 0, 'peer')} know the same.`
        + (lastMillis === null ? '' : ` They last differed until ${clock(new Date(endedAt).toISOString()).slice(0, 8)},`
          + ` for about ${(lastMillis / 1000).toFixed(1)} s as seen from here.`)
      : `Peers know different things${since ? `, for ${duration(Date.now() - since)} now` : ''}. After a`
        + ' partition has healed that takes seconds; while it lasts it cannot end.'),
    status.groups.map((group, i) => h('div', {class: 'group'},
      h('span', {class: 'mono'}, group.digest.slice(0, 8), ' ', group.digest.slice(16, 24)),
      h('span', {}, group.peers.map((peer) => peer.host || peer.id.slice(0, 8)).join(', '),
        i > 0 && h('span', {class: 'alarm'}, ' ◐ ' + difference(status.groups[0], group))))),
    status.silent.length > 0 && h('div', {class: 'group'},
      h('span', {class: 'alarm'}, '◐ silent'),
      h('span', {}, status.silent.map((peer) => peer.host || peer.id.slice(0, 8)).join(', '),
        h('span', {class: 'soft'}, ' did not answer within 0.6 s'))));
}

/** A digest has two halves: over registrations and peers, and over mappings and cuts. */
function difference(ours, theirs) {
  const parts = [];
  if (ours.digest.slice(0, 16) !== theirs.digest.slice(0, 16)) parts.push('registrations or peers');
  if (ours.digest.slice(16) !== theirs.digest.slice(16)) parts.push('mappings or cuts');
  return `knows other ${parts.join(' and ')} than this peer`;
}

function figures() {
  const of = (name) => mesh.metrics.get(name);
  const facts = [
    ['Memory', `${bytes(of('process_resident_memory_bytes') ?? 0)} resident, `
      + `${bytes(of('jvm_memory_used_bytes{area="heap"}') ?? 0)} of heap in use`],
    ['Up for', duration(Date.now() - 1000 * (of('process_start_time_seconds') ?? Date.now() / 1000))],
    ['Processor time', `${(of('process_cpu_seconds_total') ?? 0).toFixed(1)} s since the start`],
    ['Look-ups', `${count(of('epmesh_lookups_total{result="found"}') ?? 0)} found, `
      + `${count(of('epmesh_lookups_total{result="missing"}') ?? 0)} not found`],
    ['Sessions', count(of('epmesh_sessions') ?? 0)],
    ['Gossip', `${count(of('epmesh_gossip_queue') ?? 0)} waiting, `
      + `${count(of('epmesh_gossip_queue_dropped_total') ?? 0)} dropped`],
    ['Strangers refused', count(of('epmesh_strangers_refused_total') ?? 0)],
  ];
  return [h('h2', {}, 'This peer'),
    h('dl', {class: 'facts'}, facts.map(([title, value]) => [h('dt', {}, title), h('dd', {}, value)])),
    h('p', {class: 'empty'}, 'All figures: ', h('a', {href: '/metrics'}, '/metrics'))];
}

// The peers, and whether they know the same.

import {h, show, state} from '/dom.js';
import {bytes, count, duration, plural} from '/format.js';
import {differing, hostOf, mesh} from '/mesh.js';

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

/** What each peer has answered: its group's digest, and how it is. */
function answers() {
  const byPeer = new Map();
  mesh.status?.groups.forEach((group) =>
    group.peers.forEach((peer) => byPeer.set(peer.id, {...peer, digest: group.digest})));
  return byPeer;
}

const COLUMNS = [
  {title: 'Host', of: (peer) => [hostOf(peer), peer.self && h('span', {class: 'soft'}, ' this peer')],
    tip: (peer) => peer.hosts.join(', ')},
  {title: 'State', of: (peer) => state(peer.state)},
  {title: 'Nodes', of: (peer) => count(peer.names)},
  {title: 'Version', of: (peer) => peer.version},
  {title: 'Uptime', of: (peer, told) => told.uptimeMs && duration(told.uptimeMs)},
  {title: 'Round trip', of: (peer, told) => (peer.self ? null : millis(told.roundTripMs)),
    about: 'Of a question by gossip and its answer, through the queues of both peers'},
  {title: 'Heard', of: heard, about: 'How long ago this peer last knew it to be running'},
  {title: 'Lag', of: lag, about: 'Changes that it does not have, and this peer has'},
  {title: 'Digest', mono: true, of: (peer, told) => told.digest?.slice(0, 8),
    about: 'Of all that it knows: equal digests, equal knowledge', tip: (peer, told) => told.digest},
  {title: 'Memory', of: (peer, told) => told.residentBytes && bytes(told.residentBytes)},
  {title: 'Clock', of: clockOf, about: 'How far its clock is ahead of that of this peer (+) or behind (−)'},
  {title: 'Dialled at', mono: true, of: (peer) => peer.advertise.join(' ')},
  {title: 'EPMD', of: (peer) => peer.epmdPort},
  {title: 'Gossip', mono: true, of: (peer) => peer.gossipAddress},
  {title: 'Id', mono: true, of: (peer) => peer.id.slice(0, 8), tip: (peer) => peer.id},
];

function heard(peer) {
  if (peer.self) return null;
  if (peer.lastHeardMs === undefined) return 'never';
  return peer.lastHeardMs < 1000 ? `${peer.lastHeardMs} ms` : duration(peer.lastHeardMs);
}

function lag(peer, told) {
  if (peer.self || !told.lags) return null;
  const missing = told.lags.reduce((sum, it) => sum + it.missing, 0);
  return missing ? h('span', {class: 'alarm'}, plural(missing, 'change'))
    : told.lags.length ? h('span', {class: 'alarm'}, 'differs') : 'none';
}

/** A round trip is the least that can be told from a clock that is wrong. */
function clockOf(peer, told) {
  if (peer.self || told.clockAheadMs === undefined) return null;
  const off = told.clockAheadMs;
  if (Math.abs(off) <= told.roundTripMs / 2 + 1) return 'same';
  const text = (off > 0 ? '+' : '−')
    + (Math.abs(off) < 1000 ? `${Math.abs(off)} ms` : `${(Math.abs(off) / 1000).toFixed(1)} s`);
  return Math.abs(off) < 1000 ? text : h('span', {class: 'alarm'}, text);
}

const millis = (it) => (it === undefined ? null : it < 10 ? `${it.toFixed(1)} ms` : `${Math.round(it)} ms`);

function peers() {
  if (!mesh.peers.length) return h('p', {class: 'empty'}, 'Asking the peer…');
  const told = answers();
  return h('div', {class: 'wide'}, h('table', {},
    h('thead', {}, h('tr', {}, COLUMNS.map((column) =>
      h('th', {scope: 'col', title: column.about}, column.title)))),
    h('tbody', {}, mesh.peers.map((peer) => {
      const its = told.get(peer.id) ?? {};
      return h('tr', {}, COLUMNS.map((column) =>
        h('td', {class: column.mono && 'mono', title: column.tip?.(peer, its)}, column.of(peer, its) || '–')));
    }))));
}

const nameOf = (peer) => peer.host || peer.id.slice(0, 8);

let lastAgreement = '';

function showAgreement(element) {
  const status = mesh.status;
  const since = differing();
  const text = JSON.stringify([status && {...status, at: 0, groups: status.groups.map((group) =>
    [group.digest, group.peers.map((peer) => [peer.id, peer.host, peer.lags])])},
  since && Math.floor(since / 1000)]);
  if (text === lastAgreement && element.childNodes.length) return;
  lastAgreement = text;
  if (!status) {
    show(element, h('h2', {}, 'Convergence'), h('p', {class: 'empty'}, 'Asking all peers for what they know…'));
    return;
  }
  show(element,
    h('h2', {}, 'Convergence'),
    h('p', {class: 'empty'}, (status.converged
      ? `All ${plural(status.groups[0]?.peers.length ?? 0, 'peer')} know the same.`
      : `Peers know different things${since === null ? '' : `, for ${duration(since)} now`}. After a`
        + ' partition has healed that takes seconds; while it lasts it cannot end.') + ' ' + spells(status.spells)),
    status.groups.map((group, i) => h('div', {class: 'group'},
      h('span', {class: 'mono'}, group.digest.slice(0, 8), ' ', group.digest.slice(16, 24)),
      h('div', {}, h('span', {}, group.peers.map(nameOf).join(', '),
        i > 0 && h('span', {class: 'alarm'}, ' ◐ ' + difference(status.groups[0], group))),
      lags(group)))),
    status.silent.length > 0 && h('div', {class: 'group'},
      h('span', {class: 'alarm'}, '◐ silent'),
      h('span', {}, status.silent.map(nameOf).join(', '),
        h('span', {class: 'soft'}, ' did not answer within 0.6 s'))));
}

/** How long it took to agree, as this peer has seen it when somebody looked. */
function spells({count: times, lastMs, p99Ms}) {
  const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;
  if (!times) return 'This peer has not seen them differ and agree again.';
  return times === 1 ? `They differed once, for ${seconds(lastMs)}.`
    : `Of the last ${times} times that they differed, the last took ${seconds(lastMs)}`
      + ` and 99 % at most ${seconds(p99Ms)}.`;
}

/** Who misses what. */
function lags(group) {
  const items = group.peers.flatMap((peer) => peer.lags.map((lag) => {
    const what = lag.owner ? `names of ${lag.host || lag.owner.slice(0, 8)}` : 'mappings and cuts';
    const parts = [lag.missing && `lacks ${plural(lag.missing, 'change')}`,
      lag.ahead && `is ${plural(lag.ahead, 'change')} ahead`].filter(Boolean);
    return h('li', {}, nameOf(peer), ' ',
      parts.length ? `${parts.join(' and ')} in the ${what}` : `judges the ${what} otherwise`);
  }));
  return items.length > 0 && h('ul', {class: 'plain soft'}, items);
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
    ['Uptime', duration(Date.now() - 1000 * (of('process_start_time_seconds') ?? Date.now() / 1000))],
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

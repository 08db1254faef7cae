// The figures at the top: quiet while all is well.

import {h, show} from '/dom.js';
import {age, count, duration, plural, rate} from '/format.js';
import {cutOrders, differing, mesh} from '/mesh.js';

let last = '';
let conflicts = 0;

export function strip(element, parts) {
  if (parts.has('names')) {
    conflicts = 0;
    for (const node of mesh.names.values()) if (node.conflicting) conflicts++;
  }
  const figures = [hosts(), names(), converged(), cuts(), lookups(), change()];
  const text = JSON.stringify(figures);
  if (text === last) return;
  last = text;
  show(element, figures.map(({title, value, note, wrong, alarm, tip}) =>
    h('dl', {title: tip},
      h('dt', {}, title),
      h('dd', {class: alarm && 'alarm'}, value, note && h('small', {}, ' ' + note),
        wrong && h('small', {class: 'alarm'}, ' ' + wrong)))));
}

function hosts() {
  const of = (state) => mesh.peers.filter((peer) => peer.state === state).length;
  const bad = [['orphaned', of('orphaned')], ['quarantined', of('quarantined')]].filter(([, n]) => n);
  return {
    title: 'Hosts', value: mesh.peers.length ? count(of('up')) : '–',
    note: bad.length ? 'up,' : 'up', wrong: bad.map(([word, n]) => `◐ ${n} ${word}`).join(', '),
  };
}

function names() {
  return {
    title: 'Names', value: mesh.namesKnown ? count(mesh.names.size) : '–',
    wrong: conflicts ? `◆ ${plural(conflicts, 'conflict')}` : '',
  };
}

function converged() {
  if (!mesh.status) return {title: 'Converged', value: '–'};
  const {groups, silent} = mesh.status;
  if (mesh.status.converged) return {title: 'Converged', value: 'yes'};
  const why = groups.length > 1 ? plural(groups.length, 'group') : `${silent.length} silent`;
  const since = differing();
  return {title: 'Converged', value: '◐ no', alarm: true,
    note: why + (since === null ? '' : `, for ${duration(since)}`)};
}

function cuts() {
  const cut = cutOrders().length;
  const slowed = mesh.cables.cuts.length - cut;
  return {
    title: 'Cut', value: cut ? `✂ ${count(cut)}` : mesh.cables.at ? '0' : '–', alarm: cut > 0,
    note: slowed ? `and ${slowed} slowed` : cut ? (cut === 1 ? 'pair' : 'pairs') : '',
  };
}

function lookups() {
  return {title: 'Look-ups', value: mesh.lookups === null ? '–' : rate(mesh.lookups),
    note: mesh.lookups === null ? '' : 'a second, here',
    tip: 'Look-ups on the EPMD port of the peer that serves this page'};
}

function change() {
  const event = mesh.events.findLast((it) => it.kind !== 'started');
  return {title: 'Last change', value: event ? age(event.at) : '–',
    note: event ? `ago, ${event.kind}` : ''};
}

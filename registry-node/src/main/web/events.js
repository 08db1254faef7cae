// What this peer has seen to change.

import {h, nodeLink, s, show} from '/dom.js';
import {address, clock, day, plural} from '/format.js';
import {mesh} from '/mesh.js';

const GROUPS = {
  nodes: ['registered', 'adopted', 'named', 'lost', 'orphaned', 'returned', 'withdrawn'],
  mappings: ['mapped', 'unmapped'],
  conflicts: ['conflict', 'settled'],
  peers: ['started', 'peer-up', 'peer-merged', 'peer-orphaned', 'peer-left', 'peer-quarantined',
    'peer-released'],
  cables: ['cut', 'slowed', 'fixed', 'cut-over'],
};

const LOUD = new Set(['lost', 'orphaned', 'withdrawn', 'conflict', 'peer-orphaned',
  'peer-quarantined', 'cut']);

const GLYPHS = {
  registered: '●', named: '●', adopted: '●', returned: '●', mapped: '◇', unmapped: '◇', lost: '○',
  orphaned: '◐', withdrawn: '○', conflict: '◆', settled: '●', cut: '✂', slowed: '◒', fixed: '●',
  'cut-over': '●', started: '●', 'peer-up': '●', 'peer-merged': '●', 'peer-released': '●',
  'peer-orphaned': '◐', 'peer-left': '○', 'peer-quarantined': '⊘',
};

const MOST = 300;
const PAUSE_MILLIS = 250;

export function eventsView(moment) {
  const kind = h('select', {'aria-label': 'Which events', onchange: () => update(new Set(['all']))},
    h('option', {value: ''}, 'all'), Object.keys(GROUPS).map((name) => h('option', {value: name}, name)));
  const text = h('input', {type: 'search', placeholder: 'Only with', 'aria-label': 'Only with this text',
    oninput: () => update(new Set(['all']))});
  const total = h('span', {class: 'soft', role: 'status'});
  const chart = h('div', {});
  const list = h('div', {});
  const element = [
    h('div', {class: 'bar'}, h('h1', {}, 'Events'), kind, text, total),
    chart, list];
  let at = moment;
  let scrolled = false;
  let later = null;

  /** Events may come by the thousand. */
  function update(parts) {
    if (parts.has('all')) draw();
    else if (parts.has('events')) later ??= setTimeout(draw, PAUSE_MILLIS);
  }

  function draw() {
    clearTimeout(later);
    later = null;
    const kinds = kind.value ? new Set(GROUPS[kind.value]) : null;
    const wanted = text.value.trim().toLowerCase();
    const found = mesh.events.filter((event) => (!kinds || kinds.has(event.kind))
      && (!wanted || JSON.stringify(event).toLowerCase().includes(wanted)));
    total.textContent = plural(found.length, 'event')
      + (found.length > MOST ? `, the newest ${MOST} are shown` : '') + ', as this peer saw them';
    const held = hold();
    show(chart, found.length > 1 && timeline(found));
    const index = at ? found.findIndex((event) => event.id === at) : -1;
    const end = index >= 0 ? Math.min(found.length, index + MOST / 2) : found.length;
    show(list, found.length ? eventList(found.slice(Math.max(0, end - MOST), end), at)
      : h('p', {class: 'empty'}, mesh.events.length ? 'No event matches.'
        : 'Nothing has changed since this peer started.'),
    at && index < 0 && mesh.events.length > 0 && h('p', {class: 'alarm'},
      `The event ${at} is not remembered any more.`));
    held();
    if (index >= 0 && !scrolled) {
      scrolled = true;
      document.getElementById('e-' + at)?.scrollIntoView({block: 'center'});
    }
  }

  /** Keeps what is being read where it is, while newer events come in above. */
  function hold() {
    const main = list.closest('main');
    const top = (line) => line.getBoundingClientRect().top;
    const read = main?.scrollTop > 0
      && [...list.querySelectorAll('li[id]')].find((line) => top(line) >= top(main));
    if (!read) return () => {};
    const before = top(read);
    return () => {
      const now = document.getElementById(read.id);
      if (now) main.scrollTop += top(now) - before;
    };
  }

  return {
    element,
    update,
    close: () => clearTimeout(later),
    go(next) {
      at = next;
      scrolled = false;
      update(new Set(['all']));
      return true;
    },
  };
}

/** Newest first, with a line for each day. */
export function eventList(events, at) {
  let lastDay = '';
  const items = [];
  for (const event of events.toReversed()) {
    const today = day(event.at);
    if (today !== lastDay) {
      lastDay = today;
      items.push(h('li', {class: 'day'}, today));
    }
    items.push(h('li', {id: 'e-' + event.id, class: event.id === at && 'at'},
      h('time', {datetime: event.at, class: 'soft'}, clock(event.at)),
      h('span', {class: LOUD.has(event.kind) && 'alarm'},
        h('span', {class: 'glyph', 'aria-hidden': 'true'}, GLYPHS[event.kind] ?? '·'), event.kind),
      h('span', {class: 'what'}, sentence(event)),
      h('a', {class: 'here', id: 'l-' + event.id, href: '#/events/' + event.id, 'aria-label': 'Link to this moment'}, 'link')));
  }
  return h('ol', {class: 'events'}, items);
}

/** What becomes of what either of both sends. */
function effects(event) {
  const [up, down] = [event['low-to-high'], event['high-to-low']];
  return up === down ? up : `${event.low} sends: ${up}, ${event.high} sends: ${down}`;
}

const node = (event) => h('span', {class: 'node'}, nodeLink(event.node));

function sentence(event) {
  const soft = (text) => h('span', {class: 'soft'}, text);
  if (event.more) return `and ${event.more} more at the same moment`;
  if (event.low !== undefined) {
    const rest = [event['low-to-high'] && effects(event),
      event.for && `for ${event.for}`, event.by && `by ${event.by}`].filter(Boolean).join(', ');
    return [h('span', {class: 'mono'}, `${event.low} — ${event.high}`), soft(' ' + rest)];
  }
  if (event.node !== undefined) {
    const rest = [event.was && `shown as ${event.was} before`,
      event.why === 'unreachable' && 'not reached, as its peer: ended, or cut off',
      event.address && address(event.address, event.port), event.by && `by ${event.by}`,
      event.entries && `${event.entries} entries`].filter(Boolean).join(', ');
    return [node(event), soft(' ' + rest)];
  }
  if (event.host !== undefined) {
    return [event.host, soft(` ${event.peer.slice(0, 8)}${event.version ? ' ' + event.version : ''}`)];
  }
  return Object.entries(event).filter(([key]) => !['id', 'at', 'kind', 'millis'].includes(key))
    .map(([key, value]) => `${key}=${value}`).join(' ');
}

const BARS = 120;

/** How many events there were, over the time that is remembered. */
function timeline(events) {
  const first = events[0].millis;
  const span = Math.max(1, events.at(-1).millis - first);
  const bars = Array.from({length: BARS}, () => ({all: 0, loud: 0, id: null}));
  events.forEach((event) => {
    const bar = bars[Math.min(BARS - 1, Math.floor((event.millis - first) / span * BARS))];
    const weight = 1 + Number(event.more ?? 0);
    bar.all += weight;
    if (LOUD.has(event.kind)) bar.loud += weight;
    bar.id ??= event.id;
  });
  const scale = (n) => (n ? 3 + 33 * Math.log1p(n) / Math.log1p(Math.max(...bars.map((bar) => bar.all))) : 0);
  return s('svg', {class: 'chart', viewBox: `0 0 ${BARS * 8} 40`, preserveAspectRatio: 'none',
    role: 'img', 'aria-label': `Events from ${clock(events[0].at)} to ${clock(events.at(-1).at)}`},
  s('line', {x1: 0, x2: BARS * 8, y1: 39.5, y2: 39.5}),
  bars.map((bar, i) => bar.all > 0 && s('g', {onclick: () => { location.hash = '#/events/' + bar.id; }},
    s('rect', {x: i * 8 + 1, width: 6, y: 39 - scale(bar.all), height: scale(bar.all)}),
    bar.loud > 0 && s('rect', {class: 'loud', x: i * 8 + 1, width: 6, y: 36, height: 3}))));
}

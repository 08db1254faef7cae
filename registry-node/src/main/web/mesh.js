// What the page knows of the mesh: names and events come as they happen, figures are asked for.

export const mesh = {
  /** Entries that answer, by full name. */
  names: new Map(),
  namesKnown: false,
  /** Oldest first. */
  events: [],
  peers: [],
  status: null,
  cables: {cuts: [], cables: [], silent: []},
  /** Figures of the peer that serves this page. */
  metrics: null,
  /** Look-ups in a second, of that peer; null before two figures are there. */
  lookups: null,
  link: 'connecting',
  since: Date.now(),
};

const KEPT = 8192;
const listeners = new Set();
let pending = new Set();
let scheduled = false;

/** Has somebody called, at most once a frame, with the parts that have changed. */
export function listen(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function changed(part) {
  pending.add(part);
  if (scheduled) return;
  scheduled = true;
  requestAnimationFrame(() => {
    scheduled = false;
    const parts = pending;
    pending = new Set();
    listeners.forEach((listener) => listener(parts));
  });
}

function link(now) {
  if (mesh.link !== now) {
    mesh.link = now;
    mesh.since = Date.now();
    changed('link');
  }
}

// Names and events.

let snapshot = null;

function takeNames({kind, more, nodes, gone}) {
  if (kind === 'snapshot') {
    snapshot ??= new Map();
    nodes.forEach((node) => snapshot.set(node.node, node));
    if (!more) {
      mesh.names = snapshot;
      mesh.namesKnown = true;
      snapshot = null;
      changed('names');
    }
    return;
  }
  nodes.forEach((node) => mesh.names.set(node.node, node));
  gone.forEach((node) => mesh.names.delete(node));
  changed('names');
}

const known = new Set();

function takeEvent(event) {
  if (known.has(event.id)) return;
  known.add(event.id);
  mesh.events.push({...event, millis: Date.parse(event.at)});
  if (mesh.events.length > KEPT) {
    mesh.events.splice(0, KEPT / 4).forEach((old) => known.delete(old.id));
  }
  changed('events');
  if (event.kind.startsWith('peer-')) soon(askPeers);
  if (/^(cut|slow|fix)/.test(event.kind)) soon(askCables);
  soon(askStatus);
}

let source = null;

function follow() {
  source = new EventSource('/api/v1/events?names=true');
  source.onopen = () => {
    snapshot = null;
    link('live');
    askAll();
  };
  source.onmessage = (message) => takeEvent(JSON.parse(message.data));
  source.addEventListener('names', (message) => takeNames(JSON.parse(message.data)));
  source.onerror = () => {
    link('broken');
    if (source?.readyState === EventSource.CLOSED) {
      setTimeout(follow, 2000); // refused, as by a peer that is just starting
    }
  };
}

// Figures.

async function get(path) {
  const response = await fetch(path, {signal: AbortSignal.timeout(5000)});
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response;
}

/** Asks, and says what was asked for; while the peer is away the link tells so already. */
async function ask(part, path, take) {
  try {
    take(await (await get(path)).json());
    changed(part);
  } catch (error) {
    if (mesh.link === 'live') console.warn(String(error));
  }
}

const askPeers = () => ask('peers', '/api/v1/peers', (body) => { mesh.peers = body.peers; });
const askCables = () => ask('cables', '/api/v1/cables', (body) => {
  mesh.cables = {...body, at: Date.now()};
});
const askStatus = () => ask('status', '/api/v1/status', takeStatus);

function takeStatus(status) {
  mesh.status = {...status, at: Date.now()};
  if (!status.converged) setTimeout(() => soon(askStatus), 400);
}

let lastLookups = null;

async function askMetrics() {
  try {
    const text = await (await get('/metrics')).text();
    const figures = new Map();
    for (const line of text.split('\n')) {
      const space = line.lastIndexOf(' ');
      if (space > 0 && !line.startsWith('#')) figures.set(line.slice(0, space), Number(line.slice(space + 1)));
    }
    const total = (figures.get('epmesh_lookups_total{result="found"}') ?? 0)
      + (figures.get('epmesh_lookups_total{result="missing"}') ?? 0);
    const now = performance.now();
    if (lastLookups && total >= lastLookups.total) {
      mesh.lookups = (total - lastLookups.total) * 1000 / (now - lastLookups.at);
    }
    lastLookups = {total, at: now};
    mesh.metrics = figures;
    changed('metrics');
  } catch (error) {
    if (mesh.link === 'live') console.warn(String(error));
  }
}

/** Asks once for all that comes within a moment. */
const waiting = new Set();

function soon(question) {
  if (waiting.has(question)) return;
  waiting.add(question);
  setTimeout(() => {
    waiting.delete(question);
    question();
  }, 150);
}

function askAll() {
  [askPeers, askStatus, askCables, askMetrics].forEach(soon);
}

function every(millis, question) {
  setInterval(() => {
    if (!document.hidden && mesh.link === 'live') question();
  }, millis);
}

export function start() {
  follow();
  // A page that is kept for the way back would keep its connection, of which there are few.
  addEventListener('pagehide', () => source?.close());
  addEventListener('pageshow', (event) => event.persisted && follow());
  every(3000, askPeers);
  every(3000, askStatus);
  every(3000, askCables);
  every(2000, askMetrics);
  every(1000, () => changed('time'));
}

// Orders.

/** In the memory of this page alone. */
let token = '';

export const setToken = (given) => { token = given; };

/** Gives an order for cables: {ok, status, body}. */
export async function order(verb, body) {
  const headers = {'X-Epmesh': '1', 'Content-Type': 'application/json'};
  if (token) headers.Authorization = 'Bearer ' + token;
  try {
    const response = await fetch('/api/v1/cables/' + verb, {
      method: 'POST', headers, body: JSON.stringify(body), signal: AbortSignal.timeout(8000),
    });
    soon(askCables);
    return {ok: response.ok, status: response.status, body: await response.json()};
  } catch (error) {
    return {ok: false, status: 0, body: {error: 'The peer did not answer; it may have happened.'}};
  }
}

/** What is cut or slowed, for a node or for pairs of hosts. */
export const isCut = (effect) => effect.effect === 'stall' || effect.effect === 'reset';
export const cutOrders = () =>
  mesh.cables.cuts.filter((cut) => isCut(cut.lowToHigh) || isCut(cut.highToLow));
export const hostOf = (peer) => peer.hosts[0] ?? peer.id.slice(0, 8);

/** For how long peers have known different things by now: null while they agree. */
export const differing = () => (mesh.status?.spells.differingMs === undefined ? null
  : mesh.status.spells.differingMs + Date.now() - mesh.status.at);

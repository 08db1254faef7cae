// Where hosts stand on the map, and how cables lead between them: through the gaps between rows and
// columns, so that none seems to belong to a host that it only passes.

export const BOX = 210;
export const LINE = 20;
export const MOST = 9;
const GAP = 84;
const MARGIN = 6;
/** So much room beside each other two hosts need for a straight line with a tag. */
const STRAIGHT = 120;
const TAG = 20;

const heightOf = (host) =>
  44 + (Math.min(host.nodes.length, MOST) + (host.nodes.length > MOST ? 1 : 0)) * LINE;

/** Up to six hosts stand around the cables; more of them in rows. {rows, height} */
export function place(hosts, links, width) {
  const most = hosts.length <= 2 ? Math.max(1, hosts.length) : hosts.length <= 4 ? 2 : hosts.length <= 6 ? 3 : 4;
  const columns = Math.min(most, Math.floor(width / BOX));
  const rows = [];
  let top = MARGIN;
  for (let at = 0; at < hosts.length; at += columns) {
    const row = hosts.slice(at, at + columns);
    const gap = (width - row.length * BOX) / (row.length + 1);
    row.forEach((host, i) => Object.assign(host, {
      x: row.length === 1 && rows.length ? (width - BOX) / 2 : gap + i * (BOX + gap),
      y: top, height: heightOf(host), row: rows.length, column: i, gap,
    }));
    const bottom = top + Math.max(...row.map((host) => host.height));
    rows.push({top, bottom, gaps: [...row.map((host) => host.x - gap / 2), width - gap / 2]});
    top = bottom + GAP;
  }
  const arc = links.some(([a, b]) => a.row === rows.length - 1 && b.row === a.row && !isStraight(a, b));
  return {rows, height: top - GAP + (arc ? GAP : MARGIN)};
}

const isStraight = (a, b) =>
  a.row === b.row && Math.abs(a.column - b.column) === 1 && a.gap >= STRAIGHT;

/** The ways of links, which are pairs of hosts that are placed: the points of each, by threes of a curve. */
export function ways(links, rows) {
  const ordered = links.map(([a, b]) => (a.row < b.row || (a.row === b.row && a.x < b.x) ? [a, b] : [b, a]));
  const ports = portsOf(ordered);
  return ordered.map(([a, b], i) => {
    if (isStraight(a, b)) {
      const y = a.y + Math.min(a.height, b.height) / 2;
      return [[a.x + BOX, y], [a.x + BOX, y], [b.x, y], [b.x, y]];
    }
    const way = [[ports[i][0], a.y + a.height]];
    down(way, rows[a.row].bottom);
    if (a.row === b.row) {
      const depth = rows[a.row].bottom + Math.min(GAP - 8, 36 + 16 * (b.column - a.column));
      const [x] = way.at(-1);
      way.push([x, depth], [ports[i][1], depth], [ports[i][1], rows[a.row].bottom]);
      down(way, b.y + b.height);
      return way;
    }
    for (const row of rows.slice(a.row + 1, b.row)) {
      bend(way, nearest(row.gaps, (way.at(-1)[0] + ports[i][1]) / 2), row.top);
      down(way, row.bottom);
    }
    bend(way, ports[i][1], b.y);
    return way;
  });
}

const nearest = (all, x) => all.reduce((a, b) => (Math.abs(b - x) < Math.abs(a - x) ? b : a));

function down(way, y) {
  const [x, from] = way.at(-1);
  if (y !== from) way.push([x, from], [x, y], [x, y]);
}

function bend(way, x, y) {
  const [from, top] = way.at(-1);
  way.push([from, (top + y) / 2], [x, (top + y) / 2], [x, y]);
}

/** Where on the edges of their hosts links end: side by side, in the order of the hosts that they lead to. */
function portsOf(links) {
  const edges = new Map();
  links.forEach(([a, b], i) => {
    if (isStraight(a, b)) return;
    const end = (host, other, at) => {
      const edge = host.name + (host.row > other.row ? ' top' : ' bottom');
      edges.set(edge, [...edges.get(edge) ?? [], {i, at, host, x: other.x}]);
    };
    end(a, b, 0);
    end(b, a, 1);
  });
  const ports = links.map(() => [0, 0]);
  for (const ends of edges.values()) {
    ends.sort((one, other) => one.x - other.x);
    ends.forEach(({i, at, host}, n) => { ports[i][at] = host.x + BOX * (n + 1) / (ends.length + 1); });
  }
  return ports;
}

export const path = (way) => 'M' + way[0] + way.slice(1).map((point, i) => (i % 3 ? ' ' : 'C') + point).join('');

/** Where a tag of this width may stand on a way: beside those that stand there, or else nowhere. */
export function tagPlace(way, width, taken, always) {
  let free = null;
  for (const t of [0.5, 0.36, 0.64, 0.24, 0.76]) {
    for (let i = 0; i + 3 < way.length; i += 3) {
      const [a, b, c, d] = way.slice(i, i + 4);
      if (b[1] === a[1] && a[1] !== d[1]) continue; // beside a host
      const u = 1 - t;
      const [x, y] = [0, 1].map((k) => u ** 3 * a[k] + 3 * u * u * t * b[k] + 3 * u * t * t * c[k] + t ** 3 * d[k]);
      const tag = {x, y, width};
      if (!taken.some((it) => overlap(it, tag))) return tag;
      free ??= tag;
    }
  }
  return always ? free : null;
}

const overlap = (a, b) =>
  Math.abs(a.x - b.x) < (a.width + b.width) / 2 + 4 && Math.abs(a.y - b.y) < TAG + 2;

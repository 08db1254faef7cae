// Times and numbers as people read them.

const UNITS = [['d', 86400], ['h', 3600], ['min', 60], ['s', 1]];

/** A duration in its largest unit, and the next one where that tells more: 3 d, 1 h 20 min. */
export function duration(millis) {
  const seconds = Math.max(0, Math.round(millis / 1000));
  const at = UNITS.findIndex(([, size]) => seconds >= size);
  if (at < 0) return '0 s';
  const [unit, size] = UNITS[at];
  const count = Math.floor(seconds / size);
  const next = UNITS[at + 1];
  const rest = next && count < 3 ? Math.floor((seconds % size) / next[1]) : 0;
  return `${count} ${unit}` + (rest > 0 ? ` ${rest} ${next[0]}` : '');
}

export const age = (iso, now = Date.now()) => duration(now - Date.parse(iso));

const two = (n) => String(n).padStart(2, '0');

export function clock(iso) {
  const at = new Date(iso);
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`
    + `.${String(at.getMilliseconds()).padStart(3, '0')}`;
}

export const day = (iso) =>
  new Date(iso).toLocaleDateString(undefined, {weekday: 'long', day: 'numeric', month: 'long'});

export const count = (n) => n.toLocaleString('en-US').replaceAll(',', '\u2009');

export const plural = (n, one, many = one + 's') => `${count(n)} ${n === 1 ? one : many}`;

export const rate = (n) => (n > 0 && n < 10 ? n.toFixed(1) : count(Math.round(n)));

export function bytes(n) {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let at = 0;
  while (n >= 1024 && at < units.length - 1) {
    n /= 1024;
    at++;
  }
  return `${at && n < 10 ? n.toFixed(1) : Math.round(n)} ${units[at]}`;
}

export const address = (host, port) => (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`);

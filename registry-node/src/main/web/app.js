// Which view is shown, and what is the same in all of them.

import {show} from '/dom.js';
import {duration} from '/format.js';
import {listen, mesh, start} from '/mesh.js';
import {strip} from '/strip.js';
import {mapView} from '/map.js';
import {namesView} from '/names.js';
import {peersView} from '/peers.js';
import {eventsView} from '/events.js';
import {nodeView} from '/node.js';

const main = document.getElementById('main');
const search = document.getElementById('search');
let view = null;
let route = null;

const VIEWS = {'': mapView, names: namesView, peers: peersView, events: eventsView, node: nodeView};
const TITLES = {'': 'Map', names: 'Names', peers: 'Peers', events: 'Events', node: 'Node'};

/** A view is what it shows and how it follows: {element, update(parts), full}. */
function go() {
  const [, name = '', ...rest] = location.hash.split('/');
  const known = name in VIEWS ? name : '';
  const argument = decode(rest.join('/'));
  if (route === known && view.go?.(argument)) return;
  view?.close?.();
  route = known;
  view = VIEWS[known](argument, {search});
  main.className = view.full ? 'full' : '';
  show(main, view.element);
  view.update(new Set(['all']));
  document.title = `${argument || TITLES[known]} · epmesh`;
  document.querySelectorAll('nav a').forEach((link) => {
    const isCurrent = link.getAttribute('href') === '#/' + known;
    if (isCurrent) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  });
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // typed by hand
  }
}

function showLink() {
  const link = document.getElementById('link');
  link.className = 'link' + (mesh.link === 'broken' ? ' broken' : '');
  document.body.classList.toggle('away', mesh.link === 'broken');
  const text = mesh.link === 'live' ? ''
    : mesh.link === 'connecting' ? 'connecting…'
      : `no answer for ${duration(Date.now() - mesh.since)}, trying again…`;
  if (link.textContent !== text) link.textContent = text;
  link.title = mesh.link === 'broken'
    ? 'What is shown is what was known last. Is the peer running? epmesh start' : '';
}

listen((parts) => {
  if (parts.has('link') || parts.has('time')) showLink();
  strip(document.getElementById('strip'), parts);
  view?.update(parts);
});

addEventListener('hashchange', go);
addEventListener('keydown', (event) => {
  const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement?.tagName ?? '');
  if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    search.focus();
    search.select();
  } else if (event.key === 'Escape' && document.activeElement === search) {
    search.value = '';
    search.dispatchEvent(new Event('input'));
    main.focus();
  }
});
search.addEventListener('input', () => {
  if (search.value && route !== 'names') location.hash = '#/names';
  else view?.search?.();
});
setInterval(() => { if (mesh.link !== 'live') showLink(); }, 1000);

go();
showLink();
start();

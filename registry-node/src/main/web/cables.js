// Orders for cables: two sides, what shall become of what is between them, and what holds now.

import {h, show} from '/dom.js';
import {duration, plural} from '/format.js';
import {isCut, mesh, order, setToken} from '/mesh.js';

const TIMES = [['30s', '30 seconds'], ['2m', '2 minutes'], ['10m', '10 minutes'], ['1h', '1 hour'],
  ['ever', 'until fixed']];

const words = (effect) => (effect.effect === 'slow' ? `slowed by ${effect.latencyMs} ms`
  : {open: 'open', stall: 'cut', reset: 'cut by reset'}[effect.effect]);

export function effectOf(cut) {
  const [up, down] = [words(cut.lowToHigh), words(cut.highToLow)];
  return up === down ? up : `${cut.low} sends: ${up}, ${cut.high} sends: ${down}`;
}

export function cablesPanel(sides, choose) {
  const kind = h('select', {id: 'kind', onchange: () => update(new Set(['all']))},
    h('option', {value: 'stall'}, 'cut, silently'), h('option', {value: 'reset'}, 'cut, by reset'),
    h('option', {value: 'slow'}, 'slow'));
  const latency = h('input', {id: 'latency', type: 'text', value: '50ms', size: '7'});
  const lasts = h('select', {id: 'lasts'}, TIMES.map(([value, text]) => h('option', {value}, text)));
  lasts.value = '2m';
  const oneWay = h('input', {id: 'oneway', type: 'checkbox'});
  const field = (label, id, input) => h('div', {class: 'field'},
    h('span', {}, h('label', {for: id}, label)), input);
  const latencyField = field('By', 'latency', latency);
  const give = h('button', {id: 'give', class: 'main', onclick: () => confirm()}, 'Cut…');
  const chosen = h('div', {});
  const said = h('ul', {class: 'said', role: 'status', id: 'said'});
  const orders = h('div', {});
  const form = h('div', {},
    field('Effect', 'kind', kind), latencyField, field('For', 'lasts', lasts),
    field('One way', 'oneway', [oneWay, h('span', {class: 'soft'}, 'only what A sends')]),
    h('div', {class: 'bar'}, give,
      h('button', {onclick: () => run('fix', body(false)), id: 'fix'}, 'Fix'),
      h('button', {class: 'plain', onclick: () => { sides.clear(); choose(null); }}, 'Clear')));
  const element = h('aside', {class: 'panel', 'aria-label': 'Cables'},
    h('section', {}, h('h2', {}, 'Cut or slow'), chosen, form, said),
    h('section', {}, h('h2', {}, 'In force'), orders));

  const of = (side) => [...sides].filter(([, it]) => it === side).map(([what]) => what);

  function body(withEffect) {
    const order = {left: of('A'), right: of('B')};
    if (!withEffect) return order;
    order.for = lasts.value;
    order.oneWay = oneWay.checked;
    if (kind.value === 'slow') order.latency = latency.value.trim();
    else order.treatment = kind.value;
    return order;
  }

  function confirm() {
    const order = body(true);
    const verb = kind.value === 'slow' ? 'Slow' : 'Cut';
    const time = TIMES.find(([value]) => value === order.for)[1];
    const sure = ask(`${verb} cables?`,
      `${verb} ${order.oneWay ? 'what goes from' : 'what is between'} ${order.left.join(', ')} `
      + `${order.oneWay ? 'to' : 'and'} ${order.right.join(', ')}, `
      + `${order.for === 'ever' ? 'until it is fixed' : 'for ' + time}. Nodes may lose each other.`,
      verb);
    sure.then((yes) => yes && run(verb.toLowerCase(), order));
  }

  /** Gives an order; asks for the token where the peer wants one. */
  async function run(verb, order_) {
    show(said, h('li', {class: 'soft'}, 'Asking all relays…'));
    let answer = await order(verb, order_);
    if (answer.status === 403 && /operator/.test(answer.body.error ?? '')) {
      const given = await askToken();
      if (given === null) {
        show(said, h('li', {}, 'Nothing was done.'));
        return;
      }
      setToken(given);
      answer = await order(verb, order_);
    }
    show(said, answer.ok
      ? [h('li', {}, {cut: 'Cut.', slow: 'Slowed.', fix: 'Fixed.'}[verb]),
        answer.body.remarks.map((it) => h('li', {class: 'soft'}, remark(it)))]
      : h('li', {class: 'alarm'}, 'Not done: ' + answer.body.error));
  }

  function update(parts) {
    if (parts.has('all')) {
      latencyField.hidden = kind.value !== 'slow';
      give.textContent = kind.value === 'slow' ? 'Slow…' : 'Cut…';
      const ready = of('A').length > 0 && of('B').length > 0;
      give.disabled = !ready;
      form.hidden = sides.size === 0;
      show(chosen, sides.size === 0
        ? h('p', {class: 'empty'}, 'Choose hosts or nodes in the map: once for side A, again for '
          + 'side B.')
        : ['A', 'B'].map((side) => h('div', {class: 'side'}, h('b', {}, side),
          of(side).length ? null : h('span', {class: 'soft'}, side === 'B'
            ? 'choose the other side: press twice' : 'choose one side: press once'),
          h('ul', {}, of(side).map((what) => h('li', {}, what,
            h('button', {class: 'plain', 'aria-label': `Take ${what} out`, onclick: () => {
              sides.delete(what);
              choose(null);
            }}, 'remove')))))));
    }
    if (parts.has('all') || parts.has('cables') || parts.has('time')) showOrders();
  }

  let last = '';

  function showOrders() {
    const {cuts, cables, silent, at} = mesh.cables;
    const left = (cut) => (cut.remainingMs === undefined ? 'until fixed'
      : `${duration(cut.remainingMs - (Date.now() - at))} left`);
    const text = JSON.stringify([cuts.map((cut) => [cut.low, cut.high, effectOf(cut), left(cut), cut.writer]),
      cables.length, silent]);
    if (text === last) return;
    last = text;
    show(orders,
      cuts.length === 0 && h('p', {class: 'empty'}, cables.length
        ? `Nothing: ${plural(cables.length, 'cable')}, all open.`
        : 'Nothing. No relay carries a cable now: connections of nodes go past the peers unless '
          + 'they are started with relay = module or all.'),
      cuts.length > 0 && [
        h('ul', {class: 'orders'}, cuts.map((cut) => h('li', {},
          h('span', {class: 'pair'},
            h('span', {class: isCut(cut.lowToHigh) || isCut(cut.highToLow) ? 'alarm' : ''},
              isCut(cut.lowToHigh) || isCut(cut.highToLow) ? '✂ ' : '◒ '),
            `${cut.low} — ${cut.high}`),
          h('button', {class: 'plain', id: `fix-${cut.low}-${cut.high}`,
            'aria-label': `Fix ${cut.low} and ${cut.high}`,
            onclick: () => run('fix', {left: [cut.low], right: [cut.high]})}, 'fix'),
          h('small', {}, `${effectOf(cut)}, ${left(cut)}, by ${cut.writer}`)))),
        h('div', {class: 'bar'}, h('button', {id: 'fixall', onclick: () => run('fix', {all: true})}, 'Fix all')),
      ],
      silent.length > 0 && h('p', {class: 'alarm'},
        `${plural(silent.length, 'peer')} did not tell which cables they have: ${silent.join(', ')}`));
  }

  return {element, update, close: () => {}};
}

function remark({kind, one, other}) {
  return {
    noCable: `No cable between ${one} and ${other} now; it holds for those to come.`,
    unattributed: `The cable from ${one} to ${other} has a source that could not be told.`,
    silent: `${one} did not say which cables it has.`,
  }[kind] ?? `${kind}: ${one} ${other}`;
}

function ask(title, text, yes, ...fields) {
  return new Promise((resolve) => {
    const close = (answer) => {
      dialog.close();
      dialog.remove();
      resolve(answer);
    };
    const dialog = h('dialog', {'aria-labelledby': 'asked', oncancel: () => close(false)},
      h('h2', {id: 'asked'}, title), h('p', {}, text), fields,
      h('div', {class: 'bar'},
        h('button', {onclick: () => close(false)}, 'Cancel'),
        h('button', {class: 'main', id: 'yes', onclick: () => close(true)}, yes)));
    document.body.append(dialog);
    dialog.showModal();
    dialog.querySelector('input')?.focus();
  });
}

async function askToken() {
  const input = h('input', {type: 'password', id: 'token', 'aria-label': 'Token', autocomplete: 'off',
    onkeydown: (event) => event.key === 'Enter' && document.getElementById('yes').click()});
  const yes = await ask('Operator’s token', 'This peer has an operator-file. Its token is kept in '
    + 'this page until it is closed, and nowhere else.', 'Go on', input);
  return yes ? input.value.trim() : null;
}

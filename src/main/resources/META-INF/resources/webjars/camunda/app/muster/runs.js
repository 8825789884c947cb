// All runs, also those that have ended: searched, filtered and paged by the server.
import { call, duration, el, field, fill, get, pager, parameters, query, runLink, runState, runWords, select, table, titled, when, note } from './ui.js';

const STATES = ['RUNNING', 'WAITING', 'FAILED', 'COMPLETED', 'REJECTED', 'ABORTED'];
const SIZE = 25;

const day = (text, plus) => {
  const date = new Date(text + 'T00:00:00');
  if (Number.isNaN(date.getTime())) {
    throw new Error(`'${text}' is no day.`);
  }
  date.setDate(date.getDate() + plus);
  return date.toISOString();
};

function go(chosen) {
  const hash = '#/muster-runs?' + query(chosen);
  if (location.hash === hash) {
    window.dispatchEvent(new HashChangeEvent('hashchange'));
  }
  location.hash = hash;
}

async function filters(chosen, signal) {
  const [runbooks, environments] = await Promise.all([get('/api/runbooks', signal), get('/api/environments', signal)]);
  const services = [...new Set(environments.flatMap(it => it.services))].sort();
  const text = el('input', { class: 'form-control', type: 'search', value: chosen.text ?? '', placeholder: 'reason, person, version …' });
  const controls = {
    text,
    state: select(STATES.map(it => [it, runWords(it)]), chosen.state, 'any'),
    runbook: select(runbooks.map(it => [it.id, it.title]), chosen.runbook, 'any'),
    service: select(services, chosen.service, 'any'),
    environment: select(environments.map(it => it.name), chosen.environment, 'any'),
    from: el('input', { class: 'form-control', type: 'date', value: chosen.from ?? '' }),
    to: el('input', { class: 'form-control', type: 'date', value: chosen.to ?? '' }),
  };
  const titles = { text: 'Search', state: 'State', runbook: 'Runbook', service: 'Service', environment: 'Environment', from: 'From day', to: 'To day' };
  return el('form', { class: 'muster-filters', role: 'search', onsubmit: event => {
    event.preventDefault();
    go(Object.fromEntries(Object.entries(controls).map(([name, control]) => [name, control.value])));
  } },
  Object.entries(controls).map(([name, control]) => field(titles[name], control)),
  el('button', { class: 'btn btn-primary', type: 'submit' }, 'Search'),
  el('a', { class: 'btn btn-default', href: '#/muster-runs' }, 'Clear'));
}

const columns = [
  ['State', run => runState(run.state, run.outcome)],
  ['Run', run => [runLink(run.id, titled(run.runbook)), el('br'), el('span', { class: 'muster-quiet' }, run.reason ?? '')]],
  ['Service', run => [run.service ?? '–', run.serviceVersion ? ' ' + run.serviceVersion : '', el('br'), el('span', { class: 'muster-quiet' }, run.environment ?? '')]],
  ['Started', run => [when(run.startedAt), el('br'), run.startedBy ? 'by ' + run.startedBy : '']],
  ['Took', run => run.endedAt ? duration(new Date(run.endedAt) - new Date(run.startedAt)) : '…'],
  ['Now, or outcome', run => run.endedAt ? titled(run.outcome ?? '–') : (run.current ?? []).join(', ')],
];

export function runsPage(node, signal) {
  const chosen = parameters();
  const offset = Number(chosen.offset ?? 0);
  const bar = el('div');
  const list = el('div', { id: 'muster-runs', 'aria-live': 'polite' });
  node.replaceChildren(el('div', { class: 'muster-page' },
    el('h1', {}, 'Runs'), bar, list));
  fill(bar, () => filters(chosen, signal));
  fill(list, async () => {
    const answer = await call('/api/runs?' + query({ ...chosen, outermost: 'true', limit: SIZE, offset,
      from: chosen.from && day(chosen.from, 0), to: chosen.to && day(chosen.to, 1) }), { signal });
    const total = Number(answer.headers.get('X-Total-Count'));
    const runs = await answer.json();
    return total
      ? [table('Runs', columns, runs), pager(total, SIZE, offset, to => go({ ...chosen, offset: to || '' }))]
      : note('plain', Object.keys(chosen).length ? 'No run is like that.' : ['There is no run yet. ', el('a', { href: '#/muster-start' }, 'Start a runbook…')]);
  });
}

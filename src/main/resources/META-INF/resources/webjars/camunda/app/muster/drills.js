// Drills: what is due, what runs, what was measured against the targets, and how that went over time.
import { bytes, call, duration, el, fill, pager, period, query, runLink, runState, seconds, services, state, table, titled, watchList, when } from './ui.js';
import { trend } from './chart.js';

const units = { SECONDS: value => duration(Math.round(value * 1000)), PERCENT: value => value + ' %', BYTES: bytes };
const given = value => value !== null && value !== undefined;
const said = (value, unit) => given(value) ? (units[unit] ?? (it => `${it} ${String(unit ?? '').toLowerCase()}`))(Number(value)) : '–';
const SIZE = 25;
const TRENDS = 5;
const SOON = 'P7D';

const measures = drill => (drill.measures ?? []).map(it => el('div', {},
  `${it.name}: ${said(it.value, it.unit)}`, given(it.target) ? ` of ${said(it.target, it.unit)}` : '',
  it.grade ? el('strong', {}, ' ' + it.grade.toLowerCase()) : ''));

const due = rows => table('Services whose recovery must be proven', [
  ['State', it => it.overdue ? state('OVERDUE') : 'due soon'],
  ['Service', it => it.id], ['Environment', it => it.environment],
  ['Due', it => when(it.dueAt, 'since it is asked for')],
  ['Last proven', it => when(it.lastProvenRecovery, 'never')],
  ['Targets', it => `RTO ${period(it.rto?.target)}, RPO ${period(it.rpo?.target)}`],
  ['', it => el('a', { href: '#/muster-start?' + query({ drill: 'yes', service: it.id, environment: it.environment }), 'aria-label': 'Start a drill of ' + it.id }, 'Start a drill…')],
], rows);

function list(drills) {
  return table('Drills', [
    ['State', it => it.runState === 'FAILED' || it.runState === 'WAITING' ? runState(it.runState) : state(it.state)],
    ['Drill', it => runLink(it.run, titled(it.kind.toLowerCase().replace('_', '-')))],
    ['Service', it => [it.service ?? '–', ' ', it.version ?? '', el('br'), el('span', { class: 'muster-quiet' }, it.environment ?? '')]],
    ['Started', it => when(it.startedAt)],
    ['Took', it => it.endedAt ? duration(new Date(it.endedAt) - new Date(it.startedAt)) : '…'],
    ['Measured', measures],
    ['Result, or current step', it => it.result ?? (it.current?.join(', ') || '…')],
  ], drills, 'No drill has been run here yet.');
}

const MEASURED = { rto: 'RTO', rpo: 'RPO', restoreTime: 'restore time' };

/** What a service's drills that passed measured. */
function charts(service) {
  const words = value => said(value, 'SECONDS');
  return Object.keys(MEASURED).map(name => {
    const points = (service.trend ?? []).map(it => ({ at: it.at, value: seconds(it[name]), target: seconds(service[name]?.target) })).filter(it => it.value !== null);
    const title = `${service.id} (${service.environment}): ${MEASURED[name]}`;
    return points.length ? el('figure', {}, el('figcaption', {}, el('strong', {}, title)), trend(title, points, words)) : null;
  }).filter(Boolean);
}

export function drillsPage(node, signal) {
  const ran = el('div', { id: 'muster-drills' });
  node.replaceChildren(el('div', { class: 'muster-page' },
    el('h1', {}, 'Drills'),
    el('div', { class: 'muster-actions' }, el('a', { class: 'btn btn-primary', href: '#/muster-start?drill=yes' }, 'Start a drill…')),
    el('h2', {}, 'Due'),
    services({ dueWithin: SOON, sort: 'due', trend: false }, SIZE, due, 'No service is due within a week.', signal),
    el('h2', {}, 'Running and past'), ran,
    el('h2', {}, 'Trend'),
    services({ measured: true, sort: 'name' }, TRENDS, rows => rows.flatMap(charts), 'No drill that passed has measured anything yet.', signal)));
  let shownFrom = 0;
  const show = offset => fill(ran, async () => {
    shownFrom = offset;
    const answer = await call(`/api/drills?limit=${SIZE}&offset=${offset}`, { signal });
    const total = Number(answer.headers.get('X-Total-Count'));
    return [list(await answer.json()), total > SIZE ? pager(total, SIZE, offset, turn) : null];
  });
  // The button that was pressed is drawn anew: the focus goes to what it brought.
  const turn = offset => show(offset).then(() => ran.querySelector('[tabindex]')?.focus());
  watchList(ran, () => show(shownFrom), signal);
}

// Drills: what is due, what runs, what was measured against the targets, and how that went over time.
import { ago, duration, el, fill, get, note, period, query, runLink, state, table, titled, when } from './ui.js';
import { trend } from './chart.js';

const units = { s: value => duration(Math.round(value * 1000)), ms: duration };
const said = (value, unit) => value === null || value === undefined ? '–' : (units[unit] ?? (it => `${Math.round(it * 100) / 100}${unit ? ' ' + unit : ''}`))(Number(value));

const measures = drill => (drill.measures ?? []).map(it => el('div', {},
  `${it.name}: ${said(it.value, it.unit)}`, it.target === null || it.target === undefined ? '' : ` of ${said(it.target, it.unit)}`,
  it.grade ? el('strong', {}, ' ' + String(it.grade).toLowerCase()) : ''));

function due(services) {
  const now = Date.now();
  const waiting = services.filter(it => it.dueAt ? new Date(it.dueAt) <= now + 7 * 86400000 : !it.lastProvenRecovery)
    .sort((a, b) => (a.dueAt ?? '').localeCompare(b.dueAt ?? ''));
  return [
    el('h2', {}, 'Due'),
    table('Services whose recovery must be proven', [
      ['State', it => it.dueAt && new Date(it.dueAt) <= now ? state('OVERDUE') : it.dueAt ? 'due ' + ago(it.dueAt) : 'never proven'],
      ['Service', it => it.id], ['Environment', it => it.environment],
      ['Last proven', it => when(it.lastProvenRecovery, 'never')],
      ['Targets', it => `RTO ${period(it.rto?.target)}, RPO ${period(it.rpo?.target)}`],
      ['', it => el('a', { href: '#/muster-start?' + query({ service: it.id, environment: it.environment }), 'aria-label': 'Start a drill of ' + it.id }, 'Start a drill…')],
    ], waiting, 'No service is due.'),
  ];
}

function list(drills) {
  return table('Drills', [
    ['State', it => state(it.state ?? 'OPEN')],
    ['Drill', it => runLink(it.run ?? it.id, titled(it.kind ?? 'drill'))],
    ['Service', it => [it.service ?? '–', ' ', el('span', { class: 'muster-quiet' }, it.environment ?? '')]],
    ['Started', it => when(it.startedAt)],
    ['Took', it => it.endedAt ? duration(new Date(it.endedAt) - new Date(it.startedAt)) : '…'],
    ['Measured', measures],
    ['Result', it => it.result ?? '–'],
  ], drills, 'No drill has been run yet.');
}

/** A chart for each service and measure that was taken in drills. */
function charts(drills) {
  const series = new Map();
  for (const drill of [...drills].filter(it => it.startedAt).sort((a, b) => a.startedAt.localeCompare(b.startedAt))) {
    for (const measure of (drill.measures ?? []).filter(it => it.value !== null && it.value !== undefined)) {
      const key = [drill.environment, drill.service, measure.name].join(' ');
      series.set(key, [...(series.get(key) ?? []), { at: drill.startedAt, value: Number(measure.value),
        target: measure.target === null || measure.target === undefined ? null : Number(measure.target), unit: measure.unit, drill, name: measure.name }]);
    }
  }
  return [...series.values()].map(points => el('figure', {},
    el('figcaption', {}, el('strong', {}, `${points[0].drill.service ?? 'all'} (${points[0].drill.environment}): ${points[0].name}`)),
    trend(points[0].name + ' of ' + points[0].drill.service, points, value => said(value, points[0].unit))));
}

export function drillsPage(node, signal) {
  const [needed, ran, trends] = [el('div'), el('div'), el('div')];
  node.replaceChildren(el('div', { class: 'muster-page' },
    el('h1', {}, 'Drills'),
    el('div', { class: 'muster-actions' }, el('a', { class: 'btn btn-primary', href: '#/muster-start' }, 'Start a runbook…')),
    needed, el('h2', {}, 'Running and past'), ran, el('h2', {}, 'Trend'), trends));
  fill(needed, async () => due(await get('/api/services', signal)));
  fill(ran, async () => {
    try {
      const drills = await get('/api/drills', signal);
      const drawn = charts(drills);
      trends.replaceChildren(...(drawn.length ? drawn : [el('p', { class: 'muster-quiet' }, 'Nothing was measured yet.')]));
      return list(drills);
    } catch (error) {
      if (error.status === 404) {
        return note('plain', 'This server records no drills.');
      }
      throw error;
    }
  });
}

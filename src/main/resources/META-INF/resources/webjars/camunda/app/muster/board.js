// The readiness board: each service with what is known of it; what is wrong comes first.
import { el, fill, get, watchList, period, query, services, state, table, when } from './ui.js';

const SIZE = 20;

/** What is measured beside its target; a dash where nothing is asked. */
const against = objective => (objective?.measured ? `${period(objective.measured)}${objective.target ? ' of ' + period(objective.target) : ''}`
  : objective?.target ? [el('span', { class: 'muster-quiet' }, 'not measured'), el('br'), 'target ' + period(objective.target)] : '–');

/** Nothing wrong is not the same as known to be well. */
function summary(all) {
  const some = (count, one, many) => (count ? [`${count} ${count === 1 ? one : many}`] : []);
  const unknown = [
    ...some(all.neverDeployed, 'was never deployed by Muster', 'were never deployed by Muster'),
    ...some(all.withoutBackup, 'has no verified backup', 'have no verified backup'),
    ...some(all.withoutProof, 'has no proof of recovery', 'have no proof of recovery'),
  ];
  return [
    el('p', { role: 'status' }, all.attention ? `${all.attention} of ${all.services} services ${all.attention === 1 ? 'needs' : 'need'} attention.`
      : `${all.services} services; nothing that the inventory asks for is missing now.`),
    unknown.length ? el('p', { class: 'muster-quiet', id: 'muster-board-unknown' }, unknown.join('; ') + '.') : null,
  ];
}

const columns = [
  ['Service', it => [el('strong', {}, it.id), el('br'), el('span', { class: 'muster-quiet' }, it.environment)]],
  ['State', it => [it.state === 'UNKNOWN' && !it.version ? el('span', { class: 'muster-quiet' }, 'never deployed') : state(it.state), el('div', {}, it.wrong.filter(word => word !== it.state.toLowerCase()).join(', '))]],
  ['Class', it => it.class],
  ['Version', it => it.version ?? '–'],
  ['Last verified backup', it => when(it.lastBackup, 'never')],
  ['Recovery proven', it => [when(it.lastProvenRecovery, 'never'), it.dueAt ? el('div', { class: 'muster-quiet' }, 'due ', when(it.dueAt)) : null]],
  ['RTO', it => against(it.rto)],
  ['RPO', it => against(it.rpo)],
  ['', it => it.openDecisions
    ? el('a', { href: '#/muster-runs?' + query({ state: 'FAILED', service: it.id, environment: it.environment }), 'aria-label': 'Open decisions of ' + it.id }, 'Decide…')
    : el('a', { href: '#/muster-start?' + query({ service: it.id, environment: it.environment }), 'aria-label': 'Start a runbook for ' + it.id }, 'Start…')],
];

export function board(node, signal) {
  const counts = el('div');
  node.replaceChildren(el('section', { class: 'muster-board', 'aria-label': 'Readiness' }, el('h2', {}, 'Readiness'), el('div', { id: 'muster-board' },
    counts, services({ sort: 'wrong', trend: false }, SIZE, rows => table('Readiness of services', columns, rows), 'The inventory has no services.', signal))));
  watchList(counts, () => fill(counts, async () => summary(await get('/api/services/summary', signal))), signal);
}

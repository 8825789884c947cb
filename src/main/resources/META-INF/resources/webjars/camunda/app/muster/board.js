// The readiness board: each service with what is known of it; what is wrong comes first.
import { el, fill, get, paged, period, query, state, table, when } from './ui.js';

const SIZE = 20;
const BAD = ['UNHEALTHY', 'STOPPED'];

function judge(service, open) {
  const wrong = [];
  if (BAD.includes(service.state)) {
    wrong.push(service.state.toLowerCase());
  }
  if (open) {
    wrong.push(open === 1 ? 'a decision is open' : open + ' decisions are open');
  }
  if (service.overdue) {
    wrong.push(service.lastProvenRecovery ? 'recovery proof is overdue' : 'recovery was never proven');
  }
  if (service.backupOverdue) {
    wrong.push(service.lastBackup ? 'backup is overdue' : 'there is no verified backup');
  }
  if (service.restoreTests?.failed) {
    wrong.push('the last restore test failed');
  } else if (service.restoreTests?.overdue) {
    wrong.push('restore test is overdue');
  }
  if (service.qualificationFailed) {
    wrong.push('the last qualification failed');
  }
  const retired = service.state === 'RETIRED';
  const rank = BAD.includes(service.state) ? 0 : open ? 1 : wrong.length ? 2 : retired ? 5 : !service.lastProvenRecovery ? 3 : 4;
  return { ...service, open, wrong, rank };
}

async function services(signal) {
  const [all, failed] = await Promise.all([get('/api/services?trend=false', signal), get('/api/runs?' + query({ state: 'FAILED', limit: 500, outermost: true }), signal)]);
  const open = new Map();
  failed.forEach(run => open.set(run.environment + '/' + run.service, (open.get(run.environment + '/' + run.service) ?? 0) + 1));
  return all.map(it => judge(it, open.get(it.environment + '/' + it.id) ?? 0))
    .sort((a, b) => a.rank - b.rank || a.environment.localeCompare(b.environment) || a.id.localeCompare(b.id));
}

/** What is measured beside its target; a dash where nothing is asked. */
const against = objective => (objective?.measured ? `${period(objective.measured)}${objective.target ? ' of ' + period(objective.target) : ''}`
  : objective?.target ? [el('span', { class: 'muster-quiet' }, 'not measured'), el('br'), 'target ' + period(objective.target)] : '–');

/** Nothing wrong is not the same as known to be well. */
function summary(all) {
  const some = (list, one, many) => (list.length ? [`${list.length} ${list.length === 1 ? one : many}`] : []);
  const deployed = all.filter(it => it.version && it.state !== 'RETIRED');
  const unknown = [
    ...some(all.filter(it => !it.version && it.state !== 'RETIRED'), 'was never deployed by Muster', 'were never deployed by Muster'),
    ...some(deployed.filter(it => !it.lastBackup), 'has no verified backup', 'have no verified backup'),
    ...some(deployed.filter(it => !it.lastProvenRecovery), 'has no proof of recovery', 'have no proof of recovery'),
  ];
  const wrong = all.filter(it => it.wrong.length).length;
  return [
    el('p', { role: 'status' }, wrong ? `${wrong} of ${all.length} services ${wrong === 1 ? 'needs' : 'need'} attention.`
      : `${all.length} services; nothing that the inventory asks for is missing now.`),
    unknown.length ? el('p', { class: 'muster-quiet', id: 'muster-board-unknown' }, unknown.join('; ') + '.') : '',
  ];
}

const columns = [
  ['Service', it => [el('strong', {}, it.id), el('br'), el('span', { class: 'muster-quiet' }, it.environment)]],
  ['State', it => [it.state === 'UNKNOWN' && !it.version ? el('span', { class: 'muster-quiet' }, 'never deployed') : state(it.state), it.wrong.length ? el('div', {}, it.wrong.join(', ')) : null]],
  ['Class', it => it.class],
  ['Version', it => it.version ?? '–'],
  ['Last verified backup', it => when(it.lastBackup, 'never')],
  ['Recovery proven', it => [when(it.lastProvenRecovery, 'never'), it.dueAt ? el('div', { class: 'muster-quiet' }, 'due ', when(it.dueAt)) : null]],
  ['RTO', it => against(it.rto)],
  ['RPO', it => against(it.rpo)],
  ['', it => it.open
    ? el('a', { href: '#/muster-runs?' + query({ state: 'FAILED', service: it.id, environment: it.environment }), 'aria-label': 'Open decisions of ' + it.id }, 'Decide…')
    : el('a', { href: '#/muster-start?' + query({ service: it.id, environment: it.environment }), 'aria-label': 'Start a runbook for ' + it.id }, 'Start…')],
];

export function board(node, signal) {
  const list = el('div', { id: 'muster-board' });
  node.replaceChildren(el('section', { class: 'muster-board', 'aria-label': 'Readiness' }, el('h2', {}, 'Readiness'), list));
  fill(list, async () => {
    const all = await services(signal);
    return [...summary(all), paged(all, SIZE, it => it.environment + '/' + it.id, 'Find a service',
      rows => table('Readiness of services', columns, rows, all.length ? 'No service is called so.' : 'The inventory has no services.'))];
  });
}

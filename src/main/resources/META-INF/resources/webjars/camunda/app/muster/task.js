// Beside a task in Tasklist: whether one may decide it, what was found so far, what will happen, and who is involved.
import { appRoot, el, fill, get, note, period, query, runLink, runState, state, table, titled, when } from './ui.js';
import { documents, people } from './run.js';
import { Steps } from './steps.js';

const BUTTONS = ['.task-card button.claim', '.task-card .tabbed-content button.btn-primary'];

/** A drill that is due is started where everything about it is shown; the task goes by itself then. */
function startDrill(task) {
  const to = runbook => `${appRoot}/app/cockpit/default/#/muster-start/${runbook}?` + query({ environment: task.environment, service: task.service });
  return el('div', { class: 'muster', id: 'muster-due-drill' }, note('ask',
    el('strong', {}, `Start a drill of ${task.service} in ${task.environment}. `), 'This task goes when it is started.',
    el('div', { class: 'muster-actions' },
      task.testProves ? el('a', { class: 'btn btn-primary', href: to('restore-test') }, 'Restore test…') : null,
      el('a', { class: task.testProves ? 'btn btn-default' : 'btn btn-primary', href: to('service-qualification') }, 'Service qualification…')),
    el('p', { class: 'muster-quiet' }, task.testProves ? 'A restore test restores beside the service and does not touch it; a qualification destroys it and brings it back.'
      : 'It destroys the service and brings it back. Restore tests of this service have a schedule of their own, and do not prove that.')));
}

/** Keeps the buttons off that the server would refuse, and what is to be said above the form, also when the page draws them anew. */
function above(said, buttons, why, signal) {
  const apply = () => {
    document.querySelectorAll(buttons.join(', ')).forEach(button => {
      if (!button.disabled) {
        button.disabled = true;
        button.title = why;
      }
    });
    const place = document.querySelector('.task-card .tabbed-content');
    if (place && place.previousElementSibling !== said) {
      place.before(said);
    }
  };
  const observer = new MutationObserver(apply);
  observer.observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ['disabled'] });
  signal.addEventListener('abort', () => {
    observer.disconnect();
    said.remove();
  });
  apply();
}

/** Watches which task is shown; for one that is not the user's to decide, says so and keeps its buttons off. */
export function guard(scope, signal) {
  let shown = new AbortController();
  signal.addEventListener('abort', () => shown.abort());
  scope.$watch('task.id', id => {
    shown.abort();
    shown = new AbortController();
    const ending = shown.signal;
    if (id) {
      get('/api/tasks/' + encodeURIComponent(id), ending)
        .then(task => {
          if (ending.aborted) {
            return;
          }
          if (task.kind === 'DUE_DRILL') {
            above(startDrill(task), ['.task-card .tabbed-content button.btn-primary'], 'It goes when the drill is started', ending);
          } else if (task.whyNot) {
            above(el('div', { class: 'muster', id: 'muster-not-yours' }, note('ask', el('strong', {}, 'Not for you to decide. '), task.whyNot)),
              BUTTONS, task.whyNot, ending);
          }
        })
        .catch(() => {
          // The server checks again when it is decided.
        });
    }
  });
}

function ahead(run, runbook) {
  const done = new Set(run.steps.filter(step => step.id && step.state !== 'FAILED').map(step => step.activity));
  const left = runbook.changes.filter(it => it.runbook !== runbook.id || !done.has(it.activity));
  return [
    el('h2', {}, 'What will happen'),
    el('p', { class: 'muster-quiet' }, 'In this order, each as far as it is needed; the form says what is planned.'),
    runbook.destroys ? note('bad', el('strong', {}, 'What cannot be had back'), '\n', runbook.destroys) : null,
    left.length ? el('ol', { id: 'muster-task-ahead' }, left.map(it => el('li', {}, it.title, ' ', el('span', { class: 'muster-quiet' }, it.step))))
      : el('p', {}, 'Nothing more is changed.'),
  ];
}

function difference(run, service) {
  if (!service) {
    return null;
  }
  return [
    el('h2', {}, 'Difference to what runs now'),
    table('Difference', [
      ['What', it => el('strong', {}, it[0])], ['Now', it => it[1]], ['This run', it => it[2]],
    ], [
      ['Version', service.version ?? 'none that Muster deployed', run.serviceVersion ?? 'not changed by its start'],
      ['State', state(service.state), el('span', { class: 'muster-quiet' }, 'seen ', when(service.stateAt, 'never'))],
      ['Last verified backup', when(service.lastBackup, 'never'), '–'],
    ]),
  ];
}

const involved = (run, task) => el('dl', { class: 'muster-facts' },
  el('dt', {}, 'Started by'), el('dd', {}, run.startedBy ?? '–', ', ', when(run.startedAt)),
  run.reason ? [el('dt', {}, 'Reason'), el('dd', {}, run.reason)] : null,
  el('dt', {}, 'Asked'), el('dd', {}, task.groups.join(', ') || '–', ', since ', when(task.since)),
  task.assignee ? [el('dt', {}, 'Claimed by'), el('dd', {}, task.assignee)] : null,
  el('dt', {}, 'Run'), el('dd', {}, runLink(run.id, `${titled(run.runbook)} in Cockpit`), ' ', runState(run.state)));

/** What is known of the service whose recovery must be proven. */
async function dueDrill(task, signal) {
  const chosen = { environment: task.environment, service: task.service };
  const [services, drills] = await Promise.all([
    get('/api/services?' + query({ ...chosen, trend: false }), signal),
    get('/api/drills?' + query({ ...chosen, limit: 10 }), signal),
  ]);
  const service = services.find(it => it.id === task.service);
  return el('div', { class: 'muster-evidence' },
    service ? el('dl', { class: 'muster-facts' },
      el('dt', {}, 'Service'), el('dd', {}, `${service.id} in ${service.environment}, ${service.version ?? 'nothing deployed'} `, state(service.state)),
      el('dt', {}, 'Due'), el('dd', {}, when(service.dueAt, 'since it is asked for')),
      el('dt', {}, 'Recovery proven'), el('dd', {}, when(service.lastProvenRecovery, 'never')),
      el('dt', {}, 'Last verified backup'), el('dd', {}, when(service.lastBackup, 'never')),
      el('dt', {}, 'Targets'), el('dd', {}, `RTO ${period(service.rto?.target)}, RPO ${period(service.rpo?.target)}`)) : note('bad', 'The inventory has this service no more.'),
    el('h2', {}, 'Its drills so far'),
    table('Drills', [
      ['State', it => state(it.state)], ['Drill', it => runLink(it.run, titled(it.kind.toLowerCase().replace('_', '-')))],
      ['Started', it => when(it.startedAt)], ['Result', it => it.result ?? '…'],
    ], drills, 'None yet.'));
}

export function evidence(node, taskId, signal) {
  fill(node, async () => {
    const task = await get('/api/tasks/' + encodeURIComponent(taskId), signal);
    if (task.kind === 'DUE_DRILL') {
      return dueDrill(task, signal);
    }
    if (!task.run) {
      return note('plain', 'This task belongs to no run.');
    }
    const run = await get('/api/runs/' + encodeURIComponent(task.root), signal);
    const [runbook, services] = await Promise.all([
      get('/api/runbooks/' + encodeURIComponent(run.runbook), signal),
      run.environment && run.service ? get('/api/services?' + query({ environment: run.environment, service: run.service, trend: false }), signal).catch(() => []) : [],
    ]);
    const steps = new Steps(signal);
    steps.show(run);
    const files = documents(run, signal);
    return el('div', { class: 'muster-evidence' },
      involved(run, task),
      ahead(run, runbook),
      difference(run, services.find(it => it.id === run.service)),
      el('h2', {}, 'What was checked and found so far'), steps.node,
      people(run),
      el('h2', {}, 'Documents'), files.length ? files : el('p', { class: 'muster-quiet' }, 'None so far.'));
  });
}

// Muster's pages in Cockpit; each is a module of its own below /camunda/app/muster/.
import { el, plugin } from '../../muster/ui.js';
import { board } from '../../muster/board.js';
import { drillsPage } from '../../muster/drills.js';
import { runPage, showRun } from '../../muster/run.js';
import { runsPage } from '../../muster/runs.js';
import { startPage } from '../../muster/start.js';

/** A page of its own: it has a title, and where the focus was lost with the page before, it is at its heading. */
function page(node, draw, signal) {
  const arrived = new MutationObserver(() => {
    const heading = node.querySelector('h1');
    if (heading) {
      arrived.disconnect();
      // Without the state, which changes.
      const title = [...heading.childNodes].filter(it => it.nodeType === Node.TEXT_NODE).map(it => it.data).join('').trim();
      document.title = `${title} | Camunda Cockpit`;
      if (!document.activeElement || document.activeElement === document.body) {
        heading.setAttribute('tabindex', '-1');
        heading.focus({ preventScroll: true });
      }
    }
  });
  arrived.observe(node, { childList: true, subtree: true });
  signal.addEventListener('abort', () => arrived.disconnect());
  draw(node, signal);
}

const route = (id, path, draw) => plugin(id, 'cockpit.route', { path }, (node, context, signal) => page(node, draw, signal));

const link = (id, text, active, priority) => plugin(id + '-link', 'cockpit.navigation',
  { path: '#/' + id, checkActive: url => active.test(url) },
  node => {
    node.classList.remove('muster');
    node.replaceChildren(el('a', { href: '#/' + id }, text));
  }, priority);

export default [
  link('muster-runs', 'Runs', /#\/muster-runs?\b/, 500),
  link('muster-drills', 'Drills', /#\/muster-drills\b/, 490),
  route('muster-runs', '/muster-runs', runsPage),
  route('muster-run', '/muster-run/:id', runPage),
  route('muster-drills', '/muster-drills', drillsPage),
  route('muster-start', '/muster-start', startPage),
  route('muster-start-runbook', '/muster-start/:id', startPage),
  plugin('muster-board', 'cockpit.dashboard', { label: 'Readiness' }, (node, context, signal) => board(node, signal), 1000),
  plugin('muster-process-start', 'cockpit.processDefinition.runtime.action', { label: 'Start' },
    (node, { processDefinitionId }) => node.replaceChildren(el('a', { class: 'btn btn-default', id: 'muster-process-start',
      href: '#/muster-start/' + encodeURIComponent(processDefinitionId.split(':')[0]), title: 'Start a run of this runbook',
      'aria-label': 'Start a run of this runbook' }, el('span', { class: 'glyphicon glyphicon-play', 'aria-hidden': 'true' })))),
  plugin('muster-instance-run', 'cockpit.processInstance.runtime.tab', { label: 'Run' },
    (node, { processInstanceId }, signal) => showRun(node, processInstanceId, signal, { compact: true }), 100),
];

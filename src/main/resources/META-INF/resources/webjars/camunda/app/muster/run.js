// One run, whether it goes on or has ended.
import { arrange, call, duration, el, fill, get, note, plain, problem, runLink, runState, table, taskLink, titled, watch, when } from './ui.js';
import { lookAt, runDiagram } from './diagram.js';
import { markdown } from './markdown.js';
import { Steps } from './steps.js';

const LOOK_MS = 3000;

const title = run => [[titled(run.runbook), run.service, run.serviceVersion].filter(Boolean).join(' '), ' ', runState(run.state, run.outcome)];

function head(run) {
  return [
    el('dl', { class: 'muster-facts' },
      el('dt', {}, 'Started'), el('dd', {}, when(run.startedAt), run.startedBy ? ' by ' + run.startedBy : ''),
      run.endedAt ? [el('dt', {}, 'Ended'), el('dd', {}, when(run.endedAt), ', after ' + duration(new Date(run.endedAt) - new Date(run.startedAt)))] : null,
      run.outcome ? [el('dt', {}, 'Outcome'), el('dd', {}, titled(run.outcome))] : null,
      run.environment ? [el('dt', {}, 'Environment'), el('dd', {}, run.environment)] : null,
      run.reason ? [el('dt', {}, 'Reason'), el('dd', {}, run.reason)] : null,
      el('dt', {}, 'Diagram'), el('dd', {}, `${run.runbook}, version ${run.version}`),
      run.parent ? [el('dt', {}, 'Called by'), el('dd', {}, runLink(run.parent, 'the run that called it'))] : null),
  ];
}

function waits(run) {
  const title = activity => run.steps?.find(step => step.activity === activity)?.title ?? activity;
  return [
    (run.problems ?? []).map(it => note('bad', el('strong', {}, 'Failed and not settled: ' + title(it.activity)), '\n', plain(it.message))),
    (run.tasks ?? []).map(task => note('ask', el('strong', {}, 'Waits for a person: '), taskLink(task.id, task.title), ', since ', when(task.since),
      task.assignee ? ', with ' + task.assignee : task.groups?.length ? ', for ' + task.groups.join(', ') : '')),
    (run.waitsFor ?? []).map(it => note('ask', `Waits for the lock on ${it.target}, held by `, runLink(it.run, it.runbook ?? it.run),
      it.startedBy ? ' of ' + it.startedBy : '')),
  ];
}

export function people(run) {
  const decided = (run.decisions ?? []).filter(it => !it.open);
  return [
    el('h2', {}, 'Approvals and decisions'),
    table('Approvals', [
      ['Asked', it => it.title ?? it.task],
      ['Answer', it => el('strong', {}, it.approved ? 'approved' : 'rejected')],
      ['Who', it => it.by + (it.self ? ' (who had started the run)' : '')],
      ['When', it => when(it.at)],
      ['Why', it => it.comment || '–'],
    ], run.approvals ?? [], 'Nobody has approved or rejected anything.'),
    decided.length ? el('h3', {}, 'About failed steps') : null,
    decided.length ? table('Decisions about failed steps', [
      ['Failed step', it => it.title],
      ['Error', it => it.reason],
      ['Decision', it => el('strong', {}, it.choice.toLowerCase().replace('_', ' '))],
      ['Who', it => it.by ?? '–'],
      ['When', it => when(it.at)],
      ['Why', it => it.why || '–'],
    ], decided) : null,
  ];
}

/** `made`: those that were drawn before, by address; one that is open stays so, also where it was written again. */
export function documents(run, signal, made = new Map()) {
  return (run.documents ?? []).map(document => {
    const known = made.get(document.url);
    if (known?.at === document.at) {
      return known.details;
    }
    const content = el('div');
    const details = el('details', { open: known?.details.open, ontoggle: event => {
      if (event.target.open && !content.hasChildNodes()) {
        fill(content, async () => {
          const text = await (await call(document.url, { headers: { Accept: '*/*' }, signal })).text();
          return document.mediaType.startsWith('text/markdown') ? markdown(text) : el('pre', {}, text);
        });
      }
    } }, el('summary', {}, document.name, ' ', el('span', { class: 'muster-quiet' }, when(document.at))), content);
    made.set(document.url, { at: document.at, details });
    return details;
  });
}

/** Everything of the run as one file; Angular leaves links alone that name their target. */
function evidence(id) {
  return el('section', { id: 'muster-run-evidence' }, el('h2', {}, 'Evidence'),
    el('p', {}, el('a', { href: `/api/runs/${encodeURIComponent(id)}/evidence`, download: '', target: '_self' }, 'Evidence…')),
    el('p', { class: 'muster-quiet' }, 'All of this and the audit chain as one zip, to be verified without Muster. That you took it is recorded.'));
}

/** Draws a run into a node and keeps it current until `signal` aborts. */
export function showRun(node, id, signal, { compact = false } = {}) {
  const parts = Object.fromEntries(['lost', 'head', 'waits', 'people', 'documents'].map(name => [name, el('div', { id: 'muster-run-' + name })]));
  const diagram = el('div', { class: 'muster-diagram', id: 'muster-run-diagram', tabindex: '0', role: 'region', 'aria-label': 'Diagram with the path taken' });
  const steps = new Steps(signal);
  steps.node.id = 'muster-run-steps';
  parts.waits.setAttribute('aria-live', 'polite');
  node.replaceChildren(el('div', { class: compact ? '' : 'muster-page' },
    parts.lost, parts.head, parts.waits, compact ? null : [el('h2', {}, 'Diagram'), diagram], el('h2', {}, 'Steps'), steps.node, parts.people,
    el('h2', {}, 'Documents'), parts.documents, compact ? null : evidence(id)));
  // The heading stays, for it may be focused.
  const heading = el('h1');
  const facts = el('div');
  const drawn = new Map();
  const files = new Map();
  // A part is drawn anew only when what it shows has changed: links in it may be focused.
  const redraw = (part, shown, draw) => {
    const sign = JSON.stringify(shown);
    if (drawn.get(part) !== sign) {
      drawn.set(part, sign);
      arrange(part, [draw()].flat(Infinity).filter(Boolean).map(it => it instanceof Node ? it : document.createTextNode(it)));
    }
  };
  const show = run => {
    redraw(heading, [run.runbook, run.service, run.serviceVersion, run.state, run.outcome], () => title(run));
    redraw(facts, { ...run, steps: null, called: null, tasks: null, current: null, documents: null }, () => head(run));
    arrange(parts.head, [heading, facts]);
    redraw(parts.waits, [run.problems, run.tasks, run.waitsFor], () => waits(run));
    redraw(parts.people, [run.approvals, run.decisions], () => people(run));
    redraw(parts.documents, run.documents ?? [], () => {
      const list = documents(run, signal, files);
      return list.length ? list : el('p', { class: 'muster-quiet' }, 'It has written none.');
    });
    steps.show(run);
  };
  let seen = '';
  let looked = '';
  const place = () => `${diagram.scrollLeft} ${diagram.scrollTop}`;
  const draw = async run => {
    const svg = await runDiagram(id, await get(`/api/runs/${encodeURIComponent(id)}/path`, signal), run.steps.filter(step => step.run === id), signal);
    const before = place();
    diagram.replaceChildren(svg);
    // Who has scrolled it looks at something.
    if (!looked || before === looked) {
      lookAt(diagram);
      looked = place();
    }
  };
  return watch(async () => {
    try {
      const run = await get('/api/runs/' + encodeURIComponent(id), signal);
      const sign = JSON.stringify(run);
      if (sign !== seen) {
        show(run);
        if (!compact) {
          await draw(run).catch(error => {
            // What will pass: it is looked at again.
            if (!error.status || error.status === 401) {
              throw error;
            }
            diagram.replaceChildren(problem(error));
          });
        }
        seen = sign;
      }
      parts.lost.replaceChildren();
      return !run.endedAt;
    } catch (error) {
      if (error.name === 'AbortError') {
        return false;
      }
      if (!seen && (error.status === 404 || error.status === 403)) {
        node.replaceChildren(el('div', { class: compact ? '' : 'muster-page' }, el('h1', {}, 'Run'), problem(error), el('p', {}, el('a', { href: '#/muster-runs' }, 'All runs'))));
        return false;
      }
      if (parts.lost.textContent !== problem(error).textContent) {
        parts.lost.replaceChildren(problem(error));
      }
      return error.status !== 404 && error.status !== 403;
    }
  }, LOOK_MS, signal);
}

export const runPage = (node, signal) => showRun(node, decodeURIComponent(location.hash.split('?')[0].split('/')[2] ?? ''), signal);

// The steps of a run in order, with called runbooks nested, what went in and came out, and the log following live.
import { arrange, call, duration, el, get, plain, problem, query, root, runLink, runState, state, titled, when } from './ui.js';

const KEPT_LINES = 4000;
const KEPT_CHARACTERS = 1000000;
const AGAIN_MS = 3000;
const READING = 'Reading…';
/** The beginning of an escape sequence at the end of a chunk: the rest comes with the next one. */
const BEGUN = /\u001b(?:\[[0-?]*[ -\/]*|\][^\u0007\u001b]{0,200})?$|\r$/;

const logPath = (step, parameters) => `/api/runs/${encodeURIComponent(step.run)}/steps/${step.id}/log?` + query(parameters);

/** Reads a step's log into a node until the answer ends; keeps its end. Whether there was any. */
async function read(step, pre, lost, signal) {
  const answer = await call(logPath(step, { follow: true, tail: KEPT_LINES }), { headers: { Accept: 'text/plain, application/json' }, signal });
  lost.hidden = true;
  if (pre.textContent === READING) {
    pre.textContent = 'Nothing yet.';
  }
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let begun = false;
  let held = '';
  let kept = 0;
  const show = text => {
    const atEnd = !begun || pre.scrollTop + pre.clientHeight >= pre.scrollHeight - 8;
    if (!begun) {
      pre.replaceChildren();
      begun = true;
    }
    const shown = plain(text).slice(-KEPT_CHARACTERS);
    pre.append(shown);
    kept += shown.length;
    while (kept > KEPT_CHARACTERS || pre.childNodes.length > KEPT_LINES) {
      kept -= pre.firstChild.data.length;
      pre.firstChild.remove();
    }
    if (atEnd) {
      pre.scrollTop = pre.scrollHeight;
    }
  };
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const text = held + part.value;
    held = BEGUN.exec(text)?.[0] ?? '';
    show(text.slice(0, text.length - held.length));
  }
  return begun;
}

async function goesOn(step, signal) {
  const run = await get('/api/runs/' + encodeURIComponent(step.run), signal);
  return run.steps.some(it => it.id === step.id && it.state === 'OPEN');
}

/**
 * Follows a step's log until the step has ended: an answer may end before. Where the connection is lost, or Muster is away behind a proxy,
 * says so and goes on as soon as Muster answers again.
 */
async function follow(step, pre, lost, signal) {
  for (;;) {
    try {
      const any = await read(step, pre, lost, signal);
      if (!await goesOn(step, signal)) {
        if (!any) {
          pre.textContent = 'It logged nothing.';
        }
        return;
      }
    } catch (error) {
      if (error.name === 'AbortError' || error.status < 500) {
        throw error;
      }
      lost.hidden = false;
    }
    await new Promise(again => setTimeout(again, AGAIN_MS));
    if (signal.aborted) {
      return;
    }
  }
}

function values(title, given) {
  const names = Object.keys(given ?? {}).filter(name => given[name] !== null && given[name] !== '');
  return names.length === 0 ? [] : [
    el('h3', {}, title),
    el('dl', { class: 'muster-facts' }, names.map(name => [el('dt', {}, name),
      el('dd', {}, plain(typeof given[name] === 'string' ? given[name] : JSON.stringify(given[name], null, 1)))])),
  ];
}

/** Steps as they come: what was drawn once stays where it is, so that who reads or types in it is not disturbed. */
export class Steps {
  constructor(signal) {
    this.signal = signal;
    this.node = el('div');
    this.known = new Map();
    this.made = new Map();
  }

  show(run) {
    this.called = run.called ?? [];
    arrange(this.node, [this.list(run.id, run.steps)]);
  }

  once(id, make) {
    if (!this.made.has(id)) {
      this.made.set(id, make());
    }
    return this.made.get(id);
  }

  list(run, all) {
    const own = all.filter(step => step.run === run);
    const entries = [
      ...own.filter(step => step.id).map(step => [step.startedAt, () => this.step(step)]),
      ...this.called.filter(it => it.parent === run).map(it => [it.startedAt, () => this.nested(it, all)]),
    ].sort(([a], [b]) => a.localeCompare(b)).map(([, draw]) => draw());
    const left = own.filter(step => !step.id);
    const list = this.once('list-' + run, () => el('ol', { class: 'muster-steps' }));
    arrange(list, left.length ? [...entries, this.left(run, left)] : entries);
    return list;
  }

  left(run, steps) {
    return this.keep('left-' + run, { sign: JSON.stringify(steps),
      head: () => [state('NOT_RUN'), steps.length + (steps.length === 1 ? ' step was' : ' steps were') + ' not run'],
      body: () => [el('ul', {}, steps.map(step => el('li', {}, step.title, el('span', { class: 'muster-quiet' }, ' ' + step.step))))] });
  }

  nested(called, all) {
    const item = this.keep('called-' + called.id, { activity: called.activity, open: true, sign: JSON.stringify(called),
      head: () => [runState(called.state, called.outcome), el('strong', {}, titled(called.runbook)), el('span', { class: 'muster-quiet' }, 'called runbook'),
        el('span', { class: 'muster-time' }, called.endedAt ? duration(new Date(called.endedAt) - new Date(called.startedAt)) : '…')],
      body: () => [this.once('link-' + called.id, () => el('p', {}, runLink(called.id, 'Open this run by itself'))),
        this.once('list-' + called.id, () => el('ol', { class: 'muster-steps' }))] });
    this.list(called.id, all);
    return item;
  }

  step(step) {
    return this.keep(step.id, { activity: step.activity, open: step.state === 'FAILED', sign: JSON.stringify(step),
      head: () => [state(step.state), el('strong', {}, step.title),
        step.target ? el('span', { class: 'muster-quiet' }, step.target) : null,
        step.attempt > 1 ? el('span', {}, 'attempt ' + step.attempt) : null,
        el('span', { class: 'muster-time' }, step.endedAt ? duration(step.durationMs) : 'since ' + new Date(step.startedAt).toLocaleTimeString())],
      body: () => this.body(step) });
  }

  /** An entry that folds, drawn anew in its place when its sign has changed. */
  keep(id, { activity = null, open = false, sign, head, body }) {
    const entry = this.once(id, () => {
      const summary = el('summary');
      const content = el('div', { class: 'muster-step-body' });
      return { summary, content, item: el('li', { 'data-step': activity }, el('details', { open }, summary, content)) };
    });
    if (this.known.get(id) !== sign) {
      this.known.set(id, sign);
      entry.summary.replaceChildren(...head().filter(Boolean));
      arrange(entry.content, body().filter(Boolean));
    }
    return entry.item;
  }

  body(step) {
    return [
      step.failure ? el('div', { class: 'muster-alert muster-bad' }, el('strong', {}, step.failure.reason), '\n', plain(step.failure.message)) : null,
      el('p', { class: 'muster-quiet' }, step.step, ', started ', when(step.startedAt), ', attempt ' + step.attempt),
      ...values('Input', step.input),
      ...values('Output', step.output),
      this.once('log-' + step.id, () => this.log(step)),
    ];
  }

  log(step) {
    const pre = el('pre', { class: 'muster-log', tabindex: '0', role: 'log', 'aria-live': 'off', 'aria-label': 'Log of ' + step.title });
    const lost = el('p', { class: 'muster-alert muster-ask', role: 'status', hidden: true }, 'The connection is lost; the log goes on when Muster answers again.');
    const all = el('a', { href: root + logPath(step, {}), target: '_blank', rel: 'noopener' }, 'The whole log, as plain text');
    const details = el('details', { ontoggle: () => {
      if (details.open && !details.dataset.read) {
        details.dataset.read = 'yes';
        pre.textContent = READING;
        // What was read stays.
        follow(step, pre, lost, this.signal).catch(error => error.name === 'AbortError'
          || (pre.textContent === READING ? pre : lost).replaceWith(problem(error)));
      }
    } }, el('summary', {}, step.state === 'OPEN' ? 'Log, as it comes' : 'Log'), pre, lost, el('p', { class: 'muster-quiet' }, all));
    return details;
  }
}

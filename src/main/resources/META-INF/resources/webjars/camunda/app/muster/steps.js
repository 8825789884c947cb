// The steps of a run in order, with called runbooks nested, what went in and came out, and the log following live.
import { call, duration, el, problem, runLink, runState, state, titled, when } from './ui.js';

const KEPT = 4000;

/** Follows a step's log into a node until it ends or `signal` aborts; keeps its last lines. */
async function follow(run, step, pre, signal) {
  const answer = await call(`/api/runs/${encodeURIComponent(run)}/steps/${step}/log?follow=true&tail=${KEPT}`,
    { headers: { Accept: 'text/plain, application/json' }, signal });
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  pre.textContent = 'Nothing yet.';
  let begun = false;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const atEnd = pre.scrollTop + pre.clientHeight >= pre.scrollHeight - 8;
    if (!begun) {
      pre.replaceChildren();
      begun = true;
    }
    pre.append(part.value);
    if (pre.childNodes.length > KEPT) {
      pre.firstChild.remove();
    }
    if (atEnd) {
      pre.scrollTop = pre.scrollHeight;
    }
  }
  if (!begun) {
    pre.textContent = 'It logged nothing.';
  }
}

function values(title, given) {
  const names = Object.keys(given ?? {}).filter(name => given[name] !== null && given[name] !== '');
  return names.length === 0 ? null : [
    el('h3', {}, title),
    el('dl', { class: 'muster-facts' }, names.map(name => [el('dt', {}, name),
      el('dd', {}, typeof given[name] === 'string' ? given[name] : JSON.stringify(given[name], null, 1))])),
  ];
}

export class Steps {
  constructor(signal) {
    this.signal = signal;
    this.node = el('div');
    this.known = new Map();
  }

  /** Draws what is new; what is open stays open, and a log that follows goes on. */
  show(run) {
    this.called = run.called ?? [];
    this.node.replaceChildren(this.list(run.id, run.steps));
  }

  list(run, all) {
    const own = all.filter(step => step.run === run);
    const entries = [
      ...own.filter(step => step.id).map(step => [step.startedAt, () => this.step(step)]),
      ...this.called.filter(it => it.parent === run).map(it => [it.startedAt, () => this.nested(it, all)]),
    ].sort(([a], [b]) => a.localeCompare(b)).map(([, draw]) => draw());
    const left = own.filter(step => !step.id);
    return el('ol', { class: 'muster-steps' }, entries,
      left.length ? el('li', { class: 'muster-plain' }, el('details', {},
        el('summary', {}, state('NOT_RUN'), left.length + (left.length === 1 ? ' step was' : ' steps were') + ' not run'),
        el('ul', {}, left.map(step => el('li', {}, step.title, el('span', { class: 'muster-quiet' }, ' ' + step.step)))))) : null);
  }

  nested(called, all) {
    return this.keep('called-' + called.id, called, () => [
      runState(called.state), el('strong', {}, titled(called.runbook)), el('span', { class: 'muster-quiet' }, 'called runbook'),
      el('span', { class: 'muster-time' }, called.endedAt ? duration(new Date(called.endedAt) - new Date(called.startedAt)) : '…'),
    ], () => [el('p', {}, runLink(called.id, 'Open this run by itself')), this.list(called.id, all)], true, JSON.stringify(all.length) + called.state + Date.now());
  }

  step(step) {
    return this.keep(step.id, step, () => [
      state(step.state), el('strong', {}, step.title),
      step.target ? el('span', { class: 'muster-quiet' }, step.target) : null,
      step.attempt > 1 ? el('span', {}, 'attempt ' + step.attempt) : null,
      el('span', { class: 'muster-time' }, step.endedAt ? duration(step.durationMs) : 'since ' + new Date(step.startedAt).toLocaleTimeString()),
    ], () => this.body(step), step.state === 'FAILED', JSON.stringify(step));
  }

  keep(id, thing, head, body, open, sign) {
    const known = this.known.get(id);
    if (known?.sign === sign) {
      return known.item;
    }
    const details = el('details', { open: known ? known.item.firstChild.open : open }, el('summary', {}, head()),
      el('div', { class: 'muster-step-body' }, body()));
    const item = el('li', { 'data-step': thing.activity ?? null }, details);
    this.known.set(id, { sign, item });
    return item;
  }

  body(step) {
    return [
      step.failure ? el('div', { class: 'muster-alert muster-bad' }, el('strong', {}, step.failure.reason), '\n', step.failure.message) : null,
      el('p', { class: 'muster-quiet' }, step.step, ', started ', when(step.startedAt), ', attempt ' + step.attempt),
      values('Input', step.input),
      values('Output', step.output),
      this.log(step),
    ];
  }

  log(step) {
    const known = this.logs?.get(step.id);
    if (known) {
      return known;
    }
    const pre = el('pre', { class: 'muster-log', tabindex: '0', role: 'log', 'aria-live': 'off', 'aria-label': 'Log of ' + step.title });
    const details = el('details', { ontoggle: () => {
      if (details.open && !details.dataset.read) {
        details.dataset.read = 'yes';
        pre.textContent = 'Reading…';
        follow(step.run, step.id, pre, this.signal).catch(error => error.name === 'AbortError' || pre.replaceWith(problem(error)));
      }
    } }, el('summary', {}, step.state === 'OPEN' ? 'Log, as it comes' : 'Log'), pre);
    (this.logs ??= new Map()).set(step.id, details);
    return details;
  }
}

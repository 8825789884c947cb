// The picture of a diagram with the way that a run took, what failed and how long each part took.
import { call, duration } from './ui.js';

const SVG = 'http://www.w3.org/2000/svg';

async function picture(path, signal) {
  const text = await (await call(path, { headers: { Accept: 'image/svg+xml, application/json' }, signal })).text();
  return document.importNode(new DOMParser().parseFromString(text, 'image/svg+xml').documentElement, true);
}

const kinds = { OPEN: 'active', FAILED: 'failed', SKIPPED: 'skipped' };

function visited(path, steps) {
  const marks = new Map();
  for (const visit of path) {
    const mark = marks.get(visit.activity) ?? { kind: 'done', ms: 0, times: 0 };
    mark.kind = visit.endedAt ? (visit.cancelled && mark.kind === 'done' ? 'failed' : mark.kind) : 'active';
    mark.ms += visit.endedAt ? new Date(visit.endedAt) - new Date(visit.startedAt) : 0;
    mark.times++;
    marks.set(visit.activity, mark);
  }
  for (const step of steps.filter(it => it.id)) {
    const mark = marks.get(step.activity) ?? { kind: 'done', ms: 0, times: 0 };
    mark.kind = kinds[step.state] ?? 'done';
    mark.ms = step.durationMs ?? mark.ms;
    marks.set(step.activity, mark);
  }
  return marks;
}

/**
 * The flows that were taken. The engine keeps visits, not flows: each visit was come to from what had ended last before it of all that lead
 * there, a join from all of them. A step that has failed is no visit yet.
 */
function taken(path, steps, flows) {
  const found = new Set();
  const time = instant => new Date(instant).getTime();
  const failed = steps.filter(step => step.id && !path.some(visit => visit.activity === step.activity));
  for (const visit of [...path, ...failed]) {
    const before = flows.filter(flow => flow.dataset.target === visit.activity && path.some(it => it.activity === flow.dataset.source))
      .map(flow => ({ flow, ended: Math.max(...path.filter(it => it.activity === flow.dataset.source && it.endedAt && time(it.endedAt) <= time(visit.startedAt))
        .map(it => time(it.endedAt))) }));
    const last = Math.max(...before.map(it => it.ended));
    before.filter(it => before.length === 1 || it.ended > -Infinity && (visit.type === 'parallelGateway' || it.ended === last))
      .forEach(it => found.add(it.flow));
  }
  return found;
}

function badge(group, mark) {
  const body = group.querySelector('rect.body');
  if (!body || !mark.ms) {
    return;
  }
  const text = document.createElementNS(SVG, 'text');
  text.setAttribute('class', 'took');
  text.setAttribute('x', Number(body.getAttribute('x')) + Number(body.getAttribute('width')) - 5);
  text.setAttribute('y', Number(body.getAttribute('y')) + 12);
  text.setAttribute('text-anchor', 'end');
  text.textContent = duration(mark.ms);
  group.append(text);
}

/** `steps`: those of this very run, the last attempt of each last. */
export async function runDiagram(run, path, steps, signal) {
  const svg = await picture(`/api/runs/${encodeURIComponent(run)}/diagram.svg`, signal);
  const marks = visited(path, steps);
  const flown = taken(path, steps, [...svg.querySelectorAll('[data-source]')]);
  for (const group of svg.querySelectorAll('[data-element]')) {
    const mark = marks.get(group.dataset.element);
    if (mark) {
      group.classList.add(mark.kind);
      badge(group, mark);
    } else if (flown.has(group)) {
      group.classList.add('done');
    }
  }
  return svg;
}

export const runbookDiagram = (id, signal) => picture(`/api/runbooks/${encodeURIComponent(id)}/diagram.svg`, signal);

/** Brings what matters most into view: what failed, what is at work, or where the run ended. */
export function lookAt(container) {
  const last = selector => [...container.querySelectorAll(selector)].at(-1);
  const target = last('.failed') ?? last('.active') ?? last('.endEvent.done');
  if (target) {
    const box = target.getBoundingClientRect();
    const frame = container.getBoundingClientRect();
    container.scrollLeft += box.left + box.width / 2 - frame.left - frame.width / 2;
    container.scrollTop += box.top + box.height / 2 - frame.top - frame.height / 2;
  }
}

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
  for (const group of svg.querySelectorAll('[data-element]')) {
    const mark = marks.get(group.dataset.element);
    const flown = group.dataset.source && marks.has(group.dataset.source) && marks.has(group.dataset.target);
    if (mark) {
      group.classList.add(mark.kind);
      badge(group, mark);
    } else if (flown) {
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

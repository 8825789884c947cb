// Tasklist on a narrow screen shows one thing at a time: the tasks, the filters when they are asked for, or the task that is open.
import { el } from './ui.js';

const hash = () => new URLSearchParams(location.hash.split('?')[1] ?? '');

/** Puts the two buttons that lead there and back into the columns' heads; they are seen on narrow screens only. */
export function narrow(signal) {
  const columns = document.querySelector('.three-cols-layout-columns');
  const filters = columns?.querySelector('.task-filters > .content');
  if (!filters) {
    return;
  }
  filters.id ||= 'muster-filters';
  const toggle = el('button', { type: 'button', class: 'btn btn-default muster-narrow', id: 'muster-filters-toggle', 'aria-controls': filters.id,
    onclick: () => open(toggle.getAttribute('aria-expanded') !== 'true') });
  const back = el('button', { type: 'button', class: 'btn btn-default muster-narrow', id: 'muster-back', onclick: () => {
    const all = hash();
    all.delete('task');
    location.hash = '#/?' + all;
  } }, '‹ All tasks');

  const name = () => {
    const active = filters.querySelector('.task-filter.active .name');
    const text = 'Filter: ' + (active?.textContent.trim().replace(/\s+/g, ' ').replace(/ (\d+)$/, ' ($1)') ?? 'none');
    if (toggle.textContent !== text) {
      toggle.textContent = text;
    }
  };
  function open(wanted) {
    toggle.setAttribute('aria-expanded', wanted);
    columns.classList.toggle('muster-filters-open', wanted);
  }
  const narrowed = () => back.offsetParent !== null || toggle.offsetParent !== null;
  let shown = null;
  let left = null;
  /** The focus goes along with what is seen. */
  function show() {
    const task = hash().get('task');
    if (task === shown) {
      return;
    }
    const before = shown;
    shown = task;
    columns.classList.toggle('muster-task-open', Boolean(task));
    if (task) {
      open(false);
      if (narrowed()) {
        window.scrollTo(0, 0);
        back.focus();
      }
    } else if (narrowed()) {
      toggle.focus();
      left = before;
    }
  }
  /** The list is drawn anew when a task is left; the one that was open is where one was, until one goes elsewhere. */
  function resume() {
    if (left && ![toggle, document.body].includes(document.activeElement) && !document.activeElement.closest('li.task')) {
      left = null;
    }
    const entry = left && columns.querySelector(`li.task a[href$="task=${left}"]`);
    if (entry && document.activeElement !== entry) {
      entry.focus();
    }
  }

  filters.addEventListener('click', event => {
    if (event.target.closest('.task-filter') && !event.target.closest('.actions') && narrowed()) {
      open(false);
      toggle.focus();
    }
  }, { signal });
  window.addEventListener('hashchange', show, { signal });
  const observer = new MutationObserver(() => {
    name();
    resume();
  });
  observer.observe(columns, { childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ['class', 'href'] });
  signal.addEventListener('abort', () => {
    observer.disconnect();
    [toggle, back].forEach(button => button.remove());
    columns.classList.remove('muster-one', 'muster-filters-open', 'muster-task-open');
  });
  // Tasklist's own buttons are pictures without a name.
  for (const [button, named] of Object.entries({ '.region-toggle': 'Fold or unfold this column', '.maximize': 'Show the task only', '.reset-regions': 'Show all columns' })) {
    columns.querySelectorAll(`header > ${button}`).forEach(it => it.setAttribute('aria-label', named));
  }
  columns.querySelector('.task-filters > header').prepend(toggle);
  columns.querySelector('.task-details > header').prepend(back);
  columns.classList.add('muster-one');
  open(false);
  name();
  show();
}

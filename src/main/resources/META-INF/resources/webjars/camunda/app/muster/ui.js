// What all pages share: nodes, calls of Muster's API, times, states, tables. Text from outside becomes text nodes only.

export const appRoot = document.querySelector('base')?.getAttribute('app-root') ?? '/camunda';
export const root = appRoot.replace(/\/camunda$/, '');

/** An element. `props`: attributes; `on…`: listeners; a value of null or false leaves it out. Strings become text. */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) {
      continue;
    }
    if (name.startsWith('on')) {
      node.addEventListener(name.slice(2), value);
    } else if (name === 'value' || name === 'checked' || name === 'disabled' || name === 'open') {
      node[name] = value;
    } else {
      node.setAttribute(name, value === true ? '' : value);
    }
  }
  node.append(...children.flat(Infinity).filter(child => child !== null && child !== undefined && child !== false));
  return node;
}

export function styles() {
  if (!document.getElementById('muster-css')) {
    document.head.append(el('link', { id: 'muster-css', rel: 'stylesheet', href: new URL('./muster.css', import.meta.url).href }));
  }
}

const LIST_MS = 30000;

const cookie = name => document.cookie.split('; ').find(part => part.startsWith(name + '='))?.slice(name.length + 1) ?? '';

/** A call of Muster's API as the one who is logged in. Rejects with what the server said. */
export async function call(path, { method = 'GET', body, headers = {}, signal } = {}) {
  const sent = { Accept: 'application/json', 'X-Requested-With': 'XMLHttpRequest', ...headers };
  if (method !== 'GET') {
    sent['X-XSRF-TOKEN'] = cookie('XSRF-TOKEN');
  }
  if (body !== undefined) {
    sent['Content-Type'] = 'application/json';
  }
  let answer;
  try {
    answer = await fetch(root + path, { method, credentials: 'same-origin', headers: sent, signal,
      body: body === undefined ? undefined : JSON.stringify(body) });
  } catch (error) {
    throw error.name === 'AbortError' ? error : new Error('Muster cannot be reached: ' + error.message);
  }
  if (!answer.ok) {
    const text = await answer.text();
    let said = null;
    try {
      said = JSON.parse(text);
    } catch {
      // A proxy's page, perhaps: the status says more than its text.
    }
    throw refused(answer.status, said?.message || said?.detail || `${method} ${path}: ${answer.status} ${answer.statusText}`);
  }
  return answer;
}

function refused(status, text) {
  const error = new Error(status === 401 ? 'You are not logged in any more.' : text);
  error.status = status;
  return error;
}

export const get = async (path, signal) => (await call(path, { signal })).json();

export const query = values => new URLSearchParams(Object.entries(values)
  .filter(([, value]) => value !== null && value !== undefined && value !== '')).toString();

/** The parameters behind the question mark of the page's hash. */
export const parameters = () => Object.fromEntries(new URLSearchParams(location.hash.split('?')[1] ?? ''));

/** Replaces a container's content by what `load` gives, or by what went wrong. */
export async function fill(container, load) {
  container.setAttribute('aria-busy', 'true');
  try {
    const content = await load();
    container.replaceChildren(...[content].flat(Infinity).filter(Boolean));
  } catch (error) {
    if (error.name !== 'AbortError') {
      container.replaceChildren(problem(error));
    }
  } finally {
    container.removeAttribute('aria-busy');
  }
}

/** What went wrong; where it is the login, the way back in. */
export const problem = error => el('div', { class: 'muster-alert muster-bad', role: 'alert' }, plain(String(error.message ?? error)),
  error.status === 401 ? [' ', el('button', { type: 'button', class: 'btn btn-default', onclick: () => location.reload() }, 'Log in again')] : null);
export const note = (kind, ...content) => el('div', { class: 'muster-alert muster-' + kind }, ...content);

// CSI and OSC sequences, other escapes, and what else no line of text needs.
const CONTROLS = /\u001b\[[0-?]*[ -\/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b[ -\/]*[0-~]|[\u0000-\u0008\u000b-\u001f\u007f]/g;

/** What a terminal was told, without what only a terminal understands: colours, cursor movements, bells. */
export const plain = text => String(text ?? '').replace(/\r\n/g, '\n').replace(CONTROLS, '');

/**
 * Makes `nodes` the children of `parent`. Those that stay are not taken out in between, so that what is focused, scrolled or opened in
 * them stays so.
 */
export function arrange(parent, nodes) {
  const wanted = new Set(nodes);
  [...parent.childNodes].forEach(node => wanted.has(node) || node.remove());
  nodes.forEach((node, i) => parent.childNodes[i] === node || parent.insertBefore(node, parent.childNodes[i] ?? null));
}

const steps = [['year', 31536000], ['month', 2592000], ['day', 86400], ['hour', 3600], ['minute', 60], ['second', 1]];
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

export function ago(instant) {
  const seconds = (new Date(instant) - Date.now()) / 1000;
  const [unit, length] = steps.find(([, size]) => Math.abs(seconds) >= size) ?? ['second', 1];
  return relative.format(Math.round(seconds / length), unit);
}

/** A moment in the user's zone, with how long ago it was. */
export function when(instant, none = '–') {
  if (!instant) {
    return el('span', { class: 'muster-quiet' }, none);
  }
  const date = new Date(instant);
  return el('time', { datetime: instant, title: date.toString() },
    date.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' }), ' ',
    el('span', { class: 'muster-quiet' }, '(' + ago(instant) + ')'));
}

export function duration(ms) {
  if (ms === null || ms === undefined || Number.isNaN(ms)) {
    return '–';
  }
  if (ms < 1000) {
    return ms + ' ms';
  }
  if (ms < 59950) {
    return (ms / 1000).toFixed(1) + ' s';
  }
  // Rounded before it is cut into parts: there is no minute of 60 seconds.
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A number of bytes in the largest unit of which there is one. */
export function bytes(number) {
  const power = Math.min(4, Math.floor(Math.log2(Math.max(1, number)) / 10));
  return power ? `${(number / 1024 ** power).toFixed(1)} ${['KiB', 'MiB', 'GiB', 'TiB'][power - 1]}` : `${number} B`;
}

const ISO = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;

/** An ISO-8601 duration in words: PT24H is 24 h. */
export function period(text, none = '–') {
  const found = ISO.exec(text ?? '');
  return found
    ? [[1, 'd'], [2, 'h'], [3, 'min'], [4, 's']].filter(([i]) => found[i]).map(([i, unit]) => found[i] + ' ' + unit).join(' ')
    : text ?? none;
}

/** An ISO-8601 duration in seconds; null where it is none. */
export function seconds(text) {
  const found = ISO.exec(text ?? '');
  return found ? [86400, 3600, 60, 1].reduce((sum, size, i) => sum + size * Number(found[i + 1] ?? 0), 0) : null;
}

const signs = { SUCCEEDED: '✓', COMPLETED: '✓', HEALTHY: '✓', FAILED: '✗', UNHEALTHY: '✗', OPEN: '…', RUNNING: '…',
  WAITING: '?', PASSED: '✓', REJECTED: '⊘', ABANDONED: '■', ABORTED: '■', SKIPPED: '↷', NOT_RUN: '·', OVERDUE: '!' };

/** A state in words with a sign, so that no colour is needed to read it. */
export const state = (name, words = name.toLowerCase().replace(/_/g, ' ')) => el('span', { class: 'muster-state muster-is-' + name.toLowerCase().replace(/_/g, '-') },
  el('span', { 'aria-hidden': 'true' }, (signs[name] ?? '•') + ' '), words);

/** A run's state in words: one that failed has not ended. */
export const runWords = name => name === 'FAILED' ? 'waits for decision' : name.toLowerCase().replace(/_/g, ' ');

/** That a run came to an end does not say that this was the one hoped for: the end event's id does. */
const MISSED = [[/(^|-)(failed|not)(-|$)/, 'FAILED'], [/(^|-)(refused|rejected|withdrawn|given-up|undone)(-|$)/, 'REJECTED']];

/** A run's state; where it ended otherwise than hoped for, with how it ended. */
export function runState(name, outcome) {
  const missed = name === 'COMPLETED' && MISSED.find(([words]) => words.test(outcome ?? ''));
  return missed ? state(missed[1], 'completed: ' + outcome.replace(/-/g, ' ')) : state(name, runWords(name));
}

/** `columns`: [title, row => cell content]. */
export function table(caption, columns, rows, none = 'Nothing here.') {
  if (!rows.length) {
    return el('p', { class: 'muster-quiet' }, none);
  }
  return el('div', { class: 'muster-scroll', tabindex: '0', role: 'region', 'aria-label': caption },
    el('table', { class: 'muster-table' },
      el('caption', { class: 'muster-hidden' }, caption),
      el('thead', {}, el('tr', {}, columns.map(([title]) => el('th', { scope: 'col' }, title || el('span', { class: 'muster-hidden' }, 'Action'))))),
      el('tbody', {}, rows.map(row => el('tr', {}, columns.map(([title, cell]) => el('td', { 'data-label': title }, el('div', {}, cell(row) ?? '–'))))))));
}

/** `go(offset)` is called with where the wanted page begins. */
export function pager(total, limit, offset, go, [back, on] = ['‹ Newer', 'Older ›']) {
  const last = Math.min(offset + limit, total);
  return el('nav', { class: 'muster-pager', 'aria-label': 'Pages' },
    el('button', { type: 'button', class: 'btn btn-default', disabled: offset === 0, onclick: () => go(Math.max(0, offset - limit)) }, back),
    el('span', { role: 'status' }, total ? `${offset + 1} to ${last} of ${total}` : 'none'),
    el('button', { type: 'button', class: 'btn btn-default', disabled: last >= total, onclick: () => go(offset + limit) }, on));
}

/**
 * Services as the server pages, searches and sorts them; `draw(services)` shows a page. Where there are more than a page they can be searched.
 *
 * @param chosen the parameters of `GET /api/services` beside those of the page
 * @param none said where there is none, as long as nothing is searched for
 */
export function services(chosen, limit, draw, none, signal) {
  const shown = el('div');
  let latest = 0;
  let later;
  let shownFrom = 0;
  const show = async (offset = 0) => {
    const mine = ++latest;
    shownFrom = offset;
    const text = search.value.trim();
    await fill(shown, async () => {
      const answer = await call('/api/services?' + query({ ...chosen, text, limit, offset }), { signal });
      const total = Number(answer.headers.get('X-Total-Count'));
      const found = await answer.json();
      if (mine !== latest) {
        // An answer that comes late, to an earlier search.
        return [...shown.childNodes];
      }
      bar.hidden = !text && total <= limit;
      return [total ? draw(found) : el('p', { class: 'muster-quiet' }, text ? 'No service is like that.' : none),
        total > limit ? pager(total, limit, offset, turn, ['‹ Previous', 'Next ›']) : null];
    });
  };
  // The button that was pressed is drawn anew: the focus goes to what it brought.
  const turn = offset => show(offset).then(() => shown.querySelector('[tabindex]')?.focus());
  const search = el('input', { class: 'form-control', type: 'search', oninput: () => {
    clearTimeout(later);
    later = setTimeout(() => show(), 250);
  } });
  const bar = el('div', { class: 'muster-filters', hidden: true }, field('Find a service', search));
  signal.addEventListener('abort', () => clearTimeout(later));
  watchList(shown, () => show(shownFrom), signal);
  return el('div', {}, bar, shown);
}

/** Draws a list now and again while the page is shown, but not under the hands of who works in it. */
export function watchList(container, draw, signal) {
  return watch(async () => {
    const focused = container.contains(document.activeElement) ? document.activeElement : null;
    if (!focused?.matches('a, button, input, select, textarea, summary')) {
      // A table that is scrolled by keys is drawn anew: the focus and the place go to the new one.
      const { scrollLeft, scrollTop } = focused ?? {};
      const label = focused?.getAttribute('aria-label');
      await draw();
      if (label && !focused.isConnected && [document.body, null].includes(document.activeElement)) {
        const again = container.querySelector(`[tabindex][aria-label="${CSS.escape(label)}"]`);
        again?.focus({ preventScroll: true });
        again?.scrollTo(scrollLeft, scrollTop);
      }
    }
    return true;
  }, LIST_MS, signal);
}

let ids = 0;

/** A control with its label and, below it, its help. */
export function field(label, control, help) {
  control.id ||= 'muster-field-' + (++ids);
  const hint = help ? el('span', { class: 'muster-quiet', id: control.id + '-help' }, help) : null;
  if (hint) {
    control.setAttribute('aria-describedby', hint.id);
  }
  return el('div', { class: 'muster-field' }, el('label', { for: control.id }, label), control, hint);
}

/** `options`: values or [value, text]; the first choice says what is chosen when nothing is. */
export function select(options, value, first, onchange) {
  const control = el('select', { class: 'form-control', onchange },
    first === null ? null : el('option', { value: '' }, first),
    options.map(option => el('option', { value: [option].flat()[0] }, [option].flat()[1] ?? [option].flat()[0])));
  control.value = value ?? '';
  return control;
}

/** A backup in words, by which it is chosen. */
export const backupName = it => `${new Date(it.takenAt).toLocaleString()}, ${bytes(it.bytes)}, ${
  it.damage ? 'DAMAGED' : it.verifiedAt ? 'read back whole' : 'never read back'} (${it.id})`;

export const runLink = (id, ...content) => el('a', { href: appRoot + '/app/cockpit/default/#/muster-run/' + encodeURIComponent(id) }, ...content);
export const taskLink = (id, ...content) => el('a', { href: appRoot + '/app/tasklist/default/#/?task=' + encodeURIComponent(id) }, ...content);

/** service-deployment → Service deployment */
export const titled = id => id.charAt(0).toUpperCase() + id.slice(1).replace(/-/g, ' ');

/** Calls `look` once, and then now and again while it answers true and the page is shown; at once when it is shown again. */
export function watch(look, ms, signal) {
  let timer;
  let looks = false;
  let over = false;
  const turn = async () => {
    clearTimeout(timer);
    if (looks || over || signal.aborted) {
      return;
    }
    looks = true;
    try {
      over = !await look();
    } finally {
      looks = false;
    }
    if (!over && !signal.aborted) {
      timer = setTimeout(() => document.hidden || turn(), ms);
    }
  };
  document.addEventListener('visibilitychange', () => document.hidden || turn(), { signal });
  signal.addEventListener('abort', () => clearTimeout(timer));
  return turn();
}

/** A plugin; `draw(node, context, signal, scope)` is called for each place it is shown at, and `signal` ends with that. */
export function plugin(id, pluginPoint, properties, draw, priority = 0) {
  return {
    id, pluginPoint, priority, properties,
    render(node, context, scope) {
      styles();
      const ending = new AbortController();
      scope?.$on('$destroy', () => ending.abort());
      node.classList.add('muster');
      draw(node, context ?? {}, ending.signal, scope);
    },
    unmount() {
      // Each place ends with its own scope.
    },
  };
}

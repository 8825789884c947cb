// What the forms in Tasklist share. Each form says what is its own, and keeps its own words:
//   import('../muster/form.js').then(form => form.task(camForm, $scope, { names: [...], answer: {...} }));
// Forms are deployed with their diagram and outlive this file's version: what they call stays as it is.
import { backupName, el, get as read, plain as readable, query, styles } from './ui.js';

export const get = read;

/** What a terminal was told, as text. */
export const plain = readable;

const describe = error => error.message || String(error);

/** Says of each answer what is wrong with it, at its place once it was visited, and below the form what is still missing. */
export function guide(camForm, $scope) {
  styles();
  const form = camForm.formElement[0];
  const left = el('p', { class: 'muster-left', role: 'status', id: 'form-left' });
  form.append(left);
  form.classList.add('muster-form');
  const visited = new WeakSet();
  let before = '';

  const group = control => form.querySelectorAll(`input[type=radio][name="${CSS.escape(control.name)}"]`);
  const label = control => (control.type === 'radio' ? control.closest('fieldset')?.querySelector('legend') : control.labels?.[0])?.textContent;
  const named = control => (control.closest('.muster-sure') ? 'your yes to what it does'
    : (label(control) ?? control.name).trim().replace(/\s+/g, ' ').split(/[:(]/)[0].trim());
  const place = control => (control.type === 'radio' ? control.closest('fieldset') : control.closest('.form-group, .checkbox')) ?? control.parentNode;
  const wrong = control => control.dataset.say
    ?? (control.validity.tooShort ? `Write at least ${control.minLength} characters.`
      : control.type === 'checkbox' ? 'Needed before this can be sent.'
      : control.tagName === 'SELECT' || control.type === 'radio' ? 'Choose one.' : 'Needed: it is kept with the run.');

  function mark(control, text) {
    const holder = place(control);
    let said = holder.querySelector(':scope > .muster-wrong');
    if (!said && text) {
      said = el('p', { class: 'help-block muster-wrong', id: 'wrong-' + control.name });
      holder.append(said);
    }
    if (said) {
      said.textContent = text;
    }
    for (const one of control.type === 'radio' ? group(control) : [control]) {
      one.toggleAttribute('aria-invalid', Boolean(text));
      one[text ? 'setAttribute' : 'removeAttribute']('aria-invalid', 'true');
      const helps = [...holder.querySelectorAll(':scope > .help-block')].filter(help => help.textContent.trim());
      helps.forEach((help, i) => { help.id ||= `help-${control.name}-${i}`; });
      one[helps.length ? 'setAttribute' : 'removeAttribute']('aria-describedby', helps.map(help => help.id).join(' '));
    }
  }

  function look() {
    const controls = [...form.elements].filter(control => control.name && (control.willValidate || control.disabled && control.required));
    const first = new Map(controls.map(control => [control.type === 'radio' ? control.name : control, control]));
    // A choice that cannot be made yet is missing too.
    const bad = [...first.values()].filter(control => (control.disabled ? !control.value : !control.validity.valid));
    const sign = [...first.values()].map(control => `${control.name}:${bad.includes(control)}:${seen(control)}`).join() + form.querySelectorAll('.help-block').length;
    if (sign === before) {
      return;
    }
    before = sign;
    first.forEach(control => mark(control, bad.includes(control) && seen(control) ? wrong(control) : ''));
    left.textContent = bad.length ? 'Still to be given: ' + [...new Set(bad.map(named))].join('; ') + '.' : '';
  }
  const seen = control => visited.has(control.type === 'radio' ? group(control)[0] : control);

  form.addEventListener('focusout', event => {
    const control = event.target;
    if (control.name && !(control.type === 'radio' && event.relatedTarget?.name === control.name)) {
      visited.add(control.type === 'radio' ? group(control)[0] : control);
      look();
    }
  });
  form.addEventListener('input', look);
  form.addEventListener('change', look);
  const stop = $scope.$watch(() => { setTimeout(look); });
  $scope.$on('$destroy', stop);
  look();
}

/** The variables that a form sends: what `answer` holds, by name; true, false and null are a Boolean, the rest is text. */
export function send(camForm, answer) {
  const type = value => (value === null || typeof value === 'boolean' ? 'Boolean' : 'String');
  const types = Object.fromEntries(Object.entries(answer()).map(([name, value]) => [name, type(value)]));
  // Asked for anew each time: after an answer that the server refused, the web app has forgotten them.
  const known = () => {
    const variables = camForm.variableManager;
    Object.keys(types).filter(name => !variables.variables[name])
      .forEach(name => variables.createVariable({ name, type: types[name], value: types[name] === 'String' ? '' : null }));
    return variables;
  };
  known();
  camForm.on('submit', () => {
    for (const [name, value] of Object.entries(answer())) {
      known().variableValue(name, typeof value === 'string' ? value.trim() : value);
    }
  });
}

const INSTANT = /\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z/;

/** Moments within a sentence in the reader's time zone; a value that is nothing but a moment stays, for the form to say it its own way. */
export const local = text => new RegExp(`^${INSTANT.source}$`).test(text) ? text
  : text.replace(new RegExp(`\\b${INSTANT.source}`, 'g'), instant => new Date(instant).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' }));

const localized = value => typeof value === 'string' ? local(value) : Array.isArray(value) ? value.map(localized) : value;

/** What was said to be sure of is said again when it changes. */
const again = ($scope, what) => $scope.$watch(what, () => { $scope.sure.said = false; });

const parsed = (value, otherwise) => typeof value === 'string' && value ? JSON.parse(value) : value || otherwise;

/**
 * The form of a task. Everything is shown as text: what somebody typed or a target printed cannot dress itself up as part of the page.
 * Sets on the scope: `shown` (the variables `names`; those in `lists` as arrays), `run` (who started it, when), `answer`, `problem`.
 *
 * @param answer what is sent, with the first values
 * @param then called with `shown` before it is shown
 */
export function task(camForm, $scope, { names, lists = [], answer = {}, then = () => {} }) {
  Object.assign($scope, { shown: null, run: null, problem: '', answer: { ...answer }, sure: { said: false } });
  send(camForm, () => $scope.answer);
  again($scope, () => $scope.answer.approved);
  guide(camForm, $scope);
  const failed = error => $scope.$applyAsync(() => { $scope.problem = describe(error); });
  camForm.client.resource('task').formVariables({ id: camForm.taskId, deserializeValues: false, names }, (error, values) => {
    if (error) {
      failed(error);
      return;
    }
    const shown = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value.value]));
    lists.forEach(name => { shown[name] = parsed(shown[name], []); });
    then(shown);
    Object.keys(shown).forEach(name => { shown[name] = localized(shown[name]); });
    $scope.$applyAsync(() => { $scope.shown = shown; });
  });
  get('/api/tasks/' + encodeURIComponent(camForm.taskId))
    .then(found => get('/api/runs/' + encodeURIComponent(found.root)))
    .then(run => $scope.$applyAsync(() => { $scope.run = run; }))
    .catch(failed);
}

/** The form of an approval: as {@link task}; what is sent is `approved` and `comment`. */
export const approval = (camForm, $scope, options) => task(camForm, $scope, { ...options, answer: { approved: null, comment: '' } });

/** `- one\n- two` as ['one', 'two']. */
export const lines = text => (text || '').split('\n').map(line => line.replace(/^- /, '')).filter(Boolean);

/**
 * The form that starts a runbook; its choices come from Muster's own API. Sets on the scope: `environments`, `services`, `versions`,
 * `backups`, `hosts`, `containers` as far as `choices` asks for them, `choice`, `loading`, `problem`, `none`, and `chosen()`, the service.
 *
 * @param choices the start variables with what is chosen at first
 * @param services which services can be chosen
 */
export function start(camForm, $scope, { choices, services = () => true }) {
  Object.assign($scope, { environments: [], services: [], versions: [], backups: [], hosts: [], containers: [],
    choice: { ...choices }, loading: '', problem: '', none: false, sure: { said: false } });
  send(camForm, () => Object.fromEntries(Object.entries($scope.choice).map(([name, value]) => [name, value ?? ''])));
  again($scope, () => JSON.stringify({ ...$scope.choice, reason: '' }));
  const asked = name => Object.hasOwn(choices, name);
  const choice = $scope.choice;
  const of = environment => '/api/environments/' + encodeURIComponent(environment);
  let latest = 0;

  // An answer that comes late, to an earlier choice, is dropped.
  async function load(what, path, done) {
    const mine = ++latest;
    Object.assign($scope, { problem: '', loading: what });
    const last = then => $scope.$applyAsync(() => {
      if (mine === latest) {
        $scope.loading = '';
        then();
      }
    });
    try {
      const body = await get(path);
      last(() => done(body));
    } catch (error) {
      last(() => { $scope.problem = describe(error); });
    }
  }

  $scope.chosen = () => $scope.services.find(service => service.id === choice.service);

  $scope.chooseEnvironment = () => {
    const environment = $scope.environments.find(one => one.name === choice.environment);
    Object.assign($scope, { services: [], versions: [], backups: [], none: false, frozen: environment?.freeze,
      hosts: environment?.hosts ?? [], containers: environment?.containers ?? [] });
    ['service', 'version', 'host', 'container'].filter(asked).forEach(name => { choice[name] = null; });
    if (asked('container') && environment) {
      choice.container = $scope.containers.length === 1 ? $scope.containers[0].name : null;
      $scope.none = !$scope.containers.length;
    }
    if (asked('service') && environment) {
      load('services', '/api/services?' + query({ environment: environment.name, trend: false }), found => {
        $scope.services = found.filter(services);
        $scope.none = !$scope.services.length;
      });
    }
  };

  $scope.chooseService = () => {
    Object.assign($scope, { versions: [], backups: [] });
    if (asked('version')) {
      choice.version = null;
    }
    if (asked('backup')) {
      choice.backup = 'latest';
    }
    if (choice.service && asked('version')) {
      load('versions', `${of(choice.environment)}/services/${encodeURIComponent(choice.service)}/versions`, found => { $scope.versions = found; });
    } else if (choice.service && asked('backup')) {
      load('backups', `${of(choice.environment)}/services/${encodeURIComponent(choice.service)}/backups`, found => { $scope.backups = found; });
    }
  };

  $scope.nameOfVersion = version => version + ($scope.chosen()?.version === version ? ' (deployed now)' : '');
  $scope.nameOfBackup = backupName;

  guide(camForm, $scope);
  load('environments', '/api/environments', environments => {
    $scope.environments = environments;
    if (environments.length === 1) {
      choice.environment = environments[0].name;
      $scope.chooseEnvironment();
    }
  });
}

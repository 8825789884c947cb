// Starting a runbook: choices instead of typing, what it will do and to whom it must be shown, and the reasons why not.
import { backupName, call, el, field, fill, get, note, parameters, period, problem, query, runLink, runState, select, state, titled, when } from './ui.js';
import { runbookDiagram } from './diagram.js';
import { inline } from './markdown.js';

/** Who may not see runs may still read what a runbook does. */
const notForThem = error => {
  if (error.status !== 403) {
    throw error;
  }
  return null;
};

const LATEST = ['latest', 'The newest that was read back whole'];
const LABELS = { environment: 'Environment', service: 'Service', host: 'Host', version: 'Version', reason: 'Reason', backup: 'Backup' };

/** What can be started; where a drill is asked for, what proves a recovery. `service`: what is known of the one that was given. */
function chooser(runbooks, { drill, ...given }, service) {
  const offered = runbooks.filter(it => it.offered && (!drill || it.drills.length));
  const beside = it => drill && service && !service.restoreTests.prove && it.drills.every(kind => kind === 'RESTORE_TEST');
  return [
    el('h1', {}, drill ? 'Start a drill' : 'Start a runbook'),
    el('p', {}, given.service ? `For ${given.service}${given.environment ? ' in ' + given.environment : ''}.` : ''),
    offered.length ? el('ul', {}, offered.map(it => el('li', {},
      el('a', { href: '#/muster-start/' + encodeURIComponent(it.id) + '?' + query(given) }, it.title), ' ',
      el('span', { class: 'muster-quiet' }, inline(it.description.split('\n')[0])),
      beside(it) ? el('div', {}, el('strong', {}, 'It does not meet what is due: '), 'restore tests of this service have a schedule of their own.') : null,
      it.startable ? null : el('div', { class: 'muster-quiet' }, it.whyNot)))) : note('plain', 'No runbook that is deployed begins a drill.'),
    drill ? el('p', {}, el('a', { href: '#/muster-start?' + query(given) }, 'All runbooks…')) : null,
  ];
}

class Form {
  constructor(runbook, given, environments, signal) {
    Object.assign(this, { runbook, given, environments, signal });
    this.controls = {};
    this.about = el('div', { id: 'muster-start-about', 'aria-live': 'polite' });
    this.said = el('div', { id: 'muster-start-said' });
    this.button = el('button', { class: 'btn btn-primary', type: 'submit', disabled: !runbook.startable }, 'Start');
    this.latest = 0;
    // What was asked about is what is started: a choice that changes afterwards is asked about again.
    const changed = event => this.asked?.isConnected && !this.asked.contains(event.target) && this.takeBack();
    this.form = el('form', { onsubmit: event => this.submit(event), oninput: changed, onchange: changed },
      runbook.variables.map(it => this.variable(it)), this.said,
      el('div', { class: 'muster-actions' }, this.button));
  }

  variable({ name, kind, required, choices }) {
    const label = (LABELS[name] ?? titled(name)) + (required ? '' : ' (may be left out)');
    const only = kind === 'ENVIRONMENT' && this.environments.length === 1 ? this.environments[0].name : '';
    const control = kind === 'TEXT'
      ? el('input', { class: 'form-control', type: 'text', maxlength: 1000, value: this.given[name] ?? '' })
      : select(kind === 'CHOICE' ? choices : kind === 'ENVIRONMENT' ? this.environments.map(it => [it.name, `${it.name} – ${it.description}`]) : [],
        this.given[name] ?? only, 'Choose…');
    if (kind === 'BACKUP') {
      this.options(control, [LATEST], 'latest');
    }
    control.name = name;
    control.required = required;
    control.id = 'muster-start-' + name;
    control.addEventListener('change', () => this.changed(kind));
    this.controls[name] = { control, kind };
    return field(label, control, name === 'reason' ? 'Why, and for whom: it is kept with the run.' : null);
  }

  value(name) {
    return this.controls[name]?.control.value.trim() ?? '';
  }

  of(kind) {
    return Object.values(this.controls).find(it => it.kind === kind)?.control;
  }

  options(control, values, wanted) {
    control?.replaceChildren(el('option', { value: '' }, values.length ? 'Choose…' : 'None'),
      ...values.map(value => el('option', { value: [value].flat()[0] }, [value].flat()[1] ?? value)));
    if (control && values.some(value => [value].flat()[0] === wanted)) {
      control.value = wanted;
    }
  }

  async changed(kind, first = false) {
    const environment = this.environments.find(it => it.name === this.value('environment'));
    const given = name => (first ? this.given[name] : undefined);
    if (kind === 'ENVIRONMENT') {
      this.options(this.of('SERVICE'), environment?.services ?? [], given('service'));
      this.options(this.of('HOST'), environment?.hosts ?? [], given('host'));
    }
    if (kind === 'ENVIRONMENT' || kind === 'SERVICE') {
      const mine = ++this.latest;
      // An answer that comes late, to an earlier choice, is dropped.
      const current = () => mine === this.latest;
      this.takeBack();
      this.options(this.of('VERSION'), [], '');
      if (this.of('BACKUP')) {
        this.options(this.of('BACKUP'), [LATEST], 'latest');
      }
      await this.explain(environment, current);
      await this.versions(environment, given('version'), current);
      await this.backups(environment, given('backup'), current);
    }
  }

  async backups(environment, wanted, current) {
    const control = this.of('BACKUP');
    const service = this.value('service');
    if (!control || !environment || !service || !current()) {
      return;
    }
    try {
      const found = await get(`/api/environments/${encodeURIComponent(environment.name)}/services/${encodeURIComponent(service)}/backups`, this.signal);
      if (current()) {
        this.options(control, [LATEST, ...found.filter(it => !it.damage).map(it => [it.id, backupName(it)])], wanted ?? 'latest');
      }
    } catch (error) {
      this.wrong(error, current);
    }
  }

  wrong(error, current) {
    if (current() && error.name !== 'AbortError' && !this.sending) {
      this.takeBack();
      this.said.replaceChildren(problem(error));
    }
  }

  async versions(environment, wanted, current) {
    const control = this.of('VERSION');
    const service = this.value('service');
    if (!control || !environment || !service || !current()) {
      return;
    }
    control.replaceChildren(el('option', { value: '' }, 'Loading…'));
    try {
      const found = await get(`/api/environments/${encodeURIComponent(environment.name)}/services/${encodeURIComponent(service)}/versions`, this.signal);
      if (current()) {
        this.options(control, found.map(it => [it, it + (it === this.service?.version ? ' (deployed now)' : '')]), wanted);
      }
    } catch (error) {
      if (current()) {
        this.options(control, [], '');
      }
      this.wrong(error, current);
    }
  }

  /** What is known of the service, and what stands in the way. */
  async explain(environment, current) {
    const name = this.value('service');
    await fill(this.about, async () => {
      if (!environment) {
        return [];
      }
      const [services, last, locks] = await Promise.all([
        name ? get('/api/services?' + query({ environment: environment.name, service: name, trend: false }), this.signal) : [],
        get('/api/runs?' + query({ runbook: this.runbook.id, environment: environment.name, service: name, limit: 1 }), this.signal).catch(notForThem),
        get('/api/locks', this.signal),
      ]);
      if (!current()) {
        return [...this.about.childNodes];
      }
      this.service = services.find(it => it.id === name);
      const lock = locks.find(it => it.target === `service:${environment.name}/${name}`);
      return [
        environment.freeze ? note('bad', `${environment.name} is frozen by ${environment.freeze.by}: ${environment.freeze.reason}\nSteps that change something will stop and ask.`) : null,
        lock ? note('ask', 'It is locked by ', runLink(lock.run, lock.runbook ?? lock.run), ` of ${lock.startedBy ?? 'somebody'}; a new run waits for it.`) : null,
        this.service ? el('dl', { class: 'muster-facts' },
          el('dt', {}, 'Runs now'), el('dd', {}, this.service.version ?? 'nothing that Muster deployed', ' ', state(this.service.state)),
          el('dt', {}, 'Last verified backup'), el('dd', {}, when(this.service.lastBackup, 'never')),
          el('dt', {}, 'Recovery proven'), el('dd', {}, when(this.service.lastProvenRecovery, 'never')),
          el('dt', {}, 'Targets'), el('dd', {}, `RTO ${period(this.service.rto?.target)}, RPO ${period(this.service.rpo?.target)}`)) : null,
        last && el('dl', { class: 'muster-facts' }, el('dt', {}, 'This runbook, last'),
          el('dd', {}, last.length ? [runLink(last[0].id, when(last[0].startedAt)), ' ', runState(last[0].state, last[0].outcome)] : 'never here')),
        el('p', {}, environment.approval?.mode === 'self-after-delay'
          ? `In ${environment.name}, who starts a run may approve it alone after ${period(environment.approval.delay)}.`
          : `In ${environment.name}, nobody approves a run that they started.`),
      ];
    });
  }

  sentence(body) {
    const backup = this.of('BACKUP') && body[this.of('BACKUP').name];
    return [this.runbook.title, body.service ?? body.host, body.version, body.environment && 'in ' + body.environment,
      backup && (backup === LATEST[0] ? 'with the newest backup that was read back whole' : 'with backup ' + backup)].filter(Boolean).join(' ');
  }

  submit(event) {
    event.preventDefault();
    const body = Object.fromEntries(Object.keys(this.controls).map(name => [name, this.value(name)]).filter(([, value]) => value));
    return this.runbook.destroys ? this.confirm(body) : this.start(body);
  }

  /** What will be destroyed, once more in words, before exactly that is sent. */
  confirm(body) {
    if (this.sending) {
      return;
    }
    const back = el('button', { class: 'btn btn-default', type: 'button', onclick: () => this.backToButton() }, 'Back');
    const yes = el('button', { class: 'btn btn-danger', type: 'button', onclick: () => this.start(body, yes) }, 'Yes, start it');
    this.button.disabled = true;
    this.asked = el('div', { class: 'muster-alert muster-bad', role: 'alertdialog', 'aria-label': 'Confirm',
      onkeydown: event => event.key === 'Escape' && this.backToButton() },
      el('strong', {}, this.sentence(body)), '\n',
      Object.entries(this.controls).filter(([, it]) => it.kind === 'CHOICE').map(([name]) => `${titled(name)}: ${body[name] ?? '–'}\n`),
      this.runbook.destroys,
      el('div', { class: 'muster-actions' }, yes, back));
    this.said.replaceChildren(this.asked);
    back.focus();
  }

  /** Not while it is being sent: a second start would be another one. */
  takeBack() {
    if (!this.sending) {
      this.said.replaceChildren();
      this.button.disabled = !this.runbook.startable;
    }
  }

  backToButton() {
    this.takeBack();
    this.button.focus();
  }

  /** The same request keeps its key, however often it is sent; another one has its own. */
  keyOf(body) {
    const sent = JSON.stringify(body);
    if (sent !== this.sent) {
      Object.assign(this, { sent, key: crypto.randomUUID() });
    }
    return this.key;
  }

  async start(body, pressed = this.button) {
    if (this.sending) {
      return;
    }
    this.sending = true;
    this.button.disabled = true;
    pressed.disabled = true;
    try {
      const answer = await call(`/api/runbooks/${encodeURIComponent(this.runbook.id)}/runs`,
        { method: 'POST', body, headers: { 'Idempotency-Key': this.keyOf(body) } });
      location.hash = '#/muster-run/' + (await answer.json()).id;
    } catch (error) {
      this.sending = false;
      this.takeBack();
      this.said.replaceChildren(problem(error));
      this.button.focus();
    }
  }
}

function consequences(runbook) {
  return [
    runbook.destroys ? note('bad', el('strong', {}, 'What cannot be had back'), '\n', runbook.destroys) : null,
    el('h2', {}, 'Who must approve'),
    runbook.approvals.length
      ? el('ul', {}, runbook.approvals.map(it => el('li', {}, `${it.title}: ${it.groups.join(', ')}`,
        it.runbook === runbook.id ? '' : el('span', { class: 'muster-quiet' }, ' in ' + titled(it.runbook)))))
      : el('p', {}, 'Nobody: it has no approval.'),
    el('h2', {}, 'What it changes'),
    runbook.changes.length
      ? el('ol', { id: 'muster-start-changes' }, runbook.changes.map(it => el('li', {}, it.title, ' ',
        el('span', { class: 'muster-quiet' }, it.step + (it.runbook === runbook.id ? '' : ', in ' + titled(it.runbook))))))
      : el('p', {}, 'Nothing: it only looks.'),
  ];
}

export function startPage(node, signal) {
  const id = decodeURIComponent(location.hash.split('?')[0].split('/')[2] ?? '');
  const page = el('div', { class: 'muster-page' });
  node.replaceChildren(page);
  fill(page, async () => {
    if (!id) {
      const given = parameters();
      const [runbooks, services] = await Promise.all([get('/api/runbooks', signal),
        given.drill && given.service ? get('/api/services?' + query({ environment: given.environment, service: given.service, trend: false }), signal) : []]);
      return chooser(runbooks, given, services[0]);
    }
    const [runbook, environments] = await Promise.all([get('/api/runbooks/' + encodeURIComponent(id), signal), get('/api/environments', signal)]);
    const form = new Form(runbook, parameters(), environments, signal);
    form.changed('ENVIRONMENT', true).then(() => form.given.service && form.changed('SERVICE', true));
    const picture = el('div', { class: 'muster-diagram', tabindex: '0', role: 'region', 'aria-label': 'Diagram' });
    fill(picture, () => runbookDiagram(id, signal));
    const [first, ...rest] = runbook.description.split('\n\n');
    return [
      el('h1', {}, 'Start: ' + runbook.title),
      el('p', {}, inline(first)), rest.map(text => el('p', { class: 'muster-quiet' }, inline(text))),
      runbook.startable ? null : note('bad', el('strong', {}, 'You cannot start it. '), runbook.whyNot),
      el('div', { class: 'muster-columns' }, el('div', {}, form.form, form.about), el('div', {}, consequences(runbook))),
      el('h2', {}, 'Diagram'), picture,
    ].flat();
  });
}

// Muster beside a task in Tasklist.
import { plugin } from '../../muster/ui.js';
import { narrow } from '../../muster/narrow.js';
import { evidence, guard } from '../../muster/task.js';

export default [
  plugin('muster-narrow', 'tasklist.list', {}, (node, context, signal) => narrow(signal), 50),
  plugin('muster-task-guard', 'tasklist.task.action', {}, (node, context, signal, scope) => guard(scope, signal), 50),
  plugin('muster-task-evidence', 'tasklist.task.detail', { label: 'Evidence' }, (node, { taskId }, signal) => evidence(node, taskId, signal), 900),
];

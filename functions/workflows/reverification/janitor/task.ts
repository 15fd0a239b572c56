import { type JanitorReport, janitorNeeds, runJanitor } from '../../../core/janitor/janitor.ts';
import { type Task, task } from '../../task.ts';

/** Mends what crashes left behind. By schedule, every hour; several at once share the work. */
export const janitor: Task<(typeof janitorNeeds)[number], JanitorReport> = task({
  workflow: 'reverification',
  name: 'janitor',
  needs: janitorNeeds,
  run: (_event, ports, context) => runJanitor(ports, context),
});

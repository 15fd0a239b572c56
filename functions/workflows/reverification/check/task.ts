import { publishChange } from '../../../core/events/publish-change.ts';
import { checkConnection, checkConnectionNeeds } from '../../../core/reverification/check-connection.ts';
import { task } from '../../task.ts';
import { messagesOf } from '../queue-event.ts';
import { readCheckMessage } from './check-message.ts';

/**
 * Does what a message of the queue of checks asks for: one connection is looked at, or one line of a history announced.
 * One message at a time, so that a storage that hangs keeps nobody waiting.
 *
 * @throws Error for a message that is none, too: it comes again, and at last to the dead letters
 */
export const check = task({
  workflow: 'reverification',
  name: 'check',
  needs: checkConnectionNeeds,
  async run(event, ports, context): Promise<void> {
    for (const { body } of messagesOf(event)) {
      const message = readCheckMessage(body);
      switch (message.kind) {
        case 'check':
          await checkConnection(message, ports, context);
          break;
        case 'announcement':
          await publishChange(message.uid, message.id, ports, context.now());
          break;
      }
    }
  },
});

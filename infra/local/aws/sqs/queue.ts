import type { Queue } from '../../template/model.ts';
import type { Change } from './journal.ts';
import { createMessage, type Message, type NewMessage } from './message.ts';
import { createTimers } from './timers.ts';

/** The numbers of a queue's messages, by state. */
export interface MessageCounts {
  readonly waiting: number;
  readonly inFlight: number;
  readonly delayed: number;
}

/** Identifies one receive of a message. It is valid until the message is received again. */
export interface Receipt {
  readonly id: string;
  readonly receives: number;
}

/** One queue in memory. Every change is written to the journal before it takes effect. */
export interface OpenQueue {
  readonly queue: Queue;
  /** Adds messages, each hidden for its delay. @returns the stored messages */
  readonly send: (
    messages: readonly { readonly message: NewMessage; readonly hiddenMs: number }[],
  ) => readonly Message[];
  /** Receives at most `max` messages in the order they became visible, and hides them for `hiddenMs`. */
  readonly receive: (max: number, hiddenMs: number) => readonly Message[];
  /** Deletes messages. Invalid receipts, and those of deleted messages, are ignored. */
  readonly remove: (receipts: readonly Receipt[]) => void;
  /** Hides messages for `hiddenMs` from now; 0 shows them. `not in flight`: at least one receipt is no longer valid. */
  readonly hide: (receipts: readonly Receipt[], hiddenMs: number) => 'hidden' | 'not in flight';
  /** Deletes all messages. */
  readonly purge: () => void;
  /** Prepares to take over another queue's message: the change to write, and a function that applies it here. */
  readonly adopt: (message: Message) => { readonly change: Change; readonly enter: () => void };
  readonly messages: () => Iterable<Message>;
  readonly countMessages: () => MessageCounts;
  /**
   * Calls the listener, asynchronously, whenever messages became visible.
   * @returns a function that removes the listener
   */
  readonly onVisible: (listener: () => void) => () => void;
  /**
   * Shows messages whose timeout has ended, moves dead letters, and deletes messages that exceed the retention period.
   */
  readonly applyTimeouts: () => void;
  readonly close: () => void;
}

export interface QueueOptions {
  readonly queue: Queue;
  /** The messages of the last run, in the order of arrival. */
  readonly stored: Iterable<Message>;
  readonly write: (changes: readonly Change[]) => void;
  /** Gives the dead-letter queue, if the queue has one. */
  readonly findDeadLetterQueue: () => OpenQueue | undefined;
  readonly onDeadLetter: () => void;
}

/** Opens a queue with its stored messages. */
export function openQueue({ queue, stored, write, findDeadLetterQueue, onDeadLetter }: QueueOptions): OpenQueue {
  const { name, arn, redrive } = queue;
  const retentionMs = queue.retentionSeconds * 1000;
  const messages = new Map<string, Message>();
  const visible = new Set<Message>();
  const listeners = new Set<() => void>();
  /** No message exceeds the retention period before this time. */
  let nextExpiry = Number.POSITIVE_INFINITY;
  const hidden = createTimers<Message>(() => applyTimeouts());

  const notifyListeners = (): void => {
    for (const listener of listeners) queueMicrotask(() => listeners.has(listener) && listener());
  };
  const enter = (message: Message): void => {
    messages.set(message.id, message);
    nextExpiry = Math.min(nextExpiry, message.sentAt + retentionMs);
    // A message that was received may become a dead letter: `show` decides when its timeout ends.
    if (message.visibleAt > Date.now() || message.receives > message.receivedBefore)
      hidden.add(message.visibleAt, message);
    else {
      visible.add(message);
      notifyListeners();
    }
  };
  const removeFromMemory = (gone: readonly Message[]): void => {
    for (const message of gone) {
      messages.delete(message.id);
      visible.delete(message);
    }
  };
  const deleteMessages = (gone: readonly Message[]): void => {
    if (gone.length === 0) return;
    write([{ queue: name, gone: gone.map(({ id }) => id) }]);
    removeFromMemory(gone);
  };
  const hideMessages = (
    hiddenMessages: readonly Message[],
    visibleAt: number,
    changesOf: (message: Message) => Partial<Message>,
  ): void => {
    const updates = hiddenMessages.map((message) => ({ message, change: { visibleAt, ...changesOf(message) } }));
    const rows = updates.map(({ message, change }): [string, number, number, number | null] => {
      const { id, receives, firstReceivedAt = null } = { ...message, ...change };
      return [id, receives, visibleAt, firstReceivedAt];
    });
    write([{ queue: name, seen: rows }]);
    for (const { message, change } of updates) {
      Object.assign(message, change);
      visible.delete(message);
      hidden.add(visibleAt, message);
    }
  };
  const show = (message: Message): void => {
    const receivesHere = message.receives - message.receivedBefore;
    const target = redrive !== undefined && receivesHere >= redrive.maxReceiveCount ? findDeadLetterQueue() : undefined;
    if (target === undefined) {
      visible.add(message);
      return;
    }
    const deadLetter = { ...message, visibleAt: Date.now(), receivedBefore: message.receives, deadLetterOf: arn };
    const adoption = target.adopt(deadLetter);
    write([adoption.change, { queue: name, gone: [message.id] }]);
    removeFromMemory([message]);
    adoption.enter();
    onDeadLetter();
  };
  const applyTimeouts = (): void => {
    const now = Date.now();
    const visibleBefore = visible.size;
    for (const { time, item: message } of hidden.takeDue(now)) {
      // A message that was hidden again has a second timer, and this one no longer counts.
      if (messages.get(message.id) === message && message.visibleAt === time && !visible.has(message)) show(message);
    }
    if (visible.size > visibleBefore) notifyListeners();
    if (now < nextExpiry) return;
    deleteMessages([...messages.values()].filter(({ sentAt }) => sentAt + retentionMs <= now));
    nextExpiry = Number.POSITIVE_INFINITY;
    for (const { sentAt } of messages.values()) nextExpiry = Math.min(nextExpiry, sentAt + retentionMs);
  };
  /** Finds the messages of the receipts that are still valid. */
  const findByReceipts = (receipts: readonly Receipt[]): readonly Message[] =>
    receipts.flatMap(({ id, receives }) => {
      const message = messages.get(id);
      return message?.receives === receives ? [message] : [];
    });

  for (const message of stored) enter(message);
  // Dead letters move when their timeout ends, even if no receiver waits in either queue.
  const updateWatch = (): void => hidden.watch(redrive !== undefined || listeners.size > 0);
  updateWatch();
  return {
    queue,
    send: (sent) => {
      const now = Date.now();
      const created = sent.map(({ message, hiddenMs }) => createMessage(message, now, hiddenMs));
      write(created.map((put) => ({ queue: name, put })));
      for (const message of created) enter(message);
      return created;
    },
    receive: (max, hiddenMs) => {
      applyTimeouts();
      const now = Date.now();
      const taken: Message[] = [];
      for (const message of visible) {
        if (taken.length >= max) break;
        taken.push(message);
      }
      if (taken.length === 0) return [];
      hideMessages(taken, now + hiddenMs, (message) => ({
        receives: message.receives + 1,
        firstReceivedAt: message.firstReceivedAt ?? now,
      }));
      return taken.map((message) => ({ ...message }));
    },
    remove: (receipts) => deleteMessages(findByReceipts(receipts)),
    hide: (receipts, hiddenMs) => {
      applyTimeouts();
      const inFlight = findByReceipts(receipts).filter((message) => !visible.has(message));
      if (inFlight.length > 0) hideMessages(inFlight, Date.now() + hiddenMs, () => ({}));
      if (hiddenMs === 0) applyTimeouts();
      return inFlight.length === receipts.length ? 'hidden' : 'not in flight';
    },
    purge: () => {
      write([{ queue: name, purged: true }]);
      removeFromMemory([...messages.values()]);
    },
    adopt: (message) => ({ change: { queue: name, put: message }, enter: () => enter(message) }),
    messages: () => messages.values(),
    countMessages: () => {
      const inFlight = [...messages.values()].filter(
        (message) => !visible.has(message) && message.receives > message.receivedBefore,
      ).length;
      return { waiting: visible.size, inFlight, delayed: messages.size - visible.size - inFlight };
    },
    onVisible: (listener) => {
      listeners.add(listener);
      updateWatch();
      return () => {
        listeners.delete(listener);
        updateWatch();
      };
    },
    applyTimeouts,
    close: () => {
      listeners.clear();
      hidden.watch(false);
    },
  };
}

import type { Queue } from '../../template/model.ts';
import type { Change } from './journal.ts';
import { type Message, type NewMessage, newMessage } from './message.ts';
import { openTimes } from './timers.ts';

/** Messages of a queue, by where they are. */
export interface Counts {
  readonly waiting: number;
  readonly inFlight: number;
  readonly delayed: number;
}

/** A message as one receiver got it: good for deleting it until somebody else receives it. */
export interface Receipt {
  readonly id: string;
  readonly receives: number;
}

/** One queue in memory; every change is written down before it is made. */
export interface OpenQueue {
  readonly queue: Queue;
  readonly send: (
    messages: readonly { readonly message: NewMessage; readonly hiddenMs: number }[],
  ) => readonly Message[];
  /** At most `most` messages, in the order they became visible, each hidden for so many milliseconds from now. */
  readonly receive: (most: number, hiddenMs: number) => readonly Message[];
  /** A message that is gone, or that somebody received since, is left alone. */
  readonly remove: (receipts: readonly Receipt[]) => void;
  /** Hides messages for so long from now, or shows them (0). `not in flight`: one that was none's, or another's. */
  readonly hide: (receipts: readonly Receipt[], hiddenMs: number) => 'hidden' | 'not in flight';
  readonly purge: () => void;
  /** Takes over what another queue gives up: the change to write, and what makes it true here. */
  readonly adopt: (message: Message) => { readonly change: Change; readonly enter: () => void };
  readonly messages: () => Iterable<Message>;
  readonly counts: () => Counts;
  /** Calls back (soon, not at once) whenever messages became visible, until the returned function is called. */
  readonly onVisible: (listener: () => void) => () => void;
  /** Makes visible whose time has come, moves dead letters, forgets what is too old. */
  readonly settle: () => void;
  readonly close: () => void;
}

export interface QueueOptions {
  readonly queue: Queue;
  /** In the order they came. */
  readonly kept: Iterable<Message>;
  readonly write: (changes: readonly Change[]) => void;
  /** Where messages go that were received too often. */
  readonly deadLetters: () => OpenQueue | undefined;
  readonly onDeadLetter: () => void;
}

/** Opens a queue with what it held. */
export function openQueue({ queue, kept, write, deadLetters, onDeadLetter }: QueueOptions): OpenQueue {
  const { name, arn, redrive } = queue;
  const retentionMs = queue.retentionSeconds * 1000;
  const messages = new Map<string, Message>();
  const visible = new Set<Message>();
  const listeners = new Set<() => void>();
  /** No message is too old before then. */
  let oldestEnds = Number.POSITIVE_INFINITY;
  const hidden = openTimes<Message>(() => settle());

  const announce = (): void => {
    for (const listener of listeners) queueMicrotask(() => listeners.has(listener) && listener());
  };
  const enter = (message: Message): void => {
    messages.set(message.id, message);
    oldestEnds = Math.min(oldestEnds, message.sentAt + retentionMs);
    // One that was received may be a dead letter: `show` decides when its time comes.
    if (message.visibleAt > Date.now() || message.receives > message.receivedBefore)
      hidden.add(message.visibleAt, message);
    else {
      visible.add(message);
      announce();
    }
  };
  const leave = (gone: readonly Message[]): void => {
    for (const message of gone) {
      messages.delete(message.id);
      visible.delete(message);
    }
  };
  const forget = (gone: readonly Message[]): void => {
    if (gone.length === 0) return;
    write([{ queue: name, gone: gone.map(({ id }) => id) }]);
    leave(gone);
  };
  const hideAgain = (
    seen: readonly Message[],
    visibleAt: number,
    more: (message: Message) => Partial<Message>,
  ): void => {
    const next = seen.map((message) => ({ message, change: { visibleAt, ...more(message) } }));
    const rows = next.map(({ message, change }): [string, number, number, number | null] => {
      const { id, receives, firstReceivedAt = null } = { ...message, ...change };
      return [id, receives, visibleAt, firstReceivedAt];
    });
    write([{ queue: name, seen: rows }]);
    for (const { message, change } of next) {
      Object.assign(message, change);
      visible.delete(message);
      hidden.add(visibleAt, message);
    }
  };
  const show = (message: Message): void => {
    const received = message.receives - message.receivedBefore;
    const target = redrive !== undefined && received >= redrive.maxReceiveCount ? deadLetters() : undefined;
    if (target === undefined) {
      visible.add(message);
      return;
    }
    const letter = { ...message, visibleAt: Date.now(), receivedBefore: message.receives, deadLetterOf: arn };
    const adopted = target.adopt(letter);
    write([adopted.change, { queue: name, gone: [message.id] }]);
    leave([message]);
    adopted.enter();
    onDeadLetter();
  };
  const settle = (): void => {
    const now = Date.now();
    const before = visible.size;
    for (const { at, what: message } of hidden.due(now)) {
      // One that was hidden for another time since is in the list for that one too.
      if (messages.get(message.id) === message && message.visibleAt === at && !visible.has(message)) show(message);
    }
    if (visible.size > before) announce();
    if (now < oldestEnds) return;
    forget([...messages.values()].filter(({ sentAt }) => sentAt + retentionMs <= now));
    oldestEnds = Number.POSITIVE_INFINITY;
    for (const { sentAt } of messages.values()) oldestEnds = Math.min(oldestEnds, sentAt + retentionMs);
  };
  /** The messages of receipts that still hold. */
  const held = (receipts: readonly Receipt[]): readonly Message[] =>
    receipts.flatMap(({ id, receives }) => {
      const message = messages.get(id);
      return message?.receives === receives ? [message] : [];
    });

  for (const message of kept) enter(message);
  // Dead letters leave when their time comes, whether anybody waits here or there.
  const watch = (): void => hidden.watch(redrive !== undefined || listeners.size > 0);
  watch();
  return {
    queue,
    send: (sent) => {
      const now = Date.now();
      const made = sent.map(({ message, hiddenMs }) => newMessage(message, now, hiddenMs));
      write(made.map((put) => ({ queue: name, put })));
      for (const message of made) enter(message);
      return made;
    },
    receive: (most, hiddenMs) => {
      settle();
      const now = Date.now();
      const taken: Message[] = [];
      for (const message of visible) {
        if (taken.length >= most) break;
        taken.push(message);
      }
      if (taken.length === 0) return [];
      hideAgain(taken, now + hiddenMs, (message) => ({
        receives: message.receives + 1,
        firstReceivedAt: message.firstReceivedAt ?? now,
      }));
      return taken.map((message) => ({ ...message }));
    },
    remove: (receipts) => forget(held(receipts)),
    hide: (receipts, hiddenMs) => {
      settle();
      const inFlight = held(receipts).filter((message) => !visible.has(message));
      if (inFlight.length > 0) hideAgain(inFlight, Date.now() + hiddenMs, () => ({}));
      if (hiddenMs === 0) settle();
      return inFlight.length === receipts.length ? 'hidden' : 'not in flight';
    },
    purge: () => {
      write([{ queue: name, purged: true }]);
      leave([...messages.values()]);
    },
    adopt: (message) => ({ change: { queue: name, put: message }, enter: () => enter(message) }),
    messages: () => messages.values(),
    counts: () => {
      const inFlight = [...messages.values()].filter(
        (message) => !visible.has(message) && message.receives > message.receivedBefore,
      ).length;
      return { waiting: visible.size, inFlight, delayed: messages.size - visible.size - inFlight };
    },
    onVisible: (listener) => {
      listeners.add(listener);
      watch();
      return () => {
        listeners.delete(listener);
        watch();
      };
    },
    settle,
    close: () => {
      listeners.clear();
      hidden.watch(false);
    },
  };
}

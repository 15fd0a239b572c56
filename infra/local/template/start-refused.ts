/**
 * The local target would rather not start than run something else than AWS would. The message is one sentence for the
 * person who typed `npm start`: it names the resource, and carries no value of a secret.
 */
export class StartRefused extends Error {
  override readonly name = 'StartRefused';
}

/** Stops the start with one sentence. @throws StartRefused always */
export function refuse(sentence: string): never {
  throw new StartRefused(sentence);
}

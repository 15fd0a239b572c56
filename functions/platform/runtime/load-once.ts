/**
 * What `load` gives, loaded at the first call and kept for the life of the function instance. Concurrent callers share
 * one load. A failed one is forgotten, so that the next call tries again: an instance must not stay broken.
 */
export function loadOnce<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined;
  return () => {
    loaded ??= load().catch((error: unknown) => {
      loaded = undefined;
      throw error;
    });
    return loaded;
  };
}

/** Puts an entry into a map as its newest; when there are more than `most` then, the oldest goes. */
export function putNewest<Name, Value>(map: Map<Name, Value>, name: Name, value: Value, most: number): void {
  map.delete(name);
  map.set(name, value);
  // A map keeps the order in which its entries came: the first is the oldest.
  const [oldest] = map.keys();
  if (oldest !== undefined && map.size > most) map.delete(oldest);
}

/** A page of a list; `next` is what the following page comes after, absent on the last. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next?: string;
}

/** Which page is asked for: at most `limit` items after the one called `after`. */
export interface PageOf {
  readonly limit: number;
  readonly after?: string;
}

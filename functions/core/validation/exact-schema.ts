/** A type with everything in it read-only, as schemas give mutable types and the core has read-only ones. */
type Frozen<T> = T extends readonly (infer Item)[]
  ? readonly Frozen<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Frozen<T[Key]> }
    : T;

/** A type with every optional member required, so that a member which another type lacks makes a difference. */
type Complete<T> = T extends readonly (infer Item)[]
  ? readonly Complete<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]-?: Complete<T[Key]> }
    : T;

type IsSame<A, B> = [Frozen<A>, Complete<A>] extends [Frozen<B>, Complete<B>]
  ? [Frozen<B>, Complete<B>] extends [Frozen<A>, Complete<A>]
    ? true
    : false
  : false;

/** A schema of a library whose types say what it reads, as Zod's do. */
interface SchemaOf<Output> {
  readonly _zod: { readonly output: Output };
}

/**
 * Ties a schema to the type whose values it reads back. A field, an optional one too, or a case of a union that the type
 * has and the schema lacks does not compile, nor does the reverse: what a codec does not know it would drop.
 */
export const exactSchema =
  <T>() =>
  <Schema extends SchemaOf<unknown>>(
    schema: Schema & (IsSame<Schema['_zod']['output'], T> extends true ? unknown : never),
  ): Schema =>
    schema;

/** A value that all readers share: nobody may change it, and at run time nobody can. */
export type Frozen<T> = T extends string | number | boolean | bigint | symbol | null | undefined | Uint8Array
  ? T
  : T extends readonly (infer E)[]
    ? number extends T['length']
      ? readonly Frozen<E>[]
      : { readonly [K in keyof T]: Frozen<T[K]> }
    : T extends object
      ? { readonly [K in keyof T]: Frozen<T[K]> }
      : T

/** Names of the params in a path pattern: `'/a/:id/*rest'` gives `'id' | 'rest'`, and so does `'/a/:id/*rest?'`. */
export type ParamNames<TPath extends string> = TPath extends `${infer Head}/${infer Tail}`
  ? NameIn<Head> | ParamNames<Tail>
  : NameIn<TPath>

type NameIn<TSegment extends string> = TSegment extends `:${infer Name}` | `*${infer Name}?`
  ? Name
  : TSegment extends `*${infer Name}`
    ? Name
    : never

/** Params of a path pattern as strings, the type of `ctx.params` where no schema is given. */
export type PathParams<TPath extends string> = string extends TPath
  ? { readonly [name: string]: string }
  : { readonly [Name in ParamNames<TPath>]: string }

// Stands in for the coming package http, written with core's public names alone.
import {
  middleware,
  t,
  type Middleware,
  type TArray,
  type TInteger,
  type TObject,
  type TOptional,
  type TSchema,
  type TString,
} from '@keelson/core'

export function securityHeaders(): Middleware {
  return middleware({
    name: 'securityHeaders',
    stage: 'respond',
    kinds: ['http'],
    encode: (_ctx, { headers }) => {
      headers.set('x-content-type-options', 'nosniff')
    },
    describe: { headers: { 'x-content-type-options': 'Always nosniff.' } },
  })
}

export function cors({ origins }: { readonly origins: readonly string[] }): Middleware {
  return middleware({
    name: 'cors',
    stage: 'respond',
    kinds: ['http'],
    encode: (ctx, { headers }) => {
      const origin = ctx.header('origin')
      if (origin !== undefined && origins.includes(origin)) headers.set('access-control-allow-origin', origin)
    },
    describe: { requestHeaders: { origin: 'Where the page of the caller is from.' } },
  })
}

/** What a client says of the page that it wants. */
export function page(): TObject<{
  limit: TOptional<TInteger>
  after: TOptional<TString>
  before: TOptional<TString>
}> {
  return t.Object({
    limit: t.Optional(t.Integer({ minimum: 1, maximum: 100 })),
    after: t.Optional(t.String()),
    before: t.Optional(t.String()),
  })
}

/** A page of records. */
export function pageOf<S extends TSchema>(
  item: S,
): TObject<{ items: TArray<S>; next: TOptional<TString>; previous: TOptional<TString> }> {
  return t.Object({ items: t.Array(item), next: t.Optional(t.String()), previous: t.Optional(t.String()) })
}

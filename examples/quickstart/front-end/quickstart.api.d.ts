// Types of an API, format 1; its manifest is 90E3h87xLxw5CCEc. Written by keelson manifest --types: change the routes instead.

/** The routes, for createClient<Api>. */
export interface Api {
  /** GET / */
  readonly home: Route<{}, { 200: unknown }, never>
  readonly orders: {
    /** GET /orders */
    readonly list: Route<
      {
        query?: {
          /** Items of a page at most. */
          limit?: number
          /** `next` of a page: the items behind it. */
          after?: string
          /** `previous` of a page: the items before it. */
          before?: string
        }
      },
      {
        200: {
          items: Order[]
          /** Send it as `after` for the items behind these. */
          next?: string
          /** Send it as `before` for the items before these. */
          previous?: string
        }
      },
      | WireError<'ERR_CORE_CURSOR', unknown, 400>
      | WireError<'ERR_CORE_UNAUTHORIZED', unknown, 401>
      | WireError<'ERR_CORE_UNAVAILABLE', unknown, 503>
      | WireError<'ERR_CORE_FORBIDDEN', unknown, 403>
    >
    /** GET /orders/:id */
    readonly show: Route<
      { params: { id: string } },
      { 200: Order },
      | WireError<'ERR_CORE_UNAUTHORIZED', unknown, 401>
      | WireError<'ERR_CORE_UNAVAILABLE', unknown, 503>
      | WireError<'ERR_CORE_FORBIDDEN', unknown, 403>
      | WireError<'ERR_CORE_NOT_FOUND', unknown, 404>
    >
    /** POST /orders */
    readonly create: Route<
      { body: { customer: string; items: { sku: string; quantity: number; priceCents: number }[] } },
      { 201: Order },
      | WireError<'ERR_CORE_UNAUTHORIZED', unknown, 401>
      | WireError<'ERR_CORE_UNAVAILABLE', unknown, 503>
      | WireError<'ERR_CORE_FORBIDDEN', unknown, 403>
    >
    /** POST /orders/:id/close */
    readonly close: Route<
      { params: { id: string } },
      { 200: Order },
      | WireError<'ORDER_CLOSED', { id: string }, 409>
      | WireError<'ERR_DB_STALE', undefined, 409>
      | WireError<'ERR_CORE_UNAUTHORIZED', unknown, 401>
      | WireError<'ERR_CORE_UNAVAILABLE', unknown, 503>
      | WireError<'ERR_CORE_FORBIDDEN', unknown, 403>
      | WireError<'ERR_CORE_NOT_FOUND', unknown, 404>
    >
    /** GET /orders/export */
    readonly export: Route<
      {},
      { 200: AsyncIterable<Uint8Array> },
      | WireError<'ERR_CORE_UNAUTHORIZED', unknown, 401>
      | WireError<'ERR_CORE_UNAVAILABLE', unknown, 503>
      | WireError<'ERR_CORE_FORBIDDEN', unknown, 403>
    >
  }
}

export type Order = {
  id: string
  customer: string
  status: 'open' | 'closed'
  items: { sku: string; quantity: number; priceCents: number }[]
  totalCents: number
  takenBy: string | null
  createdAt: string
  version: number
}

/** What a caller of a route sends, what it receives by status, and the errors that the route declares. */
interface Route<TIn, TOut, TErrors> {
  readonly '~types': { readonly in: TIn; readonly out: TOut; readonly errors: TErrors }
}

/** An error as a client reads it from an answer. */
interface WireError<TCode extends string, TDetails, TStatus extends number> {
  readonly code: TCode
  readonly status: TStatus
  readonly title: string
  readonly detail: string | undefined
  readonly details: TDetails
  readonly requestId: string | undefined
}

export {}

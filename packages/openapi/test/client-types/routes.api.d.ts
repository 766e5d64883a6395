// Types of an API, format 1; its manifest is pmg5eXaDSgJHEyNZ. Written by keelson manifest --types: change the routes instead.

/** The routes, for createClient<Api>. */
export interface Api {
  readonly sample: {
    /** GET / */
    readonly home: Route<{}, { 200: { hello: string } }, never>
    readonly orders: {
      /** GET /orders: List orders */
      readonly list: Route<
        {
          query?: { limit?: number; status?: 'open' | 'closed'; tag?: string[] }
          headers?: { 'x-tenant'?: string; accept?: string }
          cookies?: { theme?: string }
        },
        { 200: { items: Order[]; next?: string } },
        WireError<'ERR_CORE_UNAUTHORIZED', unknown, 401>
      >
      /** POST /orders */
      readonly create: Route<
        { body: NewOrder },
        { 201: Order },
        | WireError<'STOCK_EMPTY', undefined, 409>
        | WireError<'ORDER_CLOSED', { closedAt: string }, 409>
        | WireError<'ERR_CORE_UNAUTHORIZED', unknown, 401>
      >
      /** GET /orders/:id */
      readonly show: Route<
        { params: { id: string } },
        { 200: Order },
        | WireError<'ERR_CORE_NOT_FOUND', unknown, 404>
        | WireError<'ERR_CORE_UNAUTHORIZED', unknown, 401>
        | WireError<'ERR_CORE_FORBIDDEN', unknown, 403>
      >
      /**
       * DELETE /orders/:orderId
       * @deprecated
       */
      readonly remove: Route<
        { params: { orderId: string } },
        { 204: undefined },
        WireError<'ERR_CORE_UNAUTHORIZED', unknown, 401>
      >
      /** GET /orders/export */
      readonly export: Route<{}, { 200: unknown }, WireError<'ERR_CORE_UNAUTHORIZED', unknown, 401>>
    }
    readonly catalogue: {
      /** GET /catalogue */
      readonly tree: Route<{}, { 200: Category }, never>
      /** PUT /catalogue/shape */
      readonly draw: Route<{ body: Shape }, { 200: Shape }, never>
      /** GET /catalogue/files/*path */
      readonly file: Route<{ params: { path: string } }, { 200: string }, never>
      /** GET /catalogue/picture */
      readonly picture: Route<{}, { 200: Uint8Array; 202: string; 404: Category }, never>
      /** PUT /catalogue/files/*path */
      readonly upload: Route<{ params: { path: string }; body: UploadBody }, { 200: unknown }, never>
      /** GET /catalogue/v1%3Asearch */
      readonly search: Route<{ query?: { [key: string]: string } }, { 200: string[] }, never>
    }
    readonly customers: {
      /** POST /customers */
      readonly create: Route<{ body: CustomerInput }, { 201: Customer }, never>
      /** GET /secret */
      readonly secret: Route<{}, { 200: unknown }, never>
    }
    readonly legacy: {
      /** GET /legacy/:id */
      readonly show: Route<
        { params: { id: number } },
        { 200: string },
        WireError<'ERR_CORE_FORBIDDEN', unknown, 403>
      >
    }
  }
  readonly schemas: {
    /** POST /send */
    readonly send: Route<
      {
        body: {
          pages: {
            size?: number
            sort?: 'up' | 'down'
            /** Id of the last one *\/ seen. */
            after?: string
            filter: { text: string; isExact?: boolean }
          }[]
          byName: { [key: string]: item_v1Input }
          byNumber: { [key: number]: boolean }
          byLiteral: { x: item_v1Input; y: item_v1Input }
          pair: [item_v1Input, string]
          none: []
          both: item_v1Input & { note?: string }
          picked: { count?: number }
          joined: { id: string; count?: number; note?: string }
          nullable?: string | null
          orNull: item_v1Input | null
          listOrNull: null | item_v1Input[]
          bothOrNull: item_v1 & { note: string } | null
          taggedOrNull: { kind: 'a'; n: number } | { kind: 'b' | 'c'; text: string } | null
          pairOrNull: [item_v1, string] | null
          tagged: ({ kind: 'a'; n?: number } | { kind: 'b' | 'c'; text: string })[]
          either: (item_v1 | string)[]
          loose: { kind?: 'a'; n: number } | { kind: 'b'; m: number }
          closed: { a: null }
          openEnded: { a: 1 }
          empty: {}
          part: { id?: string; count?: number }
          at: string
          'a key': 'it\'s'
          free: unknown
          raw: 'l' | 'r'
          tree: SchemasSendBody
        }
      },
      { 200: unknown },
      never
    >
    /** GET /receive */
    readonly receive: Route<
      {},
      {
        200: {
          pages: {
            size: number
            sort: 'up' | 'down'
            /** Id of the last one *\/ seen. */
            after?: string
            filter: { text: string; isExact: boolean }
          }[]
          byName: { [key: string]: item_v1 }
          byNumber: { [key: number]: boolean }
          byLiteral: { x: item_v1; y: item_v1 }
          pair: [item_v1, string]
          none: []
          both: item_v1 & { note: string }
          picked: { count: number }
          joined: { id: string; count: number; note: string }
          nullable: string | null
          orNull: item_v1 | null
          listOrNull: null | item_v1[]
          bothOrNull: item_v1 & { note: string } | null
          taggedOrNull: { kind: 'a'; n: number } | { kind: 'b' | 'c'; text: string } | null
          pairOrNull: [item_v1, string] | null
          tagged: ({ kind: 'a'; n: number } | { kind: 'b' | 'c'; text: string })[]
          either: (item_v1 | string)[]
          loose: { kind?: 'a'; n: number } | { kind: 'b'; m: number }
          closed: { a: null }
          openEnded: { a: 1 }
          empty: {}
          part: { id?: string; count?: number }
          at: string
          'a key': 'it\'s'
          free: unknown
          raw: 'l' | 'r'
          tree: SchemasSendBody
        }
      },
      never
    >
    /** POST /standard */
    readonly standard: Route<{ body: AccountInput }, { 200: Account }, never>
    /** POST /ark */
    readonly ark: Route<{ body: { a: string; b?: number } }, { 200: { c: 'x' | 'y' } }, never>
    /** GET /dated */
    readonly dated: Route<{}, { 200: { at: string; list: { due?: string | undefined }[] } }, never>
    /** PUT /tree */
    readonly tree: Route<{ body: SchemasSendBody }, { 200: SchemasSendBody }, never>
    /** GET /nothing */
    readonly nothing: Route<{}, { 200: null }, never>
    /** GET /maybe */
    readonly maybe: Route<{}, { 200: string | undefined }, never>
    /** GET /any */
    readonly any: Route<{}, { 200: unknown }, never>
  }
  readonly input: {
    /** GET /none */
    readonly none: Route<{}, { 200: number }, never>
    /** GET /query */
    readonly query: Route<
      {
        query: { size?: number; tag?: string[]; text?: string; page?: number | undefined; since: string }
      },
      { 200: unknown },
      never
    >
    /** GET /whole */
    readonly whole: Route<{ query?: { page?: number } }, { 200: unknown }, never>
    /** GET /headers */
    readonly headers: Route<
      { headers: { 'if-match': string; 'x-lang'?: string }; cookies?: { name: string; n?: number } },
      { 200: unknown },
      never
    >
    /** GET /p/:id/*rest */
    readonly params: Route<{ params: { id: number; rest: string } }, { 200: unknown }, never>
    /** GET /t/:id/*rest? */
    readonly texts: Route<{ params: { id: string; rest: string } }, { 200: unknown }, never>
    /** GET /z/:id */
    readonly zodParams: Route<{ params: { id: string } }, { 200: unknown }, never>
    /** GET /placed/:place/x/:other */
    readonly placed: Route<{ params: { place: number; other: boolean } }, { 200: unknown }, never>
    /** POST /note */
    readonly note: Route<{ body?: { text: string } | undefined }, { 200: unknown }, never>
    /** QUERY /search */
    readonly search: Route<
      {
        body: {
          size?: number
          sort?: 'up' | 'down'
          /** Id of the last one *\/ seen. */
          after?: string
          filter: { text: string; isExact?: boolean }
        }
      },
      { 200: item_v1[] },
      never
    >
  }
  readonly bodies: {
    /** POST /form */
    readonly form: Route<{ body: { name: string; stay?: boolean } }, { 200: unknown }, never>
    /** POST /text */
    readonly text: Route<{ body: string }, { 200: unknown }, never>
    /** POST /held */
    readonly held: Route<{ body: 'a' | 'b' }, { 200: unknown }, never>
    /** POST /bytes */
    readonly bytes: Route<{ body: UploadBody }, { 200: unknown }, never>
    /** POST /either */
    readonly either: Route<{ body: item_v1Input | string }, { 200: unknown }, never>
    /** POST /own */
    readonly own: Route<{ body: UploadBody }, { 200: unknown }, never>
    /** POST /own-json */
    readonly ownJson: Route<{ body: number[] }, { 200: unknown }, never>
    /** PUT /files/:name */
    readonly upload: Route<{ params: { name: string }; body: UploadBody }, { 200: unknown }, never>
    /** POST /hook */
    readonly hook: Route<{ body?: unknown }, { 200: unknown }, never>
  }
  /** GET /live/:id */
  readonly live: UpgradeRoute
  readonly answers: {
    /** POST /several */
    readonly several: Route<
      { body: item_v1Input },
      { 201: item_v1; 202: { queued: boolean }; 204: undefined; 404: { tried: string } },
      never
    >
    /** GET /answer-headers */
    readonly headers: Route<
      {},
      {
        200: item_v1
        304: undefined
        headers: {
          200: {
            etag: string
            'x-total'?: `${number}`
            'x-on': 'true' | 'false'
            'set-cookie'?: string | readonly string[]
            'x-kind': 'a' | '2'
            'x-zod': `${number}` | undefined
          }
        }
      },
      never
    >
    /** GET /csv */
    readonly csv: Route<{}, { 200: string }, never>
    /** GET /events */
    readonly events: Route<{}, { 200: AsyncIterable<Uint8Array> }, never>
    /** GET /picture */
    readonly picture: Route<{}, { 200: Uint8Array | string }, never>
    /** GET /blob */
    readonly blob: Route<{}, { 200: unknown; 206: AsyncIterable<Uint8Array> }, never>
  }
  readonly errors: {
    /** GET /tenants/:tenant/ruled */
    readonly ruled: Route<
      { params: { tenant: string } },
      { 200: item_v1; 206: unknown; 304: undefined },
      | WireError<'ORDER_CLOSED', { since: string; by: string | null }, 409>
      | WireError<'ERR_CORE_NOT_FOUND', unknown, 404>
      | WireError<'LATE', { at: string }, 400>
      | WireError<'DENIED', undefined, 403>
    >
    /**
     * GET /tenants/:tenant/own/:id: Has a rule of its own
     * @deprecated
     */
    readonly own: Route<
      { params: { id: number; tenant: string } },
      { 200: item_v1; 206: unknown; 304: undefined },
      never
    >
    readonly deeper: {
      /** DELETE /tenants/:tenant/deeper/:id */
      readonly 'with-dash': Route<
        { params: { tenant: string; id: string } },
        { 204: undefined; 206: unknown; 304: undefined },
        never
      >
    }
  }
}

export type Account = {
  name: string
  age?: number | undefined
  plan: 'free' | 'paid'
  kind: { is: 'p'; first: string } | { is: 'c'; vat: string | null }
  tags: [string, number, ...boolean[]]
  labels: { [key: string]: number }
  flags: { a: boolean; b: boolean }
  some: { a?: boolean; b?: boolean }
  more: { a: string; [key: string]: unknown }
  friends: Account[]
}

export type AccountInput = {
  name: string
  age?: number | undefined
  plan?: 'free' | 'paid' | undefined
  kind: { is: 'p'; first: string } | { is: 'c'; vat: string | null }
  tags: [string, number, ...boolean[]]
  labels: { [key: string]: number }
  flags: { a: boolean; b: boolean }
  some: { a?: boolean; b?: boolean }
  more: { a: string; [key: string]: unknown }
  friends: AccountInput[]
}

export type Category = { name: string; children: Category[] }

export type Circle = { kind: 'circle'; radius: number }

export type Customer = { name: string; born?: string | undefined; plan: 'free' | 'paid' }

export type CustomerInput = { name: string; born?: string | undefined; plan?: 'free' | 'paid' | undefined }

export type Group = { kind: 'group'; members: Shape[] }

export type Line = { sku: string; quantity: number; price: Money }

export type LineInput = { sku: string; quantity?: number; price: Money }

export type Money = { amount: number; currency: 'EUR' | 'USD' }

export type NewOrder = { lines: LineInput[]; note?: string }

export type Order = {
  id: string
  status: 'open' | 'closed'
  note: string | null
  lines: Line[]
  total: Money
  position?: [number, number]
  labels: { [key: string]: string }
}

export type SchemasSendBody = { name: string; children: SchemasSendBody[]; parent: SchemasSendBody | null }

export type Shape = Circle | Group

export type item_v1 = { id: string; count: number }

export type item_v1Input = { id: string; count?: number }

/** What a caller of a route sends, what it receives by status, and the errors that the route declares. */
interface Route<TIn, TOut, TErrors> {
  readonly '~types': { readonly in: TIn; readonly out: TOut; readonly errors: TErrors }
}

/** A route that switches its connection: clients have no call for it. */
interface UpgradeRoute {
  readonly '~types': {
    readonly upgrades: {
      readonly '~message': 'This route switches its connection to another protocol: open it with a client of that protocol.'
    }
  }
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

/** A body that is sent as it is. */
type UploadBody =
  | string
  | Blob
  | ArrayBuffer
  | ArrayBufferView
  | FormData
  | URLSearchParams
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array | string>

export {}

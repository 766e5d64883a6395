import { middleware, type BaseContext, type Middleware } from '@keelson/core'

/**
 * Says in the header `link` (RFC 8288) where the pages beside this one are, for clients that follow links: `next` and `prev`, and of
 * pages by offset `first` and `last`. Reads what the handler returns: `{ items, next?, previous? }` or `{ items, total }`.
 *
 * The targets are the path of the request with its query, in which only the place of the page is another one.
 *
 * @example
 * const list = route.get('/orders', { query: page(), access: 'public', use: [links()] }, () => ({ items: [], next: 'c2' }))
 */
export function links(): Middleware {
  return middleware({
    name: 'links',
    stage: 'respond',
    kinds: ['http'],
    transform: (ctx, outcome) => {
      if (outcome.status >= 200 && outcome.status < 300 && isRecord(outcome.value)) {
        const found = besides(ctx, outcome.value)
        if (found.length > 0) outcome.headers.append('link', found.join(', '))
      }
      return outcome
    },
    describe: { successHeaders: { link: 'Where the pages beside this one are (RFC 8288).' } },
  })
}

type Fields = Readonly<Record<string, unknown>>

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null
}

function besides(
  ctx: BaseContext & { readonly query?: unknown },
  { next, previous, total, items }: Fields,
): string[] {
  const { path, url } = ctx
  const query = readQuery(url.slice(path.length + 1))
  const link = (rel: string, fields: Readonly<Record<string, string>>): string => {
    const target = new URLSearchParams(query)
    for (const name of ['after', 'before', 'offset']) target.delete(name)
    for (const [name, value] of Object.entries(fields)) target.set(name, value)
    return `<${path}?${target.toString()}>; rel="${rel}"`
  }
  if (typeof total === 'number')
    return byOffset(readPage(ctx.query, items), total).map(([rel, offset]) =>
      link(rel, { offset: String(offset) }),
    )
  return [
    ...(typeof next === 'string' ? [link('next', { after: next })] : []),
    ...(typeof previous === 'string' ? [link('prev', { before: previous })] : []),
  ]
}

/** Each name is given its `=`: for one without, `URLSearchParams` searches the whole rest of the text. */
function readQuery(text: string): URLSearchParams {
  const pairs = text.split('&').filter((pair) => pair !== '')
  return new URLSearchParams(pairs.map((pair) => (pair.includes('=') ? pair : `${pair}=`)).join('&'))
}

interface OffsetPlace {
  readonly offset: number
  readonly limit: number
}

/** Where the page stands, by the query with its defaults; of a query without a schema, by what the page has. */
function readPage(query: unknown, items: unknown): OffsetPlace {
  const { offset = 0, limit = Array.isArray(items) ? items.length : 0 } = isRecord(query) ? query : {}
  return { offset: Number(offset), limit: Number(limit) }
}

/** Relations and offsets of the pages beside one. */
function byOffset({ offset, limit }: OffsetPlace, total: number): [rel: string, offset: number][] {
  if (!(limit > 0)) return []
  const last = Math.max(0, Math.ceil(total / limit) - 1) * limit
  const found: [rel: string, offset: number][] = [['first', 0]]
  if (offset > 0) found.push(['prev', Math.min(last, Math.max(0, offset - limit))])
  if (offset + limit < total) found.push(['next', offset + limit])
  return [...found, ['last', last]]
}

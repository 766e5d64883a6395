import { metaKey, middleware, type MetaEntry, type Middleware } from '@keelson/core'
import { checkOptions, ofKind, optionTable, refuseCall, required, text } from '@keelson/core/options'

/** Since when a route is deprecated, and when it ends; see {@link deprecated}. */
export interface Deprecation {
  /** When it was deprecated, or will be: `2026-05-01`, at 00:00 UTC, or a whole ISO 8601 time. */
  readonly since: string
  /** When it may stop to answer: not before `since`. Default: not decided. */
  readonly sunset?: string | undefined
  /** URL of a page that says what to use instead. */
  readonly link?: string | undefined
}

const TIME = ofKind(
  {
    what: "a time in ISO 8601: '2026-05-01' or '2026-05-01T12:00:00Z'",
    test: (value) => typeof value === 'string' && toTime(value) !== undefined,
  },
  'A time in ISO 8601.',
)

const DEPRECATION_OPTIONS = optionTable<Deprecation>({
  since: required({ ...TIME, description: 'When it was deprecated, or will be.' }),
  sunset: { ...TIME, description: 'When it may stop to answer.' },
  link: text('URL of a page that says what to use instead.', { pattern: '^[!-;=?-~]+$' }),
})

const DEPRECATED = metaKey<Deprecation>('deprecated', {
  describe: () => ({ deprecated: true }),
  use: toMiddleware,
})

/**
 * Says that a route, or all routes of a router, are to be used no more: by the headers `deprecation` (RFC 9745), `sunset` (RFC
 * 8594) and `link` in every answer, errors included, and by `deprecated` in the OpenAPI document. An entry for `meta`.
 *
 * @throws {SetupError} `ERR_CORE_OPTION` for a wrong time, and for a sunset before the deprecation
 * @example
 * const v1 = deprecated({ since: '2026-05-01', sunset: '2027-05-01', link: 'https://shop.example/docs/v2' })
 * const list = route.get('/v1/orders', { access: 'public', meta: [v1] }, () => [])
 */
export function deprecated(deprecation: Deprecation): MetaEntry {
  const place = { name: 'deprecated', below: deprecated }
  checkOptions(DEPRECATION_OPTIONS, deprecation, place)
  const { since, sunset } = deprecation
  if (sunset !== undefined && toTime(sunset)! < toTime(since)!)
    refuseCall(
      [
        {
          message: `The sunset ${sunset} is before the deprecation ${since}.`,
          remedy: 'Give a later sunset (RFC 9745 §4).',
        },
      ],
      place,
    )
  return DEPRECATED(deprecation)
}

function toMiddleware({ since, sunset, link }: Deprecation): Middleware {
  const deprecation = `@${toTime(since)! / 1000}`
  const end = sunset === undefined ? undefined : new Date(toTime(sunset)!).toUTCString()
  const page = link === undefined ? undefined : `<${link}>; rel="deprecation"; type="text/html"`
  return middleware({
    name: 'deprecated',
    stage: 'receive',
    kinds: ['http'],
    run: ({ responseHeaders }) => {
      responseHeaders.set('deprecation', deprecation)
      if (end !== undefined) responseHeaders.set('sunset', end)
      if (page !== undefined) responseHeaders.append('link', page)
    },
    describe: {
      headers: {
        deprecation: `Since when it is deprecated, as a structured date (RFC 9745): \`${deprecation}\`.`,
        ...(end === undefined ? {} : { sunset: `When it may stop to answer (RFC 8594): ${end}.` }),
        ...(page === undefined ? {} : { link: `What to use instead: ${link}` }),
      },
    },
  })
}

/** Unix time in ms, of whole seconds; `undefined` for what is not a time. */
function toTime(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}(?:Z|[+-]\d{2}:\d{2}))?$/.test(text)) return undefined
  const time = Date.parse(text)
  // `Date.parse` takes 31 February for a day in March.
  const isDay =
    !Number.isNaN(time) &&
    new Date(`${text.slice(0, 10)}T00:00:00Z`).toISOString().startsWith(text.slice(0, 10))
  return isDay ? time : undefined
}

import { flag, integer, listOf, optionTable, required, text } from '@keelson/core/options'
import { ORIGIN_TIMEOUT, originRules, type OriginRule } from '../origin/origin-options.ts'

/** Options of `cors`. */
export interface CorsOptions {
  /**
   * Whose pages may read answers: `'*'` for all, without credentials; one origin as browsers write it, or a list. In a pattern
   * `*.` stands for one label or more, `:*` for any port. `'null'` names the origin of sandboxed frames and files,
   * of which every site can make one: without credentials.
   */
  readonly origins: OriginRule | readonly OriginRule[]
  /** How long functions in `origins` may take for one request, ms; then the origin is refused, and the log says so. Default 2,000. */
  readonly originTimeoutMs?: number | undefined
  /** Whether pages may send cookies and client certificates along and read what comes back. Default false. */
  readonly credentials?: boolean | undefined
  /** Methods that pages may use. Default: those that have a route at the path. */
  readonly methods?: readonly string[] | undefined
  /** Request headers that pages may set. Default: those that they ask for. */
  readonly allowedHeaders?: readonly string[] | undefined
  /** Response headers that pages may read, besides the few that they always may. Default none. */
  readonly exposedHeaders?: readonly string[] | undefined
  /** How long browsers may keep the answer to a preflight, s. Default 600; Chromium keeps none for more than 7,200. */
  readonly maxAgeSeconds?: number | undefined
  /** Whether public pages may ask a server in a private network. Default false. */
  readonly allowsPrivateNetwork?: boolean | undefined
}

const TOKEN = "^[!#$%&'*+.^_`|~0-9A-Za-z\\-]+$"

/** What `cors` takes. */
export const CORS_OPTIONS = optionTable<CorsOptions>({
  origins: required(originRules('Whose pages may read answers.')),
  originTimeoutMs: ORIGIN_TIMEOUT,
  credentials: flag('Whether pages may send cookies along.', { default: false }),
  methods: listOf(text('A method, upper case.', { pattern: '^[A-Z]+$', what: 'a method in upper case' })),
  allowedHeaders: listOf(text('Name of a request header.', { pattern: TOKEN, what: 'the name of a header' })),
  exposedHeaders: listOf(
    text('Name of a response header.', { pattern: TOKEN, what: 'the name of a header' }),
  ),
  maxAgeSeconds: integer('How long the answer to a preflight is kept, s.', { default: 600 }),
  allowsPrivateNetwork: flag('Whether public pages may ask a server in a private network.', {
    default: false,
  }),
})

import { reply, type Reply, type ReplyHeaders } from '@keelson/core'
import {
  anything,
  checkCallOptions,
  integer,
  optionTable,
  withDefaults,
  type WithDefaults,
} from '@keelson/core/options'
import { textOf, type Html } from './html.ts'

/** Options of {@link htmlReply}. */
export interface HtmlReplyOptions<TStatus extends number = 200> {
  /** Default 200. */
  readonly status?: TStatus | undefined
  /** Further headers. */
  readonly headers?: ReplyHeaders | undefined
}

const HTML_REPLY_OPTIONS = optionTable<HtmlReplyOptions<number>>({
  status: integer('Status of the answer.', { minimum: 200, maximum: 599, default: 200 }),
  headers: anything('Further headers.'),
})

/**
 * Answers with a page, `text/html; charset=utf-8`. Its route declares `response: content('text/html')`.
 *
 * @throws {ArgumentError} `ERR_CORE_ARGUMENT`
 * @example
 * const home = route.get('/', { access: 'public', response: content('text/html') }, () => htmlReply(html`<h1>Shop</h1>`))
 */
export function htmlReply<const TStatus extends number>(
  page: Html,
  options: HtmlReplyOptions<TStatus> & { readonly status: TStatus },
): Reply<TStatus, string>
export function htmlReply(page: Html, options?: Omit<HtmlReplyOptions, 'status'>): Reply<200, string>
export function htmlReply(page: Html, options: HtmlReplyOptions<number> = {}): Reply<number, string> {
  checkCallOptions(HTML_REPLY_OPTIONS, options, { name: 'htmlReply', below: htmlReply as never })
  const { status, headers } = withDefaults<WithDefaults<HtmlReplyOptions<number>, 'status'>>(
    HTML_REPLY_OPTIONS,
    options,
  )
  return reply(status, textOf(page, 'htmlReply'), { 'content-type': 'text/html; charset=utf-8', ...headers })
}

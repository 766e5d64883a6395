import {
  errorFormat,
  problemFormat,
  type ErrorFormat,
  type ErrorInfo,
  type VisibleError,
} from '@keelson/core'
import { callable, checkOptions, ofKind, optionTable } from '@keelson/core/options'
import { html, textOf, type Html } from '../html/html.ts'

/** Options of {@link byAccept}. */
export interface ByAcceptOptions {
  /** Makes the page of an error. Default: a plain one with its title, detail and the id of the request. */
  readonly page?: ((error: VisibleError, info: ErrorInfo) => Html) | undefined
  /** What programs get. Default: `problemDetails()`. */
  readonly otherwise?: ErrorFormat | undefined
}

const BY_ACCEPT_OPTIONS = optionTable<ByAcceptOptions>({
  page: callable('Makes the page of an error.', '(error, info) => html`…`'),
  otherwise: ofKind(
    {
      what: 'a format of errors',
      test: (value) => (value as Partial<ErrorFormat>)['~internal'] === 'errorFormat',
      remedy: () => 'Give problemDetails(…) or errorFormat({ … }).',
    },
    'What programs get.',
  ),
})

/**
 * A format of errors that gives a page to who prefers HTML by the header `accept`, as browsers do, and problem details (RFC 9457) to all
 * others. For `createApp({ errorFormat })`, or a router's.
 *
 * @throws {SetupError} `ERR_CORE_OPTION`
 * @example
 * createApp({ routes: { orders }, errorFormat: byAccept({ page: ({ status, title }) => html`<h1>${status} ${title}</h1>` }) })
 */
export function byAccept(options: ByAcceptOptions = {}): ErrorFormat {
  checkOptions(BY_ACCEPT_OPTIONS, options, { name: 'byAccept', below: byAccept })
  const { page = plainPage, otherwise = problemFormat } = options
  const { mediaType, schema, status, write, read, alternatives } = otherwise
  const own = {
    mediaType: 'text/html; charset=utf-8',
    write: (error: VisibleError, info: ErrorInfo) => textOf(page(error, info), 'byAccept'),
  }
  return errorFormat({ mediaType, schema, status, write, read, alternatives: [own, ...alternatives] })
}

/** Without scripts and styles, so that it shows under any policy. */
function plainPage({ status, title, detail }: VisibleError, { requestId }: ErrorInfo): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${status} ${title}</title>
      </head>
      <body>
        <h1>${title}</h1>
        ${detail === undefined ? '' : html`<p>${detail}</p>`}
        <p>Status ${status}, request <code>${requestId}</code></p>
      </body>
    </html> `
}

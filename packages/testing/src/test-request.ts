import { anything, ofKind, optionTable, recordOf, SIGNAL, text } from '@keelson/core/options'

/** Headers by name. */
export type TestHeaders = Readonly<Record<string, string>>

/** Request of a test. */
export interface TestRequest {
  /** By name, in whatever case. */
  readonly headers?: TestHeaders | undefined
  /** Sent as JSON, with its content type. */
  readonly json?: unknown
  /** Sent as it is. */
  readonly body?: string | Uint8Array | ReadableStream | undefined
  readonly signal?: AbortSignal | undefined
}

/** The method of a request of `test.request`. */
export const METHOD_OPTION = text('Method.', { pattern: '^[A-Za-z-]+$', what: "a method like 'GET'" })

/** Its path. */
export const PATH_OPTION = text('Path and query.', { pattern: '^/', what: "a path like '/orders'" })

/** Headers of a caller. */
export const TEST_HEADERS_OPTION = recordOf(text('Headers by name.'))

/** A request of `test.request`. */
export const TEST_REQUEST_OPTIONS = optionTable<TestRequest>({
  headers: TEST_HEADERS_OPTION,
  json: anything('Sent as JSON.'),
  body: anything('Sent as it is.'),
  signal: ofKind(SIGNAL, 'Aborts it.'),
})

// On the request path of requests with a body: finds the coding of an encoded body, or refuses it.
import {
  callable,
  checkArgument,
  checkOptions,
  cutText,
  optionTable,
  required,
  text,
  UnsupportedMediaTypeError,
} from '../../errors/index.ts'
import type { ContentCoding, ContentCodingDefinition } from '../../app/index.ts'

const NAME = text('Name of the coding.', {
  pattern: "^(?!identity$)[a-z0-9!#$%&'*+.^_`|~-]+$",
  what: "the name of a coding in lower case, such as 'gzip'",
})
const DEFINITION = optionTable<ContentCodingDefinition>({ decode: required(callable('Decodes a body.')) })

/**
 * Defines how request bodies of a coding are decoded, for `createApp({ contentCodings })` and `app.contentCodings` in the
 * set-up of a plugin. The framework itself has no codings, and answers encoded bodies with 415. `maxBodyBytes` limits the
 * decoded bytes while they are decoded, so that a small body cannot become a large one. `rawBody()`, `bodyStream()` and mounted
 * handlers of the Fetch API get decoded bytes; mounted Node.js handlers get the request as it came.
 *
 * @param name - as in `content-encoding`, lower case: `gzip`, `br`, `zstd`; `x-gzip` counts as `gzip`
 * @throws {SetupError} `ERR_CORE_OPTION`
 * @see RFC 9110 §8.4
 * @example
 * import { pipeline } from 'node:stream'
 * import { createGunzip } from 'node:zlib'
 *
 * const gzip = contentCoding('gzip', { decode: (encoded) => pipeline(encoded, createGunzip(), () => undefined) })
 * const app = createApp({ routes: {}, contentCodings: [gzip] })
 */
export function contentCoding(name: string, definition: ContentCodingDefinition): ContentCoding {
  checkArgument(NAME, name, { name: 'contentCoding', below: contentCoding, argument: 'The name' })
  checkOptions(DEFINITION, definition, { name: 'contentCoding', below: contentCoding })
  return Object.freeze({ '~internal': 'content-coding', name, decode: definition.decode })
}

/** Options of transports about codings. */
export interface CodingOptions {
  /** Codings of bodies that are decoded; default: none. */
  readonly codings?: readonly ContentCoding[] | undefined
}

/** The codings that an app decodes. */
export class ContentCodings {
  readonly #byName: ReadonlyMap<string, ContentCoding>

  constructor(codings: readonly ContentCoding[] = []) {
    this.#byName = new Map(codings.map((one) => [one.name, one]))
  }

  /**
   * The coding of a body; `undefined` for one that is not encoded.
   *
   * @param codings - the `content-encoding` header: names without case, in the order in which they were applied (RFC 9110 §8.4)
   * @throws {UnsupportedMediaTypeError} 415 (RFC 9110 §15.5.16), also for several codings: each would multiply the work
   */
  of(codings: string | undefined): ContentCoding | undefined {
    if (codings === undefined || codings === 'identity') return undefined
    const names = namesIn(codings)
    if (names.length === 0) return undefined
    const coding = names.length === 1 ? this.#byName.get(names[0] as string) : undefined
    if (coding === undefined) throw this.#refusal(codings)
    return coding
  }

  #refusal(codings: string): UnsupportedMediaTypeError {
    return new UnsupportedMediaTypeError(
      `The content-encoding ${JSON.stringify(cutText(codings))} is not supported.`,
      // RFC 9110 §12.5.3: in an answer it says what is accepted.
      { headers: { 'accept-encoding': [...this.#byName.keys()].join(', ') || 'identity' } },
    )
  }
}

function namesIn(codings: string): string[] {
  return codings.split(',').flatMap((one) => {
    const name = one.trim().toLowerCase()
    // RFC 9110 §5.6.1.2: empty elements of a list are ignored.
    if (name === '' || name === 'identity') return []
    // RFC 9110 §8.4.1.1, §8.4.1.3: older names of the same codings.
    return name === 'x-gzip' || name === 'x-compress' ? name.slice(2) : name
  })
}

import { create } from 'content-disposition'
import { ArgumentError } from '@keelson/core'
import { checkCallOptions, oneOf, optionTable } from '@keelson/core/options'

/** Options of {@link fileName}. */
export interface FileNameOptions {
  /** Whether a browser keeps the file, or shows it where it can. Default `attachment`. */
  readonly disposition?: 'attachment' | 'inline' | undefined
}

const FILE_NAME_OPTIONS = optionTable<FileNameOptions>({
  disposition: oneOf(['attachment', 'inline'], 'Whether a browser keeps the file or shows it.'),
})

const LONE_SURROGATE = /\p{Cs}/u
/** What turns the direction of text (UAX #9 §2): with U+202E `invoice\u202Efdp.exe` is shown as `invoiceexe.pdf`. */
const TURNS_TEXT = /\p{Bidi_Control}/gu

/**
 * The value of `content-disposition` for a file with this name (RFC 6266). A name beyond Latin-1 is sent twice: in UTF-8
 * (RFC 8187), and with `?` in place of what older clients cannot read. Characters that turn the direction of text are omitted, since
 * with them a name looks as if it had another ending (RFC 6266 §4.3 leaves safe names to who sends and who saves).
 *
 * @param name - without a path: 1 to 255 bytes of UTF-8
 * @throws {ArgumentError} `ERR_CORE_ARGUMENT` for a name with a path or control characters
 * @example
 * fileName('invoice.pdf') // => 'attachment; filename=invoice.pdf'
 * fileName('€.csv', { disposition: 'inline' }) // => `inline; filename="?.csv"; filename*=UTF-8''%E2%82%AC.csv`
 */
export function fileName(name: string, options: FileNameOptions = {}): string {
  checkCallOptions(FILE_NAME_OPTIONS, options, { name: 'fileName', below: fileName })
  const shown = typeof name === 'string' ? name.replaceAll(TURNS_TEXT, '') : name
  if (!isFileName(shown))
    throw new ArgumentError(
      `fileName: ${JSON.stringify(name)} is not the name of a file. Give 1 to 255 bytes of text without '/', '\\' and control characters.`,
    )
  return create(shown, { type: options.disposition ?? 'attachment' })
}

/** What every system keeps as it is: no separator of paths, no control character, no name of a folder. */
function isFileName(name: unknown): boolean {
  if (typeof name !== 'string' || LONE_SURROGATE.test(name)) return false
  const bytes = Buffer.byteLength(name)
  return bytes >= 1 && bytes <= 255 && !/[\p{Cc}\p{Zl}\p{Zp}/\\]/u.test(name) && name !== '.' && name !== '..'
}

// Without this file the list of common passwords in packages/auth is bytes of which nobody knows where they came from: writes it from that of
// zxcvbn, a development dependency. It has the most common ones that are long enough to be chosen and that no rule refuses by itself.
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'
import { isCommon } from '../packages/auth/src/passwords/predictable.ts'
import { root } from './workspace.ts'

/** How many of the most common passwords are refused; OWASP ASVS 5.0, 6.2.4, asks for 3000. */
const REFUSED = 10_000
/** With a second factor, the shortest that may be chosen. */
const MIN_LENGTH = 8
const FILE = 'packages/auth/src/passwords/listed-passwords.ts'

const require = createRequire(join(root, 'packages/auth/package.json'))
const folder = dirname(require.resolve('@zxcvbn-ts/language-common/package.json'))
const read = (name: string): string => readFileSync(join(folder, name), 'utf8')
const { version } = JSON.parse(read('package.json')) as { readonly version: string }
const known = JSON.parse(read('src/passwords.json')) as readonly string[]
const common = known.filter(({ length }) => length >= MIN_LENGTH).slice(0, REFUSED)
const listed = common.filter((password) => !isCommon(password, new Set())).toSorted()
const bytes = brotliCompressSync(listed.join(' '), {
  params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 },
})
const licence = read('LICENSE.txt')
  .trim()
  .split('\n')
  .map((line) => ` * ${line}`.trimEnd())
  .join('\n')
const code = `// Written by scripts/common-passwords.ts, compressed, since many of them are words that nobody wants to find in a search.
/*!
 * From the list of passwords of @zxcvbn-ts/language-common ${version}.
 *
${licence}
 */
import { brotliDecompressSync } from 'node:zlib'

const BYTES =
  '${bytes.toString('base64')}'

/** The passwords that people choose most, in lower case, but for those that rules refuse. */
export function readListedPasswords(): ReadonlySet<string> {
  return new Set(brotliDecompressSync(Buffer.from(BYTES, 'base64')).toString().split(' '))
}
`
writeFileSync(join(root, FILE), code)
console.log(`${listed.length} passwords are in ${FILE}, ${code.length} bytes`)

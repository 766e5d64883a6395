import fc from 'fast-check'

/** Where a value is put into a template. */
export const HOLE = '\0'
/** What a value would do if it were read as anything but text. */
export const EVIL = `"'></title></textarea></script></style>--><evil-tag evil></evil-tag><!-- evil=1 `

/** A template, values to put in, and values that do nothing in place of each that may. */
export interface Filling {
  readonly template: string
  readonly values: readonly unknown[]
  readonly calm: readonly unknown[]
}

/** What together may be a scheme that runs code, another server, or a way up. */
const URL_PIECES = [
  'javascript',
  'java',
  'script',
  'data',
  'https',
  'text/html,',
  ':',
  '&colon;',
  '&#58;',
  '/',
  '//',
  '\\',
  '&sol;',
  '?',
  '#',
  '.',
  '%2e',
  '%',
  '2',
  '\t',
  'a',
  'shop.example',
]
const TEXTS = [
  EVIL,
  'javascript',
  'java',
  'script',
  'javascript:evil',
  ':evil',
  '/',
  '//evil.example',
  'evil.example',
  '.',
  '..',
  'e',
  'x onmouseover=evil y',
  '',
]
const ELEMENTS = ['a', 'img', 'iframe', 'form', 'button', 'input', 'p', 'script', 'svg><a']
const URLS = ['href', 'src', 'action', 'formaction', 'xlink:href']
const NAMES = ['title', 'class', 'checked', 'inert', 'hidden', 'aria-hidden']
const WITHOUT_QUOTES = ['btn', '/logo.png', '/', '=', 'href', '/title']

const hole = fc.constant(HOLE)
const some = (pieces: readonly string[]) => fc.constantFrom(...pieces)
const joined = (piece: fc.Arbitrary<string>, maxLength: number) =>
  fc.array(piece, { minLength: 1, maxLength }).map((pieces) => pieces.join(''))

/** Whether a template runs code by what is written in it. */
const spellsCode = (url: string) => /(?:javascript|data)[:&]/.test(url.replaceAll(/[\0\t]/g, ''))
const url = joined(fc.oneof(hole, some(URL_PIECES), some(URL_PIECES)), 5).filter((text) => !spellsCode(text))
const attribute = fc.oneof(
  fc.tuple(some(URLS), url).map(([name, value]) => `${name}="${value}"`),
  some(NAMES).map((name) => `${name}="${HOLE}"`),
  fc
    .tuple(some([...URLS, ...NAMES]), joined(some(WITHOUT_QUOTES), 3))
    .map(([name, value]) => `${name}=${value}`),
  some(NAMES),
)
const tag = fc
  .tuple(
    some(ELEMENTS),
    fc.array(fc.tuple(some([' ', ' ', ' ', '', '/', '\n']), attribute), { minLength: 1, maxLength: 3 }),
    some(['>', '/>', ' >']),
  )
  .map(([element, attributes, end]) => `<${element}${attributes.flat().join('')}${end}`)

function filling(template: string): fc.Arbitrary<Filling> {
  const before = template.split(HOLE).slice(0, -1)
  const values = before.map((part) => {
    return /(?:checked|inert)="$/.test(part) ? fc.boolean() : fc.constantFrom(...TEXTS)
  })
  return fc.tuple(...values).map((all) => ({ template, values: all, calm: all.map(toCalm) }))
}

/** As present as the value, and a text that means nothing. */
function toCalm(value: unknown): unknown {
  return typeof value === 'string' && value !== '' ? 'calm' : value
}

/** Tags whose attributes stand close to each other, with and without quotes, and whose URLs are in pieces. */
export const fillings: fc.Arbitrary<Filling> = tag
  .filter((template) => template.includes(HOLE))
  .chain((template) => filling(template))

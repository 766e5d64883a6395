/** What templates and guides put where a secret is to be. */
const PLACEHOLDERS =
  /changeme|change|replace|please|insert|secret|passphrase|password|passwd|default|example|sample|placeholder|dummy|develop(?:er|ment)?|production|local(?:host)?|testing|test|demo|todo|admin|root|super|random|string|value|token|session|cookie|signing|encryption|characters?|minimum|least|long|your|this|that|here|with|must|some|should|none|app|api|jwt|key|the|and|for|dev|xxx+|qwerty|letmein|abc123/g

/** Of 16 random characters, however they are written, more are left. */
const MIN_LEFT = 8

/**
 * Whether a text is one that many would try first: without repetition, the words of templates, and runs such as `aaaa` and `1234`, hardly
 * anything is left of it.
 */
export function isGuessable(text: string): boolean {
  const words = new Set(withoutRepetition(text.toLowerCase()).split(/[\s\-_.,:;+/]+/))
  const left = [...words].map((word) => withoutRuns(word.replace(PLACEHOLDERS, ''))).join('')
  return left.length < MIN_LEFT
}

/** The shortest text that makes this one when it is written again and again; the end may be cut. */
function withoutRepetition(text: string): string {
  // The prefix function of Knuth, Morris and Pratt: how much of the beginning ends at each place.
  const borders = [0]
  for (let at = 1; at < text.length; at++) {
    let border = borders[at - 1]!
    while (border > 0 && text[at] !== text[border]) border = borders[border - 1]!
    borders.push(text[at] === text[border] ? border + 1 : 0)
  }
  const period = text.length - (borders.at(-1) ?? 0)
  return period > text.length / 2 ? text : text.slice(0, period)
}

/** Without characters that are the one before, or its neighbour. */
function withoutRuns(text: string): string {
  const isNeighbour = (at: number): boolean => Math.abs(text.charCodeAt(at) - text.charCodeAt(at - 1)) <= 1
  return text.replaceAll(/./gs, (character, at: number) => (isNeighbour(at) ? '' : character))
}

// Control characters (C0 and C1), line separators, and changes of the writing direction: what is printed may come from
// clients and databases, and must neither control the terminal nor look like a line of its own.
const CONTROLS = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu
const SHORT: Readonly<Record<string, string>> = {
  '\n': String.raw`\n`,
  '\r': String.raw`\r`,
  '\t': String.raw`\t`,
}

/** A text in one line, with such characters as they are written in a string of JavaScript: `\u001b`. */
export function escapeControls(text: string): string {
  return text.replaceAll(
    CONTROLS,
    (found) => SHORT[found] ?? String.raw`\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** The same for a text of several lines: line feeds and tabs stay. */
export function printableText(text: string): string {
  return text.replaceAll(/[^\n\t]+/g, escapeControls)
}

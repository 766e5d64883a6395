import { textLiteral } from '../adapter/index.ts'

/** A text as a literal where a backslash escapes, as in the sessions of this package. */
export function quoteText(text: string): string {
  return textLiteral(text.replaceAll('\\', '\\\\'))
}

// Writes the parts of a statement into what is said about it.
import type { StatementParts } from './contract.ts'

const NAMES: ReadonlySet<string> = new Set(['table', 'column', 'name'])

/** Writes parts into a text. What follows a name, as in `{column}_new`, becomes a part of that name, within its quotes. */
export function fillText(text: string, parts: StatementParts): string {
  return text.replaceAll(
    /\{(table|column|name|type|definition|nullable|first|rest)\}(\w*)/g,
    (_, part: keyof StatementParts, ending: string) => {
      const written = parts[part] ?? '…'
      return NAMES.has(part) ? withEnding(written, ending) : written + ending
    },
  )
}

function withEnding(name: string, ending: string): string {
  const quote = /["`\]]$/.exec(name)?.[0] ?? ''
  return name.slice(0, name.length - quote.length) + ending + quote
}

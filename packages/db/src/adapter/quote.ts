// Names and texts as SQL writes them.

/** Quotes an identifier by a mark, which is doubled inside. */
export function quoteName(name: string, mark: '"' | '`'): string {
  return `${mark}${name.replaceAll(mark, mark + mark)}${mark}`
}

/** A text as a literal, for DDL alone: values of statements are parameters. */
export function textLiteral(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

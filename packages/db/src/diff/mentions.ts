const TOKENS =
  /'(?:[^']|'')*'|"((?:[^"]|"")*)"|`((?:[^`]|``)*)`|([\p{L}_][\p{L}\p{N}_$]*)(?!\p{L}|[\p{N}_$]|\s*\()/gu

/** Whether an expression reads a column, in the quotes of any system or without; a function of that name is none. */
export function mentions(expression: string, column: string): boolean {
  return [...expression.matchAll(TOKENS)].some(
    ([, quoted, backquoted, word]) =>
      quoted?.replaceAll('""', '"') === column ||
      backquoted?.replaceAll('``', '`') === column ||
      word === column,
  )
}

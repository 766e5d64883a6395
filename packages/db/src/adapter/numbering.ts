/** Whether a database numbers the rows of a column: an identity, a serial column, `auto_increment`, `autoincrement`. */
export function isNumbering(generated: string | undefined): boolean {
  return generated !== undefined && /^auto_?increment$|^(?:small|big)?serial$| as identity\b/.test(generated)
}

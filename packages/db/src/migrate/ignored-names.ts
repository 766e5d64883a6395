/** Whether a table, or a column as `table.column`, is one of those that a comparison and a reset leave: `audit_*`, `orders.note`. */
export function ignores(name: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => {
    if (!pattern.endsWith('*')) return name === pattern
    const start = pattern.slice(0, -1)
    // The star of a table's name does not reach into its columns.
    return name.startsWith(start) && (start.includes('.') || !name.includes('.'))
  })
}

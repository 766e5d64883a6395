/**
 * Tables declared once, repositories, transactions and cancellation.
 *
 * @module
 */
export { createTables, type TableOwner } from './create-tables/index.ts'
export * from './errors.ts'

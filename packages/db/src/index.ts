/**
 * Tables declared once, repositories, transactions and cancellation.
 *
 * @module
 */
export * from './errors.ts'

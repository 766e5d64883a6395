/**
 * What is made of documents and routes beside a running app: what changed between two documents, the types of the routes as one file.
 * For continuous integration and tools; an app that serves its document does not load it.
 *
 * @module
 */
export { toClientTypes } from './client-types/to-client-types.ts'
export type { ContractChange, ContractChangeKind, ContractChangeSeverity } from './diff/change.ts'
export { diffOpenApi } from './diff/diff-open-api.ts'

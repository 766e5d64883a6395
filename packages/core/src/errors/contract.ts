// What other rooms' contracts name of errors. Few files: an editor reads them all for each program that has a client.
export type { ErrorDefinition } from './error-definition.ts'
export type { ErrorFormat } from './error-format.ts'
export type { TypeMessage } from '@keelson/contract'

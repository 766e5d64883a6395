// The types of errors that contracts of other rooms use. Few files: an editor reads them for each program with a client.
export type { ErrorDefinition } from './error-definition.ts'
export type { ErrorFormat } from './error-format.ts'
export type { TypeMessage } from '@keelson/contract'
